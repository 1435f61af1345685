"""The few connections by which all collections are appended.

An advisory lock belongs to a session, so the lead of a collection and its transactions
share one: losing it loses both. A session serves many collections, one at a time, or a
thousand collections would want a thousand connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final
from zlib import crc32

from .database import Connection, connect, held
from .errors import Unavailable
from .sql import statements

SESSIONS: Final = 4
IDLE_SESSION_TIMEOUT: Final = "15s"
"""A leader that is frozen asks nothing; then its session ends, and another process takes over."""

_SQL = statements(__name__)


class Session:
    """One connection for many appenders. A lost one is opened anew, without the leads that were held by it."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None
        self._generation = 0

    @asynccontextmanager
    async def lead(self, collection: str) -> AsyncIterator[Lead | None]:
        """The lead of a collection until the block ends; None where another process has it. Raises `Unavailable`."""
        async with self._use() as connection:
            generation = self._generation
            taken = await connection.fetchval(_SQL["try_lock"], collection)
        if not taken:
            yield None
            return
        try:
            yield Lead(self, generation)
        finally:
            with suppress(Unavailable):
                async with self._use(generation) as connection:
                    await connection.fetchval(_SQL["unlock"], collection)

    async def close(self) -> None:
        async with self._lock:
            await self._drop()

    @asynccontextmanager
    async def _use(self, generation: int | None = None) -> AsyncIterator[Connection]:
        """The connection, for one user at a time; only that of the given generation, where one is given."""
        async with self._lock:
            if self._connection is None or self._connection.is_closed():
                if generation is not None:
                    raise Unavailable("the session with the lead was lost")
                self._connection = await connect(self._database_url, idle_session_timeout=IDLE_SESSION_TIMEOUT)
                self._generation += 1
            if generation is not None and generation != self._generation:
                raise Unavailable("the session with the lead was lost")
            try:
                async with held(self._connection):
                    yield self._connection
            except Unavailable:
                await self._drop()
                raise

    async def _drop(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                self._connection.terminate()
        self._connection = None


class Lead:
    """The right to append a collection, as long as its session lives."""

    def __init__(self, session: Session, generation: int) -> None:
        self._session = session
        self._generation = generation

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Connection]:
        """The connection that holds the lead. Raises `Unavailable` once it is lost, also in the middle."""
        async with self._session._use(self._generation) as connection:
            yield connection


class Sessions:
    def __init__(self, database_url: str, count: int = SESSIONS) -> None:
        self._sessions = [Session(database_url) for _ in range(count)]

    def of(self, collection: str) -> Session:
        """Always the same session for a collection."""
        return self._sessions[crc32(collection.encode()) % len(self._sessions)]

    async def close(self) -> None:
        for session in self._sessions:
            await session.close()
