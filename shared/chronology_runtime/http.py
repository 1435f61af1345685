"""ETags and cursors: what a reader hands back to us, and what we must not trust in it.

A cursor is opaque: the sort key where the next page begins, bound by HMAC to the query
and to the version of the projection that it was read from. A cursor of another query,
of another version, or made up, is a 400 that says which.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final, TypeVar

import msgspec
from litestar import Response
from litestar.connection import ASGIConnection
from msgspec import Struct

from .problems import Detail, Problem

S = TypeVar("S", bound=Struct)

CURSOR_CHARACTERS_MAX: Final = 2048
_MAC_BYTES: Final = 16
_HASH_BYTES: Final = 12


def query_hash(*parts: object) -> bytes:
    """What a cursor is bound to: route, collection and every filter, in a fixed order (no `limit`, no `after`)."""
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).digest()[:_HASH_BYTES]


def sign(secret: bytes, key: Struct, *, query: bytes, version: str) -> str:
    """A cursor to the place `key` of a query (`query_hash`) at a version of the projection."""
    payload = msgspec.msgpack.encode((version, query, msgspec.msgpack.encode(key)))
    return urlsafe_b64encode(_mac(secret, payload) + payload).decode().rstrip("=")


def read(secret: bytes, text: str, type: type[S], *, query: bytes, version: str, parameter: str = "after") -> S:
    """The place that `sign` wrote. Raises a 400 naming `parameter`."""
    if len(text) > CURSOR_CHARACTERS_MAX:
        raise _bad(parameter, "malformed", "It is too long to be one of ours.")
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        raise _bad(parameter, "malformed", "It is not one of ours.") from None
    mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    # The text is compared as well: base64 decoders pass over characters and bits that they do not know.
    written = urlsafe_b64encode(raw).decode().rstrip("=")
    if not hmac.compare_digest(mac, _mac(secret, payload)) or written != text:
        raise _bad(parameter, "tampered", "It was changed, or another server made it.")
    signed_version, signed_query, key = msgspec.msgpack.decode(payload, type=tuple[str, bytes, bytes])
    if signed_query != query:
        raise _bad(parameter, "other-query", "It belongs to another query; filters must stay the same.")
    if signed_version != version:
        raise _bad(parameter, "stale", "The projection was rebuilt since; start again without it.")
    try:
        return msgspec.msgpack.decode(key, type=type)
    except msgspec.DecodeError:
        raise _bad(parameter, "stale", "An older program made it; start again without it.") from None


def _mac(secret: bytes, payload: bytes) -> bytes:
    return hmac.digest(secret, b"cursor\0" + payload, "sha256")[:_MAC_BYTES]


def _bad(parameter: str, code: str, detail: str) -> Problem:
    return Problem("bad-cursor", detail, errors=[Detail(parameter=parameter, code=code, detail=detail)])


# --- ETags


def weak_etag(*parts: object) -> str:
    """`W/"…"` from what the answer depends on: lineage, projection version, position, representation.

    The parts must be of letters, digits and `.-_`; anything else is hashed.
    """
    joined = "-".join(map(str, parts))
    plain = joined.isascii() and joined.replace("-", "").replace(".", "").replace("_", "").isalnum()
    return f'W/"{joined if plain else hashlib.sha256(joined.encode()).hexdigest()[:32]}"'


def etag_matches(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match or If-Match names this ETag (weak comparison).

    `*` names nothing here: these questions are asked before it is known whether there is anything.
    """
    if not header:
        return False
    names = [name.strip().removeprefix("W/") for name in header.split(",")]
    return etag.removeprefix("W/") in names


def not_modified(connection: ASGIConnection[Any, Any, Any, Any], etag: str) -> Response[bytes] | None:
    """A 304 if the caller has this very answer already; ask before the query is run."""
    if connection.scope.get("method") not in ("GET", "HEAD"):
        return None
    if not etag_matches(connection.headers.get("if-none-match"), etag):
        return None
    return Response(b"", status_code=304, headers={"etag": etag, "cache-control": "no-cache"})
