"""Status: how surely a thing is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from chronology_contracts.vocabulary import Modality

from ..ruleset import Ruleset, StatusRule
from .attribution import Status, beside, quoted_between, speaker_of
from .frame import Cue, Scene
from .grammar import (
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    MODALS_OF_DOUBT,
    NEGATIONS,
    PREPOSITIONS,
    is_adverb,
    words,
)
from .habits import for_long, goes_on_since, is_counted, is_regular, was_done_to_one, was_under_way
from .predicates import Trigger
from .sentences import Token
from .verbs import is_charged

__all__ = ["Status", "cues", "judge"]

_CUE_REACH: Final = 7
_HEARSAY: Final = words(
    """
    charge charges allegation allegations accusation accusations claim claims suggestion suggestions rumour rumours
    rumor rumors speculation fear fears concern concerns suspicion suspicions assertion assertions
    """
)
"""Before "that": what follows is spoken of, and not told."""
_SUBJECTS: Final = words("he she it they we i who which also")
_GATHERED: Final = words("gathered assembled rallied marched gather gathering streets")
_PROOFS: Final = words("sign signs evidence indication indications proof")
_SOUGHT: Final = words(
    """
    seek seeks seeking sought demand demands demanding demanded await awaits awaiting awaited urge urging want wants
    deserve deserves risk risks risking face avoid avoids avoiding avoided prevent preventing
    """
)
"""Right before a noun: the thing has not happened by that."""
_SOUGHT_REACH: Final = 3
_CRIMES: Final = frozenset(["torture", "sexual"])
_PLACING: Final = words("before after during since at")
_PLACED_REACH: Final = 4
_BEFORE_STATES: Final = DETERMINERS | frozenset(["member", "arab", "gulf", "baltic", "neighbouring", "neighboring"])
_WHAT_IT_IS: Final = words("not no a an never")
_CONDITIONS: Final = frozenset(["if", "unless", "whether"])
_ANNOUNCED: Final = frozenset(["announced", "confirmed"])
_SAID: Final = _ANNOUNCED | frozenset(["said", "told", "added"])
_PROCEEDINGS: Final = frozenset(["ACCUSE", "REJECT"])
"""To go to law is a plan where a threat or a promise would be of other types."""
_NOBODY: Final = frozenset(["no", "none", "nobody"])
_CUES_MAX: Final = 30
"""A sentence of prose has a few; each is compared with each act of its sentence."""


def judge(scene: Scene, trigger: Trigger, carried: Status | None) -> Status:
    """The status of an act; `carried` is the speaker of a quotation that goes on from the sentence before."""
    number = scene.clause_at(trigger.first)
    clause = scene.clauses[number]
    tokens = scene.sentence.tokens
    speaker = speaker_of(scene, trigger) or carried
    announced = _is_announced(scene, trigger)
    doubted = trigger.voice == "noun" and (_is_doubted(scene, trigger.first) or _only_places(scene, trigger))
    unreal = trigger.voice != "noun" and (
        _is_unreal(tokens, trigger, clause.opener) or _is_of_nobody(tokens, clause.first, trigger)
    )
    if doubted or (unreal and not announced):
        return Status(told=False)
    if clause.opener == "that" and clause.first and _is_hearsay(scene, clause.first, trigger.group):
        return Status(told=False)
    effects = _effects(scene, trigger, number)
    if announced:
        effects = {"scheduled": ""}
    if "hypothetical" in effects or "negated" in effects:
        return Status(told=False)
    dated = trigger.tense in ("past", "pluperfect", "none") and any(
        at in scene.dated for at in range(clause.first, clause.last)
    )
    if trigger.tense in ("participle", "perfect") and is_charged(tokens, trigger.first):
        return _charge(scene, trigger)
    once = dated and not goes_on_since(scene, clause.first, clause.last)
    over = was_under_way(tokens, trigger) or was_done_to_one(scene, trigger)
    modality, rule_id = _modality(effects, trigger, dated=once or over, past=over)
    if speaker is None:
        return Status(modality=modality, rule=rule_id)
    if modality == "asserted" and (speaker.modality == "alleged" or trigger.rule.mode in _CRIMES):
        # Who says that somebody was tortured accuses somebody of it.
        modality = "alleged"
    return Status(
        modality=modality,
        speaker=speaker.speaker,
        speaker_start=speaker.speaker_start,
        speaker_end=speaker.speaker_end,
        rule=rule_id or speaker.rule,
    )


def _effects(scene: Scene, trigger: Trigger, number: int) -> dict[str, str]:
    """What the cues around an act do to it, with their rules' ids."""
    clause, tokens = scene.clauses[number], scene.sentence.tokens
    # What stands before "that" bears on what is told behind it.
    left = 0 if clause.opener == "that" else clause.first
    first, last = max(left, trigger.first - _CUE_REACH), trigger.last + 3
    if clause.kind == "participle" and clause.parent is not None:
        goes_on = scene.clauses[clause.parent].first
    else:
        goes_on = clause.first
    found: dict[str, str] = {}
    for cue in scene.cues:
        effect = cue.rule.effect
        # "Repeatedly" belongs to the word beside it, "every week" to all that is told.
        wide = effect == "habitual" and goes_on <= cue.at < clause.last and not is_adverb(tokens[cue.at].lower)
        if trigger.rule.speech and quoted_between(tokens, cue.at, trigger.group) and not wide:
            # What is quoted does not bear on the saying of it.
            continue
        if trigger.rule.outranked and effect == "habitual" and not trigger.group - 1 <= cue.at < trigger.last:
            # "Said that … often": a word beside the verb alone tells that it is said again and again.
            continue
        replaced = cue.replaces and clause.first <= cue.at < trigger.first
        if replaced or ((wide or first <= cue.at < last) and _bears(cue.rule, cue.at, trigger)):
            found[effect] = cue.rule.id
    if is_regular(scene, goes_on, clause.last) or (trigger.voice == "noun" and is_counted(tokens, trigger)):
        found.setdefault("habitual", "")
    lasting = trigger.tense == "perfect" and trigger.rule.type != "OTHER"
    if lasting and for_long(tokens, trigger.last, clause.last):
        found.setdefault("habitual", "")
    if trigger.tense in ("perfect", "progressive") and goes_on_since(scene, goes_on, clause.last):
        found.setdefault("habitual", "")
    return found


