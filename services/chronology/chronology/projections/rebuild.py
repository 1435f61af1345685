"""Builds of projections: made beside the one that is read, compared, switched, dropped.

A rebuild is nothing but the next build, which a `Projector` fills from position 1 while
the current one is read and kept up to date. Both go on until one is dropped, so a
switch back is instant. Nothing is ever published to subscribers by a rebuild.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

import asyncpg
import structlog
from msgspec import Struct

from ..database import Connection, Pool, acquired, opened, transaction
from ..errors import Refused
from ..sql import script, statements
from . import progress
from .progress import Progress
from .projection import Projection, registry
from .run import Rates

SETTLE_SECONDS: Final = 5.0
SETTLE_PAUSE_SECONDS: Final = 0.1

T = TypeVar("T")

_logger = structlog.get_logger(__name__)
_SQL = statements(__name__)


class Build(Struct, frozen=True, kw_only=True, gc=False):
    projection: str
    build: int
    version: int
    state: str
    error: str
    requested_by: str
    requested_at: datetime
    is_current: bool
    is_previous: bool


class Status(Struct, frozen=True, kw_only=True):
    """A build, and how far it has read each collection."""

    build: Build
    progress: Sequence[Progress]

    @property
    def lag(self) -> int:
        return sum(item.lag for item in self.progress)


class Difference(Struct, frozen=True, kw_only=True, gc=False):
    """A table in which two builds differ at the same position."""

    collection: str
    table: str
    position: int
    rows: int
    other_rows: int


class Comparison(Struct, frozen=True, kw_only=True):
    """Two builds of one projection, compared row by row at equal positions; equal where `differences` is empty."""

    projection: str
    build: int
    other: int
    positions: dict[str, int]
    rows: int
    differences: Sequence[Difference]


class Rebuilds:
    """What operators do with builds. `database_url` is the service's, `rates` what the projectors measure.

    What makes or drops tables has a connection of its own: those of the pool are for what somebody waits for.
    """

    def __init__(self, *, pool: Pool, database_url: str, rates: Rates) -> None:
        self._pool = pool
        self._rates = rates
        self._database_url = database_url

    async def ensure(self) -> None:
        """Make a first build of every projection that has none, and one of a new version beside an old one."""
        for projection in registry().values():
            async with opened(self._database_url) as connection, transaction(connection):
                await connection.execute(_SQL["lock_projection"], projection.name)
                builds = [build for build in await read_builds(connection) if build.projection == projection.name]
                if any(build.version == projection.version for build in builds):
                    continue
                number = await _create(connection, projection, "service")
                if not builds:
                    await connection.execute(_SQL["set_current"], projection.name, number, "service")

    async def status(self) -> list[Status]:
        async with acquired(self._pool) as connection:
            builds = await read_builds(connection)
        return [Status(build=build, progress=await self._progress(build)) for build in builds]

    async def rebuild(self, name: str, *, by: str) -> int:
        """Begin the next build of a projection; return its number."""
        projection = known(name)
        async with opened(self._database_url) as connection, transaction(connection):
            await connection.execute(_SQL["lock_projection"], name)
            builds = [build for build in await read_builds(connection) if build.projection == name]
            if len(builds) >= 3:
                raise Refused(f"{name} has {len(builds)} builds already; drop one first")
            return await _create(connection, projection, by)

    async def switch(self, name: str, build: int | None, *, by: str) -> int:
        """Have a build read; None takes the newest. Refused while it is behind the current one, and stays so."""
        return await _soon(lambda: self._switch(name, build, by))

    async def _switch(self, name: str, build: int | None, by: str) -> int:
        statuses = [status for status in await self.status() if status.build.projection == known(name).name]
        lags = {status.build.build: status.lag for status in statuses}
        async with opened(self._database_url) as connection, transaction(connection):
            await connection.execute(_SQL["lock_projection"], name)
            builds = {found.build: found for found in await read_builds(connection) if found.projection == name}
            wanted = max(builds, default=0) if build is None else build
            if wanted not in builds or wanted not in lags:
                raise Refused(f"{name} has no build {wanted}")
            if builds[wanted].state == "stopped":
                raise Refused(f"build {wanted} of {name} is stopped: {builds[wanted].error}")
            behind = lags[wanted] - next((lags[number] for number, found in builds.items() if found.is_current), 0)
            if behind > 0:
                raise _NotYet(f"build {wanted} of {name} is {behind} records behind; wait until it has caught up")
            await connection.execute(_SQL["set_current"], name, wanted, by)
        return wanted

    async def rollback(self, name: str, *, by: str) -> int:
        """Have the build read again that was read before the last switch."""
        builds = [status.build for status in await self.status() if status.build.projection == known(name).name]
        previous = next((build.build for build in builds if build.is_previous), None)
        if previous is None:
            raise Refused(f"{name} has no build to go back to")
        return await self.switch(name, previous, by=by)

    async def drop(self, name: str, build: int, *, by: str) -> None:
        """Drop a build that is not read."""
        projection = known(name)
        async with opened(self._database_url) as connection, transaction(connection):
            await connection.execute(_SQL["lock_projection"], name)
            found = [b for b in await read_builds(connection) if b.projection == name and b.build == build]
            if not found:
                raise Refused(f"{name} has no build {build}")
            if found[0].is_current:
                raise Refused(f"build {build} of {name} is the one that is read; switch first")
            await connection.execute(_SQL["forget_previous"], name, build)
            await connection.execute(_SQL["drop_build"], name, build)
            await connection.execute(_SQL["drop_schema"], projection.schema(build))
        _logger.info("build dropped", projection=name, build=build, by=by)

    async def verify(self, name: str) -> Comparison:
        """Compare every row of the build that is read with the newest one beside it.

        Refused where the two do not come to have read the same of every collection.
        """
        return await _soon(lambda: self._verify(name))

    async def _verify(self, name: str) -> Comparison:
        projection = known(name)
        builds = [status.build for status in await self.status() if status.build.projection == name]
        first = next((b.build for b in builds if b.is_current), None)
        second = max((b.build for b in builds if b.build != first), default=None)
        if first is None or second is None:
            raise Refused(f"{name} has no two builds to compare; begin another with rebuild")
        async with opened(self._database_url) as connection, transaction(connection):
            positions = [await _lock_progress(connection, projection.schema(b)) for b in (first, second)]
            if positions[0] != positions[1]:
                raise _NotYet(f"builds {first} and {second} of {name} have not read equally far; try again in a moment")
            return await _compare(connection, projection, first, second, positions[0])

    def records_per_second(self, projection: str, build: int) -> float | None:
        """How fast a build reads at present; None where it does not, or another process runs it."""
        return self._rates.get((projection, build))

    async def _progress(self, build: Build) -> list[Progress]:
        """Nothing of a build that has been dropped since it was listed."""
        async with opened(self._database_url, search_path=f"{build.projection}_{build.build}") as connection:
            try:
                return await progress.read(connection)
            except asyncpg.UndefinedTableError:
                return []


class _NotYet(Refused):
    """Refused now, and likely not in a moment."""


async def _soon(attempt: Callable[[], Awaitable[T]]) -> T:
    """Try until it is no longer too early, for some seconds: two builds follow the log each at its own pace."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            return await attempt()
        except _NotYet:
            if time.monotonic() >= deadline:
                raise
            await asyncio.sleep(SETTLE_PAUSE_SECONDS)


