"""The stages that go sentence by sentence, one after the other, up to the triggers that may tell events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from chronology_contracts.events import MENTIONS_MAX, Mention
from msgspec.structs import replace

from ..ruleset import Ruleset
from . import actors, clauses, modality, predicates, quotations, speech, topics
from .cast import cast
from .dated import locate
from .dates import TemporalExpression
from .draft import Draft
from .predicates import Trigger
from .roles import Scene
from .sentences import Sentence

_MENTION_LENGTH_MAX: Final = 200
_QUOTATION_MAX: Final = 6
"""So many sentences of a quotation on each side are looked at for what it asks for."""


def scenes(split: Sequence[Sentence], expressions: Sequence[TemporalExpression], rules: Ruleset) -> tuple[Scene, ...]:
    """Each sentence with its mentions, clauses and the tokens of its dates."""
    seen = actors.spelled(split)
    mentions = [actors.find(sentence, rules, seen) for sentence in split]
    references = cast(split, mentions, rules)
    grouped = _by_sentence(split, expressions)
    read = []
    for sentence, found, told in zip(split, references, grouped, strict=True):
        located = locate(sentence.tokens, told)
        dated = frozenset(at for each in located for at in range(each.first, each.last))
        starts = frozenset(reference.mention.first for reference in found)
        read.append(
            Scene(
                sentence=sentence,
                references=found,
                clauses=clauses.split(sentence, starts, dated, rules),
                dated=dated,
                located=located,
                cues=modality.cues(sentence.tokens, dated, rules),
            )
        )
    return tuple(read)


def mentions_by_actor(read: Sequence[Scene], text: str) -> dict[str, tuple[Mention, ...]]:
    """Where the document calls each actor what, one place for each form; pronouns are none."""
    found: dict[str, dict[str, Mention]] = {}
    for scene in read:
        for reference in scene.references:
            mention = reference.mention
            if reference.actor is None or mention.shape == "pronoun":
                continue
            forms = found.setdefault(reference.actor.name, {})
            said = text[mention.start : mention.end]
            if len(forms) < MENTIONS_MAX and len(said) <= _MENTION_LENGTH_MAX:
                forms.setdefault(said, Mention(text=said, start=mention.start, end=mention.end))
    return {name: tuple(forms.values()) for name, forms in found.items()}


def drafts(read: Sequence[Scene], rules: Ruleset) -> Iterator[Draft]:
    """The triggers of the document, but for headings of a text that has sentences."""
    only_headings = all(scene.sentence.heading for scene in read)
    quoted, critics = quotations.Quotations(read), speech.critics(read)
    terms = [topics.terms(scene.sentence.tokens, rules) for scene in read]
    for number, scene in enumerate(read):
        if scene.sentence.heading and not only_headings:
            continue
        around: Counter[str] = sum(terms[max(0, number - 1) : number + 2], Counter())
        found = _triggers(scene, rules)
        before = read[max(quoted.began[number], number - _QUOTATION_MAX) : number]
        after = [read[at] for at in quoted.after.get(number, ())[:_QUOTATION_MAX]]
        spoken = speech.acts(scene, tuple(_once_in_clause(scene, found)), before, after, critics, rules)
        for trigger, complement in _ungoverned(scene, spoken):
            yield Draft(
                number=number,
                scene=scene,
                trigger=trigger,
                complement=complement,
                triggers=found,
                quoting=quoted.speakers[number] if trigger.first in quoted.tokens[number] else None,
                around=around,
            )


def _triggers(scene: Scene, rules: Ruleset) -> tuple[Trigger, ...]:
    starts = frozenset(reference.mention.first for reference in scene.references)
    ends = frozenset(reference.mention.last for reference in scene.references)
    return predicates.find(scene.sentence, starts, ends, scene.dated, rules)


def _once_in_clause(scene: Scene, triggers: Sequence[Trigger]) -> Iterator[Trigger]:
    """Without nouns that only name again what the verb of their clause tells: "held a vigil", "killed in an attack".

    Where the noun alone says in which mode, the verb takes it over: "killed in a bombing".
    """
    nouns = {
        (scene.clause_at(each.first), each.rule.type): each.rule for each in reversed(triggers) if each.voice == "noun"
    }
    told = {(scene.clause_at(each.first), each.rule.type) for each in triggers if each.voice != "noun"}
    for trigger in triggers:
        place = (scene.clause_at(trigger.first), trigger.rule.type)
        if trigger.tense == "participle" and trigger.rule.type == "ASSAULT":
            clause = scene.clauses[place[0]]
            if clause.kind == "participle" and (clause.parent, "ASSAULT") in told:
                # "Fired on a bus, killing two": what came of the deed that is told.
                continue
        if trigger.voice == "noun":
            if place not in told:
                yield trigger
            continue
        noun = nouns.get(place)
        if noun is not None and noun.mode and not trigger.rule.mode and trigger.rule.type == "ASSAULT":
            yield replace(trigger, rule=replace(trigger.rule, mode=noun.mode, id=noun.id))
        else:
            yield trigger


def _ungoverned(
    scene: Scene, triggers: Iterable[tuple[Trigger, Trigger | None]]
) -> Iterator[tuple[Trigger, Trigger | None]]:
    """Each act with the one that a promise, threat, demand or refusal has as its complement, which is none itself."""
    governor: Trigger | None = None
    complement: Trigger | None = None
    for trigger, spoken_of in triggers:
        if governor is not None and _is_complement(scene, governor, trigger):
            complement = complement or trigger
            continue
        if governor is not None:
            yield governor, complement
            governor, complement = None, None
        if trigger.rule.governs and trigger.voice != "noun" and not trigger.stated:
            governor, complement = trigger, None
        else:
            yield trigger, spoken_of
    if governor is not None:
        yield governor, complement


def _is_complement(scene: Scene, governor: Trigger, trigger: Trigger) -> bool:
    if governor.base == "deny" and trigger.voice != "noun":
        # What is denied is an event as well: a denied one.
        return False
    between = scene.sentence.tokens[governor.last : trigger.first]
    if _goes_on(scene, governor, trigger):
        return False
    if any(token.text in (";", ".") for token in between) or trigger.first - governor.last > 14:
        return False
    if trigger.voice == "noun":
        return scene.clause_at(governor.first) == scene.clause_at(trigger.first)
    return (
        trigger.tense == "infinitive"
        or scene.clause_at(governor.first) == scene.clause_at(trigger.first)
        or any(token.lower == "that" for token in between[:8])
    )


def _goes_on(scene: Scene, governor: Trigger, trigger: Trigger) -> bool:
    """ "Rejected the report and accused the police": the next deed of the same subject."""
    tokens = scene.sentence.tokens
    alike = trigger.voice == governor.voice == "active" and trigger.tense == governor.tense == "past"
    if not alike or tokens[trigger.group - 1].lower != "and":
        return False
    return all(token.lower not in ("that", "to") for token in tokens[governor.last : trigger.group])


def _by_sentence(
    split: Sequence[Sentence], expressions: Sequence[TemporalExpression]
) -> list[list[TemporalExpression]]:
    """The expressions of each sentence; both are in reading order, so one walk is enough."""
    grouped: list[list[TemporalExpression]] = [[] for _ in split]
    at = 0
    for expression in expressions:
        while at < len(split) and split[at].end <= expression.start:
            at += 1
        if at < len(split) and split[at].start <= expression.start:
            grouped[at].append(expression)
    return grouped
