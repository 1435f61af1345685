"""PURE: the rows of one event, and the bytes that answers are built from."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec
import unicodedata2
from chronology_contracts import content_id, edtf
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Participant
from msgspec import Struct

from ..log.record import instant
from .case_folding import folded
from .projection import Entry

NOTHING_KNOWN: Final = 2**63 - 1
"""The sort key of an open or unknown day: behind all that is known."""
NAMES_REMEMBERED: Final = 65_536
DATES_REMEMBERED: Final = 65_536


class ParticipantRow(Struct, frozen=True, kw_only=True, gc=False):
    """`aliases` are all the names by which the event's document calls the actor, each with its search key."""

    actor_id: str
    name: str
    role: str
    kind: str
    country: str
    sector: str
    office: str
    aliases: list[str]
    alias_keys: list[str]


class EventRow(Struct, frozen=True, kw_only=True, gc=False):
    position: int
    event: Event
    precision: str
    first_day: int | None
    last_day: int | None
    sort_first: int
    sort_last: int
    words: str
    participants: list[ParticipantRow]
    actor_ids: list[str]
    item: bytes


class _Brief(Struct, frozen=True, kw_only=True, gc=False):
    id: str
    title: str
    publisher: str
    credit: str
    url: str
    published: str
    published_basis: str
    language: str
    sha256: str
    raw: str | None


class _Extra(Struct, frozen=True, kw_only=True, gc=False):
    """What a timeline tells beside the event itself. Days are ISO 8601, null where open or unknown."""

    position: int
    recorded_at: str
    earliest: str | None
    latest: str | None
    precision: str
    display: str
    actor_ids: dict[str, str]


_encode = msgspec.json.Encoder().encode


def brief(document: Document) -> bytes:
    """JSON: the document without its text."""
    return _encode(_Brief(**{name: getattr(document, name) for name in _Brief.__struct_fields__}))


def event_row(entry: Entry) -> EventRow:
    event: Event = entry.body
    when = _when(event.date)
    participants = [_participant(participant) for participant in event.participants]
    actor_ids = {row.name: row.actor_id for row in participants}
    extra = _Extra(
        position=entry.position,
        recorded_at=instant(entry.recorded_at),
        earliest=when.earliest,
        latest=when.latest,
        precision=when.precision,
        display=when.display,
        actor_ids=actor_ids,
    )
    return EventRow(
        position=entry.position,
        event=event,
        precision=when.precision,
        first_day=when.first_day,
        last_day=when.last_day,
        sort_first=when.sort_first,
        sort_last=when.sort_last,
        words=" ".join((event.what, event.quote, event.place, *actor_ids)),
        participants=participants,
        actor_ids=list(dict.fromkeys(actor_ids.values())),
        item=_join(entry.raw, _encode(extra)),
    )


@lru_cache(NAMES_REMEMBERED)
def actor_id(name: str) -> str:
    """The id of the actor whom documents call so: it derives from the name, the earliest member."""
    form = b"actor.v1\0" + unicodedata2.normalize("NFC", name).encode()
    return content_id.to_text(sha256(form).digest()[: content_id.ID_BYTES])


@lru_cache(NAMES_REMEMBERED)
def search_key(name: str) -> str:
    """A name without case and diacritics, by a pinned table of Unicode, so that every build folds alike."""
    decomposed = unicodedata2.normalize("NFKD", folded(name))
    return " ".join("".join(c for c in decomposed if not unicodedata2.combining(c)).split())


def _participant(participant: Participant) -> ParticipantRow:
    aliases = list(dict.fromkeys((participant.name, *(mention.text for mention in participant.mentions))))
    return ParticipantRow(
        actor_id=actor_id(participant.name),
        name=participant.name,
        role=participant.role,
        kind=participant.kind,
        country=participant.country,
        sector=participant.sector,
        office=participant.office,
        aliases=aliases,
        alias_keys=[search_key(alias) for alias in aliases],
    )


class _When(Struct, frozen=True, kw_only=True, gc=False):
    """What follows from a date alone."""

    first_day: int | None
    last_day: int | None
    sort_first: int
    sort_last: int
    precision: str
    earliest: str | None
    latest: str | None
    display: str


@lru_cache(DATES_REMEMBERED)
def _when(date: str) -> _When:
    """A date that is no EDTF is kept as text and counts as unknown."""
    first_day = last_day = None
    precision = ""
    display = date
    with suppress(edtf.EdtfError):
        display = edtf.humanize(date)
        if date:
            parsed = edtf.parse(date)
            first_day, last_day, precision = parsed.first_day, parsed.last_day, parsed.precision
    known = [day for day in (first_day, last_day) if day is not None]
    return _When(
        first_day=first_day,
        last_day=last_day,
        sort_first=known[0] if known else NOTHING_KNOWN,
        sort_last=NOTHING_KNOWN if last_day is None else last_day,
        precision=precision,
        earliest=_iso(first_day),
        latest=_iso(last_day),
        display=display,
    )


def _iso(day: int | None) -> str | None:
    """ISO 8601; years beyond four digits carry their sign, as the standard's expanded form has it."""
    if day is None:
        return None
    year, month, day_of_month = edtf.from_day_number(day)
    if 0 <= year <= 9999:
        return f"{year:04d}-{month:02d}-{day_of_month:02d}"
    return f"{'-' if year < 0 else '+'}{abs(year):04d}-{month:02d}-{day_of_month:02d}"


def _join(first: bytes, second: bytes) -> bytes:
    """One JSON object of two, by their bytes: nothing of the first is encoded again."""
    return first.rstrip()[:-1] + b"," + second[1:]
