"""Status: how surely a thing is said, and who says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from chronology_contracts.vocabulary import Modality
from msgspec import Struct

from ..ruleset import PredicateRule, Ruleset, StatusRule
from .cast import Reference
from .frame import Cue, Scene
from .grammar import (
    ARTICLES,
    AUXILIARIES,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    MODALS_OF_DOUBT,
    NEGATIONS,
    PREPOSITIONS,
    is_adverb,
    looks_verbal,
    words,
)
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token
from .subjects import subject_of

_CUE_REACH: Final = 7
_QUOTE_MARKS: Final = frozenset('“”"«»')
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
_DOUBTS: Final = ("claim", "alleg", "believ", "suspect", "complain", "charg")
_CLOSED_REACH: Final = 12
_SAYING: Final = PredicateRule(id="", type="OTHER", speech=True, examples=())
_CUES_MAX: Final = 30
"""A sentence of prose has a few; each is compared with each act of its sentence."""


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
    doubted = trigger.voice == "noun" and _is_doubted(scene, trigger.first)
    if doubted or (trigger.voice != "noun" and _is_unreal(tokens, trigger, clause.opener)):
        return Status(told=False)
    if clause.opener == "that" and clause.first and _is_hearsay(scene, clause.first, trigger.group):
        return Status(told=False)
    effects = _effects(scene, trigger, number)
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
        if trigger.rule.speech and _quoted_between(tokens, cue.at, trigger.group) and not wide:
            # What is quoted does not bear on the saying of it.
            continue
        if trigger.rule.outranked and effect == "habitual" and not trigger.group - 1 <= cue.at < trigger.last:
            # "Said that … often": a word beside the verb alone tells that it is said again and again.
            continue
        replaced = cue.replaces and clause.first <= cue.at < trigger.first
        if replaced or ((wide or first <= cue.at < last) and _bears(cue.rule, cue.at, trigger)):
            found[effect] = cue.rule.id
    if trigger.tense in ("perfect", "progressive") and _since(scene, goes_on, clause.last):
        found.setdefault("habitual", "")
    return found


def _since(scene: Scene, first: int, last: int) -> bool:
    """ "Since the coup", "since Friday": what has been done since then goes on."""
    tokens = scene.sentence.tokens
    return any(
        tokens[at].lower == "since" and (at + 1 in scene.dated or tokens[at + 1].lower in DETERMINERS)
        for at in range(first, min(last, len(tokens) - 1))
    )


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


def _modality(effects: Mapping[str, str], trigger: Trigger) -> tuple[Modality, str]:
    if "denied" in effects and trigger.rule.type != "REJECT":
        return "denied", effects["denied"]
    if "scheduled" in effects:
        return "scheduled", effects["scheduled"]
    if "alleged" in effects and trigger.rule.type != "ACCUSE":
        return "alleged", effects["alleged"]
    if trigger.rule.habitual or (trigger.tense in ("present", "progressive") and not _is_spoken(trigger)):
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
        if ways is None:
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


def _speaker(scene: Scene, trigger: Trigger) -> Status | None:
    """Who says it, in the same sentence: "X said (that) …", "…, X said", "according to X"."""
    tokens = scene.sentence.tokens
    for cue in scene.cues:
        rule, at = cue.rule, cue.at
        if trigger.group <= at < trigger.last or trigger.first == at or (at and tokens[at - 1].lower in BE):
            # "Are reported to …" names nobody.
            continue
        number = scene.clause_at(at)
        apart = number != scene.clause_at(trigger.first) and scene.clauses[number].kind == "relative"
        if rule.effect == "according-to" and apart:
            # "… which, according to X, left 21 dead" bears on that clause alone.
            continue
        if rule.effect == "according-to":
            found = next(
                (reference for reference in scene.references if 0 <= reference.mention.first - at - 2 <= 4), None
            )
        elif rule.effect == "attribution" and _scope_holds(scene, at, trigger):
            found = beside(scene, at)
        else:
            continue
        if found is not None and found.actor is not None:
            doubt = tokens[at].lower.startswith(_DOUBTS)
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
        if _closes_quotation(tokens, at) and not any(
            token.lower == "that" or token.text in _QUOTE_MARKS for token in between
        ):
            return False
        opens = any(token.lower in ("that", "“", '"', ":", ",") or token.text in _QUOTE_MARKS for token in between[:6])
        return (
            opens
            or scene.clause_at(at) == scene.clause_at(trigger.first)
            or tokens[at].lower in ("said", "says", "told", "saying", "claims", "believes")
        )
    if _quoted_between(tokens, trigger.last, at):
        return True
    if tokens[at].lower.endswith("ing"):
        return False
    saying, told = scene.clauses[scene.clause_at(at)], scene.clauses[scene.clause_at(trigger.first)]
    if saying.kind == "relative":
        # "…, which X says is wrong."
        return False
    if told.kind == "relative" and not any(saying.first <= each.mention.first < at for each in scene.references):
        # "Telen, who was freed in May, said": that clause is no part of what she says.
        return False
    before = [token.text for token in tokens[max(0, at - 8) : at]]
    behind = [token.text for token in tokens[at : at + 2]]
    return (
        ("," in before or any(mark in before for mark in _QUOTE_MARKS))
        and "," not in behind[1:]
        and scene.clause_at(at) != scene.clause_at(trigger.first)
    )


def _closes_quotation(tokens: tuple[Token, ...], at: int) -> bool:
    """ "…," X said, and what stands behind that is no longer X's."""
    marks = [reach for reach in range(at) if tokens[reach].text in _QUOTE_MARKS]
    if not marks or at - marks[-1] > _CLOSED_REACH:
        return False
    return tokens[marks[-1]].text in "”»" or (tokens[marks[-1]].text == '"' and len(marks) % 2 == 0)


