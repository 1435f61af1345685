"""Roles: who does it and to whom, by the frame of the trigger and the clauses around it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from msgspec import Struct

from .cast import Reference
from .clauses import Clause
from .grammar import AUXILIARIES, PREPOSITIONS, SUBORDINATORS, is_adverb, looks_verbal, words
from .predicates import Trigger
from .sentences import Sentence, Token

PARTICIPANTS_EACH_MAX: Final = 12
_OBJECT_REACH: Final = 14
_JOINERS: Final = words(", and or & the as well both other also along with ethnic muslim /")


class Frame(Struct, frozen=True, kw_only=True):
    """Who is who in one act; the references lie in its sentence, or before it where a pronoun calls them."""

    actors: tuple[Reference, ...] = ()
    recipients: tuple[Reference, ...] = ()


class Scene(Struct, frozen=True, kw_only=True):
    """A sentence with what the stages before have found in it."""

    sentence: Sentence
    references: tuple[Reference, ...]
    clauses: tuple[Clause, ...]
    dated: frozenset[int]

    def clause_at(self, token: int) -> int:
        number = 0
        for at, clause in enumerate(self.clauses):
            if clause.first <= token:
                number = at
        return number


def assign(scene: Scene, trigger: Trigger) -> Frame:
    if trigger.voice == "noun":
        return _of_noun(scene, trigger)
    subject = _subject(scene, trigger)
    by = _after(scene, trigger, ("by",))
    rule = trigger.rule
    if trigger.voice == "passive":
        return (
            Frame(actors=by, recipients=_without(subject, by))
            if rule.object == "recipient" or rule.subject == "recipient"
            else Frame(actors=by or subject)
        )
    if rule.subject == "recipient":
        return Frame(recipients=subject)
    objects: tuple[Reference, ...] = ()
    if rule.object == "recipient":
        objects = _object(scene, trigger)
    if not objects and rule.after:
        objects = _after(scene, trigger, rule.after)
    return Frame(actors=subject, recipients=_without(objects, subject))


def _without(references: tuple[Reference, ...], others: tuple[Reference, ...]) -> tuple[Reference, ...]:
    names = {reference.actor.name for reference in others if reference.actor is not None}
    return tuple(
        reference for reference in references if reference.actor is not None and reference.actor.name not in names
    )


# --- the subject -----------------------------------------------------------------------------------------------------


def _subject(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    number = scene.clause_at(trigger.first)
    right = trigger.group
    for _ in range(len(scene.clauses)):
        clause = scene.clauses[number]
        found = _left_of(scene, clause.first, right)
        if found:
            return found
        if clause.kind == "relative":
            return _antecedent(scene, clause.first) if clause.opener in ("who", "which", "that") else ()
        if clause.parent is None:
            return ()
        number = clause.parent
        right = _first_verb(scene, scene.clauses[number])
    return ()


def _first_verb(scene: Scene, clause: Clause) -> int:
    """Where the clause's own verb begins: what stands before it is its subject."""
    starts = {reference.mention.first for reference in scene.references}
    for at in range(clause.first, clause.last):
        lower = scene.sentence.tokens[at].lower
        if at not in starts and (looks_verbal(lower) and not scene.sentence.tokens[at].capital) and at > clause.first:
            return at
    return clause.last


def _left_of(scene: Scene, left: int, right: int) -> tuple[Reference, ...]:
    """The nearest mention before `right` that no preposition governs, or the name that it only explains."""
    tokens = scene.sentence.tokens
    inside = [
        reference
        for reference in scene.references
        if left <= reference.mention.first and reference.mention.last <= right
    ]
    free = [
        reference
        for reference in inside
        if not _governed(tokens, reference, left) and not _owns(tokens, reference) and not _modifies(tokens, reference)
    ]
    if not free:
        return ()
    chosen = free[-1]
    for reference in reversed(free[:-1]):
        apart = tokens[reference.mention.last : chosen.mention.first]
        if _apposed(tokens, reference, chosen, apart) and _rank(reference) >= _rank(chosen):
            chosen = reference
        elif not _apposed(tokens, reference, chosen, apart):
            break
    return _joined_left(scene, chosen, left) if chosen.actor is not None else ()


