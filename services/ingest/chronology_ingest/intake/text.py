"""The fields that a caller gave, with a text → Document, or every fault by JSON pointer.

Where neither the caller nor the page says when the document was published, its dateline
or head may; `published_basis` tells who did.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Annotated, Final

from chronology_contracts import content_id
from chronology_contracts.documents import Document
from chronology_contracts.validation import Fault, document_faults, first_control
from msgspec import Meta, Struct

from ..extract.document_date import DocumentDate, document_date
from .html import Page

_FIELDS: Final = ("url", "title", "publisher", "credit", "published")
_RUN_BY_BROWSERS = re.compile(r"(javascript|data|vbscript):", re.IGNORECASE)


class SourceInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller says of a document's source."""

    url: Annotated[str, Meta(max_length=2048, description="Where the document was found.")] = ""
    title: Annotated[str, Meta(max_length=2048)] = ""
    publisher: Annotated[str, Meta(max_length=512)] = ""
    credit: Annotated[str, Meta(max_length=512, description="The agency that the document names as its source.")] = ""
    published: Annotated[
        str,
        Meta(
            max_length=128,
            description="EDTF; where it is empty the page or the head of the text may say it, never today.",
        ),
    ] = ""
    language: Annotated[
        str,
        Meta(
            pattern="^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$",
            max_length=35,
            description="BCP 47; found out where it is not given.",
        ),
    ] = ""


def from_text(text: str, source: SourceInput) -> Document:
    """A document whose text is kept as it is, character by character."""
    return _document(text, text.encode(), source, document_date(text, given=source.published))


def from_page(html: str, page: Page, source: SourceInput) -> Document:
    """A document from a cleaned page, which says what the caller did not."""
    said = SourceInput(
        url=source.url,
        title=source.title or page.title,
        publisher=source.publisher or page.publisher,
        credit=source.credit,
        language=source.language or page.language,
    )
    return _document(
        page.text, html.encode(), said, document_date(page.text, given=source.published, html=page.published)
    )


def source_faults(source: SourceInput) -> list[Fault]:
    """What is wrong with the fields beside the text, `published` excepted."""
    faults = []
    for name in _FIELDS:
        value: str = getattr(source, name)
        at = first_control(value)
        if at is None and not set(value).isdisjoint("\r\n"):
            at = next(place for place, char in enumerate(value) if char in "\r\n")
        if at is not None:
            faults.append(
                Fault(
                    pointer=f"/{name}",
                    code="control-character",
                    detail=f"It has the control character U+{ord(value[at]):04X} at offset {at}.",
                    hint="It is one line of text; remove it.",
                )
            )
    if _RUN_BY_BROWSERS.match(source.url.strip()):
        faults.append(
            Fault(
                pointer="/url",
                code="unsafe-scheme",
                detail="The address is one that browsers run rather than visit.",
                hint="Give the address at which the document was found.",
            )
        )
    return faults


def faults(document: Document, source: SourceInput) -> list[Fault]:
    return [*document_faults(document), *source_faults(source)]


def _document(text: str, received: bytes, source: SourceInput, published: DocumentDate) -> Document:
    return Document(
        id=content_id.document_id(text=text, publisher=source.publisher, url=source.url, published=published.date),
        text=text,
        sha256=sha256(received).hexdigest(),
        url=source.url,
        title=source.title,
        publisher=source.publisher,
        credit=source.credit,
        published=published.date,
        published_basis=published.basis,
        language=source.language,
    )
