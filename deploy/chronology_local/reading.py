"""Files read without any service, by the very code that the ingest service runs: equal files give equal documents,
events and ids here and there.

Everything that the commands know of the ingest package stands here. It is imported when it is used: loading the rules
and the HTML parser takes longer than many a command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from chronology_contracts.documents import Document
from chronology_contracts.events import Event

from .errors import BadInput
from .inputs import Input, Metadata, check_date, decode_text, read_bytes

if TYPE_CHECKING:
    from chronology_ingest.intake.text import SourceInput

Mode = Literal["auto", "news", "narrative"]
ENGLISH: Final = ("", "en", "eng")
"""Languages whose documents are read; "" is a text too short to tell."""
SHOWN_FAULTS_MAX: Final = 3


def source_fields(item: Input, known: Metadata | None, published: str) -> dict[str, str]:
    """What is known of a document besides its text, dates in canonical form. Raises `BadInput`."""
    metadata = known or Metadata(doc=item.doc)
    fields = {name: getattr(metadata, name) for name in ("url", "title", "publisher", "credit", "language")}
    return fields | {"published": check_date(metadata.published or published, f"{item.name}: published")}


def read_document(item: Input, known: Metadata | None, published: str) -> Document:
    """The document that a file and its line of metadata make. Raises `BadInput`."""
    from chronology_ingest.intake.text import SourceInput, faults

    text = decode_text(read_bytes(item), item.name)
    try:
        source = msgspec.convert(source_fields(item, known, published), SourceInput)
    except msgspec.ValidationError as error:
        raise BadInput(f"{item.name}: its metadata cannot be used: {error}.") from None
    document = make_document(item, text, source)
    found = faults(document, source)
    if found:
        told = "; ".join(
            f"{fault.pointer.lstrip('/')}: {fault.detail} {fault.hint}".rstrip() for fault in found[:SHOWN_FAULTS_MAX]
        )
        raise BadInput(f"{item.name}: {told}")
    return document


def make_document(item: Input, text: str, source: SourceInput) -> Document:
    from chronology_ingest.intake.text import from_page, from_text
    from chronology_ingest.refusals import JobRefused

    if item.form == "text":
        return from_text(text, source)
    from chronology_ingest.intake.html import clean

    try:
        return from_page(text, clean(text, url=source.url), source)
    except JobRefused as error:
        raise BadInput(f"{item.name}: {error.detail}") from None


class Reader:
    """An extractor by its name; "" is the default one."""

    def __init__(self, name: str = "") -> None:
        from chronology_ingest.extraction import DEFAULT_EXTRACTOR

        self._name = name or DEFAULT_EXTRACTOR

    def read(self, document: Document, name: str) -> tuple[tuple[Event, ...], str]:
        """The events of a document, and its language. Raises `BadInput`; `name` is what people call the document."""
        from chronology_ingest.errors import IngestError
        from chronology_ingest.extraction import ExtractionJob
        from chronology_ingest.reader import extract

        try:
            found = extract(ExtractionJob(document=document, extractor=self._name))
        except IngestError as error:
            raise BadInput(f"{name}: {error}") from error
        return found.events, found.language


def date_lines(document: Document, doc: str, mode: Mode) -> list[dict[str, Any]]:
    from chronology_ingest.extract.dates import tag

    fields = ("start", "end", "text", "type", "value", "edtf")
    found = tag(document.text, document.published, mode)
    return [{"doc": doc} | {name: getattr(item, name) for name in fields} for item in found]


def code_sentence(text: str) -> list[dict[str, Any]]:
    """The events of one sentence that stands alone: type, mode, and who acts on whom, with country and sector."""
    from chronology_ingest.extract import code

    coded: list[dict[str, Any]] = msgspec.to_builtins(code(text))
    return coded
