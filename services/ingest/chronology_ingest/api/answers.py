"""What the routes answer."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from chronology_contracts.documents import Document, Id
from chronology_contracts.events import Event, Extractor
from litestar import Response
from msgspec import Struct

from ..publish import Published


class Note(Struct, frozen=True, kw_only=True):
    """Something that the caller should know and that hindered nothing."""

    code: str
    detail: str


class Addresses(Struct, frozen=True, kw_only=True):
    """Where chronology shows what was stored; each waits until it is there."""

    document: str
    timeline: str


class Receipt(Struct, frozen=True, kw_only=True):
    """All of this is stored, for good.

    `duplicate`: the stream held all of it already. `sequence` is the last sequence of the
    stream that it may have: `at_least=sequence:N` at chronology waits until it is shown.
    """

    document_id: Id
    event_ids: tuple[Id, ...]
    completion_id: Id
    duplicate: bool
    stream: str
    sequence: int
    chronology: str
    addresses: Addresses
    warnings: tuple[Note, ...] = ()


class Trial(Struct, frozen=True, kw_only=True):
    """What would be stored; nothing was."""

    document: Document
    extractor: Extractor
    events: tuple[Event, ...]
    warnings: tuple[Note, ...] = ()


def receipt(
    published: Published,
    *,
    collection: str,
    chronology: str,
    document_id: str,
    event_ids: tuple[str, ...],
    completion_id: str,
    warnings: tuple[Note, ...],
) -> Response[bytes]:
    """201: it is stored, whether now or before."""
    base = f"{chronology.rstrip('/')}/v1/collections/{collection}"
    visible = urlencode({"at_least": f"sequence:{published.sequence}"}, safe=":")
    document = f"{base}/documents/{document_id}"
    body = Receipt(
        document_id=document_id,
        event_ids=event_ids,
        completion_id=completion_id,
        duplicate=published.duplicate,
        stream=published.stream,
        sequence=published.sequence,
        chronology=chronology,
        addresses=Addresses(document=f"{document}?{visible}", timeline=f"{base}/timeline?{visible}"),
        warnings=warnings,
    )
    return answer(body, 201, {"location": document})


def answer(body: Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/json", headers=headers or {})
