"""One event, one document: what they say, where it stands, and what became of it in the log."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from chronology_contracts import codec
from chronology_contracts.documents import Document
from chronology_runtime.access import require
from litestar import Request, Response, get
from litestar.params import FromPath

from ..database import acquired
from ..log import read as log
from ..timelines import FoundDocument, FoundEvent
from . import answers, filters, representations
from .documentation import route
from .parameters import Arguments, Parameter
from .problems import no_collection, not_found
from .state import ApiState, api_of
from .waiting import read_at_least, wait_for_timelines

CONTEXT_CHARACTERS: Final = 200
"""How much of the document's text stands on each side of a quote."""

_TEXT: Final = Parameter(
    name="text", description="`true`: with the document's text.", schema={"type": "string", "enum": ["true", "false"]}
)
_EVENT: Final = (filters.AT_LEAST,)
_DOCUMENT: Final = (_TEXT, filters.AT_LEAST)


class _Quoted(msgspec.Struct, frozen=True):
    """What the context of a quote takes from an event."""

    document_id: str
    quote: str
    start: int
    end: int


@get(
    "/{collection:str}/events/{event_id:str}",
    guards=[require("read")],
    **route(summary="One event", tag="events", answer=representations.EventAnswer, query=_EVENT),
)
async def read_event(
    request: Request[Any, Any, Any], collection: FromPath[str], event_id: FromPath[str]
) -> Response[bytes]:
    """An event with its document, its quote in context, and the records that concern it."""
    api, arguments = api_of(request), Arguments(request, _EVENT)
    at_least = read_at_least(arguments)
    arguments.check()
    unchanged, _ = await wait_for_timelines(request, api, collection, at_least)
    if unchanged:
        return unchanged
    found = await api.timelines.event(collection, event_id)
    if found is None:
        no_collection(collection)
    standing, event = found
    if event is None:
        not_found(f"There is no event {event_id[:100]!r}.", position=standing.position)
    body = answers.joined(
        {
            "position": standing.position,
            "shown": event.shown,
            "context": await _context(api, collection, event),
            "history": _history("event.extracted", event.position, event_id, event.completions),
        },
        event=event.item,
        completions=event.completions,
    )
    return answers.answer(request, standing, body)


@get(
    "/{collection:str}/documents/{document_id:str}",
    guards=[require("read")],
    **route(summary="One document", tag="events", answer=representations.DocumentAnswer, query=_DOCUMENT),
)
async def read_document(
    request: Request[Any, Any, Any], collection: FromPath[str], document_id: FromPath[str]
) -> Response[bytes]:
    """A document with its readings and its shown events. There is none before its extraction is completed."""
    api, arguments = api_of(request), Arguments(request, _DOCUMENT)
    with_text = arguments.flag("text")
    at_least = read_at_least(arguments)
    arguments.check()
    unchanged, _ = await wait_for_timelines(request, api, collection, at_least)
    if unchanged:
        return unchanged
    found = await api.timelines.document(collection, document_id)
    if found is None:
        no_collection(collection)
    standing, document = found
    if document is None:
        not_found(f"There is no document {document_id[:100]!r}.", position=standing.position)
    body = answers.joined(
        {
            "position": standing.position,
            "recorded_position": document.position,
            "reading_position": document.reading_position,
            "event_count": document.event_count,
            "event_ids": document.event_ids,
        },
        document=await _body(api, collection, document) if with_text else document.brief,
        completions=document.completions,
    )
    return answers.answer(request, standing, body)


async def _context(api: ApiState, collection: str, event: FoundEvent) -> representations.Context | None:
    quoted = msgspec.json.decode(event.item, type=_Quoted)
    if not quoted.quote or event.document_position is None:
        return None
    document = await _read_document(api, collection, event.document_position)
    if document is None:
        return None
    text = document.text
    return representations.Context(
        before=text[max(0, quoted.start - CONTEXT_CHARACTERS) : quoted.start],
        quote=text[quoted.start : quoted.end],
        after=text[quoted.end : quoted.end + CONTEXT_CHARACTERS],
    )


async def _body(api: ApiState, collection: str, document: FoundDocument) -> bytes:
    """The document as its record has it, byte for byte."""
    async with acquired(api.log_pool) as connection:
        record = await log.read_at(connection, collection, document.position)
    return record.body if record and record.body else document.brief


async def _read_document(api: ApiState, collection: str, position: int) -> Document | None:
    async with acquired(api.log_pool) as connection:
        record = await log.read_at(connection, collection, position)
    if record is None or not record.body:
        return None
    body = codec.decode_body(record.type, record.version, record.body)
    return body if isinstance(body, Document) else None


def _history(type: str, position: int, id: str, completions: bytes) -> list[representations.HistoryItem]:
    """The records that concern it, oldest first."""
    listed = msgspec.json.decode(completions, type=list[representations.Completion])
    items = [representations.HistoryItem(position=position, type=type, id=id)]
    items += [
        representations.HistoryItem(position=completion.position, type="extraction.completed", id=completion.id)
        for completion in listed
    ]
    return sorted(items, key=lambda item: item.position)