def _rank(reference: Reference) -> int:
    return {"person": 3, "organisation": 2, "name": 2, "pronoun": 3}.get(reference.mention.shape, 1)


def _apposed(tokens: Sequence[Token], first: Reference, second: Reference, apart: Sequence[Token]) -> bool:
    """ "Name, founder of …, " and "the chairman of …, Name,": a comma between, no "and", and a comma behind."""
    texts = [token.lower for token in apart]
    behind = tokens[second.mention.last : second.mention.last + 12]
    return bool(texts) and "," in texts and "and" not in texts and any(token.text == "," for token in behind)


def _governed(tokens: Sequence[Token], reference: Reference, left: int) -> bool:
    at = reference.mention.first - 1
    while at >= left and (tokens[at].text in ("“", '"', "(", "‘") or tokens[at].lower in ("both", "the", "other")):
        at -= 1
    return at >= left and tokens[at].lower in PREPOSITIONS


def _modifies(tokens: Sequence[Token], reference: Reference) -> bool:
    """ "A UN report": the name only says which report."""
    at = reference.mention.last
    if reference.mention.shape not in ("place", "organisation", "name", "people") or at >= len(tokens):
        return False
    token = tokens[at]
    lower = token.lower
    plain = (
        token.kind == "word"
        and not token.capital
        and token.text not in ("'s", "’s")
        and token.start - tokens[at - 1].end == 1
    )
    closed = (
        lower in PREPOSITIONS
        or lower in _JOINERS
        or lower in SUBORDINATORS
        or lower in AUXILIARIES
        or is_adverb(lower)
        or looks_verbal(lower)
    )
    return plain and not closed and not lower.endswith(("ing", "s")) and lower not in ("he", "she", "they", "again")


def _owns(tokens: Sequence[Token], reference: Reference) -> bool:
    last = reference.mention.last
    return (last < len(tokens) and tokens[last].text in ("'s", "’s")) or (
        reference.mention.shape == "pronoun" and reference.mention.head in ("his", "her", "him")
    )


def _joined_left(scene: Scene, chosen: Reference, left: int) -> tuple[Reference, ...]:
    """With the others of its list: "miners, dockers and nurses"."""
    tokens = scene.sentence.tokens
    group = [chosen]
    for reference in reversed(scene.references):
        if reference.mention.last > group[0].mention.first or reference.mention.first < left:
            continue
        between = [token.lower for token in tokens[reference.mention.last : group[0].mention.first]]
        if (
            not between
            or len(between) > 3
            or not all(word in _JOINERS for word in between)
            or (between == [","] and len(group) == 1)
        ):
            break
        group.insert(0, reference)
    return _called(group)


def _antecedent(scene: Scene, opener: int) -> tuple[Reference, ...]:
    before = [reference for reference in scene.references if reference.mention.last <= opener]
    if not before:
        return ()
    tokens = scene.sentence.tokens
    chosen = before[-1]
    if opener - chosen.mention.last > 3:
        return ()
    if len(before) > 1 and before[-2].mention.shape == "person" and chosen.mention.shape == "description":
        apart = tokens[before[-2].mention.last : chosen.mention.first]
        if len(apart) == 1 and apart[0].text == ",":
            chosen = before[-2]
    return _called([chosen])


# --- the object ------------------------------------------------------------------------------------------------------


