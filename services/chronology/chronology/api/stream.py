"""Server-sent events: the log as it grows.

A client that comes back with the last id it saw gets every record once and in order.
Blocks with an id and no data let a filtered client advance; every 15 seconds one keeps
the connection alive. When the service stops, a last event `bye` ends the stream.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import structlog
from chronology_contracts.records import RECORD_TYPES
from chronology_contracts.vocabulary import EVENT_TYPES
from chronology_runtime.access import require
from chronology_runtime.openapi import Answer
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Stream

from ..errors import Unavailable
from ..log.record import Head
from . import answers, cursors
from .documentation import route
from .parameters import Arguments, Parameter
from .state import ApiState, api_of
from .tail import Frame, Tail

KEEP_ALIVE_SECONDS: Final = 15.0
RETRY_MILLISECONDS: Final = 3000
SKIPPED_MAX: Final = 1_000
"""Records that a filter may leave out before the client is told how far it is."""
_AWAY_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)

_AFTER: Final = Parameter(
    name="after",
    description="Begin behind this cursor or position; 0 is the beginning. Left out: only what comes from now on. "
    "The header Last-Event-ID wins over it.",
)
_RECORD: Final = Parameter(
    name="record",
    description="Record type; several mean any of them.",
    schema={"type": "string", "enum": list(RECORD_TYPES)},
    repeatable=True,
)
_TYPE: Final = Parameter(
    name="type",
    description="Event type; several mean any of them. Without `record`, nothing but events is sent then.",
    schema={"type": "string", "enum": list(EVENT_TYPES)},
    repeatable=True,
)
_STREAM: Final = (_AFTER, _RECORD, _TYPE)


class Wanted:
    """Which records a client wants."""

    def __init__(self, records: tuple[str, ...], types: tuple[str, ...]) -> None:
        self._records = frozenset(records or (("event.extracted",) if types else ()))
        self._types = frozenset(types)

    def __call__(self, frame: Frame) -> bool:
        if self._records and frame.record_type not in self._records:
            return False
        return not self._types or frame.record_type != "event.extracted" or frame.event_type in self._types


@get(
    "/{collection:str}/stream",
    guards=[require("read")],
    **route(
        summary="The log as it grows",
        tag="log",
        answer=Answer(media_type="text/event-stream", description="One event a record, its type as `event`."),
        query=_STREAM,
        problems=("bad-cursor", "gone"),
    ),
)
async def stream(request: Request[Any, Any, Any], collection: FromPath[str]) -> Stream:
    """Records as server-sent events. Documents come by their address, without their text."""
    api, arguments = api_of(request), Arguments(request, _STREAM)
    wanted = Wanted(arguments.choices("record", tuple(RECORD_TYPES)), arguments.choices("type", EVENT_TYPES))
    last_id, after = request.headers.get("last-event-id", ""), arguments.text("after")
    arguments.check()
    position, head = await cursors.read(api, collection, last_id or after, "Last-Event-ID" if last_id else "after")
    if not last_id and not after:
        position = head.position
    return Stream(
        blocks(api, head, position, wanted),
        media_type="text/event-stream",
        headers={
            answers.POSITION_HEADER: str(head.position),
            "cache-control": "no-store",
            # Proxies such as nginx would hold blocks back to fill their buffers.
            "x-accel-buffering": "no",
        },
    )


async def blocks(api: ApiState, head: Head, position: int, wanted: Wanted) -> AsyncIterator[bytes]:
    """The stream behind `position`, for ever, or until the service stops."""
    async with api.tails.follow(head.collection, head.lineage) as tail:
        yield b"retry: %d\n\n" % RETRY_MILLISECONDS
        told, quiet_since = -1, time.monotonic()
        while not tail.closing and not tail.gone:
            moved = tail.moved()
            frames = await _frames(tail, position)
            for frame in frames:
                position = frame.position
                if wanted(frame):
                    told, quiet_since = position, time.monotonic()
                    yield frame.block
                    if tail.closing:
                        break
                elif position - told >= SKIPPED_MAX:
                    told, quiet_since = position, time.monotonic()
                    yield _only_id(head, position)
            if frames:
                continue
            left = quiet_since + KEEP_ALIVE_SECONDS - time.monotonic()
            if told < position or left <= 0:
                told, quiet_since = position, time.monotonic()
                yield _only_id(head, position)
            else:
                await _wait(moved, left)
        # A client that is told `gone` comes back with its cursor and gets a 410 that says from where to read again.
        last = b"gone" if tail.gone else b"bye"
        yield b"id: %b\nevent: %b\ndata: {}\n\n" % (cursors.write(head, position).encode(), last)


async def _frames(tail: Tail, position: int) -> list[Frame]:
    try:
        return await tail.after(position)
    except Unavailable as error:
        _log.warning("a stream waits for the log", reason=str(error))
        await _wait(tail.moved(), _AWAY_SECONDS)
        return []


def _only_id(head: Head, position: int) -> bytes:
    return b"id: %b\n\n" % cursors.write(head, position).encode()


async def _wait(moved: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await moved.wait()
    except TimeoutError:
        pass
