"""Running a build of a projection: read, apply, move the progress, in one transaction a batch."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import asyncpg
import structlog

from ..database import Connection, opened, transaction
from ..errors import ChronologyError, HeadMoved, Stopped, Unavailable
from ..log.read import PAGE_SIZE, read_batch
from ..sql import statements
from ..wakeups import ANY, Wakeups
from . import progress
from .projection import Projection, entries

POLL_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 1.0
STOPPED_SECONDS: Final = 5.0
"""How long a collection is left alone in which the projection stands still."""

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

    Several may run; the one with the build's advisory lock works. Where the fold cannot
    read a record it stands still in that collection and tries again, for it may have
    been upgraded since; the other collections and the other projections go on.
    """

    def __init__(
        self, *, projection: Projection, build: int, database_url: str, wakeups: Wakeups, rates: Rates
    ) -> None:
        self.projection = projection
        self.build = build
        self._database_url = database_url
        self._wakeups = wakeups
        self._rates = rates
        self._log = _logger.bind(projection=projection.name, build=build)

    async def run(self) -> None:
        while True:
            try:
                await self._run_once()
            except (Unavailable, HeadMoved) as error:
                self._log.warning("projector starts over", reason=str(error))
            except asyncpg.PostgresError as error:
                # Its tables are gone, because it was dropped, or something as grave: whoever dropped it ends us soon.
                self._log.error("projector failed", exc_info=error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _run_once(self) -> None:
        schema = self.projection.schema(self.build)
        async with opened(self._database_url, search_path=schema) as connection:
            if await connection.fetchval(_SQL["try_lock"], schema):
                # What stopped it may have been mended, and is met again if it was not.
                await connection.execute(_SQL["resume_build"], self.projection.name, self.build)
                await self._keep_up(connection)

    async def _keep_up(self, connection: Connection) -> None:
        stopped: dict[str, float] = {}
        while True:
            token = self._wakeups.token(ANY)
            behind = [row["collection"] for row in await connection.fetch(_SQL["read_heads_behind"])]
            ready = [collection for collection in behind if stopped.get(collection, 0) <= time.monotonic()]
            for collection in ready:
                if await self._catch_up(connection, collection):
                    stopped.pop(collection, None)
                else:
                    stopped[collection] = time.monotonic() + STOPPED_SECONDS
            if ready and not stopped:
                await connection.execute(_SQL["resume_build"], self.projection.name, self.build)
            if not ready:
                self._rates.pop((self.projection.name, self.build), None)
                await self._wakeups.wait(ANY, token, POLL_SECONDS)

    async def _catch_up(self, connection: Connection, collection: str) -> bool:
        """Apply one batch, so that no collection waits for another's whole log; False where it stands still."""
        began = time.monotonic()
        try:
            size = await advance(connection, self.projection, collection)
        except Stopped as fault:
            await self._stop(connection, collection, str(fault))
            return False
        except ChronologyError:
            raise
        except Exception as error:  # noqa: BLE001  A fold may raise anything; the other collections go on.
            self._log.error("projection failed", collection=collection, exc_info=error)
            await self._stop(connection, collection, f"{type(error).__name__}: {error}")
            return False
        self._rates[self.projection.name, self.build] = size / max(time.monotonic() - began, 1e-6)
        self._wakeups.moved(collection)
        return True

    async def _stop(self, connection: Connection, collection: str, error: str) -> None:
        self._log.error("projection stands still", collection=collection, reason=error)
        await progress.note_error(connection, collection, error)
        await connection.execute(
            _SQL["stop_build"], self.projection.name, self.build, f"collection {collection}: {error}"
        )
        self._wakeups.moved(collection)