def _object(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for reference in scene.references:
        mention = reference.mention
        if mention.first < trigger.last:
            continue
        if mention.first >= max(clause.last, trigger.last + 1) or mention.first - trigger.last > _OBJECT_REACH:
            break
        between = tokens[trigger.last : mention.first]
        if any(_stops(token) for token in between):
            break
        if reference.actor is None or _modifies(tokens, reference):
            continue
        if mention.shape == "pronoun" and mention.head in ("he", "she"):
            break
        return _joined_right(scene, reference, clause.last)
    return ()


def _stops(token: Token) -> bool:
    lower = token.lower
    return (
        (lower in PREPOSITIONS and lower not in ("of", "on"))
        or lower in AUXILIARIES
        or lower in SUBORDINATORS
        or token.text in (";", ":", ".", "(", ",")
    )


def _joined_right(scene: Scene, chosen: Reference, right: int) -> tuple[Reference, ...]:
    tokens = scene.sentence.tokens
    group = [chosen]
    listed = False
    for reference in scene.references:
        if reference.mention.first < group[-1].mention.last:
            continue
        between = [token.lower for token in tokens[group[-1].mention.last : reference.mention.first]]
        apposed = between == [","] and reference.mention.text.lower().startswith(("a ", "an ", "the ", "his ", "her "))
        if (
            apposed
            or reference.mention.first > right
            or not between
            or len(between) > 3
            or not all(word in _JOINERS for word in between)
        ):
            break
        listed = listed or "and" in between or "or" in between
        group.append(reference)
    return _called(group if listed else group[:1])


def _after(scene: Scene, trigger: Trigger, words: Collection[str]) -> tuple[Reference, ...]:
    """What stands behind one of these prepositions, in the clause of the trigger."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for at in range(trigger.last - 1, min(clause.last, trigger.last + _OBJECT_REACH)):
        if tokens[at].lower not in words or at < trigger.first:
            continue
        for reference in scene.references:
            gap = reference.mention.first - at - 1
            if (
                0 <= gap <= 4
                and not any(_stops(token) for token in tokens[at + 1 : reference.mention.first])
                and reference.actor is not None
                and not _modifies(tokens, reference)
            ):
                return _joined_right(scene, reference, clause.last)
        if at >= trigger.last:
            return ()
    return ()


# --- nouns -----------------------------------------------------------------------------------------------------------


def _of_noun(scene: Scene, trigger: Trigger) -> Frame:
    """ "The arrest of X by Y", "X's March arrest", "the raid on X"."""
    rule = trigger.rule
    owner, of = _owner(scene, trigger), _after(scene, trigger, ("of",))
    others = _after(scene, trigger, ("by",))
    actors: list[Reference] = list(others)
    recipients: list[Reference] = []
    (actors if rule.owner == "actor" or (of and rule.of == "recipient") else recipients).extend(owner)
    if rule.of == "recipient":
        recipients.extend(of)
    elif rule.of == "actor":
        actors.extend(of)
    if rule.after:
        recipients.extend(_after(scene, trigger, rule.after))
    actors.extend(_after(scene, trigger, ("between",)))
    if not actors and not recipients:
        recipients.extend(_followed(scene, trigger))
    return Frame(actors=tuple(actors), recipients=_without(tuple(recipients), tuple(actors)))


def _followed(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "X was freed, followed by a house arrest": it happens to the subject of the sentence."""
    words = [token.lower for token in scene.sentence.tokens[max(0, trigger.first - 6) : trigger.first]]
    if "followed" not in words or "by" not in words:
        return ()
    main = next((clause for clause in scene.clauses if clause.kind == "main"), scene.clauses[0])
    return _left_of(scene, main.first, _first_verb(scene, main))


def _owner(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    tokens = scene.sentence.tokens
    at = trigger.first - 1
    while at >= 0 and (
        at in scene.dated
        or (
            tokens[at].kind == "word"
            and not tokens[at].capital
            and not looks_verbal(tokens[at].lower)
            and tokens[at].lower not in PREPOSITIONS
            and tokens[at].text not in ("'s", "’s")
            and tokens[at].lower not in ("his", "her", "the", "a", "an")
            and trigger.first - at < 4
            and not is_adverb(tokens[at].lower)
        )
    ):
        at -= 1
    for reference in scene.references:
        mention = reference.mention
        if mention.last == at and tokens[at].text in ("'s", "’s"):
            return _called([reference])
        if mention.last == at + 1 and (mention.shape == "pronoun" and mention.head in ("his", "her")):
            return _called([reference])
    return ()


def _called(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """Those that call somebody, each of them once."""
    seen: dict[str, Reference] = {}
    for reference in references:
        if reference.actor is not None:
            seen.setdefault(reference.actor.name, reference)
    return tuple(seen.values())[:PARTICIPANTS_EACH_MAX]
