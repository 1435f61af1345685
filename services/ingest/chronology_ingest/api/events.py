"""`POST …/events`: events that the caller has, with their document or for one that chronology has."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from chronology_contracts import content_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.records import ExtractionCompleted
from chronology_contracts.validation import Fault, event_faults
from chronology_runtime.access import require
from chronology_runtime.bodies import decode
from chronology_runtime.openapi import documented
from litestar import Request, Response, post
from litestar.params import FromPath
from msgspec import UNSET, Struct
from msgspec.structs import replace

from ..intake import text as intake
from ..publish import Record, completed, records
from ..streams import check_name
from .answers import Note, Receipt, receipt
from .inputs import NOT_GIVEN, EventInput, EventsInput, TextInput
from .problems import at, from_faults
from .state import IngestState, check_parameters, state_of, traceparent_of

_PROBLEMS: Final = (
    "no-such-collection-yet", "collection-halted", "collection-closed", "not-durable", "unavailable",
)  # fmt: skip
_TEXT: Final = "Police in Ilvarin detained the lawyer Javel Orsheni on 14 May 2023, his wife said."
_EXAMPLE: Final = {
    "document": {"text": _TEXT, "publisher": "The Herald", "published": "2023-05-15"},
    "extractor": {"name": "annotators", "version": "2"},
    "events": [
        {
            "quote": _TEXT,
            "start": 0,
            "end": len(_TEXT),
            "what": "Police detain Javel Orsheni",
            "date": "2023-05-14",
            "date_text": "14 May 2023",
            "date_start": _TEXT.index("14 May"),
            "date_end": _TEXT.index("14 May") + len("14 May 2023"),
            "date_basis": "explicit",
            "type": "COERCE",
            "mode": "arrest",
            "participants": [{"name": "Javel Orsheni", "role": "recipient", "kind": "person"}],
            "topics": ["detention"],
        }
    ],
}


@post(
    "/v1/collections/{collection:str}/events",
    guards=[require("ingest")],
    status_code=201,
    opt=documented(
        body=EventsInput,
        body_examples={"with their document": _EXAMPLE},
        answers={201: Receipt},
        problems=_PROBLEMS,
    ),
)
async def post_events(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Store events of one's own, with their document or for a document that is stored already.

    All are checked against the document's text first, and all faults are named; one
    fault, and nothing is stored. 201 when they are stored, whether now or before
    (`duplicate`). The same request may be sent again after any failure.
    """
    check_parameters(request)
    check_name(collection)
    state = state_of(request)
    body = await request.body()
    # Twenty thousand events take a second: in a thread, so that others are answered meanwhile.
    given = await asyncio.to_thread(decode, body, EventsInput)
    state.durability.check()
    await state.streams.check_open(collection)
    document_id, text, document = await _subject(state, collection, given)
    prepared = await asyncio.to_thread(_prepare, given, document_id, text, document)
    published = await state.publisher.publish(collection, prepared.records, traceparent=traceparent_of(request))
    completion = prepared.completion
    state.counts.taken(events=len(completion.event_ids), duplicate=published.duplicate)
    return receipt(
        published,
        collection=collection,
        chronology=state.chronology,
        document_id=document_id,
        event_ids=completion.event_ids,
        completion_id=completion.id,
        warnings=prepared.warnings,
    )


async def _subject(state: IngestState, collection: str, given: EventsInput) -> tuple[str, str, Document | None]:
    """The document that the events are of: its id, its text, and itself where it is to be stored, too."""
    if given.document is not UNSET and given.document_id is not UNSET:
        raise at(
            "/document_id", "not-both", "There is `document` or `document_id`, not both.", "Leave one of them out."
        )
    if given.document_id is not UNSET:
        known = await state.documents.find(collection, given.document_id)
        return known.id, known.text, None
    if given.document is UNSET:
        raise at("/document", "missing-field", "Events need their `document`, or the `document_id` of a stored one.")
    document = await asyncio.to_thread(_document, given.document)
    return document.id, document.text, document


def _document(given: TextInput) -> Document:
    document = intake.from_text(given.text, given)
    if faults := intake.faults(document, given):
        raise from_faults([_under("/document", fault) for fault in faults])
    return document


class _Prepared(Struct, frozen=True, kw_only=True):
    records: list[Record]
    completion: ExtractionCompleted
    warnings: tuple[Note, ...]


def _prepare(given: EventsInput, document_id: str, text: str, document: Document | None) -> _Prepared:
    extractor = NOT_GIVEN if given.extractor is UNSET else given.extractor
    events: dict[str, Event] = {}
    faults: list[Fault] = []
    for number, event in enumerate(given.events):
        complete = _complete(event, document_id, extractor)
        found = [*_id_faults(event, complete), *event_faults(complete, text), *_record_faults(complete, text)]
        faults += [_under(f"/events/{number}", fault) for fault in found]
        events.setdefault(complete.id, complete)
    if faults:
        raise from_faults(faults)
    completion = completed(document_id, extractor, list(events), given.role)
    notes = []
    if repeated := len(given.events) - len(events):
        notes.append(Note(code="repeated-events", detail=f"{repeated} events are the same as others of this request."))
    return _Prepared(
        records=records(document, list(events.values()), completion), completion=completion, warnings=tuple(notes)
    )


def _complete(event: EventInput, document_id: str, extractor: Any) -> EventInput:
    who = extractor if event.extractor is NOT_GIVEN else event.extractor
    complete = replace(event, document_id=document_id, extractor=who)
    return replace(complete, id=content_id.id_of_event(complete))


def _id_faults(given: EventInput, complete: EventInput) -> list[Fault]:
    faults = []
    if given.document_id not in ("", complete.document_id):
        detail = "The event names another document than the one that it comes with."
        faults.append(
            Fault(
                pointer="/document_id",
                code="other-document",
                detail=detail,
                hint=f"Leave it out, or give {complete.document_id}.",
            )
        )
    if given.id not in ("", complete.id):
        detail = "The id does not follow from the event's content."
        faults.append(
            Fault(pointer="/id", code="other-content", detail=detail, hint=f"Leave it out, or give {complete.id}.")
        )
    return faults


def _record_faults(event: EventInput, text: str) -> list[Fault]:
    """A row brought from elsewhere need not stand in the text; but where it says that it does, it must."""
    if event.evidence != "record" or event.start == event.end == 0:
        return []
    if event.start < event.end <= len(text) and event.quote in ("", text[event.start : event.end]):
        return []
    detail = f"The text at {event.start}:{event.end} is not the quote."
    hint = "Give the place of the quote in code points, or 0 and 0 where it does not stand in the text."
    return [Fault(pointer="/quote", code="quote-not-in-text", detail=detail, hint=hint)]


def _under(prefix: str, fault: Fault) -> Fault:
    return replace(fault, pointer=prefix + fault.pointer)
