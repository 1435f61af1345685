"""The log in pages: after a cursor, with a long poll; and by number, immutable once full."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from typing import Any, Final

from chronology_runtime import http
from chronology_runtime.access import require
from chronology_runtime.openapi import Answer
from chronology_runtime.problems import Problem
from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Stream

from ..database import acquired
from ..log.read import PAGE_SIZE, History, read_batch, read_history
from ..log.record import Head, Record
from . import answers, cursors, filters, representations
from .documentation import route
from .parameters import Arguments, Parameter
from .problems import not_found
from .state import ApiState, api_of
from .waiting import LOOK_SECONDS, read_at_least, read_head, wait_for_head

WAIT_SECONDS_MAX: Final = 20
PAGE_BYTES_MAX: Final = 8 * 2**20
GENERATION: Final = 1
"""An erasure makes the next one."""
NDJSON: Final = "application/x-ndjson"

_CHUNK_SIZE: Final = 50
_LINE_END = re.compile(rb"[\r\n]+")

_AFTER: Final = Parameter(name="after", description="Begin behind this cursor or position. Left out: at the beginning.")
_WAIT: Final = Parameter(
    name="wait",
    description="Where nothing has come yet, wait up to so many seconds for it.",
    schema={"type": "integer", "minimum": 0, "maximum": WAIT_SECONDS_MAX, "default": 0},
)
_LOG: Final = (_AFTER, filters.LIMIT, _WAIT, filters.AT_LEAST)


@get(
    "/{collection:str}/log",
    guards=[require("read")],
    **route(
        summary="The log after a cursor", tag="log", answer=representations.LogPage, query=_LOG, problems=("gone",)
    ),
)
async def read_log(request: Request[Any, Any, Any], collection: FromPath[str]) -> Response[bytes]:
    """Records in order. `next` is null at the head; go on from the last position that was seen."""
    api, arguments = api_of(request), Arguments(request, _LOG)
    size = arguments.integer("limit", minimum=1, maximum=PAGE_SIZE, default=filters.LIMIT_DEFAULT)
    wait = arguments.integer("wait", minimum=0, maximum=WAIT_SECONDS_MAX, default=0)
    at_least = read_at_least(arguments)
    after = arguments.text("after")
    arguments.check()
    position, head = await cursors.read(api, collection, after, "after")
    if at_least:
        head = await wait_for_head(api, collection, at_least)
    head = await _wait(api, head, position, wait)
    tag = http.weak_etag(head.lineage, "log", head.position)
    headers = {answers.POSITION_HEADER: str(head.position), "etag": tag, "cache-control": "no-cache"}
    if http.etag_matches(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    records = await _read(api, head, position, size)
    history = await _history(api, collection)
    last = records[-1].position if records else position
    next = cursors.write(head, last) if last < head.position else None
    if next:
        headers["link"] = f'<{answers.next_address(request, next)}>; rel="next"'
    body = answers.page(
        (record.encode(collection, history.at(record.position)) for record in records),
        next,
        head.position,
        head=head.position,
        lineage=head.lineage,
        generation=GENERATION,
    )
    return Response(body, media_type=answers.JSON, headers=headers)


@get(
    "/{collection:str}/log/pages/{number:int}",
    guards=[require("read")],
    **route(summary="Where a page of the log is now", tag="log", status=307, answer=None),
)
async def find_page(
    request: Request[Any, Any, Any], collection: FromPath[str], number: FromPath[int]
) -> Response[bytes]:
    """Leads to the page of the present lineage and generation."""
    Arguments(request, ()).check()
    head = await read_head(api_of(request), collection)
    _check_page(head, head.lineage, GENERATION, number)
    address = f"/v1/collections/{collection}/log/pages/{head.lineage}/{GENERATION}/{number}"
    headers = {"location": address, "cache-control": "no-cache", answers.POSITION_HEADER: str(head.position)}
    return Response(b"", status_code=307, headers=headers)


@get(
    "/{collection:str}/log/pages/{lineage:str}/{generation:int}/{number:int}",
    guards=[require("read")],
    **route(
        summary="A page of the log",
        tag="log",
        answer=[representations.LogPage, Answer(media_type=NDJSON, description="One record a line.")],
        query=(filters.AT_LEAST,),
        problems=("gone",),
    ),
)
async def read_page(
    request: Request[Any, Any, Any],
    collection: FromPath[str],
    lineage: FromPath[str],
    generation: FromPath[int],
    number: FromPath[int],
) -> Response[bytes] | Stream:
    """The page of number n has the positions from (n − 1) · 1000 + 1 to n · 1000. A full one never changes."""
    api, arguments = api_of(request), Arguments(request, (filters.AT_LEAST,))
    at_least = read_at_least(arguments)
    arguments.check()
    head = await wait_for_head(api, collection, at_least)
    _check_page(head, lineage, generation, number)
    first, last = (number - 1) * PAGE_SIZE + 1, min(number * PAGE_SIZE, head.position)
    full = last == number * PAGE_SIZE
    lines = _wants_lines(request)
    kind = "lines" if lines else "items"
    tag = http.weak_etag(lineage, generation, number, kind, "full" if full else head.position)
    headers = {
        answers.POSITION_HEADER: str(head.position),
        "etag": tag,
        "cache-control": "max-age=31536000, immutable" if full else "no-cache",
        "vary": "accept",
    }
    if http.etag_matches(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    if full:
        following = f"/v1/collections/{collection}/log/pages/{lineage}/{generation}/{number + 1}"
        headers["link"] = f'<{following}>; rel="next"'
    content = _lines(api, head, first, last) if lines else _items(api, head, first, last, full=full)
    return Stream(content, media_type=NDJSON if lines else answers.JSON, headers=headers)


async def _history(api: ApiState, collection: str) -> History:
    async with acquired(api.log_pool) as connection:
        return await read_history(connection, collection)


def _check_page(head: Head, lineage: str, generation: int, number: int) -> None:
    if lineage != head.lineage or generation < GENERATION:
        raise Problem("gone", f"The log is of lineage {head.lineage} and generation {GENERATION} now.")
    if generation != GENERATION or number < 1 or (number - 1) * PAGE_SIZE > head.position:
        not_found(f"The log ends at position {head.position}.", position=head.position)


def _wants_lines(request: Request[Any, Any, Any]) -> bool:
    return NDJSON in request.headers.get("accept", "")


async def _lines(api: ApiState, head: Head, first: int, last: int) -> AsyncIterator[bytes]:
    history = await _history(api, head.collection)
    async for record in _records(api, head.collection, first, last):
        # Line ends stand only between the tokens of a body, where JSON takes a space as well.
        yield _LINE_END.sub(b" ", record.encode(head.collection, history.at(record.position))) + b"\n"


async def _items(api: ApiState, head: Head, first: int, last: int, *, full: bool) -> AsyncIterator[bytes]:
    # A full page says nothing of the head, which moves on: it must stay the same for ever.
    shown = last if full else head.position
    history = await _history(api, head.collection)
    yield b'{"items":['
    separator = b""
    async for record in _records(api, head.collection, first, last):
        yield separator + record.encode(head.collection, history.at(record.position))
        separator = b","
    rest = {"next": cursors.write(head, last) if full else None, "head": shown, "position": shown,
            "lineage": head.lineage, "generation": GENERATION}  # fmt: skip
    yield b"]," + answers.encode(rest)[1:]


async def _records(api: ApiState, collection: str, first: int, last: int) -> AsyncIterator[Record]:
    """In chunks, so that a page of long documents is never in memory at once."""
    after = first - 1
    while after < last:
        async with acquired(api.log_pool) as connection:
            records = await read_batch(connection, collection, after=after, size_max=min(_CHUNK_SIZE, last - after))
        if not records:
            return
        for record in records:
            yield record
        after = records[-1].position


async def _read(api: ApiState, head: Head, after: int, size: int) -> list[Record]:
    """At most `size` records up to the head, and no more once they are many bytes."""
    found: list[Record] = []
    size_bytes = 0
    async for record in _records(api, head.collection, after + 1, min(after + size, head.position)):
        found.append(record)
        size_bytes += len(record.body)
        if size_bytes >= PAGE_BYTES_MAX:
            break
    return found


async def _wait(api: ApiState, head: Head, after: int, seconds: int) -> Head:
    """The head once it is behind `after`, or when the time is up."""
    deadline = time.monotonic() + seconds
    while head.position <= after and not api.closing.is_set():
        left = deadline - time.monotonic()
        if left <= 0:
            break
        token = api.wakeups.token(head.collection)
        head = await read_head(api, head.collection)
        if head.position > after:
            break
        await api.wakeups.wait(head.collection, token, min(left, LOOK_SECONDS))
    return head
