"""From a parsed document to events: the acts of its sentences with who, when, where and how surely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from chronology_contracts import edtf
from chronology_contracts.content_id import id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import QUOTE_LENGTH_MAX, Event, Participant
from chronology_contracts.events import Extractor as Stamp
from chronology_contracts.vocabulary import Confidence, DateBasis, Modality
from msgspec import Struct
from msgspec.structs import replace

from ..extract import EVENTS_MAX, dates, figures, merge, sentences, topics
from ..extract.dates import TemporalExpression
from ..extract.sentences import Sentence
from ..ruleset import Ruleset
from .spacy_acts import Act, acts, arguments, own_tokens
from .spacy_names import Called, Caller, Folded, Names, participants
from .spacy_standing import Standing, standing

REASON: Final = "spacy.parse"
WHAT_LENGTH_MAX: Final = 400
SENTENCE_LENGTH_MAX: Final = 5_000
"""A longer one is no sentence of prose, and a parser would take its time over it."""
_BATCH: Final = 64
"""Sentences that are parsed at once; always the same number, so that the figures come out the same."""
_NO_ID: Final = "a" * 32
_HURTS: Final = ("COERCE", "RETREAT", "ASSAULT")


class _Dated(Struct, frozen=True, kw_only=True):
    date: str = ""
    start: int = 0
    end: int = 0
    basis: DateBasis = "none"
    rule: str = ""


class _Line(Struct, frozen=True, kw_only=True):
    """A sentence with its parse and the expressions of time in it."""

    number: int
    sentence: Sentence
    folded: Folded
    parsed: Any
    told: tuple[TemporalExpression, ...]


def events_of(document: Document, nlp: Any, rules: Ruleset, stamp: Stamp) -> tuple[Event, ...]:
    """The events that the document tells, in reading order, each happening once."""
    lines = _lines(document, nlp, rules)
    names = Names(line.parsed for line in lines)
    told = (
        merge.Told(sentence=line.number, speech=act.rule.speech, event=event)
        for line in lines
        for act, event in _events(line, document, names, rules, stamp)
    )
    merged = merge.merge(told)[:EVENTS_MAX]
    return tuple(replace(event, id=id_of_event(event)) for event in merged)


def _lines(document: Document, nlp: Any, rules: Ruleset) -> list[_Line]:
    """The sentences that may tell events, as the default extractor cuts them."""
    split = sentences.split(document.text, rules)
    running = [each for each in split if not each.heading] or list(split)
    running = [each for each in running if each.end - each.start <= SENTENCE_LENGTH_MAX]
    expressions = dates.tag(document.text, document.published, rules=rules)
    # A line end inside a sentence is no word.
    folded = [Folded(document.text, each.start, each.end) for each in running]
    parsed = nlp.pipe([each.text for each in folded], batch_size=_BATCH)
    return [
        _Line(
            number=number,
            sentence=sentence,
            folded=part,
            parsed=one,
            told=tuple(each for each in expressions if sentence.start <= each.start < sentence.end),
        )
        for number, (sentence, part, one) in enumerate(zip(running, folded, parsed, strict=True))
    ]


def _events(line: _Line, document: Document, names: Names, rules: Ruleset, stamp: Stamp) -> Iterator[tuple[Act, Event]]:
    caller = Caller(document.text, line.folded, line.parsed, names, rules)
    found = [act for act in acts(line.parsed, rules) if not act.rule.outranked]
    for act in found:
        own = own_tokens(act)
        told = standing(act, own, rules)
        if told.modality is None:
            continue
        roles = arguments(act)
        actors = [each for head in roles.actors for each in caller.called(head)]
        recipients = [each for head in roles.recipients for each in caller.called(head)]
        dated = _when(line, act, own, document.published, alone=len(found) == 1)
        if _tells(act, actors, recipients, dated):
            event = _event(line, act, own, told, dated, actors, recipients, caller, document, rules, stamp)
            if event is not None:
                yield act, event


def _tells(act: Act, actors: Sequence[Called], recipients: Sequence[Called], dated: _Dated) -> bool:
    """Whether it is enough for a chronology: somebody is named, and a noun has a day or somebody to whom it is done."""
    rule = act.rule
    if not (actors or recipients) or (rule.needs_subject and not actors) or (rule.needs_recipient and not recipients):
        return False
    if act.voice != "noun":
        return True
    return dated.end > 0 or (rule.type in _HURTS and bool(recipients))


def _event(
    line: _Line, act: Act, own: frozenset[int], told: Standing, dated: _Dated, actors: Sequence[Called],
    recipients: Sequence[Called], caller: Caller, document: Document, rules: Ruleset, stamp: Stamp,
) -> Event | None:  # fmt: skip
    start, end = _quote(line, own, [*actors, *recipients], dated)
    if not 0 < end - start <= QUOTE_LENGTH_MAX:
        return None
    text, rule, sentence = document.text, act.rule, line.sentence
    speaker = next(iter(caller.called(told.speaker)), None) if told.speaker is not None else None
    if speaker is not None and any(each.name == speaker.name for each in actors):
        # An act of speech is not attributed to its own speaker.
        speaker = None
    inside = [at for at, token in enumerate(sentence.tokens) if start <= token.start and token.end <= end]
    when = [at for at, token in enumerate(sentence.tokens) if any(e.start <= token.start < e.end for e in line.told)]
    where, place_rule = _where(act, own, caller, rules)
    who = participants(actors, recipients)
    quote = text[start:end]
    said = " ".join(quote.split())[:WHAT_LENGTH_MAX]
    reasons = (REASON, rule.id, dated.rule, told.rule, told.speaker_rule if speaker is not None else "", place_rule)
    return Event(
        id=_NO_ID, document_id=document.id, extractor=stamp, quote=quote, start=start, end=end,
        trigger_start=line.folded.start(line.parsed[act.first]),
        trigger_end=line.folded.end(line.parsed[act.last - 1]),
        what=said[:1].upper() + said[1:],
        date=dated.date, date_text=text[dated.start : dated.end], date_start=dated.start, date_end=dated.end,
        date_basis=dated.basis,
        type=rule.type, mode=rule.mode, kind=rule.kind, participants=who, place=where,
        topics=topics.about(topics.terms(sentence.tokens, rules), _NO_TERMS, rule.type, rule.mode, rules),
        attributed_to=speaker.name if speaker is not None else "",
        attributed_start=speaker.start if speaker is not None else 0,
        attributed_end=speaker.end if speaker is not None else 0,
        modality=_modality(told, dated, document.published),
        figures=figures.count(text, sentence.tokens, inside[0], inside[-1] + 1, when, rules) if inside else (),
        confidence=_confidence(who, dated),
        reasons=tuple(dict.fromkeys(reason for reason in reasons if reason)),
    )  # fmt: skip


_NO_TERMS: Final = Counter[str]()


def _quote(line: _Line, own: frozenset[int], called: Sequence[Called], dated: _Dated) -> tuple[int, int]:
    """The act's clause with those who take part and its date, without the marks around it."""
    parsed = line.parsed
    first, last = min(own), max(own) + 1
    while first < last - 1 and (parsed[first].is_punct or parsed[first].is_space or parsed[first].dep_ == "cc"):
        first += 1
    while last - 1 > first and (parsed[last - 1].is_punct or parsed[last - 1].is_space):
        last -= 1
    starts = [line.folded.start(parsed[first]), *(each.start for each in called)]
    ends = [line.folded.end(parsed[last - 1]), *(each.end for each in called)]
    if dated.end and line.sentence.start <= dated.start and dated.end <= line.sentence.end:
        starts.append(dated.start)
        ends.append(dated.end)
    return min(starts), max(ends)


