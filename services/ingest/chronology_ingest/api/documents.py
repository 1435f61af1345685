"""`POST …/documents`: a text or a page in, its events out, both stored."""

from __future__ import annotations

from typing import Annotated, Any, Final

import structlog
from chronology_contracts.documents import Document
from chronology_runtime.access import require
from chronology_runtime.bodies import decode
from chronology_runtime.openapi import documented
from litestar import Request, Response, post
from litestar.params import FromPath, QueryParameter
from msgspec import UNSET
from msgspec.structs import replace

from ..extract.document_date import date_remarks
from ..extraction import DEFAULT_EXTRACTOR, Extraction, ExtractionJob
from ..intake import text as intake
from ..intake.html import HTML_BYTES_MAX, PageJob
from ..publish import completed, records
from ..refusals import TooSlow, WorkerBroken, WorkerDied
from ..streams import check_name
from .answers import Note, Receipt, Trial, answer, receipt
from .inputs import DocumentInput
from .problems import at, from_faults
from .state import IngestState, check_parameters, state_of, traceparent_of

_log = structlog.get_logger(__name__)

_PROBLEMS: Final = (
    "no-such-collection-yet", "collection-halted", "collection-closed", "not-durable", "html-not-readable",
    "extraction-too-slow", "unavailable",
)  # fmt: skip
_EXAMPLE: Final = {
    "text": "Police in Ilvarin detained the lawyer Javel Orsheni on 14 May 2023, his wife said.",
    "url": "https://herald.example.org/2023/05/15/orsheni",
    "title": "Lawyer detained in Ilvarin",
    "publisher": "The Herald",
    "published": "2023-05-15",
    "language": "en",
}


@post(
    "/v1/collections/{collection:str}/documents",
    guards=[require("ingest")],
    status_code=201,
    opt=documented(
        body=DocumentInput,
        body_examples={"text": _EXAMPLE},
        answers={201: Receipt, 200: Trial},
        problems=_PROBLEMS,
    ),
)
async def post_document(
    request: Request[Any, Any, Any],
    collection: FromPath[str],
    dry_run: Annotated[bool, QueryParameter(description="Extract and answer the events; store nothing.")] = False,
) -> Response[bytes]:
    """Store a document with the events that are read from it.

    201 when it is stored, whether now or before (`duplicate`); 200 for a dry run. The
    same request may be sent again after any failure: it adds nothing twice.
    """
    check_parameters(request, "dry_run")
    check_name(collection)
    state = state_of(request)
    given = decode(await request.body(), DocumentInput)
    if not dry_run:
        # Asked first, so that nobody waits for an extraction that cannot be stored.
        state.durability.check()
        await state.streams.check_open(collection)
    document = await _document(state, given)
    read = await state.extraction.run(
        ExtractionJob(
            document=document,
            extractor=state.extractor if given.extractor is UNSET else given.extractor,
            settings=state.extractor_settings,
        )
    )
    document = replace(document, language=read.language)
    for remark in read.remarks:
        _log.info("remark on a reading", document=document.id, code=remark.code, detail=remark.detail)
    notes = _notes(document, read)
    if dry_run:
        return answer(Trial(document=document, extractor=read.extractor, events=read.events, warnings=notes))
    completion = completed(document.id, read.extractor, [event.id for event in read.events], "reading")
    published = await state.publisher.publish(
        collection, records(document, read.events, completion), traceparent=traceparent_of(request)
    )
    state.counts.taken(events=len(read.events), duplicate=published.duplicate)
    return receipt(
        published,
        collection=collection,
        chronology=state.chronology,
        document_id=document.id,
        event_ids=completion.event_ids,
        completion_id=completion.id,
        warnings=notes,
    )


async def _document(state: IngestState, given: DocumentInput) -> Document:
    if given.html is not UNSET and given.text is not UNSET:
        raise at("/html", "not-both", "A document has `text` or `html`, not both.", "Leave one of them out.")
    if given.html is not UNSET:
        return await _from_html(state, given, given.html)
    if given.text is UNSET:
        raise at("/text", "missing-field", "A document needs `text` or `html`.")
    document = intake.from_text(given.text, given)
    if faults := intake.faults(document, given):
        raise from_faults(faults)
    return document


async def _from_html(state: IngestState, given: DocumentInput, html: str) -> Document:
    size = len(html.encode())
    if size > HTML_BYTES_MAX:
        detail = f"The HTML has {size} bytes; at most {HTML_BYTES_MAX} are read."
        raise at("/html", "too-long", detail, "Send the text as `text`.", slug="too-large")
    # Before the page is read, which may take seconds; any text stands for the page's.
    if faults := intake.faults(intake.from_text("-", given), given):
        raise from_faults(faults)
    try:
        page = await state.cleaning.run(PageJob(html=html, url=given.url))
    except (TooSlow, WorkerDied, WorkerBroken) as error:
        detail = "Reading the HTML took more time or memory than is allowed, or failed."
        raise at("/html", "not-readable", detail, slug="html-not-readable") from error
    document = intake.from_page(html, page, given)
    if faults := intake.faults(document, given):
        raise from_faults(faults)
    return document


def _notes(document: Document, read: Extraction) -> tuple[Note, ...]:
    notes = [Note(code=remark.code, detail=remark.detail) for remark in date_remarks(document)]
    notes += [Note(code=remark.code, detail=remark.detail) for remark in read.remarks]
    if not read.events:
        language = document.language
        by_rules = read.extractor.name == DEFAULT_EXTRACTOR
        foreign = by_rules and language and language.partition("-")[0].lower() != "en"
        why = f" It is in the language {language!r}, and the rules read English." if foreign else ""
        notes.append(Note(code="no-events", detail=f"No event was found in the document.{why}"))
    return tuple(notes)