def known(name: str) -> Projection:
    """The projection of that name. Raises `Refused`."""
    try:
        return registry()[name]
    except KeyError:
        raise Refused(f"there is no projection {name!r}; there are: {', '.join(sorted(registry()))}") from None


async def read_builds(connection: Connection) -> list[Build]:
    return [Build(**row) for row in await connection.fetch(_SQL["read_builds"])]


async def _create(connection: Connection, projection: Projection, by: str) -> int:
    number: int = await connection.fetchval(_SQL["next_build"], projection.name)
    schema = projection.schema(number)
    await connection.execute(_SQL["create_schema"], schema)
    await connection.execute(_SQL["use_schema"], schema)
    await connection.execute(script("chronology.projections", "create_progress.sql"))
    await connection.execute(projection.create)
    await connection.execute(_SQL["insert_build"], projection.name, number, projection.version, by)
    return number


async def _lock_progress(connection: Connection, schema: str) -> dict[str, int]:
    """Hold a build where it is until the transaction ends; return how far it has read."""
    await connection.execute(_SQL["use_schema"], schema)
    rows = await progress.read(connection)
    return {row.collection: await progress.lock(connection, row.collection) for row in rows}


async def _compare(
    connection: Connection, projection: Projection, first: int, second: int, positions: dict[str, int]
) -> Comparison:
    differences, total = [], 0
    for collection, position in positions.items():
        for table in projection.tables:
            one = await connection.fetchrow(_SQL["digest"], projection.schema(first), table, collection)
            two = await connection.fetchrow(_SQL["digest"], projection.schema(second), table, collection)
            assert one is not None
            assert two is not None
            total += one["row_count"]
            if one["digest"] != two["digest"] or one["row_count"] != two["row_count"]:
                differences.append(
                    Difference(
                        collection=collection,
                        table=table,
                        position=position,
                        rows=one["row_count"],
                        other_rows=two["row_count"],
                    )
                )
    return Comparison(
        projection=projection.name,
        build=first,
        other=second,
        positions=positions,
        rows=total,
        differences=differences,
    )
