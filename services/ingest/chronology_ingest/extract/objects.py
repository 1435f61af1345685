"""Objects: who stands behind the verb, behind a preposition that brings the recipient, or in the complement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from .cast import Reference
from .frame import Scene
from .governed import JOINERS, modifies
from .grammar import AUXILIARIES, MODALS_OF_DOUBT, PREPOSITIONS, SUBORDINATORS, looks_verbal, words
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token
from .subjects import called

_OBJECT_REACH: Final = 14
_OWNER_REACH: Final = 6
_BEHIND_REACH: Final = 4
_SUBJECT_FORMS: Final = words("he she they")
_QUANTITIES: Final = words(
    """
    number thousands hundreds dozens group scores tens millions members supporters leaders
    town city village province region district port capital
    """
)
"""What an "of" only goes on from: "dozens of villagers", "the town of Ilvarin"."""

_MEANS: Final = words("order orders ruling decision decree verdict judgment command instruction instructions cordon")
"""What somebody does something by."""

_OFFERED: Final = words("demand demands request requests proposal proposals offer offers appeal appeals call calls")
_POLITICAL: Final = ("AGREE", "REJECT", "CONSULT", "CONCEDE", "COOPERATE", "REQUEST", "ACCUSE", "PROTEST", "SUPPORT")
_TOUCHING: Final = words("on against with from")
_ENDS: Final = frozenset(";:,.(—–")
_GIVING: Final = words("grant give offer deny award send tell ask refuse show teach pay promise")
_COUNTS: Final = words(
    "half hundreds thousands dozens several twenty thirty forty fifty sixty two three four five six ten a"
)
_NO_NOUNS: Final = words("and or but not also again today yesterday there here not a an the that this as guilty")
_MADE: Final = words("set put made held brought sent built kept")


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
        gives = trigger.base.split()[0] in _GIVING
        if mention.shape == "pronoun" and (
            mention.head == "it" or (_is_possessive(tokens, mention.last) and not gives)
        ):
            # "It" is mostly a thing; "her party" is the party.
            continue
        return _joined_right(scene, _by_name(scene, reference), clause.last)
    return ()


def _is_possessive(tokens: tuple[Token, ...], last: int) -> bool:
    """Whether a noun follows "her" or "his" right away."""
    if tokens[last - 1].lower not in ("her", "his") or last >= len(tokens) or tokens[last].kind != "word":
        return False
    lower = tokens[last].lower
    verbal = is_verb_form(lower) and not tokens[last].capital
    return not (verbal or lower in PREPOSITIONS or lower in SUBORDINATORS or lower in _NO_NOUNS)


def _by_name(scene: Scene, described: Reference) -> Reference:
    """ "His counterpart, Oskar Velm,": the name that follows says who is described."""
    if described.mention.shape != "description" or described.mention.kind != "person":
        return described
    tokens, last = scene.sentence.tokens, described.mention.last
    for reference in scene.references:
        mention = reference.mention
        if mention.first == last + 1 and mention.shape == "person" and tokens[last].text == ",":
            closed = mention.last >= len(tokens) or tokens[mention.last].kind == "mark"
            return reference if closed else described
    return described


def owner_of_object(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "Rejected a Tolmerian plan", "searched the group's office": whose thing it is."""
    clause = scene.clauses[scene.clause_at(trigger.first)]
    tokens = scene.sentence.tokens
    for reference in scene.references:
        mention = reference.mention
        if mention.first < trigger.last:
            continue
        if mention.first >= clause.last or mention.first - trigger.last > _OWNER_REACH:
            break
        if _stopped(scene, trigger, mention.first):
            break
        if reference.actor is not None and (mention.shape != "pronoun" or _is_possessive(tokens, mention.last)):
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
                return () if behind or _is_thing_made(scene, reference) else called([reference])
    return ()


