"""Connections to the builds of the group `timelines`: a pool each, whose search path names the build's schema.

Which build is current stands in one row, and every statement for readers answers with
it beside its rows. An answer of a build that has been switched away from is thrown
away and asked for again of the new one, so nobody sees an old build after a switch.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Final

import asyncpg
from asyncpg import Record as Row

from . import database
from .database import Pool
from .errors import Unavailable
from .sql import statements

_TRIES: Final = 4
_CLOSE_TIMEOUT_SECONDS: Final = 35.0
"""Longer than a statement may take, so that no reader of a retired build is cut off."""

_SQL = statements(__name__)


class BuildPools:
    def __init__(self, url: str, log_pool: Pool) -> None:
        self._url = url
        self._log_pool = log_pool
        self._pools: dict[int, Pool] = {}
        self._current = 0
        self._opening = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for task in self._closing:
            task.cancel()
        for pool in self._pools.values():
            await database.close_pool(pool)
        self._pools.clear()

    async def read(self, sql: str, *arguments: Any, plan_anew: bool = False) -> list[Row]:
        """The rows of a statement that has the column `build`: the current build, in the statement's own snapshot.

        `plan_anew`: the plan depends on which arguments are given. Raises `Unavailable`.
        """
        for _ in range(_TRIES):
            build = self._current or await self._look_up()
            pool = await self._pool(build)
            try:
                rows = await fetch(pool, sql, *arguments, plan_anew=plan_anew)
            except (asyncpg.UndefinedTableError, asyncpg.InterfaceError, Unavailable) as error:
                gone = isinstance(error, asyncpg.UndefinedTableError) or pool.is_closing()
                if not gone:
                    raise
                # The build was dropped, or its pool closed, since we looked.
                self._current = 0
                self._retire(keep=frozenset(self._pools) - {build})
                continue
            if not rows or rows[0]["build"] == build:
                return rows
            self._current = rows[0]["build"]
            self._retire(keep=frozenset({self._current}))
        raise Unavailable("the projection `timelines` is being switched from build to build")

    async def _look_up(self) -> int:
        rows = await fetch(self._log_pool, _SQL["current_build"])
        if not rows:
            raise Unavailable("the projection `timelines` has not been built yet")
        self._current = int(rows[0]["build"])
        return self._current

    async def _pool(self, build: int) -> Pool:
        async with self._opening:
            if build not in self._pools:
                self._pools[build] = await database.open_pool(self._url, search_path=f"timelines_{build}")
            return self._pools[build]

    def _retire(self, *, keep: frozenset[int]) -> None:
        for build in [build for build in self._pools if build not in keep]:
            task = asyncio.create_task(_close(self._pools.pop(build)), name=f"close pool of build {build}")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


async def fetch(pool: Pool, sql: str, *arguments: Any, plan_anew: bool = False) -> list[Row]:
    """Raises `Unavailable` where Postgres does not answer."""
    async with database.acquired(pool) as connection:
        if not plan_anew:
            return await connection.fetch(sql, *arguments)
        async with database.transaction(connection):
            await connection.execute(_SQL["plan_anew"])
            return await connection.fetch(sql, *arguments)


async def _close(pool: Pool) -> None:
    """Close once those who read have finished."""
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_SECONDS):
            await pool.close()
    except Exception:  # noqa: BLE001  Nobody needs these connections any more, whatever became of them.
        with contextlib.suppress(Exception):
            pool.terminate()
