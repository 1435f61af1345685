"""Objects: who stands behind the verb, behind a preposition that brings the recipient, or in the complement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from .cast import Reference
from .frame import Scene
from .grammar import AUXILIARIES, PREPOSITIONS, SUBORDINATORS, words
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token
from .subjects import JOINERS, called, modifies

_OBJECT_REACH: Final = 14
_OWNER_REACH: Final = 6
_SUBJECT_FORMS: Final = words("he she they")
_QUANTITIES: Final = words(
    """
    number thousands hundreds dozens group scores tens millions members supporters leaders
    town city village province region district port capital
    """
)
"""What an "of" only goes on from: "dozens of villagers", "the town of Ilvarin"."""


def object_of(scene: Scene, trigger: Trigger, right: int) -> tuple[Reference, ...]:
    """Left of token `right`, where the complement begins."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for reference in scene.references:
        mention = reference.mention
        if mention.first < trigger.last:
            continue
        reach = min(right, max(clause.last, trigger.last + 1))
        if mention.first >= reach or mention.first - trigger.last > _OBJECT_REACH:
            break
        if _stopped(scene, trigger, mention.first):
            break
        if reference.actor is None or _is_owner(tokens, reference) or modifies(scene, reference):
            continue
        if mention.shape == "pronoun" and mention.head in _SUBJECT_FORMS:
            break
        return _joined_right(scene, reference, clause.last)
    return ()


def owner_of_object(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "Rejected a Tolmerian plan", "searched the group's office": whose thing it is."""
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for reference in scene.references:
        mention = reference.mention
        if mention.first < trigger.last:
            continue
        if mention.first >= clause.last or mention.first - trigger.last > _OWNER_REACH:
            break
        if _stopped(scene, trigger, mention.first):
            break
        if reference.actor is not None and mention.shape != "pronoun":
            return called([reference])
    return ()


def complement_subject(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "Demanded that X free …": the one who is to act."""
    for clause in scene.clauses[scene.clause_at(trigger.first) + 1 :][:1]:
        if clause.opener != "that" or clause.first - trigger.last > _OWNER_REACH:
            break
        for reference in scene.references:
            gap = reference.mention.first - clause.first
            if 0 < gap <= _OWNER_REACH and reference.mention.first < clause.last:
                behind = any(_stops(token, ()) for token in scene.sentence.tokens[clause.first + 1 :][: gap - 1])
                return () if behind else called([reference])
    return ()


def after(
    scene: Scene, trigger: Trigger, openers: Collection[str], *, reach: int = _OBJECT_REACH
) -> tuple[Reference, ...]:
    """What stands behind one of these prepositions, in the clause of the trigger."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for at in range(trigger.last - 1, min(clause.last, trigger.last + reach)):
        if tokens[at].lower not in openers or at < trigger.first or at in scene.dated:
            continue
        for reference in scene.references:
            gap = reference.mention.first - at - 1
            if (
                0 <= gap <= 4
                and reference.actor is not None
                and not _reaches_over(tokens[at + 1 : reference.mention.first])
                and not modifies(scene, reference)
            ):
                return _joined_right(scene, reference, clause.last)
        if at >= trigger.last and not any(token.lower in openers for token in tokens[at + 1 : clause.last]):
            return ()
    return ()


def _reaches_over(between: Collection[Token]) -> bool:
    """Whether another thing stands between: "against the arrest of X" is not against X."""
    before = ""
    for token in between:
        if _stops(token, ()) or (token.lower == "of" and before not in _QUANTITIES) or token.lower.endswith("ing"):
            return True
        before = token.lower
    return False


def _is_owner(tokens: tuple[Token, ...], reference: Reference) -> bool:
    last = reference.mention.last
    return last < len(tokens) and tokens[last].text in POSSESSIVES


def _stopped(scene: Scene, trigger: Trigger, last: int) -> bool:
    """Whether something stands between a verb and token `last` that its object does not reach over; a date is not."""
    tokens, dated = scene.sentence.tokens, scene.dated
    return any(
        _stops(tokens[at], trigger.rule.after) and at not in dated and at + 1 not in dated
        for at in range(trigger.last, last)
    )


def _stops(token: Token, openers: Collection[str]) -> bool:
    lower = token.lower
    return (
        (lower in PREPOSITIONS and lower not in ("of", "than") and lower not in openers)
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
            or not all(word in JOINERS for word in between)
        ):
            break
        listed = listed or "and" in between or "or" in between
        group.append(reference)
    return called(group if listed else group[:1])
