"""Answers from stored bytes, with position, ETag and the link to the next page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec
from chronology_runtime import http
from litestar import Request, Response

from ..timelines import Standing

JSON: Final = "application/json"
POSITION_HEADER: Final = "chronology-position"

encode: Final = msgspec.json.Encoder().encode
_encode_sorted: Final = msgspec.json.Encoder(order="deterministic").encode


def etag(standing: Standing) -> str:
    """Equal ETags of one address are equal answers: a build at a position is always the same."""
    return http.weak_etag(standing.lineage, standing.build, standing.position)


def answer(
    request: Request[Any, Any, Any], standing: Standing, body: bytes, *, next: str | None = None
) -> Response[bytes]:
    """200, or 304 where the caller has this answer already."""
    tag = etag(standing)
    headers = {POSITION_HEADER: str(standing.position), "etag": tag, "cache-control": "no-cache"}
    if next:
        headers["link"] = f'<{next_address(request, next)}>; rel="next"'
    if http.etag_matches(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=JSON, headers=headers)


def not_modified(request: Request[Any, Any, Any], standing: Standing) -> Response[bytes] | None:
    """304 before anything more than the position was read, if the caller has this answer already."""
    if not http.etag_matches(request.headers.get("if-none-match"), etag(standing)):
        return None
    return answer(request, standing, b"")


def page(items: Iterable[bytes], next: str | None, position: int, **more: Any) -> bytes:
    """The body of a list; `items` are JSON."""
    rest = encode({"next": next, "position": position, **more})
    return b'{"items":[%b],%b' % (b",".join(items), rest[1:])


def joined(fields: dict[str, Any], **raw: bytes) -> bytes:
    """One JSON object of values that are encoded here and of others that are JSON already."""
    parts = [b"%b:%b" % (encode(name), encode(value)) for name, value in fields.items()]
    parts += [b"%b:%b" % (encode(name), value) for name, value in raw.items()]
    return b"{%b}" % b",".join(parts)


def next_address(request: Request[Any, Any, Any], cursor: str) -> str:
    """The same address with another `after`."""
    pairs = parse_qsl(request.scope["query_string"].decode("ascii", "replace"))
    kept = [(name, value) for name, value in pairs if name not in ("after", "at_least")]
    return f"{request.scope['path']}?{urlencode([*kept, ('after', cursor)])}"