def offered_by(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "Conceded to demands from X", "rejected a proposal by X": whose demand or proposal it is."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for at in range(trigger.last, min(clause.last, trigger.last + _OBJECT_REACH) - 1):
        if tokens[at].lower in _OFFERED and tokens[at + 1].lower in ("from", "by", "of"):
            return _behind(scene, at + 1, clause.last, whose=True)
    return ()


def touched(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """Whom what is promised, refused or given up is about: "to lift a ban on X", "to end all contact with X"."""
    tokens = scene.sentence.tokens
    for at in range(trigger.last, min(len(tokens) - 1, trigger.last + _OBJECT_REACH)):
        lower = tokens[at].lower
        if tokens[at].text in _ENDS or (lower in SUBORDINATORS and lower != "that"):
            break
        if lower in _TOUCHING and at not in scene.dated and at + 1 not in scene.dated:
            found = _behind(scene, at, len(tokens), whose=True)
            if found:
                return found
    return ()


def _is_thing_made(scene: Scene, reference: Reference) -> bool:
    """ "Asked that a panel be formed": it is to be made, and cannot be asked."""
    tokens, last = scene.sentence.tokens, reference.mention.last
    last += last < len(tokens) and tokens[last].lower in MODALS_OF_DOUBT
    words = [token.lower for token in tokens[last : last + 2]]
    return len(words) == 2 and words[0] == "be" and (words[1].endswith(("ed", "en")) or words[1] in _MADE)


def after(
    scene: Scene, trigger: Trigger, openers: Collection[str], *, reach: int = _OBJECT_REACH
) -> tuple[Reference, ...]:
    """What stands behind one of these prepositions, in the clause of the trigger."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    for at in range(trigger.last - 1, min(clause.last, trigger.last + reach)):
        if tokens[at].lower not in openers or at < trigger.first or at in scene.dated:
            continue
        if tokens[at].lower == "at" and at > trigger.last:
            # "Lashed out at X", not "condemned it at a meeting".
            continue
        verbal = is_verb_form(tokens[at - 1].lower) and not tokens[at - 1].capital
        if at > trigger.last and verbal and not (trigger.voice == "noun" and tokens[at].lower == "by"):
            # "Consented to leave without seeing …": another verb's.
            continue
        found = _behind(scene, at, clause.last, whose=trigger.rule.type in _POLITICAL)
        if found:
            return found
        if at >= trigger.last and not any(token.lower in openers for token in tokens[at + 1 : clause.last]):
            return ()
    return ()


def _behind(scene: Scene, at: int, right: int, *, whose: bool) -> tuple[Reference, ...]:
    """Who stands behind the preposition at token `at`; or `whose` thing, where only that is told: "to a UN plan"."""
    tokens = scene.sentence.tokens
    owner: Reference | None = None
    for reference in scene.references:
        gap = reference.mention.first - at - 1
        if gap < 0 or reference.actor is None:
            continue
        if gap > _BEHIND_REACH or _reaches_over(tokens[at + 1 : reference.mention.first], tokens[at].lower):
            break
        if modifies(scene, reference) or _is_owner(tokens, reference):
            owner = owner or reference
            continue
        return _joined_right(scene, reference, right)
    return called([owner]) if owner is not None and whose else ()


def _reaches_over(between: Collection[Token], opener: str = "") -> bool:
    """Whether another thing stands between: "against the arrest of X" is not against X, "by order of X" is by X."""
    before = ""
    for token in between:
        links = before in _QUANTITIES or (opener == "by" and before in _MEANS)
        if (
            _stops(token, ())
            or (token.lower == "of" and not links)
            or (token.lower.endswith("ing") and not links and token.lower != "ruling")
        ):
            return True
        before = token.lower
    return False


def is_verb_form(lower: str) -> bool:
    """Of a verb, as its ending tells."""
    return looks_verbal(lower) or (lower.endswith("ing") and len(lower) > 4)


def _is_owner(tokens: tuple[Token, ...], reference: Reference) -> bool:
    last = reference.mention.last
    return last < len(tokens) and tokens[last].text in POSSESSIVES


def _stopped(scene: Scene, trigger: Trigger, last: int) -> bool:
    """Whether something stands between a verb and token `last` that its object does not reach over; a date is not."""
    tokens, dated = scene.sentence.tokens, scene.dated
    return any(
        (_stops(tokens[at], trigger.rule.after) or (tokens[at].lower == "at" and at > trigger.last))
        and not _is_counting(tokens, at)
        and at not in dated
        and at + 1 not in dated
        for at in range(trigger.last, last)
    )


def _is_counting(tokens: tuple[Token, ...], at: int) -> bool:
    """ "About half a million people": a number follows, and the word only says how exact it is."""
    if tokens[at].lower not in ("about", "over", "around", "under") or at + 1 >= len(tokens):
        return False
    return tokens[at + 1].kind == "number" or tokens[at + 1].lower in _COUNTS


def _stops(token: Token, openers: Collection[str]) -> bool:
    lower = token.lower
    return (
        (lower in PREPOSITIONS and lower not in ("of", "than") and lower not in openers)
        or (lower in AUXILIARIES and token.text not in POSSESSIVES)
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
    alike = len(group) > 2 and all(each.mention.shape == chosen.mention.shape for each in group)
    return called(group if listed or alike else group[:1])
