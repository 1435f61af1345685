"""Status: how surely a thing is said, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from chronology_contracts.vocabulary import Modality
from msgspec import Struct

from ..ruleset import Ruleset, StatusRule
from .cast import Reference
from .frame import Cue, Scene
from .grammar import AUXILIARIES, MODALS_OF_DOUBT, NEGATIONS, PREPOSITIONS
from .predicates import Trigger
from .sentences import Token

_CUE_REACH: Final = 7
_QUOTE_MARKS: Final = frozenset('“”"«»')


class Status(Struct, frozen=True, kw_only=True, gc=False):
    """`told` is False for what is no event: negated, wished, possible. `speaker` has its span in the text."""

    told: bool = True
    modality: Modality = "asserted"
    speaker: str = ""
    speaker_start: int = 0
    speaker_end: int = 0
    rule: str = ""


def judge(scene: Scene, trigger: Trigger, carried: Status | None) -> Status:
    """The status of an act; `carried` is the speaker of a quotation that goes on from the sentence before."""
    number = scene.clause_at(trigger.first)
    clause = scene.clauses[number]
    tokens = scene.sentence.tokens
    speaker = _speaker(scene, trigger) or carried
    doubted = trigger.voice == "noun" and any(
        token.lower in MODALS_OF_DOUBT for token in tokens[clause.first : trigger.first]
    )
    if doubted or (trigger.voice != "noun" and _is_unreal(tokens, trigger, clause.opener)):
        return Status(told=False)
    # What stands before "that" bears on what is told behind it.
    left = 0 if clause.opener == "that" else clause.first
    first, last = max(left, trigger.first - _CUE_REACH), trigger.last + 3
    near = [cue for cue in scene.cues if first <= cue.at < last]
    effects: dict[str, str] = {cue.rule.effect: cue.rule.id for cue in near if _bears(cue.rule, cue.at, trigger)}
    if "hypothetical" in effects or "negated" in effects:
        return Status(told=False)
    modality, rule_id = _modality(effects, trigger)
    if speaker is None:
        return Status(modality=modality, rule=rule_id)
    if modality == "asserted" and speaker.modality == "alleged":
        modality = "alleged"
    return Status(
        modality=modality,
        speaker=speaker.speaker,
        speaker_start=speaker.speaker_start,
        speaker_end=speaker.speaker_end,
        rule=rule_id or speaker.rule,
    )


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


def _modality(effects: Mapping[str, str], trigger: Trigger) -> tuple[Modality, str]:
    if "denied" in effects and trigger.rule.type != "REJECT":
        return "denied", effects["denied"]
    if "scheduled" in effects:
        return "scheduled", effects["scheduled"]
    if "alleged" in effects and trigger.rule.type != "ACCUSE":
        return "alleged", effects["alleged"]
    if trigger.rule.habitual or (trigger.tense in ("present", "progressive") and not _is_said(trigger)):
        return "habitual", ""
    if (
        "habitual" in effects
        and trigger.tense in ("present", "progressive", "perfect", "past")
        and (not trigger.rule.speech or trigger.tense == "progressive")
    ):
        return "habitual", effects["habitual"]
    return "asserted", ""


def _is_said(trigger: Trigger) -> bool:
    """What is said, charged or tried is so from then on, whatever the tense that reports it."""
    return trigger.rule.speech or trigger.rule.type == "ACCUSE"


def cues(tokens: tuple[Token, ...], dated: Collection[int], rules: Ruleset) -> tuple[Cue, ...]:
    """Every cue of a sentence; words of a date are none: "May" is a month there."""
    found = []
    for at, token in enumerate(tokens):
        if at in dated:
            continue
        for said, rule in rules.status.get(token.lower, ()):
            if all(at + step < len(tokens) and tokens[at + step].lower == word for step, word in enumerate(said)):
                found.append(Cue(rule=rule, at=at))
                break
    return tuple(found)


def _speaker(scene: Scene, trigger: Trigger) -> Status | None:
    """Who says it, in the same sentence: "X said (that) …", "…, X said", "according to X"."""
    tokens = scene.sentence.tokens
    for cue in scene.cues:
        rule, at = cue.rule, cue.at
        if trigger.group <= at < trigger.last or trigger.first == at:
            continue
        if rule.effect == "according-to":
            found = next(
                (reference for reference in scene.references if 0 <= reference.mention.first - at - 2 <= 4), None
            )
        elif rule.effect == "attribution" and _scope_holds(scene, at, trigger):
            found = _beside(scene, at)
        else:
            continue
        if found is not None and found.actor is not None:
            doubt = tokens[at].lower.startswith(("claim", "alleg", "believ"))
            return Status(
                speaker=found.actor.name,
                speaker_start=found.mention.start,
                speaker_end=found.mention.end,
                modality="alleged" if doubt else "asserted",
                rule=rule.id,
            )
    return None


def _scope_holds(scene: Scene, at: int, trigger: Trigger) -> bool:
    """The verb of saying bears on what stands behind it, or before it where it closes the sentence."""
    tokens = scene.sentence.tokens
    if at < trigger.first:
        between = tokens[at + 1 : trigger.group]
        opens = any(token.lower in ("that", "“", '"', ":", ",") or token.text in _QUOTE_MARKS for token in between[:6])
        return (
            opens
            or scene.clause_at(at) == scene.clause_at(trigger.first)
            or tokens[at].lower in ("said", "says", "told", "saying", "claims", "believes")
        )
    before = [token.text for token in tokens[max(0, at - 8) : at]]
    behind = [token.text for token in tokens[at : at + 2]]
    return (
        ("," in before or any(mark in before for mark in _QUOTE_MARKS))
        and "," not in behind[1:]
        and scene.clause_at(at) != scene.clause_at(trigger.first)
    ) or _quoted_between(tokens, trigger.last, at)


def _quoted_between(tokens: tuple[Token, ...], first: int, last: int) -> bool:
    return any(token.text in _QUOTE_MARKS for token in tokens[first:last])


def _beside(scene: Scene, at: int) -> Reference | None:
    """The subject of the verb of saying: the nearest mention before it in its clause, else the one right behind it."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(at)]
    before = [
        reference
        for reference in scene.references
        if clause.first <= reference.mention.first and reference.mention.last <= at
    ]
    free = [
        reference
        for reference in before
        if not (reference.mention.first and tokens[reference.mention.first - 1].lower in PREPOSITIONS)
    ]
    named = [reference for reference in free if reference.mention.shape in ("person", "pronoun")]
    if named or free:
        return (named or free)[-1]
    behind = next((reference for reference in scene.references if 0 <= reference.mention.first - at - 1 <= 1), None)
    if behind is not None:
        return behind
    # "Telen, whose …, said": the subject stands before the clause that was put in.
    earlier = [
        reference
        for reference in scene.references
        if reference.mention.last <= clause.first and reference.mention.shape in ("person", "organisation")
    ]
    return earlier[0] if earlier and clause.kind == "coordinate" else None


def quoted_speaker(scene: Scene) -> Status | None:
    """Who speaks in a sentence that holds a quotation, for the sentences of it that follow."""
    tokens = scene.sentence.tokens
    if not any(token.text in _QUOTE_MARKS for token in tokens):
        return None
    for cue in scene.cues:
        rule, at = cue.rule, cue.at
        if rule.effect == "attribution":
            found = _beside(scene, at)
            if found is not None and found.actor is not None:
                return Status(
                    speaker=found.actor.name,
                    speaker_start=found.mention.start,
                    speaker_end=found.mention.end,
                    rule=rule.id,
                )
    return None


def opens_in_quote(tokens: tuple[Token, ...], inside: bool) -> bool:
    """Whether a quotation is open at the end of these tokens, given whether it was at their beginning."""
    for token in tokens:
        if token.text in ("“", "«"):
            inside = True
        elif token.text in ("”", "»"):
            inside = False
        elif token.text == '"':
            inside = not inside
    return inside
