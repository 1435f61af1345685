"""Bytes ↔ records: CloudEvents 1.0, structured JSON.

On the way in (`encode_message`, `decode_message`) the envelope carries a `salt` of 16
random bytes, in base64, and perhaps a `traceparent`. On the way out (`encode_record`)
it carries `collection`, `lineage` and `position`, and the same bytes stand in log
pages, on SSE and in the republished stream. `time` is when the record was recorded
(in: when it was published), never when an event happened. A body is kept byte for
byte: nothing here ever encodes one again.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from . import content_id
from .errors import UnknownVersion, Unreadable
from .records import RECORD_TYPES

CONTENT_TYPE: Final = "application/cloudevents+json"
MESSAGE_BYTES_MAX: Final = 3_670_016
"""3.5 MiB: the longest encoded message."""
SALT_BYTES: Final = 16

_TYPE = re.compile(r"chronology\.([a-z][a-z_.]{0,62})\.v([1-9][0-9]{0,3})")


class Message(Struct, frozen=True, kw_only=True, gc=False):
    """A record before it has a position. `id` is 20 bytes, `salt` 16, `body` the exact bytes of `data`."""

    id: bytes
    type: str
    version: int
    salt: bytes
    body: bytes
    traceparent: str = ""


class _Envelope(Struct, kw_only=True, gc=False, omit_defaults=False):
    specversion: str
    id: str
    source: str
    type: str
    data: Raw
    subject: str | UnsetType = UNSET
    time: str | UnsetType = UNSET
    datacontenttype: str | UnsetType = UNSET
    dataschema: str | UnsetType = UNSET
    salt: str | UnsetType = UNSET
    traceparent: str | UnsetType = UNSET


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_encode = msgspec.json.Encoder().encode


def type_name(type: str, version: int) -> str:
    """A record type as an envelope's `type` has it: `event.extracted`, 1 → `chronology.event.extracted.v1`."""
    return f"chronology.{type}.v{version}"


def encode_message(
    *, id: str, type: str, body: bytes, salt: bytes, source: str, time: str, traceparent: str = ""
) -> bytes:
    """A message of the current version of `type`, a known record type."""
    version = RECORD_TYPES[type].version
    return _encode(
        _Envelope(
            specversion="1.0",
            id=id,
            source=source,
            type=type_name(type, version),
            time=time,
            datacontenttype="application/json",
            salt=base64.b64encode(salt).decode(),
            traceparent=traceparent or UNSET,
            data=Raw(body),
        )
    )


def decode_message(raw: bytes) -> Message:
    """Read an envelope; the body is looked at no further than that it is JSON in UTF-8.

    Raises `Unreadable`, which says what is wrong with it.
    """
    try:
        raw.decode()
        envelope = _decode_envelope(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"no CloudEvents envelope: {error}") from error
    if envelope.specversion != "1.0":
        raise Unreadable(f"CloudEvents version {envelope.specversion!r} is not 1.0")
    type, version = _type_and_version(envelope.type)
    try:
        id = content_id.to_bytes(envelope.id)
    except (ValueError, binascii.Error) as error:
        raise Unreadable(f"id {envelope.id!r} is no content id") from error
    return Message(
        id=id,
        type=type,
        version=version,
        salt=_salt(envelope.salt),
        body=bytes(envelope.data),
        traceparent=envelope.traceparent or "",
    )


@lru_cache(maxsize=256)
def _type_and_version(name: str) -> tuple[str, int]:
    found = _TYPE.fullmatch(name)
    if found is None:
        raise Unreadable(f"type {name!r} is not chronology.<record type>.v<number>")
    return found[1], int(found[2])


def check_body(message: Message) -> None:
    """Raise `Unreadable` where the body is not what the envelope says it is: of its type, with its id.

    Types and versions that this program does not know are not looked into.
    """
    known = RECORD_TYPES.get(message.type)
    if known is None or message.version > known.version:
        return
    try:
        body = decode_body(message.type, message.version, message.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"the body is no {message.type}: {error}") from error
    id = getattr(body, "id", None)
    if id is not None and content_id.to_bytes(id) != message.id:
        raise Unreadable(f"the body has the id {id}, the envelope another")


def _salt(text: str | UnsetType) -> bytes:
    try:
        salt = base64.b64decode(text or "", validate=True)
    except ValueError as error:
        raise Unreadable("salt is not base64") from error
    if len(salt) != SALT_BYTES:
        raise Unreadable(f"salt has {len(salt)} bytes instead of {SALT_BYTES}")
    return salt


def encode_record(
    *, collection: str, lineage: str, position: int, id: str, type: str, version: int, recorded_at: str, body: bytes
) -> bytes:
    """A record as everybody who reads the log gets it. `recorded_at` is RFC 3339 in UTC."""
    # Every value but the body is of a closed alphabet without quotes or backslashes, so joining is encoding.
    return b"".join(
        (
            b'{"specversion":"1.0","id":"', id.encode(),
            b'","source":"urn:chronology:', lineage.encode(),
            b'","type":"', type_name(type, version).encode(),
            b'","time":"', recorded_at.encode(),
            b'","datacontenttype":"application/json","collection":"', collection.encode(),
            b'","lineage":"', lineage.encode(),
            b'","position":', str(position).encode(),
            b',"data":', body or b"null",
            b"}",
        )
    )  # fmt: skip


Upcaster = Callable[[Any], Any]
UPCASTERS: Final[dict[tuple[str, int], Upcaster]] = {}
"""(type, version) → a pure function from the plain value of that version's body to that of the next version."""

_decoders: Final = {name: msgspec.json.Decoder(type.body).decode for name, type in RECORD_TYPES.items()}


def decode_body(type: str, version: int, body: bytes) -> Any:
    """The struct of a record's body, brought to the current version of its type.

    Raises `UnknownVersion` for a version newer than this program's, `KeyError` for a
    type it does not know, and `msgspec.ValidationError` for a body that is not of its type.
    """
    current = RECORD_TYPES[type]
    if version > current.version:
        raise UnknownVersion(type, version)
    if version == current.version:
        return _decoders[type](body)
    value = msgspec.json.decode(body)
    for step in range(version, current.version):
        value = UPCASTERS[type, step](value)
    return msgspec.convert(value, current.body)
