"""The one cursor into a log: `<first 8 of the lineage>.<position>`, or a bare position.

The same cursor serves pages, server-sent events and JetStream, whose sequence is the
position. One of another lineage is gone; one ahead of the head was made up, or the log
is being read again after a restore: for that it is waited for a moment.
"""

from __future__ import annotations

import itertools
import re
import time
from typing import Final

from chronology_runtime.problems import Detail, Problem

from ..database import acquired
from ..log.read import read_history
from ..log.record import Head
from .state import ApiState
from .waiting import LOOK_SECONDS, read_head

CATCH_UP_SECONDS: Final = 2.0

_CURSOR = re.compile(r"(?:([a-z2-7]{8})\.)?([0-9]{1,18})")


def write(head: Head, position: int) -> str:
    return f"{head.lineage[:8]}.{position}"


async def read(api: ApiState, collection: str, text: str, parameter: str) -> tuple[int, Head]:
    """The position that a cursor names, 0 for "", and the log's head. Raises a 400, 404 or 410."""
    head = await read_head(api, collection)
    if not text:
        return 0, head
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise _bad(parameter, "malformed", f"{text[:60]!r} is no cursor of a log: a position, or <lineage>.<position>.")
    position = int(found[2])
    if found[1] and found[1] != head.lineage[:8]:
        await _check_fork(api, collection, found[1], position, parameter)
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while position > head.position:
        token = api.wakeups.token(collection)
        head = await read_head(api, collection)
        if position <= head.position:
            break
        if time.monotonic() >= deadline or api.closing.is_set():
            raise _bad(parameter, "future", f"The log ends at position {head.position}.")
        await api.wakeups.wait(collection, token, LOOK_SECONDS)
    return position, head


async def _check_fork(api: ApiState, collection: str, lineage: str, position: int, parameter: str) -> None:
    """A cursor of an earlier lineage holds up to the fork, because both histories share what stands before."""
    async with acquired(api.log_pool) as connection:
        lineages = (await read_history(connection, collection)).lineages
    for known, following in itertools.pairwise(lineages):
        if known.lineage[:8] == lineage and position < following.from_position:
            return
    detail = f"The cursor is of another lineage than {lineages[-1].lineage if lineages else 'this log'}."
    hint = "Read from the last position that both histories share, or from 0."
    raise Problem("gone", detail, errors=[Detail(parameter=parameter, code="other-lineage", detail=detail, hint=hint)])


def _bad(parameter: str, code: str, detail: str) -> Problem:
    return Problem("bad-cursor", detail, errors=[Detail(parameter=parameter, code=code, detail=detail)])
