"""`at_least`: reading one's own writes.

Waiting ends when the position is reached, after five seconds, or at once where the
projection has stopped, because then it would never be reached.
"""

from __future__ import annotations

import re
import time
from typing import Any, Final

from chronology_runtime.problems import Problem
from litestar import Request, Response
from msgspec import Struct

from ..database import acquired
from ..log import read as log
from ..log.record import Head
from ..timelines import Progress, Standing
from . import answers
from .parameters import Arguments
from .problems import no_collection
from .state import ApiState

WAIT_SECONDS_MAX: Final = 5.0
LOOK_SECONDS: Final = 0.25
"""A wake-up comes from this process only; where another one appends, looking again finds the move."""

_AT_LEAST = re.compile(r"(sequence:)?([0-9]{1,18})")


class AtLeast(Struct, frozen=True, kw_only=True):
    """A position of the log, or a sequence of the stream that it is read from."""

    position: int = 0
    sequence: int = 0


def read_at_least(arguments: Arguments) -> AtLeast | None:
    text = arguments.text("at_least")
    if not text:
        return None
    found = _AT_LEAST.fullmatch(text)
    if found is None:
        arguments.fault("at_least", "wrong-form", f"It is {text[:60]!r}.", "A position, or sequence:N.")
        return None
    number = int(found[2])
    return AtLeast(sequence=number) if found[1] else AtLeast(position=number)


async def wait_for_timelines(
    request: Request[Any, Any, Any],
    api: ApiState,
    collection: str,
    at_least: AtLeast | None,
    *,
    versioned: bool = False,
) -> tuple[Response[bytes] | None, Standing | None]:
    """Wait until the current build reflects what is asked for.

    Returns a 304 where the caller's copy is current, and the standing if anybody looked:
    nothing is read here unless it is asked for, by `at_least`, by If-None-Match, or by
    `versioned`, for whoever must know the build before it reads.
    """
    conditional = "if-none-match" in request.headers
    if at_least is None and not conditional and not versioned:
        return None, None
    progress = await _wait(api, collection, at_least or AtLeast())
    unchanged = answers.not_modified(request, progress.standing) if conditional else None
    return unchanged, progress.standing


async def _wait(api: ApiState, collection: str, at_least: AtLeast) -> Progress:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    wanted = at_least.position
    while True:
        token = api.wakeups.token(collection)
        progress = await api.timelines.progress(collection)
        if progress is None:
            no_collection(collection)
        if at_least.sequence and not wanted and progress.stream_sequence >= at_least.sequence:
            # Everything up to that sequence stands at or before the head.
            wanted = progress.head_position
        reached = (wanted or not at_least.sequence) and progress.standing.position >= wanted
        if reached:
            return progress
        if progress.stopped:
            raise Problem(
                "projection-stopped",
                f"It stopped at position {progress.standing.position}: {progress.error}",
                headers={"retry-after": "60", answers.POSITION_HEADER: str(progress.standing.position)},
            )
        await _rest(api, collection, token, deadline, progress.standing.position)


async def wait_for_head(api: ApiState, collection: str, at_least: AtLeast | None) -> Head:
    """Wait until the log has what is asked for; return its head."""
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    wanted = at_least or AtLeast()
    while True:
        token = api.wakeups.token(collection)
        head = await read_head(api, collection)
        if head.position >= wanted.position and head.stream_sequence >= wanted.sequence:
            return head
        await _rest(api, collection, token, deadline, head.position)


async def read_head(api: ApiState, collection: str) -> Head:
    """Raises a 404 where there is no such collection."""
    async with acquired(api.log_pool) as connection:
        head = await log.read_head(connection, collection)
    if head is None:
        no_collection(collection)
    return head


async def _rest(api: ApiState, collection: str, token: int, deadline: float, position: int) -> None:
    left = deadline - time.monotonic()
    if left <= 0 or api.closing.is_set():
        raise Problem(
            "behind",
            f"Position {position} was reached, not yet what `at_least` asks for.",
            headers={"retry-after": "1", answers.POSITION_HEADER: str(position)},
        )
    await api.wakeups.wait(collection, token, min(left, LOOK_SECONDS))
