"""A document: a text with its source."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

TEXT_BYTES_MAX: Final = 1_048_576
"""The longest text of a document, in bytes of UTF-8."""

Id = Annotated[
    str, Meta(pattern="^[a-z2-7]{32}$", max_length=32, description="Content id: 20 bytes in base32, lower case.")
]
ShortText = Annotated[str, Meta(max_length=512)]
PublishedBasis = Literal["given", "metadata", "html", "dateline", "head", "none"]


class Document(Struct, frozen=True, kw_only=True, gc=False):
    """Document v1. Offsets of events count code points of `text`.

    `sha256` (hex) is of the bytes as received, before any cleaning. `published` is
    EDTF or "", and "" is never taken for today. `raw` is the address of the archived
    bytes; `provenance` a salted commitment to a confidential record.
    """

    id: Id
    text: str
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
    url: Annotated[str, Meta(max_length=2048)] = ""
    title: Annotated[str, Meta(max_length=2048)] = ""
    publisher: ShortText = ""
    credit: ShortText = ""
    published: Annotated[str, Meta(max_length=128)] = ""
    published_basis: PublishedBasis = "none"
    language: Annotated[str, Meta(pattern="^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", max_length=35)] = ""
    raw: str | None = None
    provenance: str | None = None
