"""The parts of a chronology process: append, project, serve; together in one process or apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from chronology_contracts.subjects import collection_of_ingest_stream
from chronology_runtime.errors import RuntimeFailure
from chronology_runtime.jetstream import Bus, sync_always

from .appender import Appender
from .checkpointing import Signer
from .commands import Commands
from .database import Pool, acquired
from .errors import ChronologyError, Unavailable
from .log.read import read_heads
from .migrate import schema_version
from .projections.projection import registry
from .projections.rebuild import Rebuilds, read_builds
from .projections.run import Projector, Rates
from .republish import Republisher
from .sessions import Sessions
from .settings import Settings
from .tree.notes import SigningKey
from .wakeups import NEW, Wakeups

LOOK_SECONDS: Final = 1.0
"""How often new collections and new builds are looked for."""
DEFAULT_COLLECTION: Final = "main"
OWN_PRINCIPAL: Final = "service"

_logger = structlog.get_logger(__name__)

Work = Callable[[], Coroutine[Any, Any, None]]


class Crew:
    """Tasks by name, kept equal to a wanted set: new ones are started, gone ones cancelled."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def keep(self, wanted: dict[str, Work]) -> None:
        for name in [name for name in self._tasks if name not in wanted]:
            self._tasks.pop(name).cancel()
        for name, work in wanted.items():
            task = self._tasks.get(name)
            if task is not None and task.done() and not task.cancelled() and (error := task.exception()):
                _logger.error("task failed and is started again", task=name, exc_info=error)
            if task is None or task.done():
                self._tasks[name] = asyncio.create_task(work(), name=name)

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def append(
    *, settings: Settings, pool: Pool, bus: Bus, wakeups: Wakeups, commands: Commands, log_key: SigningKey | None
) -> None:
    """Append and republish every collection, and sign its checkpoints where there is a key, until cancelled."""
    crew = Crew()
    sessions = Sessions(settings.database_url)

    def work_of(collection: str) -> dict[str, Work]:
        appender = Appender(collection=collection, session=sessions.of(collection), pool=pool, bus=bus, wakeups=wakeups)
        republisher = Republisher(collection=collection, pool=pool, bus=bus, wakeups=wakeups)
        works: dict[str, Work] = {f"append {collection}": appender.run, f"republish {collection}": republisher.run}
        if log_key is not None:
            signer = Signer(collection=collection, key=log_key, pool=pool, wakeups=wakeups)
            works[f"sign {collection}"] = signer.run
        return works

    known: dict[str, dict[str, Work]] = {}
    making_default = asyncio.create_task(_make_default(commands))
    try:
        while True:
            token = wakeups.token(NEW)
            try:
                for collection in await _collections(pool, bus):
                    known.setdefault(collection, work_of(collection))
                crew.keep({name: work for works in known.values() for name, work in works.items()})
            except (RuntimeFailure, ChronologyError) as error:
                _logger.warning("looking for collections again soon", reason=str(error))
            await wakeups.wait(NEW, token, LOOK_SECONDS)
    finally:
        making_default.cancel()
        await crew.stop()
        await sessions.close()


async def _collections(pool: Pool, bus: Bus) -> set[str]:
    """All that have a stream or a log. One whose stream is lost must not be passed over: its appender says so."""
    names = await bus.list_streams("INGEST_")
    async with acquired(pool) as connection:
        heads = await read_heads(connection)
    return {*filter(None, map(collection_of_ingest_stream, names)), *(head.collection for head in heads)}


async def _make_default(commands: Commands) -> None:
    """Make the collection that is there from the start, as soon as that can be done."""
    while True:
        try:
            await commands.create(DEFAULT_COLLECTION, by=OWN_PRINCIPAL)
            return
        except (RuntimeFailure, ChronologyError) as error:
            _logger.warning("the default collection is not made yet", reason=str(error))
            await asyncio.sleep(LOOK_SECONDS)


async def project(*, settings: Settings, pool: Pool, wakeups: Wakeups, rebuilds: Rebuilds, rates: Rates) -> None:
    """Keep every build of every projection up to date, until cancelled."""
    crew = Crew()
    known: dict[str, Work] = {}
    ensured = False
    try:
        while True:
            try:
                if not ensured:
                    await rebuilds.ensure()
                    ensured = True
                async with acquired(pool) as connection:
                    builds = await read_builds(connection)
                wanted = {}
                for build in builds:
                    projection = registry().get(build.projection)
                    # A build of another version is folded by the program of that version, or not at all.
                    if projection is None or projection.version != build.version:
                        continue
                    name = projection.schema(build.build)
                    projector = Projector(
                        projection=projection,
                        build=build.build,
                        database_url=settings.database_url,
                        wakeups=wakeups,
                        rates=rates,
                    )
                    wanted[name] = known.setdefault(name, projector.run)
                known = {name: work for name, work in known.items() if name in wanted}
                crew.keep(wanted)
            except ChronologyError as error:
                _logger.warning("looking for builds again soon", reason=str(error))
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await crew.stop()


class Checks:
    """What readiness depends on. Each returns None when all is well, else a sentence."""

    def __init__(self, *, settings: Settings, pool: Pool, bus: Bus) -> None:
        self._settings = settings
        self._pool = pool
        self._bus = bus

    async def postgres(self) -> str | None:
        try:
            async with acquired(self._pool) as connection:
                applied, here = await schema_version(connection)
        except Unavailable as error:
            return str(error)
        if applied < here:
            return f"the schema is at {applied}, this program needs {here}: run `chronology-serve migrate`"
        return None

    async def nats(self) -> str | None:
        return None if self._bus.is_connected else "NATS does not answer"

    async def sync(self) -> str | None:
        return await sync_fault(self._settings.nats_monitor_url, vouched=self._settings.nats_sync_vouched)

    async def projections(self) -> str | None:
        async with acquired(self._pool) as connection:
            builds = await read_builds(connection)
        missing = [name for name in registry() if not any(b.projection == name and b.is_current for b in builds)]
        return f"not built yet: {', '.join(missing)}" if missing else None


async def sync_fault(monitor_url: str, *, vouched: bool) -> str | None:
    """What is wrong with the durability of NATS' acknowledgements."""
    if vouched:
        return None
    if not monitor_url:
        return "whether NATS syncs is unknown: set NATS_MONITOR_URL, or vouch for it with CHRONOLOGY_NATS_SYNC_VOUCHED"
    found = await sync_always(monitor_url)
    if found is None:
        return f"NATS' monitor at {monitor_url} does not tell whether it syncs"
    return None if found else "NATS acknowledges before it syncs: set `sync_interval: always` in its configuration"
