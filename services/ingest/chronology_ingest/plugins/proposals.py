"""What a model proposes, held against the document: only what its letters bear out becomes an event.

An event needs a quote that stands in its piece and a type of the vocabulary. Whatever
else it says is taken only where the document says it too: names, place and speaker by
their letters, the date by words that stand there and are read as that date. What does
not hold is left out and counted, the whole event where the quote or the type is wrong.
The line of the chronology is the quote itself: no word of the model's own is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, cast, get_args

import msgspec
from chronology_contracts.content_id import id_of_event
from chronology_contracts.documents import Document
from chronology_contracts.events import PARTICIPANTS_MAX, QUOTE_LENGTH_MAX, Event, Extractor, Mention, Participant
from chronology_contracts.vocabulary import (
    EVENT_TYPES,
    KINDS,
    MODALITIES,
    TOPICS,
    EventType,
    Kind,
    Modality,
    ParticipantKind,
    Role,
    Topic,
    modes,
)
from msgspec import Raw, Struct
from msgspec.structs import replace

from ..extract.dates import TemporalExpression
from ..extractors import faults_of
from .letters import Letters, Span
from .proposed_dates import Dated, by_words, without_words
from .question import EVENTS_EACH_MAX

REASON: Final = "llm.proposed"
WHAT_LENGTH_MAX: Final = 400
_NAME_LENGTH_MAX: Final = 200
_QUOTE_WORDS_MIN: Final = 2
_TOPICS_MAX: Final = 4
_NO_ID: Final = "a" * 32
_FENCE: Final = re.compile(r"^\s*```[a-z]*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


class NoProposal(ValueError):
    """An answer is not the JSON that was asked for."""


class ProposedParticipant(Struct, frozen=True, kw_only=True, gc=False):
    name: str
    role: str
    kind: str = "unknown"


class Proposed(Struct, frozen=True, kw_only=True, gc=False):
    """Any words at all: nothing in it is believed."""

    quote: str
    type: str
    trigger: str = ""
    mode: str = ""
    kind: str = ""
    date_text: str = ""
    date: str = ""
    participants: tuple[ProposedParticipant, ...] = ()
    place: str = ""
    attributed_to: str = ""
    modality: str = "asserted"
    topics: tuple[str, ...] = ()


class _Answer(Struct, frozen=True, kw_only=True, gc=False):
    events: list[Raw]


_decode_answer = msgspec.json.Decoder(_Answer).decode
_decode_event = msgspec.json.Decoder(Proposed).decode


def proposals(content: str, dropped: Counter[str]) -> list[Proposed]:
    """The events of an answer; those of another form are counted. Raises `NoProposal` where it has no events at all."""
    fenced = _FENCE.match(content)
    try:
        answer = _decode_answer((fenced[1] if fenced else content).encode("utf-8", "surrogatepass"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoProposal from error
    found = []
    for raw in answer.events[:EVENTS_EACH_MAX]:
        try:
            found.append(_decode_event(raw))
        except (msgspec.DecodeError, UnicodeDecodeError):
            dropped["malformed"] += 1
    dropped["too-many"] += max(0, len(answer.events) - EVENTS_EACH_MAX)
    return found


class Judge:
    """Holds proposals against one document. `dropped` counts events, `left_out` parts of events that were kept."""

    def __init__(self, document: Document, expressions: Sequence[TemporalExpression], stamp: Extractor) -> None:
        self._document = document
        self._expressions = expressions
        self._stamp = stamp
        self.dropped: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()

    def event(self, proposed: Proposed, letters: Letters) -> Event | None:
        """The event that is left of a proposal, none where too little is; `letters` are those of the piece."""
        before = self.left_out.total()
        if proposed.type not in EVENT_TYPES or proposed.modality not in MODALITIES:
            self.dropped["unknown-type" if proposed.type not in EVENT_TYPES else "unknown-modality"] += 1
            return None
        quote = letters.find(proposed.quote)
        if quote is None or len(proposed.quote.split()) < _QUOTE_WORDS_MIN:
            self.dropped["quote-not-in-text" if quote is None else "quote-too-short"] += 1
            return None
        if quote.end - quote.start > QUOTE_LENGTH_MAX:
            self.dropped["quote-too-long"] += 1
            return None
        event = self._event(proposed, letters, quote)
        event = replace(event, confidence="likely" if self.left_out.total() == before else "check")
        event = replace(event, id=id_of_event(event))
        faults = faults_of(event, self._document)
        if faults:
            self.dropped[faults[0].code] += 1
            return None
        return event

    def _event(self, proposed: Proposed, letters: Letters, quote: Span) -> Event:
        text = self._document.text
        trigger = self._inside(proposed.trigger, letters, quote) or Span(0, 0)
        dated = self._dated(proposed, letters, quote)
        when = dated.span or Span(0, 0)
        speaker = self._named(proposed.attributed_to, letters, quote, "speaker-not-in-text")
        place = self._named(proposed.place, letters, quote, "place-not-in-text")
        said = text[quote.start : quote.end]
        return Event(
            id=_NO_ID,
            document_id=self._document.id,
            extractor=self._stamp,
            quote=said,
            start=quote.start,
            end=quote.end,
            trigger_start=trigger.start,
            trigger_end=trigger.end,
            what=_line(said),
            date=dated.date,
            date_text=text[when.start : when.end],
            date_start=when.start,
            date_end=when.end,
            date_basis=dated.basis,
            type=cast("EventType", proposed.type),
            mode=self._of(proposed.mode, modes(proposed.type), "unknown-mode"),
            kind=cast("Kind", self._of(proposed.kind, KINDS if proposed.type == "OTHER" else (), "unknown-kind")),
            participants=self._participants(proposed, letters, quote),
            place=_folded(text, place),
            topics=self._topics(proposed),
            attributed_to=_folded(text, speaker),
            attributed_start=speaker.start if speaker is not None else 0,
            attributed_end=speaker.end if speaker is not None else 0,
            modality=cast("Modality", proposed.modality),
            reasons=tuple(reason for reason in (REASON, dated.rule) if reason),
        )

    def _of(self, word: str, known: Sequence[str], why: str) -> str:
        if not word or word in known:
            return word
        self.left_out[why] += 1
        return ""

    def _topics(self, proposed: Proposed) -> tuple[Topic, ...]:
        known = [topic for topic in dict.fromkeys(proposed.topics) if topic in TOPICS]
        self.left_out["unknown-topic"] += sum(topic not in TOPICS for topic in proposed.topics)
        return cast("tuple[Topic, ...]", tuple(known[:_TOPICS_MAX]))

    def _inside(self, words: str, letters: Letters, quote: Span) -> Span | None:
        found = letters.find(words, quote) if words.strip() else None
        if words.strip() and (found is None or found.start < quote.start or found.end > quote.end):
            self.left_out["trigger-not-in-quote"] += 1
            return None
        return found

    def _named(self, words: str, letters: Letters, quote: Span, why: str) -> Span | None:
        """Where the piece has these words, next to the quote."""
        if not words.strip():
            return None
        found = letters.find(words, quote)
        if found is None or found.end - found.start > _NAME_LENGTH_MAX:
            self.left_out[why] += 1
            return None
        return found

    def _participants(self, proposed: Proposed, letters: Letters, quote: Span) -> tuple[Participant, ...]:
        text = self._document.text
        found: dict[tuple[str, str], Participant] = {}
        for each in proposed.participants:
            if each.role not in get_args(Role):
                self.left_out["unknown-role"] += 1
                continue
            span = self._named(each.name, letters, quote, "name-not-in-text")
            if span is None:
                continue
            name, kind = _folded(text, span), each.kind if each.kind in get_args(ParticipantKind) else "unknown"
            found.setdefault(
                (name, each.role),
                Participant(
                    name=name,
                    role=cast("Role", each.role),
                    kind=cast("ParticipantKind", kind),
                    mentions=(Mention(text=text[span.start : span.end], start=span.start, end=span.end),),
                ),
            )
        return tuple(found.values())[:PARTICIPANTS_MAX]

    def _dated(self, proposed: Proposed, letters: Letters, quote: Span) -> Dated:
        if proposed.date_text.strip():
            span = self._named(proposed.date_text, letters, quote, "date-not-in-text")
            if span is None:
                return Dated()
            dated = by_words(proposed.date, span, self._document, self._expressions)
        else:
            dated = without_words(proposed.date, self._document)
        if dated.fault:
            self.left_out[dated.fault] += 1
        return dated


def _folded(text: str, span: Span | None) -> str:
    return "" if span is None else " ".join(text[span.start : span.end].split())


def _line(quote: str) -> str:
    """The quote as the line of the chronology."""
    said = " ".join(quote.split())
    if len(said) > WHAT_LENGTH_MAX:
        said = said[:WHAT_LENGTH_MAX].rsplit(" ", 1)[0] + " …"
    return said[:1].upper() + said[1:]