def _quoted_between(tokens: tuple[Token, ...], first: int, last: int) -> bool:
    return any(token.text in _QUOTE_MARKS for token in tokens[first:last])


def beside(scene: Scene, at: int) -> Reference | None:
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
    if free and free[-1].mention.last == at and free[-1].mention.shape in ("name", "organisation"):
        return free[-1]
    if named or free:
        return (named or free)[-1]
    behind = next((reference for reference in scene.references if 0 <= reference.mention.first - at - 1 <= 1), None)
    if behind is not None and behind.mention.last < len(tokens):
        following = tokens[behind.mention.last]
        if looks_verbal(following.lower) or is_adverb(following.lower):
            # "Says relatives were detained": it is they whom this is said of.
            behind = None
    apart = behind is not None and behind.mention.first == at + 2 and tokens[at + 1].lower not in ARTICLES - {"that"}
    if apart or tokens[at].lower.endswith("ing"):
        # "Stating that the group …", "saying Telen …".
        behind = None
    if behind is not None:
        return behind
    # "Telen, whose …, said": the subject stands before the clause that was put in.
    earlier = [
        reference
        for reference in scene.references
        if reference.mention.last <= clause.first and reference.mention.shape in ("person", "organisation")
    ]
    if earlier and clause.kind == "coordinate":
        return earlier[0]
    if clause.kind == "participle":
        # "The group criticises …, stating that …".
        alone = [each for each in earlier if _stands_alone(tokens, each)]
        return alone[-1] if alone else None
    saying = Trigger(
        first=at, last=at + 1, group=at, base="say", rule=_SAYING, voice="active", tense="past"
    )  # fmt: skip
    found = subject_of(scene, saying)
    return found[0] if found else None


def _stands_alone(tokens: tuple[Token, ...], reference: Reference) -> bool:
    """Whether no preposition governs it and it owns nothing."""
    first, last = reference.mention.first, reference.mention.last
    owns = last < len(tokens) and tokens[last].text in POSSESSIVES
    return not owns and not (first and tokens[first - 1].lower in PREPOSITIONS)


def quoted_speaker(scene: Scene) -> Status | None:
    """Who speaks in a sentence that holds a quotation, for the sentences of it that follow."""
    tokens = scene.sentence.tokens
    if not any(token.text in _QUOTE_MARKS for token in tokens):
        return None
    for cue in scene.cues:
        rule, at = cue.rule, cue.at
        if rule.effect == "attribution":
            found = beside(scene, at)
            if found is not None and found.actor is not None:
                return Status(
                    speaker=found.actor.name,
                    speaker_start=found.mention.start,
                    speaker_end=found.mention.end,
                    rule=rule.id,
                )
    return None
