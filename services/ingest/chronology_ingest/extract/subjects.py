"""Subjects: who stands before the verb, in its clause or in the one it goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .cast import Reference
from .clauses import Clause
from .frame import Scene
from .grammar import AUXILIARIES, DETERMINERS, PREPOSITIONS, SUBORDINATORS, TEMPORAL, is_adverb, looks_verbal, words
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token

_AFTER_NAME: Final = TEMPORAL | words("he she they it again")
_CLOSING_QUOTES: Final = frozenset("\"”'’»")
PARTICIPANTS_EACH_MAX: Final = 12
_ANTECEDENT_REACH: Final = 4
JOINERS: Final = words(", and or & the as well both other also along with ethnic muslim /")


def subject_of(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    inverted = _inverted(scene, trigger)
    if inverted is not None:
        return called([inverted])
    if trigger.reduced:
        return called([each for each in scene.references if _ends_before(scene, each, trigger.group)])
    number = scene.clause_at(trigger.first)
    right = trigger.group
    for _ in range(len(scene.clauses)):
        clause = scene.clauses[number]
        # "As the opposition …": the word that opens a clause governs nobody in it.
        opened = clause.opener != "" and scene.sentence.tokens[clause.first].lower == clause.opener
        found = left_of(scene, clause.first + opened, right)
        if found:
            return found
        if clause.kind == "relative":
            return _antecedent(scene, clause.first) if clause.opener in ("who", "which", "that") else ()
        if clause.parent is None or (clause.kind == "coordinate" and _has_own_subject(scene, clause, right)):
            return ()
        number = clause.parent
        right = first_verb(scene, scene.clauses[number])
    return ()


def _inverted(scene: Scene, trigger: Trigger) -> Reference | None:
    """ "…," said Mirva Telen."""
    if not trigger.rule.speech or not trigger.group:
        return None
    tokens = scene.sentence.tokens
    behind = next((each for each in scene.references if each.mention.first - trigger.last in (0, 1)), None)
    if behind is None or behind.mention.shape == "pronoun":
        return None
    before = [token.text for token in tokens[max(0, trigger.group - 2) : trigger.group]]
    if before[-1] in _CLOSING_QUOTES or (before[-1] == "," and before[0] in _CLOSING_QUOTES):
        return behind
    last = behind.mention.last
    closed = last >= len(tokens) or tokens[last].kind == "mark" or tokens[last].lower == "of"
    return behind if before[-1] == "," and trigger.base == "say" and closed else None


def _has_own_subject(scene: Scene, clause: Clause, right: int) -> bool:
    """ "…, and all documents were confiscated": a thing stands there that is nobody."""
    tokens = [token for token in scene.sentence.tokens[clause.first : right] if token.lower not in JOINERS]
    return (
        bool(tokens)
        and (tokens[0].lower in DETERMINERS or tokens[0].kind == "number")
        and not any(looks_verbal(token.lower) for token in tokens)
    )


def _ends_before(scene: Scene, reference: Reference, group: int) -> bool:
    """Whether a mention ends right before a verb group, a date between aside."""
    last = reference.mention.last
    return last <= group and all(at in scene.dated for at in range(last, group))


def first_verb(scene: Scene, clause: Clause) -> int:
    """Where the clause's own verb begins: what stands before it is its subject."""
    starts = {reference.mention.first for reference in scene.references}
    for at in range(clause.first, clause.last):
        lower = scene.sentence.tokens[at].lower
        if at not in starts and (looks_verbal(lower) and not scene.sentence.tokens[at].capital) and at > clause.first:
            return at
    return clause.last


def left_of(scene: Scene, left: int, right: int) -> tuple[Reference, ...]:
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
        if not _governed(tokens, reference, left)
        and not _owns(tokens, reference)
        and not modifies(scene, reference, right)
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


def modifies(scene: Scene, reference: Reference, verb: int = -1) -> bool:
    """ "A UN report": the name only says which report; not where the word behind it is the `verb`."""
    tokens = scene.sentence.tokens
    at = reference.mention.last
    if (
        reference.mention.shape not in ("place", "organisation", "name", "people")
        or at in (verb, len(tokens))
        or at in scene.dated
    ):
        return False
    if reference.actor is not None and reference.actor.kind == "person":
        return False
    token = tokens[at]
    lower = token.lower
    plain = (
        token.kind == "word"
        and not token.capital
        and token.text not in POSSESSIVES
        and token.start - tokens[at - 1].end == 1
    )
    closed = (
        lower in PREPOSITIONS
        or lower in JOINERS
        or lower in SUBORDINATORS
        or lower in AUXILIARIES
        or is_adverb(lower)
        or looks_verbal(lower)
    )
    return plain and not closed and not lower.endswith(("ing", "s")) and lower not in _AFTER_NAME


def _owns(tokens: Sequence[Token], reference: Reference) -> bool:
    last = reference.mention.last
    return (last < len(tokens) and tokens[last].text in POSSESSIVES) or (
        reference.mention.shape == "pronoun" and reference.mention.head in ("his", "her", "him", "them")
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
            or not all(word in JOINERS for word in between)
            or (between == [","] and len(group) == 1)
        ):
            break
        group.insert(0, reference)
    return called(group)


def _antecedent(scene: Scene, opener: int) -> tuple[Reference, ...]:
    """Whom "who" or "which" means: the nearest before it; "who" passes over places and bodies."""
    tokens = scene.sentence.tokens
    before = [each for each in scene.references if each.mention.last <= opener]
    if tokens[opener].lower in ("who", "whom", "whose"):
        before = [
            each for each in before if each.actor is None or each.actor.kind not in ("government", "organisation")
        ]
    if not before:
        return ()
    chosen = before[-1]
    if opener - chosen.mention.last > _ANTECEDENT_REACH:
        return ()
    if len(before) > 1 and before[-2].mention.shape == "person" and chosen.mention.shape == "description":
        apart = tokens[before[-2].mention.last : chosen.mention.first]
        if len(apart) == 1 and apart[0].text == ",":
            chosen = before[-2]
    return called([chosen])


def called(references: Sequence[Reference]) -> tuple[Reference, ...]:
    """Those that call somebody, each of them once."""
    seen: dict[str, Reference] = {}
    for reference in references:
        if reference.actor is not None:
            seen.setdefault(reference.actor.name, reference)
    return tuple(seen.values())[:PARTICIPANTS_EACH_MAX]
