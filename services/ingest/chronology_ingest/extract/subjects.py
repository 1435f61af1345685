"""Subjects: who stands before the verb, in its clause or in the one it goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .cast import Reference
from .clauses import Clause
from .frame import Scene
from .governed import JOINERS, governed_among, is_governed, modifies
from .grammar import (
    ARTICLES,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    SUBORDINATORS,
    looks_verbal,
    words,
)
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token

_CLOSING_QUOTES: Final = frozenset("\"”'’»")
_MENTIONS_MAX: Final = 24
"""So many mentions before a verb are looked at: a subject stands no farther away."""

_SAID: Final = words("said says claimed claims stated states argued argues insisted insists maintained added")
_BREAKS: Final = frozenset(";.:")
_SELVES: Final = words("himself herself itself themselves")
PARTICIPANTS_EACH_MAX: Final = 12
_ANTECEDENT_REACH: Final = 4
_POSSESSOR_REACH: Final = 4


def subject_of(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    inverted = _inverted(scene, trigger)
    if inverted is not None:
        return called([inverted])
    speaker = _goes_on_saying(scene, trigger)
    if speaker:
        return speaker
    if trigger.reduced:
        beside = called([each for each in scene.references if _ends_before(scene, each, trigger.group)])
        if beside or scene.sentence.tokens[trigger.group - 1].lower not in _SELVES:
            return beside
    number = scene.clause_at(trigger.first)
    right = _first_of_participles(scene, trigger, scene.clauses[number].first)
    for _ in range(len(scene.clauses)):
        clause = scene.clauses[number]
        # "As the opposition …": the word that opens a clause governs nobody in it; a preposition does: "…, including
        # twelve miners, and injured …".
        governs = clause.opener in PREPOSITIONS and clause.opener not in SUBORDINATORS
        opened = clause.opener != "" and scene.sentence.tokens[clause.first].lower == clause.opener and not governs
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


def _goes_on_saying(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "The union said its members had been beaten and demanded …": who said the one thing, demands the other."""
    tokens = scene.sentence.tokens
    finite = trigger.voice == "active" and trigger.tense in ("past", "present")
    if not trigger.rule.speech or not finite or trigger.group < 4 or tokens[trigger.group - 1].lower != "and":
        return ()
    number = scene.clause_at(trigger.first)
    for at in range(trigger.group - 2, 0, -1):
        if tokens[at].text in _BREAKS:
            break
        between = tokens[at + 1 : trigger.group - 1]
        if tokens[at].lower in _SAID and any(each.lower in AUXILIARIES or looks_verbal(each.lower) for each in between):
            clause = scene.clauses[min(number, scene.clause_at(at))]
            return left_of(scene, clause.first, at)
    return ()


def _first_of_participles(scene: Scene, trigger: Trigger, left: int) -> int:
    """ "…, killing one man and arresting two": whoever did the one did the other."""
    tokens, at = scene.sentence.tokens, trigger.group
    if trigger.tense != "participle" or trigger.voice != "active" or not at or tokens[at - 1].lower not in CONJUNCTIONS:
        return at
    return next((reach for reach in range(left, at) if tokens[reach].lower.endswith("ing")), at)


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
    inside = inside[-_MENTIONS_MAX:]
    governed = governed_among(tokens, inside, left)
    free = [
        reference
        for reference in inside
        if id(reference) not in governed and not _owns(tokens, reference) and not modifies(scene, reference, right)
    ]
    if not free:
        return ()
    chosen = free[-1]
    if _thing_between(scene, chosen, right):
        return ()
    for reference in reversed(free[:-1]):
        apart = tokens[reference.mention.last : chosen.mention.first]
        if _apposed(tokens, reference, chosen, apart) and _rank(reference) >= _rank(chosen):
            chosen = reference
        elif not _apposed(tokens, reference, chosen, apart):
            break
    return _joined_left(scene, chosen, left) if chosen.actor is not None else ()


