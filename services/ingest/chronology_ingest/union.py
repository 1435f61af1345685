"""The union of what several extractors read in one document: each happening once, with a mark of who found it.

Two events are one if they are of the same type, their modes, kinds and dates do not
contradict each other, both or neither are denied, and their triggers overlap (their
quotes, where one of them names no trigger). The extractor that was named first has the word: its event stays as it is
and gets only what it lacks (a date, a participant of a role that it leaves empty, a
place, a speaker). `reasons` say who found the event and what came from the others:
`extractor.rules`, `extractor.spacy`, `extractor.spacy.date`. No reason takes part in an
id, so what the first extractor reads alone and what it reads in a union are the same event.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec
from chronology_contracts import edtf
from chronology_contracts.content_id import id_of_event
from chronology_contracts.events import PARTICIPANTS_MAX, REASONS_MAX, Event, Extractor
from msgspec import Struct
from msgspec.structs import replace

VERSION: Final = "1"
SEPARATOR: Final = "+"
MARK: Final = "extractor."
_PLACE: Final = 1_024


class Found(Struct, frozen=True, kw_only=True):
    """What one extractor read in a document."""

    stamp: Extractor
    events: tuple[Event, ...]


def stamp_of(stamps: Sequence[Extractor]) -> Extractor:
    """The stamp of a union; of one extractor it is its own."""
    if len(stamps) == 1:
        return stamps[0]
    return Extractor(
        name=SEPARATOR.join(stamp.name for stamp in stamps),
        version=VERSION,
        rules_hash=sha256(msgspec.json.encode([VERSION, *stamps])).hexdigest(),
    )


def union(found: Sequence[Found]) -> tuple[Event, ...]:
    """The events of all, in reading order. What one extractor found alone is left without marks."""
    if len(found) == 1:
        return found[0].events
    kept: list[_Entry] = []
    for each in found:
        # Who is compared with are the others' events: two of one extractor are two.
        others = _Places(kept)
        taken: set[int] = set()
        for event in each.events:
            same = _nearest(event, kept, [number for number in others.near(event) if number not in taken])
            if same is None:
                kept.append(_Entry(event=event, reasons=(f"{MARK}{each.stamp.name}",)))
            else:
                taken.add(same)
                kept[same] = _with(kept[same], event, each.stamp.name)
    stamp = stamp_of([each.stamp for each in found])
    events = [_finished(entry, stamp) for entry in kept]
    events.sort(key=lambda event: (event.start, event.trigger_start, event.end, event.id))
    return tuple(events)


class _Entry(Struct, frozen=True, kw_only=True):
    event: Event
    reasons: tuple[str, ...]


class _Places:
    """Where entries stand, so that an event is compared with its neighbours and not with all of a long document."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._numbers: dict[int, list[int]] = {}
        for number, entry in enumerate(entries):
            for place in _places(entry.event):
                self._numbers.setdefault(place, []).append(number)

    def near(self, event: Event) -> list[int]:
        return sorted({number for place in _places(event) for number in self._numbers.get(place, ())})


def _places(event: Event) -> set[int]:
    """The parts of the text, each of so many characters, in which its quote and its trigger stand."""
    spans = ((event.start, event.end), (event.trigger_start, event.trigger_end))
    return {place for start, end in spans if end for place in range(start // _PLACE, end // _PLACE + 1)}


def _nearest(event: Event, entries: Sequence[_Entry], numbers: Sequence[int]) -> int | None:
    """The one that tells the same and overlaps most; of two that do so alike the one that stands first."""
    best: tuple[tuple[int, int, int], int] | None = None
    for number in numbers:
        other = entries[number].event
        if not is_same(other, event):
            continue
        rank = (
            -_overlap(other.trigger_start, other.trigger_end, event.trigger_start, event.trigger_end),
            -_overlap(other.start, other.end, event.start, event.end),
            other.start,
        )
        if best is None or rank < best[0]:
            best = (rank, number)
    return best[1] if best is not None else None


def is_same(first: Event, second: Event) -> bool:
    """Whether two extractors' events tell the same happening."""
    if first.type != second.type or _contradict(first.mode, second.mode) or _contradict(first.kind, second.kind):
        return False
    if (first.modality == "denied") != (second.modality == "denied"):
        return False
    if first.trigger_end and second.trigger_end:
        spans = (first.trigger_start, first.trigger_end, second.trigger_start, second.trigger_end)
    else:
        spans = (first.start, first.end, second.start, second.end)
    return _overlap(*spans) > 0 and _dates_agree(first.date, second.date)


def _contradict(first: str, second: str) -> bool:
    return bool(first and second and first != second)


def _overlap(start: int, end: int, other_start: int, other_end: int) -> int:
    return max(0, min(end, other_end) - max(start, other_start))


def _dates_agree(first: str, second: str) -> bool:
    """Equal, or one lies within the other, or one is unknown."""
    if not first or not second or first == second:
        return True
    try:
        return _within(edtf.bounds(first), edtf.bounds(second)) or _within(edtf.bounds(second), edtf.bounds(first))
    except edtf.EdtfError:
        return False


def _within(inner: tuple[int | None, int | None], outer: tuple[int | None, int | None]) -> bool:
    begins = outer[0] is None or (inner[0] is not None and inner[0] >= outer[0])
    ends = outer[1] is None or (inner[1] is not None and inner[1] <= outer[1])
    return begins and ends


def _with(entry: _Entry, other: Event, name: str) -> _Entry:
    """The entry with what it lacks and the other has."""
    event = entry.event
    taken: list[str] = []
    if not event.date and other.date:
        event = replace(
            event, date=other.date, date_text=other.date_text, date_start=other.date_start, date_end=other.date_end,
            date_basis=other.date_basis,
        )  # fmt: skip
        taken.append("date")
    roles = {participant.role for participant in event.participants}
    more = tuple(participant for participant in other.participants if participant.role not in roles)
    if more:
        event = replace(event, participants=(event.participants + more)[:PARTICIPANTS_MAX])
        taken += sorted({participant.role for participant in more})
    if not event.place and other.place:
        event = replace(event, place=other.place)
        taken.append("place")
    if not event.attributed_to and other.attributed_to:
        event = replace(
            event, attributed_to=other.attributed_to, attributed_start=other.attributed_start,
            attributed_end=other.attributed_end,
        )  # fmt: skip
        taken.append("speaker")
    mark = f"{MARK}{name}"
    return _Entry(event=event, reasons=(*entry.reasons, mark, *(f"{mark}.{what}" for what in taken)))


def _finished(entry: _Entry, stamp: Extractor) -> Event:
    # The marks are kept even where the rules gave as many reasons as there may be.
    reasons = (*entry.event.reasons[: REASONS_MAX - len(entry.reasons)], *entry.reasons)
    event = replace(entry.event, extractor=stamp, reasons=reasons)
    return replace(event, id=id_of_event(event))
