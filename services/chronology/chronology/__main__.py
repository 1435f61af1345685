"""chronology-serve: `migrate`, or `run [append] [project] [serve]` (all three where none is named)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import structlog
from chronology_runtime import logs
from chronology_runtime.access import Keyring, bootstrap_key, check_bind
from chronology_runtime.errors import RuntimeFailure
from chronology_runtime.errors import Unavailable as BusUnavailable
from chronology_runtime.jetstream import Bus, connect
from chronology_runtime.lifecycle import Main, Part, Running, run, serve, supervise
from chronology_runtime.names import KNOWN
from chronology_runtime.settings import load

from . import service
from .api.app import open_app
from .checkpointing import read_key
from .commands import Commands, utc_now
from .database import close_pool, open_pool
from .errors import ChronologyError
from .migrate import migrate
from .projections.rebuild import Rebuilds
from .projections.run import Rates
from .relay import relay
from .settings import Settings
from .wakeups import Wakeups

COMPONENTS: Final = ("append", "project", "serve")
CONNECT_SECONDS: Final = 5.0

_logger = structlog.get_logger(__name__)


def main() -> None:
    arguments = sys.argv[1:]
    if arguments == ["migrate"]:
        work: Callable[[Settings], Coroutine[Any, Any, int]] = _migrate
    elif arguments[:1] == ["run"] and set(arguments[1:]) <= set(COMPONENTS):
        components = arguments[1:] or list(COMPONENTS)

        def work(settings: Settings) -> Coroutine[Any, Any, int]:
            return _run(settings, components)
    else:
        print(__doc__, file=sys.stderr)  # noqa: T201  There is no log to write it to yet.
        raise SystemExit(2)
    try:
        settings = load(Settings, os.environ, known=KNOWN)
        logs.configure(settings.log_level)
        raise SystemExit(run(lambda: work(settings)))
    except (RuntimeFailure, ChronologyError) as error:
        print(error, file=sys.stderr)  # noqa: T201  The sentence is for the person who started it.
        raise SystemExit(1) from error


async def _migrate(settings: Settings) -> int:
    for migration in await migrate(settings.migrate_database_url or settings.database_url):
        _logger.info("migrated", number=migration.number, name=migration.name)
    return 0


async def _run(settings: Settings, components: Sequence[str]) -> int:
    keys = Keyring([bootstrap_key(settings.bootstrap_key)] if settings.bootstrap_key else [])
    if "serve" in components:
        check_bind(settings.host, keys)
    log_key = read_key(Path(settings.log_key_file)) if settings.log_key_file else None
    bus = await _connect(settings)
    pool = await open_pool(settings.database_url)
    wakeups, rates, closing = Wakeups(), Rates(), asyncio.Event()
    commands = Commands(pool=pool, bus=bus, wakeups=wakeups, now=utc_now)
    rebuilds = Rebuilds(pool=pool, database_url=settings.database_url, rates=rates)
    parts = [Part("wake-ups", _until_stopping(lambda: relay(bus, wakeups)))]
    if "append" in components:
        appending = lambda: service.append(  # noqa: E731
            settings=settings, pool=pool, bus=bus, wakeups=wakeups, commands=commands, log_key=log_key
        )
        parts.append(Part("append", _until_stopping(appending)))
    if "project" in components:
        projecting = lambda: service.project(  # noqa: E731
            settings=settings, pool=pool, wakeups=wakeups, rebuilds=rebuilds, rates=rates
        )
        parts.append(Part("project", _until_stopping(projecting)))
    try:
        if "serve" not in components:
            return await supervise(parts)
        checks = service.Checks(settings=settings, pool=pool, bus=bus)
        async with open_app(
            settings=settings, keys=keys, pool=pool, wakeups=wakeups, commands=commands, rebuilds=rebuilds,
            checks=checks, closing=closing, log_key=log_key.verifying.encode() if log_key else "",
        ) as app:  # fmt: skip
            http = serve(
                app,
                host=settings.host,
                port=settings.port,
                closing=closing,
                ready_file=Path(settings.ready_file) if settings.ready_file else None,
            )
            return await supervise([*parts, Part("http", http)])
    finally:
        await bus.close()
        await close_pool(pool)


async def _connect(settings: Settings) -> Bus:
    """Connect to NATS, however long it takes to come up."""
    while True:
        try:
            return await connect(
                settings.nats_url,
                name="chronology",
                connect_timeout_seconds=CONNECT_SECONDS,
                token=settings.nats_token or None,
                user=settings.nats_user or None,
                password=settings.nats_password or None,
            )
        except BusUnavailable as error:
            _logger.warning("waiting for NATS", reason=str(error))
            await asyncio.sleep(1)


def _until_stopping(work: Callable[[], Coroutine[Any, Any, None]]) -> Main:
    """The main of a part that is cancelled when the process stops."""

    async def main(running: Running) -> None:
        task = asyncio.create_task(work())
        running.ready()
        stopping = asyncio.create_task(running.stopping.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if task.done():
            await task
        task.cancel()
        await asyncio.wait({task})

    return main


if __name__ == "__main__":
    main()
