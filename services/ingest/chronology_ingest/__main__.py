"""`chronology-ingest`: the ingest service. Its settings come from the environment."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Final

import msgspec
import structlog
from chronology_runtime import logs
from chronology_runtime.access import Keyring, bootstrap_key, check_bind
from chronology_runtime.errors import RuntimeFailure, Unavailable
from chronology_runtime.jetstream import Bus, connect
from chronology_runtime.lifecycle import Main, Part, Running, run, serve, supervise
from chronology_runtime.names import KNOWN
from chronology_runtime.settings import describe, load
from chronology_runtime.telemetry import Metrics
from msgspec.structs import replace

from .api.app import make_app
from .api.state import Counts, IngestState
from .durability import Durability
from .errors import RulesBroken
from .extraction import WORKER as EXTRACTION
from .extraction import Extraction, RulesSetup
from .intake.html import WORKER as CLEANING
from .intake.html import WORKER_SECONDS_MAX, Page
from .known_documents import KnownDocuments
from .publish import Publisher
from .refusals import WorkerBroken
from .rule_files import read_rule_files
from .ruleset import Added
from .settings import Settings, of_extractors
from .streams import Streams
from .workers import Pool

NAME: Final = "ingest"
CONNECT_SECONDS_MAX: Final = 30.0
CLEANERS: Final = 2
CONNECTIONS_MAX: Final = 1_000
_log = structlog.get_logger(__name__)


def main() -> None:
    arguments = _arguments()
    if arguments.settings:
        for row in describe(Settings):
            sys.stdout.write(f"{row.name}\t{row.default or ''}\t{row.description}\n")
        return
    try:
        settings = load(Settings, os.environ, known=KNOWN)
        logs.configure(settings.log_level)
        keys = Keyring([bootstrap_key(settings.bootstrap_key)] if settings.bootstrap_key else [])
        check_bind(settings.ingest_host, keys)
        added = read_rule_files(settings.ingest_rules) if settings.ingest_rules else ()
    except (RuntimeFailure, RulesBroken) as error:
        raise SystemExit(str(error)) from None
    environment = dict(os.environ)
    raise SystemExit(run(lambda: _serve(settings, keys, environment, added)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chronology-ingest", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["serve"], default="serve", help="what to do (default: serve)")
    parser.add_argument("--settings", action="store_true", help="list the settings and leave")
    return parser.parse_args()


async def _serve(
    settings: Settings, keys: Keyring, environment: Mapping[str, str], added: tuple[Added, ...] = ()
) -> int:
    try:
        bus, lost = await _connect(settings)
    except RuntimeFailure as error:
        _log.error("cannot start", reason=str(error))
        return 1
    metrics, closing = Metrics(), asyncio.Event()
    documents = KnownDocuments(settings.url, settings.api_key or settings.bootstrap_key)
    streams = Streams(bus)
    state = IngestState(
        extraction=Pool(
            replace(EXTRACTION, setup=_setup(added)),
            Extraction,
            size=settings.ingest_workers or os.cpu_count() or 1,
            seconds_max=settings.ingest_extraction_seconds,
            environment=environment,
        ),
        cleaning=Pool(CLEANING, Page, size=CLEANERS, seconds_max=WORKER_SECONDS_MAX, environment=environment),
        streams=streams,
        publisher=Publisher(bus, streams),
        durability=Durability(bus, monitor_url=settings.nats_monitor_url, vouched=settings.nats_sync_vouched),
        documents=documents,
        counts=Counts(metrics),
        chronology=(settings.public_url or settings.url).rstrip("/"),
        extractor=settings.ingest_extractor,
        extractor_settings=of_extractors(settings),
    )
    app = make_app(state, bus=bus, keys=keys, metrics=metrics, closing=closing)
    http = serve(
        app,
        host=settings.ingest_host,
        port=settings.ingest_port,
        closing=closing,
        ready_file=settings.ingest_ready_file,
        connections_max=CONNECTIONS_MAX,
    )
    parts = [
        Part("nats", _nats(bus, lost)),
        Part("chronology", _documents(documents)),
        Part("durability", state.durability.run),
        Part("workers", _workers(state)),
        Part("http", http),
    ]
    return await supervise(parts)


async def _connect(settings: Settings) -> tuple[Bus, asyncio.Event]:
    lost = asyncio.Event()
    bus = await connect(
        settings.nats_url,
        name=NAME,
        connect_timeout_seconds=CONNECT_SECONDS_MAX,
        token=settings.nats_token or None,
        user=settings.nats_user or None,
        password=settings.nats_password or None,
        on_closed=lost.set,
    )
    return bus, lost


def _setup(added: tuple[Added, ...]) -> bytes:
    """What the workers are set up with; they check it, and say what is wrong, so that no rules are loaded here."""
    if not added:
        return b""
    _log.info("rules are added", files=[file.name for file in added])
    return msgspec.msgpack.encode(RulesSetup(added=added))


def _nats(bus: Bus, lost: asyncio.Event) -> Main:
    async def main(running: Running) -> None:
        running.ready()
        waits = [asyncio.create_task(event.wait()) for event in (running.stopping, lost)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await bus.close()
        if lost.is_set() and not running.stopping.is_set():
            raise Unavailable("NATS has closed the connection for good")

    return main


def _documents(documents: KnownDocuments) -> Main:
    async def main(running: Running) -> None:
        running.ready()
        await running.stopping.wait()
        await documents.close()

    return main


def _workers(state: IngestState) -> Main:
    async def main(running: Running) -> None:
        starting = asyncio.create_task(state.extraction.start())
        stopping = asyncio.create_task(running.stopping.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                try:
                    starting.result()
                except WorkerBroken as error:
                    # Of rules that do not hold, the sentence says all: no traceback tells an operator more.
                    raise RuntimeFailure(str(error)) from error
                running.ready()
                await stopping
        finally:
            starting.cancel()
            stopping.cancel()
            await state.extraction.close()
            await state.cleaning.close()

    return main


if __name__ == "__main__":
    main()
