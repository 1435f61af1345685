"""Who says so: the speaker of what a sentence tells, in it or in the quotation that it belongs to."""

from __future__ import annotations

from typing import Final

from chronology_contracts.vocabulary import Modality
from msgspec import Struct

from ..ruleset import PredicateRule
from .cast import Reference
from .frame import Scene
from .grammar import ARTICLES, AUXILIARIES, BE, CONJUNCTIONS, PREPOSITIONS, RELATIVES, looks_verbal
from .mentions import POSSESSIVES
from .predicates import Trigger
from .sentences import Token
from .subjects import subject_of

_QUOTE_MARKS: Final = frozenset('“”"«»')
_DOUBTS: Final = ("claim", "alleg", "believ", "suspect", "complain", "charg")
_CLOSED_REACH: Final = 12
_SUBJECT_REACH: Final = 8
_SAYING: Final = PredicateRule(id="", type="OTHER", examples=())


class Status(Struct, frozen=True, kw_only=True, gc=False):
    """`told` is False for what is no event: negated, wished, possible. `speaker` has its span in the text."""

    told: bool = True
    modality: Modality = "asserted"
    speaker: str = ""
    speaker_start: int = 0
    speaker_end: int = 0
    rule: str = ""


def speaker_of(scene: Scene, trigger: Trigger) -> Status | None:
    """Who says it, in the same sentence: "X said (that) …", "…, X said", "according to X"."""
    tokens = scene.sentence.tokens
    for cue in scene.cues:
        rule, at = cue.rule, cue.at
        if trigger.group <= at < trigger.last or trigger.first == at or (at and tokens[at - 1].lower in BE):
            # "Are reported to …" names nobody.
            continue
        number = scene.clause_at(at)
        put_in = at > 1 and tokens[at - 1].text == "," and tokens[at - 2].lower in RELATIVES
        relative = put_in or scene.clauses[number].kind == "relative"
        apart = relative and number != scene.clause_at(trigger.first) and (not put_in or trigger.first < at)
        if rule.effect == "according-to" and trigger.first < at and _opens_next(tokens, at):
            # "He came and, according to X, threatened to …" bears on what follows.
            continue
        if rule.effect == "according-to" and apart:
            # "… which, according to X, left 21 dead" bears on that clause alone.
            continue
        if rule.effect == "according-to":
            found = next(
                (
                    reference
                    for reference in scene.references
                    if 0 <= reference.mention.first - at - 2 <= 4 and not _owns_next(scene, reference)
                ),
                None,
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
    if quoted_between(tokens, trigger.last, at):
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
    if _has_content(tokens, at):
        return False
    before = [token.text for token in tokens[max(0, at - 8) : at]]
    behind = [token.text for token in tokens[at : at + 2]]
    return (
        ("," in before or any(mark in before for mark in _QUOTE_MARKS))
        and "," not in behind[1:]
        and scene.clause_at(at) != scene.clause_at(trigger.first)
    )


def _owns_next(scene: Scene, reference: Reference) -> bool:
    """ "The miners' union": it is the union that says so."""
    tokens, last = scene.sentence.tokens, reference.mention.last
    owns = last < len(tokens) and tokens[last].text in POSSESSIVES
    return owns and any(each.mention.first == last + 1 for each in scene.references)


def _opens_next(tokens: tuple[Token, ...], at: int) -> bool:
    return at > 1 and tokens[at - 1].text == "," and tokens[at - 2].lower in CONJUNCTIONS


def _has_content(tokens: tuple[Token, ...], at: int) -> bool:
    """ "Was freed, but prosecutors said they would appeal": what is said stands behind the verb of saying."""
    for token in tokens[at + 1 :]:
        if token.kind == "mark":
            return False
        if token.lower in AUXILIARIES or token.lower == "that":
            return True
    return False


def _closes_quotation(tokens: tuple[Token, ...], at: int) -> bool:
    """ "…," X said, and what stands behind that is no longer X's."""
    marks = [reach for reach in range(at) if tokens[reach].text in _QUOTE_MARKS]
    if not marks or at - marks[-1] > _CLOSED_REACH:
        return False
    return tokens[marks[-1]].text in "”»" or (tokens[marks[-1]].text == '"' and len(marks) % 2 == 0)


def quoted_between(tokens: tuple[Token, ...], first: int, last: int) -> bool:
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
    if behind is not None and _is_subject(tokens, behind):
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


def _is_subject(tokens: tuple[Token, ...], reference: Reference) -> bool:
    """Whether a verb of its own follows, before any comma."""
    for token in tokens[reference.mention.last : reference.mention.last + _SUBJECT_REACH]:
        if token.kind == "mark" or token.lower in RELATIVES:
            return False
        if looks_verbal(token.lower):
            return True
    return False


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
