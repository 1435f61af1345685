"""What the routes work with, and what they ask of the rest of the program."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, Protocol

from litestar import Request
from msgspec import Struct

from ..commands import ResumeHow, Verdict
from ..database import Pool
from ..log.record import Head
from ..projections.rebuild import Comparison, Status
from ..shared_secret import SharedSecret
from ..timelines import Timelines
from ..wakeups import Wakeups
from .tail import Tails


class Commands(Protocol):
    """Publishes commands and waits for what the appender judges of them.

    `by` is the principal. Equal keys of one principal are one command: the same request
    gets the same verdict. "" stands for a key of its own.
    Raises `Refused` for what cannot be done, `KeyReused` for a known key with another
    request, and `Unavailable`.
    """

    async def create(self, name: str, title: str, *, by: str, idempotency_key: str = "") -> Head:
        """Create the collection; one that is there already is returned as it is."""

    async def close(self, collection: str, *, by: str, why: str, idempotency_key: str = "") -> Verdict: ...

    async def resume(
        self, collection: str, how: ResumeHow, *, by: str, why: str, idempotency_key: str = ""
    ) -> Verdict: ...

    async def resend(self, collection: str, stream_created: str, sequence: int, raw: bytes, *, by: str) -> int:
        """Send a dead letter again, mended; return its new stream sequence."""

    async def verdict(self, collection: str, command_id: str) -> Verdict | None: ...


class Rebuilds(Protocol):
    """Builds of projections. What has no such projection or build, or cannot be done now, raises `Refused`."""

    async def status(self) -> Sequence[Status]:
        """All builds of all projections, with how far each is in every collection."""

    async def rebuild(self, name: str, *, by: str) -> int:
        """Begin a new build beside the current one; return its number."""

    async def switch(self, name: str, build: int | None, *, by: str) -> int:
        """Let readers see `build` (None: the newest); return its number."""

    async def rollback(self, name: str, *, by: str) -> int:
        """Let readers see the build before the last switch; return its number."""

    async def drop(self, name: str, build: int, *, by: str) -> None: ...

    async def verify(self, name: str) -> Comparison:
        """Compare the build that is read with the newest one beside it."""

    def records_per_second(self, projection: str, build: int) -> float | None:
        """How fast a build reads at present; None where it does not, or nobody knows."""


class ApiState(Struct, frozen=True, kw_only=True):
    """`closing` is set when the process begins to stop; `cursor_secret` signs cursors.

    `log_key` is the public key of the log's checkpoints, "" where there is none.
    """

    timelines: Timelines
    log_pool: Pool
    wakeups: Wakeups
    tails: Tails
    commands: Commands
    rebuilds: Rebuilds
    closing: asyncio.Event
    cursor_secret: SharedSecret
    log_key: str = ""


STATE_KEY: Final = "api"


def api_of(request: Request[Any, Any, Any]) -> ApiState:
    state: ApiState = request.app.state[STATE_KEY]
    return state