def _is_hearsay(scene: Scene, that: int, group: int) -> bool:
    """Whether what follows "that" is only spoken of, or found not to be: "no sign that …"."""
    tokens = scene.sentence.tokens
    if tokens[that - 1].lower in _HEARSAY:
        # "Telen claims that …", "she fears that …": a verb.
        verb = that > 1 and (
            tokens[that - 2].lower in _SUBJECTS or any(each.mention.last == that - 1 for each in scene.references)
        )
        return not verb and all(token.text != "," for token in tokens[that:group])
    before = [token.lower for token in tokens[max(0, that - _CUE_REACH) : that]]
    return before[-1] in _PROOFS and not NEGATIONS.isdisjoint(before)


def _is_doubted(scene: Scene, at: int) -> bool:
    """Whether "must" or "may" stands before a noun, in its clause or in the one that this goes on from; or whether it
    is only sought."""
    tokens = scene.sentence.tokens
    if any(token.lower in _SOUGHT for token in tokens[max(0, at - _SOUGHT_REACH) : at]):
        return True
    number: int | None = scene.clause_at(at)
    while number is not None:
        clause = scene.clauses[number]
        if any(token.lower in MODALS_OF_DOUBT for token in tokens[clause.first : min(at, clause.last)]):
            return True
        number = clause.parent if clause.opener in CONJUNCTIONS else None
    return False


def _is_unreal(tokens: tuple[Token, ...], trigger: Trigger, opener: str) -> bool:
    group = tokens[trigger.group : trigger.first]
    if any(
        token.lower in MODALS_OF_DOUBT or token.lower in NEGATIONS or token.lower.endswith("n't") for token in group
    ):
        return True
    if trigger.first and tokens[trigger.first - 1].lower in NEGATIONS:
        return True
    if trigger.voice == "passive" and {token.lower for token in group} & AUXILIARIES == {"be"}:
        # "Demand that it be lifted".
        return trigger.tense != "infinitive"
    if trigger.rule.type == "PROTEST" and any(token.lower in _GATHERED for token in tokens[: trigger.group]):
        # "Gathered on the square to protest".
        return False
    if trigger.tense == "infinitive" and not trigger.governed:
        return not any(
            token.lower in ("due", "scheduled", "set", "plans", "planned", "is", "are")
            for token in tokens[max(0, trigger.group - 3) : trigger.group]
        )
    return opener in ("if", "whether", "unless")


def _bears(rule: StatusRule, at: int, trigger: Trigger) -> bool:
    """What stands behind the trigger can place it in time, but not deny it."""
    if rule.effect in ("hypothetical", "negated", "denied"):
        return (
            at < trigger.first
            and trigger.first - at <= (4 if rule.effect != "denied" else _CUE_REACH)
            and (at < trigger.group or rule.effect == "negated")
        )
    if rule.effect == "scheduled" and trigger.voice != "noun":
        # "Announced that it will …": what is told as past is not to come.
        return at < trigger.first and trigger.tense not in ("past", "perfect", "pluperfect")
    return rule.effect in ("habitual", "scheduled") or at < trigger.first


def _charge(scene: Scene, trigger: Trigger) -> Status:
    """What somebody is accused of is alleged by whoever accuses."""
    tokens = scene.sentence.tokens
    at = next(at for at in range(trigger.first - 1, -1, -1) if tokens[at].lower.startswith("accus"))
    found = None if at and tokens[at - 1].lower in BE else beside(scene, at)
    if found is None or found.actor is None:
        return Status(modality="alleged")
    mention = found.mention
    return Status(
        modality="alleged", speaker=found.actor.name, speaker_start=mention.start, speaker_end=mention.end
    )  # fmt: skip