def possessor(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """Whose the thing is that a passive's subject names: "the group's office was …", "a camp for refugees was …"."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    if clause.kind == "relative" or trigger.reduced:
        return ()
    for reference in reversed(scene.references):
        mention = reference.mention
        if mention.last > trigger.group or reference.actor is None:
            continue
        if mention.first < clause.first or trigger.group - mention.last > _POSSESSOR_REACH:
            break
        between = tokens[mention.last : trigger.group]
        if any(token.lower in CONJUNCTIONS or token.text == "," or looks_verbal(token.lower) for token in between):
            break
        owns = bool(between) and between[0].text in POSSESSIVES and mention.shape != "pronoun"
        opener = mention.first - 1 - (mention.first > 0 and tokens[mention.first - 1].lower in ARTICLES)
        before = tokens[opener].lower if opener > clause.first else ""
        if owns or (before in ("of", "for") and not between and mention.shape != "place"):
            return called([reference])
    return ()


def asked_before(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "The mayor must resign, the union said": whoever must; nobody, where something "must be lifted"."""
    tokens = scene.sentence.tokens
    for at in range(trigger.group):
        if tokens[at].lower in ("must", "should"):
            passive = (
                at + 2 < len(tokens) and tokens[at + 1].lower == "be" and tokens[at + 2].lower.endswith(("ed", "en"))
            )
            return () if passive else left_of(scene, scene.clauses[scene.clause_at(at)].first, at)
    return ()


def _thing_between(scene: Scene, chosen: Reference, right: int) -> bool:
    """ "Police closed the office, and all files were …": behind the "and" stands a thing that is nobody."""
    tokens = scene.sentence.tokens
    told = False
    for at in range(chosen.mention.last, right - 1):
        if tokens[at].lower in CONJUNCTIONS and tokens[at + 1].lower in DETERMINERS and told:
            return not any(looks_verbal(token.lower) for token in tokens[at + 1 : right])
        told = told or looks_verbal(tokens[at].lower)
    return False


def _rank(reference: Reference) -> int:
    return {"person": 3, "organisation": 2, "name": 2, "pronoun": 3}.get(reference.mention.shape, 1)


def _apposed(tokens: Sequence[Token], first: Reference, second: Reference, apart: Sequence[Token]) -> bool:
    """ "Name, founder of …, " and "the chairman of …, Name,": a comma between, no "and", and a comma behind."""
    if not {"description", "people"} & {first.mention.shape, second.mention.shape}:
        # "Poland, Chile, and other states".
        return False
    texts = [token.lower for token in apart]
    behind = tokens[second.mention.last : second.mention.last + 12]
    return bool(texts) and "," in texts and "and" not in texts and any(token.text == "," for token in behind)


def _owns(tokens: Sequence[Token], reference: Reference) -> bool:
    last = reference.mention.last
    return (last < len(tokens) and tokens[last].text in POSSESSIVES) or (
        reference.mention.shape == "pronoun" and reference.mention.head in ("his", "her", "him", "them")
    )


def _joined_left(scene: Scene, chosen: Reference, left: int) -> tuple[Reference, ...]:
    """With the others of its list: "miners, dockers and nurses"."""
    tokens = scene.sentence.tokens
    group, edge = [chosen], chosen.mention.first
    # "Poland, Chile, and five other states".
    goes_on = any(token.lower == "and" for token in tokens[chosen.mention.last : chosen.mention.last + 2])
    for reference in reversed(scene.references):
        if reference.mention.last > edge or reference.mention.first < left:
            continue
        between = [token.lower for token in tokens[reference.mention.last : edge]]
        if between == [","] and reference.actor is not None and reference.actor == group[0].actor:
            # "Her lawyer, Mirva Telen": one and the same.
            edge = reference.mention.first
            continue
        if (
            not between
            or len(between) > 3
            or not all(word in JOINERS for word in between)
            or (between == [","] and len(group) == 1 and not goes_on)
            or (is_governed(tokens, reference, left) and not is_governed(tokens, chosen, left))
        ):
            break
        group.insert(0, reference)
        edge = reference.mention.first
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
        for other in reference.also:
            seen.setdefault(other.name, Reference(mention=reference.mention, actor=other))
    return tuple(seen.values())[:PARTICIPANTS_EACH_MAX]
