"""Files read without any service, by the very code that the ingest service runs: equal files give equal documents,
events and ids here and there.

Everything that the commands know of the ingest package stands here. It is imported when it is used: loading the rules
and the HTML parser takes longer than many a command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from chronology_contracts.documents import Document

from .errors import BadInput, CommandError
from .inputs import Input, Metadata, check_date, decode_text, read_bytes

if TYPE_CHECKING:
    from chronology_ingest.extract.dates import TemporalExpression
    from chronology_ingest.extraction import Extraction
    from chronology_ingest.extractor_settings import ExtractorSettings
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


def date_warnings(document: Document) -> list[str]:
    """What people should know of a document's own date: whence it is if nobody gave it, what speaks against it."""
    from chronology_ingest.extract.document_date import date_remarks

    return [remark.detail for remark in date_remarks(document)]


class Reader:
    """An extractor by its name; "" is the default one. The others are set up in `environ`, as the service is."""

    def __init__(self, name: str = "", environ: Mapping[str, str] | None = None) -> None:
        from chronology_ingest.extraction import DEFAULT_EXTRACTOR
        from chronology_ingest.extractor_settings import NOTHING_SET

        self._name = name or DEFAULT_EXTRACTOR
        self._settings = NOTHING_SET if self._name == DEFAULT_EXTRACTOR else extractor_settings(environ or {})

    def read(self, document: Document, name: str) -> Extraction:
        """The events of a document, its language, and remarks on the reading.

        Raises `BadInput`; `name` is what people call the document.
        """
        from chronology_ingest.errors import IngestError
        from chronology_ingest.extraction import ExtractionJob
        from chronology_ingest.reader import extract

        try:
            return extract(ExtractionJob(document=document, extractor=self._name, settings=self._settings))
        except IngestError as error:
            raise BadInput(f"{name}: {error}") from error


def extractor_settings(environ: Mapping[str, str]) -> ExtractorSettings:
    """What the environment says of extractors. Raises `CommandError`."""
    from chronology_ingest.extractor_settings import ExtractorSettings
    from chronology_runtime.names import KNOWN
    from chronology_runtime.settings import SettingsError, load

    try:
        return load(ExtractorSettings, environ, known=KNOWN)
    except SettingsError as error:
        raise CommandError(str(error)) from None


def date_lines(document: Document, doc: str, mode: Mode) -> list[dict[str, Any]]:
    """Each expression with its place, TIMEX3's attributes and EDTF; "" stands for what an expression does not have."""
    from chronology_ingest.extract.timex3 import edtf_of, repetition

    lines = []
    for found in _expressions(document, mode):
        again = repetition(found)
        fields = {name: getattr(found, name) for name in ("start", "end", "text", "type", "value", "mod")}
        lines.append({"doc": doc} | fields | {"quant": again.quant, "freq": again.freq, "edtf": edtf_of(found)})
    return lines


def dates_as_timeml(document: Document, doc: str, mode: Mode) -> str:
    """The whole text as a document of TimeML, with a TIMEX3 tag around each expression."""
    from chronology_ingest.extract.timex3 import timeml

    return timeml(doc, document.text, document.published, _expressions(document, mode))


def _expressions(document: Document, mode: Mode) -> Sequence[TemporalExpression]:
    """As the extractor has them, but of the whole text, with all that stands on its page."""
    from chronology_ingest.extract.coarse import counted_from, no_finer, refined
    from chronology_ingest.extract.dates import tag
    from chronology_ingest.extract.document_date import document_date

    published = refined(document.published, document_date(document.text).date)
    return no_finer(tag(document.text, counted_from(published), mode), published)


def code_sentence(text: str) -> list[dict[str, Any]]:
    """The events of one sentence that stands alone: type, mode, and who acts on whom, with country and sector."""
    from chronology_ingest.extract import code

    coded: list[dict[str, Any]] = msgspec.to_builtins(code(text))
    return coded
