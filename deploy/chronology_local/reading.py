"""Files read without any service: what is cleaned, dated, extracted and coded is done by the ingest package's own code.

Everything that this side knows of that package stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec
from chronology_contracts import content_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.validation import document_faults
from msgspec import Struct

from .errors import BadInput
from .inputs import Input, Metadata, check_date, decode_text, read_bytes

Mode = Literal["auto", "news", "narrative"]
EVENT_FIELDS: Final = frozenset(Event.__struct_fields__)


class Coded(Struct, frozen=True, kw_only=True):
    """Somebody in a coded sentence."""

    text: str
    country: str = ""
    sector: str = ""


class CodedEvent(Struct, frozen=True, kw_only=True):
    event_type: str
    mode: str = ""
    actors: tuple[Coded, ...] = ()
    recipients: tuple[Coded, ...] = ()


def read_document(item: Input, metadata: Metadata | None, published: str) -> Document:
    """The document that a file and its line of metadata make. Raises `BadInput`."""
    raw = read_bytes(item)
    known = metadata or Metadata(doc=item.doc)
    text, found = readable_text(item, raw)
    date = known.published or published
    date = check_date(date, f"{item.name}: published") or found.published
    title = known.title or found.title
    document = Document(
        id=content_id.document_id(text=text, publisher=known.publisher, url=known.url, published=date),
        text=text,
        sha256=sha256(raw).hexdigest(),
        url=known.url,
        title=title,
        publisher=known.publisher,
        credit=known.credit,
        published=date,
        published_basis="given" if known.published or published else found.basis if date else "none",
        language=known.language or found.language,
    )
    for fault in document_faults(document):
        raise BadInput(f"{item.name}: {fault.detail} {fault.hint}".rstrip())
    return document