def _when(line: _Line, act: Act, own: frozenset[int], published: str, *, alone: bool) -> _Dated:
    """The date in the act's own clause that stands nearest to it; else the only one of the sentence; else, for an act
    of speech, the document's day."""
    trigger = line.folded.start(line.parsed[act.first])
    usable = [each for each in line.told if each.edtf and each.type in ("DATE", "TIME")]
    clause = {line.folded.start(line.parsed[at]) for at in own}
    near = [each for each in usable if any(each.start <= at < each.end for at in clause)]
    if not near and len(usable) == 1 and (alone or usable[0].end <= trigger):
        near = usable
    if near:
        chosen = min(near, key=lambda each: (abs(each.start - trigger), each.start))
        return _composed(line, chosen)
    if published and act.rule.speech and act.voice != "noun":
        return _Dated(date=published, basis="document", rule="when.document")
    return _Dated()


def _composed(line: _Line, chosen: TemporalExpression) -> _Dated:
    """With "since" and "until" before it, a date is one end of an interval."""
    tokens = line.sentence.tokens
    before = next((token for token in reversed(tokens) if token.end <= chosen.start), None)
    basis: DateBasis = chosen.basis if chosen.basis != "none" else "relative"
    plain = _Dated(date=chosen.edtf, start=chosen.start, end=chosen.end, basis=basis, rule=chosen.rule)
    if before is None or before.lower not in ("since", "until", "till") or "/" in chosen.edtf:
        return plain
    since = before.lower == "since"
    try:
        date = edtf.canonical(f"{chosen.edtf}/.." if since else f"../{chosen.edtf}")
    except edtf.EdtfError:
        return plain
    return replace(plain, date=date, start=before.start, rule="when.since" if since else "when.until")


def _where(act: Act, own: frozenset[int], caller: Caller, rules: Ruleset) -> tuple[str, str]:
    """The place behind a preposition of place in the act's own clause, the nearest first."""
    parsed = act.head.doc
    nouns = []
    for at in own:
        token = parsed[at]
        placing = token.dep_ == "pobj" and token.head.lower_ in rules.place_prepositions
        placing = placing or any(
            each.dep_ == "case" and each.lower_ in rules.place_prepositions for each in token.children
        )
        if placing:
            nouns.append(token)
    for noun in sorted(nouns, key=lambda token: (abs(token.i - act.first), token.i)):
        place = caller.place(noun)
        if place:
            return place, "place.preposition"
    return "", ""


def _modality(told: Standing, dated: _Dated, published: str) -> Modality:
    """What goes on since a day is habitual; what is dated behind the document's own day is to come."""
    if told.modality is None or told.modality != "asserted" or not dated.date:
        return told.modality or "asserted"
    if dated.date.endswith("/.."):
        return "habitual"
    first, day = edtf.bounds(dated.date)[0], edtf.bounds(published)[1]
    return "scheduled" if first is not None and day is not None and first > day else "asserted"


def _confidence(who: Sequence[Participant], dated: _Dated) -> Confidence:
    """Never `sure`: the bands were measured on the default extractor."""
    return "likely" if len({each.role for each in who}) == 2 and dated.end else "check"
