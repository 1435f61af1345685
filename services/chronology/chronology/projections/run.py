"""Running a build of a projection: read, apply, move the progress, in one transaction a batch."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Final

import structlog

from ..database import Connection, connect, held, transaction
from ..errors import HeadMoved, Stopped, Unavailable
from ..log.read import PAGE_SIZE, read_batch
from ..sql import statements
from ..wakeups import ANY, Wakeups
from . import progress
from .projection import Projection, entries

POLL_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 1.0
STANDBY_SECONDS: Final = 1.0

Rates = dict[tuple[str, int], float]
"""Records a second by projection and build, for those that are catching up."""

_SQL = statements(__name__)
_logger = structlog.get_logger(__name__)


async def advance(connection: Connection, projection: Projection, collection: str, *, size_max: int = PAGE_SIZE) -> int:
    """Apply the next records of a collection, at most `size_max`; return how many there were.

    The connection's search path names the build. Raises `Stopped` at a record that the
    projection cannot read, with nothing of the batch applied.
    """
    async with transaction(connection):
        before = await progress.lock(connection, collection)
        records = await read_batch(connection, collection, after=before, size_max=size_max)
        if not records:
            return 0
        found = entries(projection, records)
        if found:
            await projection.apply(connection, collection, found)
        await progress.move(connection, collection, before=before, to=records[-1].position)
    return len(records)


class Projector:
    """Keeps one build up to date with all collections until it is cancelled.

    Several may run; the one with the build's advisory lock works. A projection that
    cannot read a record stops by itself and is tried again, for it may have been
    upgraded since; the others go on.
    """

    def __init__(
        self, *, projection: Projection, build: int, database_url: str, wakeups: Wakeups, rates: Rates
    ) -> None:
        self.projection = projection
        self.build = build
        self._database_url = database_url
        self._wakeups = wakeups
        self._rates = rates
        self._stopped = False
        self._log = _logger.bind(projection=projection.name, build=build)

    async def run(self) -> None:
        while True:
            try:
                await self._run_once()
            except (Unavailable, HeadMoved) as error:
                self._log.warning("projector starts over", reason=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:  # noqa: BLE001  A fold may raise anything.
                # A fold that raises is a fault of this projection alone: it is tried again, the others go on.
                self._log.error("projector failed", exc_info=error)
                await self._note_stop(f"{type(error).__name__}: {error}")
                await asyncio.sleep(RETRY_SECONDS)

    async def _run_once(self) -> None:
        schema = self.projection.schema(self.build)
        connection = await connect(self._database_url, search_path=schema)
        async with held(connection):
            if not await connection.fetchval(_SQL["try_lock"], schema):
                await asyncio.sleep(STANDBY_SECONDS)
                return
            await self._keep_up(connection)

    async def _keep_up(self, connection: Connection) -> None:
        while True:
            token = self._wakeups.token(ANY)
            behind = [row["collection"] for row in await connection.fetch(_SQL["read_heads_behind"])]
            for collection in behind:
                await self._catch_up(connection, collection)
            if not behind:
                self._rates.pop((self.projection.name, self.build), None)
                await self._wakeups.wait(ANY, token, POLL_SECONDS)

    async def _catch_up(self, connection: Connection, collection: str) -> None:
        """Apply one batch, so that no collection waits for another's whole log."""
        began = time.monotonic()
        try:
            size = await advance(connection, self.projection, collection)
        except Stopped as fault:
            await self._stop(connection, f"{collection} {fault}")
            return
        if self._stopped:
            self._stopped = False
            await connection.execute(_SQL["resume_build"], self.projection.name, self.build)
        self._rates[self.projection.name, self.build] = size / max(time.monotonic() - began, 1e-6)
        self._wakeups.moved(collection)

    async def _stop(self, connection: Connection, error: str) -> None:
        if not self._stopped:
            self._log.error("projection stopped", reason=error)
        self._stopped = True
        await connection.execute(_SQL["stop_build"], self.projection.name, self.build, error)
        await asyncio.sleep(RETRY_SECONDS)

    async def _note_stop(self, error: str) -> None:
        self._stopped = True
        with suppress(Unavailable):
            connection = await connect(self._database_url)
            async with held(connection):
                await connection.execute(_SQL["stop_build"], self.projection.name, self.build, error)