def _only_places(scene: Scene, trigger: Trigger) -> bool:
    """ "Days before the visit", "during the protests": what is told beside it happened by then."""
    tokens = scene.sentence.tokens
    if trigger.rule.type not in ("CONSULT", "PROTEST") or any(
        at in scene.dated for at in range(trigger.last, min(trigger.last + _PLACED_REACH, len(tokens)))
    ):
        return False
    behind = [token.lower for token in tokens[trigger.last : trigger.last + 2]]
    if len(behind) > 1 and behind[0] in ("is", "are") and behind[1] in _WHAT_IT_IS:
        # "Pickets are not a crime".
        return True
    for token in reversed(tokens[max(0, trigger.first - _PLACED_REACH) : trigger.first]):
        if token.lower in _PLACING:
            return True
        if token.kind == "mark" or token.lower in AUXILIARIES or token.lower in PREPOSITIONS:
            return False
    return False


def _is_announced(scene: Scene, trigger: Trigger) -> bool:
    """ "Announced that he would travel", "said she would appeal on Monday": to come, as seen from then."""
    tokens = scene.sentence.tokens
    group = [token.lower for token in tokens[trigger.group : trigger.first]]
    if trigger.voice == "noun" or "would" not in group or not NEGATIONS.isdisjoint(group):
        return False
    before = {token.lower for token in tokens[max(0, trigger.group - _CUE_REACH) : trigger.group]}
    if any(token.lower in _CONDITIONS for token in tokens) or not before & _SAID:
        return False
    clause = scene.clauses[scene.clause_at(trigger.first)]
    dated = any(at in scene.dated for at in range(trigger.last, clause.last))
    return dated or bool(before & _ANNOUNCED) or trigger.rule.type in _PROCEEDINGS


def _is_of_nobody(tokens: tuple[Token, ...], first: int, trigger: Trigger) -> bool:
    """ "No member of the council had been arrested": the subject is none."""
    told = tokens[first : trigger.group]
    at = next((at for at, token in enumerate(told) if token.lower in _NOBODY), None)
    return at is not None and not any(
        token.kind == "mark" or token.lower in AUXILIARIES or token.lower in CONJUNCTIONS for token in told[at:]
    )


def _modality(effects: Mapping[str, str], trigger: Trigger, *, dated: bool, past: bool) -> tuple[Modality, str]:
    if "denied" in effects and trigger.rule.type != "REJECT":
        return "denied", effects["denied"]
    if "scheduled" in effects:
        return "scheduled", effects["scheduled"]
    if "alleged" in effects and trigger.rule.type != "ACCUSE":
        return "alleged", effects["alleged"]
    if (trigger.rule.habitual and not dated) or (
        trigger.tense in ("present", "progressive") and not past and not _is_spoken(trigger)
    ):
        return "habitual", ""
    if "habitual" in effects and (trigger.tense not in ("pluperfect", "infinitive") or trigger.governed):
        return "habitual", effects["habitual"]
    if trigger.voice == "passive" and trigger.tense in ("present", "progressive") and trigger.rule.type != "ACCUSE":
        # "Are threatened with expulsion".
        return "habitual", ""
    return "asserted", ""


def _is_spoken(trigger: Trigger) -> bool:
    """What is said, charged or tried is so from then on, whatever the tense that reports it."""
    return trigger.rule.speech or trigger.rule.type == "ACCUSE"


def cues(tokens: tuple[Token, ...], dated: Collection[int], rules: Ruleset) -> tuple[Cue, ...]:
    """Every cue of a sentence; words of a date are none: "May" is a month there."""
    found = []
    for at, token in enumerate(tokens):
        if at in dated or (at and token.capital and token.kind == "word" and tokens[at - 1].kind == "word"):
            # "The United States".
            continue
        ways = rules.status.get(token.lower)
        if ways is None or (token.lower == "states" and at and tokens[at - 1].lower in _BEFORE_STATES):
            continue
        effects: set[str] = set()
        following = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        for said, rule in ways:
            # Most phrases of several words fall at their second one.
            if (len(said) == 1 or following == said[1]) and rule.effect not in effects and _is_said(tokens, at, said):
                # "Claimed" both doubts and attributes.
                if rule.effect == "scheduled" and said[-1] == "to" and not _is_base(tokens, at + len(said), rules):
                    # "Due to the storm" tells a cause.
                    continue
                effects.add(rule.effect)
                found.append(Cue(rule=rule, at=at, replaces=said[-1] == "of" and rule.effect == "negated"))
        if len(found) >= _CUES_MAX:
            break
    return tuple(found)


def _is_base(tokens: tuple[Token, ...], at: int, rules: Ruleset) -> bool:
    """Whether a verb may stand here as it does behind "to"."""
    if at >= len(tokens):
        return False
    lower = tokens[at].lower
    return lower in rules.forms or not (lower in DETERMINERS or lower in PREPOSITIONS or tokens[at].capital)


def _is_said(tokens: tuple[Token, ...], at: int, said: tuple[str, ...]) -> bool:
    return tuple(token.lower for token in tokens[at : at + len(said)]) == said
