"""An event: one happening as one document tells it. Never edited."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from .documents import Id, ShortText
from .vocabulary import (
    Confidence,
    DateBasis,
    EventType,
    Evidence,
    Kind,
    Modality,
    ParticipantKind,
    Role,
    Sector,
    Topic,
)

PARTICIPANTS_MAX: Final = 64
MENTIONS_MAX: Final = 64
TOPICS_MAX: Final = 16
FIGURES_MAX: Final = 64
REASONS_MAX: Final = 64
QUOTE_LENGTH_MAX: Final = 4096

Offset = Annotated[int, Meta(ge=0, le=2_097_152)]
"""A place in a document's text, in code points; an end is exclusive."""


class Extractor(Struct, frozen=True, kw_only=True, gc=False):
    """Who read the event: `rules_hash` covers the extractor's data and code."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    version: Annotated[str, Meta(max_length=64)] = ""
    rules_hash: Annotated[str, Meta(max_length=64)] = ""


class Mention(Struct, frozen=True, kw_only=True, gc=False):
    """A place where the document calls a participant something."""

    text: ShortText
    start: Offset
    end: Offset


class Participant(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody who acts or to whom it is done.

    `name` is the fullest name in the document, in its own spelling. `country` is an
    ISO 3166 alpha-3 code, `sector` one of PLOVER's.
    """

    name: Annotated[str, Meta(min_length=1, max_length=512)]
    role: Role
    mentions: Annotated[tuple[Mention, ...], Meta(max_length=MENTIONS_MAX)] = ()
    kind: ParticipantKind = "unknown"
    country: Annotated[str, Meta(pattern="^([A-Z]{3})?$", max_length=3)] = ""
    sector: Sector = ""
    office: ShortText = ""


class Figure(Struct, frozen=True, kw_only=True, gc=False):
    """A number told of the event: `value` in decimal digits, `of` what it counts ("people detained")."""

    value: Annotated[str, Meta(pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,30})?$", max_length=62)]
    qualifier: Annotated[str, Meta(max_length=64)] = ""
    of: ShortText = ""
    text: ShortText = ""
    start: Offset = 0
    end: Offset = 0


class Event(Struct, frozen=True, kw_only=True, gc=False):
    """Event v1.

    `text[start:end] == quote` for evidence `quote`; rows brought from elsewhere
    (`record`) and a curator's own (`testimony`) may have no quote. `date` is EDTF or
    "" (unknown); `date_text` the words it was read from with their offsets. A span
    of 0, 0 means that there is none. `reasons` are ids of rules.
    """

    id: Id
    document_id: Id
    extractor: Extractor
    evidence: Evidence = "quote"
    quote: Annotated[str, Meta(max_length=QUOTE_LENGTH_MAX)]
    start: Offset
    end: Offset
    trigger_start: Offset = 0
    trigger_end: Offset = 0
    what: Annotated[str, Meta(max_length=1024)]
    date: Annotated[str, Meta(max_length=256)] = ""
    date_text: ShortText = ""
    date_start: Offset = 0
    date_end: Offset = 0
    date_basis: DateBasis = "none"
    type: EventType
    mode: Annotated[str, Meta(max_length=32)] = ""
    kind: Kind = ""
    participants: Annotated[tuple[Participant, ...], Meta(max_length=PARTICIPANTS_MAX)] = ()
    place: ShortText = ""
    topics: Annotated[tuple[Topic, ...], Meta(max_length=TOPICS_MAX)] = ()
    attributed_to: ShortText = ""
    attributed_start: Offset = 0
    attributed_end: Offset = 0
    modality: Modality = "asserted"
    figures: Annotated[tuple[Figure, ...], Meta(max_length=FIGURES_MAX)] = ()
    confidence: Confidence = "check"
    reasons: Annotated[tuple[Annotated[str, Meta(max_length=128)], ...], Meta(max_length=REASONS_MAX)] = ()
