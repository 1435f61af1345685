"""PURE: the rows of one event, and the bytes that answers are built from."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import msgspec
import unicodedata2
from chronology_contracts import content_id, edtf
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Participant
from msgspec import Struct

from ..log.record import instant
from .projection import Entry

NOTHING_KNOWN: Final = 2**63 - 1
"""The sort key of an open or unknown day: behind all that is known."""


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
    first_day, last_day, precision = _days(event.date)
    participants = [_participant(participant) for participant in event.participants]
    actor_ids = {row.name: row.actor_id for row in participants}
    extra = _Extra(
        position=entry.position,
        recorded_at=instant(entry.recorded_at),
        earliest=_iso(first_day),
        latest=_iso(last_day),
        precision=precision,
        display=edtf.humanize(event.date),
        actor_ids=actor_ids,
    )
    return EventRow(
        position=entry.position,
        event=event,
        precision=precision,
        first_day=first_day,
        last_day=last_day,
        sort_first=first_day if first_day is not None else last_day if last_day is not None else NOTHING_KNOWN,
        sort_last=last_day if last_day is not None else NOTHING_KNOWN,
        words=" ".join((event.what, event.quote, event.place, *actor_ids)),
        participants=participants,
        actor_ids=list(dict.fromkeys(actor_ids.values())),
        item=_join(entry.raw, _encode(extra)),
    )


def actor_id(name: str) -> str:
    """The id of the actor whom documents call so: it derives from the name, the earliest member."""
    form = b"actor.v1\0" + unicodedata2.normalize("NFC", name).encode()
    return content_id.to_text(sha256(form).digest()[: content_id.ID_BYTES])


def search_key(name: str) -> str:
    """A name without case and diacritics, by a pinned table of Unicode, so that every build folds alike."""
    decomposed = unicodedata2.normalize("NFKD", name.casefold())
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


def _days(date: str) -> tuple[int | None, int | None, str]:
    """First and last day and the precision. A date that is no EDTF is kept as text and counts as unknown."""
    if not date:
        return None, None, ""
    try:
        parsed = edtf.parse(date)
    except edtf.EdtfError:
        return None, None, ""
    return parsed.first_day, parsed.last_day, parsed.precision


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
