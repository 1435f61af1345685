"""Ids that follow from content: the first 20 bytes of a SHA-256, in 32 characters of base32, lower case.

What is hashed is a name of the form, a NUL, and the fields as JSON with sorted keys,
no white space and UTF-8 (RFC 8785 for the values that occur: strings, whole numbers,
lists, objects). No clock and no version of an extractor takes part, so the same
reading gets the same id whenever and by whatever it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final

import msgspec

from .documents import Document
from .events import Event, Extractor

ID_BYTES: Final = 20
NOT_IDENTITY: Final = ("id", "extractor", "reasons", "confidence")
"""Fields of an event that may differ between two extractors' equal readings."""

_ID = re.compile("[a-z2-7]{32}")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_DIGITS: Final = str.maketrans(_ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_SHIFTS: Final = range(8 * ID_BYTES - 10, -1, -10)
_encode = msgspec.json.Encoder(order="sorted").encode


def to_bytes(id: str) -> bytes:
    """The 20 bytes of an id. Raises `ValueError` where it is none."""
    if not _ID.fullmatch(id):
        raise ValueError(f"not a content id: {id!r}")
    # 32 digits of five bits are 20 bytes: Python's own base 32 is many times as fast as the module base64.
    return int(id.translate(_DIGITS), 32).to_bytes(ID_BYTES, "big")


def to_text(raw: bytes) -> str:
    """The text of 20 bytes; "" of none, as an erased record has them."""
    if not raw:
        return ""
    number = int.from_bytes(raw, "big")
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def document_id(*, text: str, publisher: str, url: str, published: str) -> str:
    return _hashed("document.v1", {"text": text, "publisher": publisher, "url": url, "published": published})


def id_of_document(document: Document) -> str:
    return document_id(text=document.text, publisher=document.publisher, url=document.url, published=document.published)


def id_of_event(event: Event) -> str:
    fields: dict[str, Any] = msgspec.to_builtins(event)
    for name in NOT_IDENTITY:
        del fields[name]
    return _hashed("event.v1", fields)


def completion_id(*, document_id: str, extractor: Extractor, event_ids: Iterable[str], role: str) -> str:
    """The order of `event_ids` does not matter."""
    return _hashed(
        "completion.v1",
        {
            "document_id": document_id,
            "extractor": msgspec.to_builtins(extractor),
            "event_ids": sorted(event_ids),
            "role": role,
        },
    )


def command_id(*, principal: str, idempotency_key: str) -> str:
    return _hashed("command.v1", {"principal": principal, "key": idempotency_key})


def batch_id(records: Iterable[tuple[str, bytes]]) -> str:
    """The id of a batch of records, given as (id, body): it depends on all of them and on their order.

    Bodies take part, or a known id with another body would be dropped unseen as a repeated batch.
    """
    return _hashed("batch.v1", [[id, sha256(body).hexdigest()] for id, body in records])


def _hashed(form: str, value: Any) -> str:
    return to_text(sha256(form.encode() + b"\0" + _encode(value)).digest()[:ID_BYTES])
