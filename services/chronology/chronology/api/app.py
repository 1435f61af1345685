"""The application: routes, what they stand on, and the order in which they come and go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final, Protocol

from chronology_runtime.access import Keyring
from chronology_runtime.app import App, build_app
from chronology_runtime.health import Check
from chronology_runtime.telemetry import Metrics
from litestar import Router
from prometheus_client import Gauge

from ..builds import BuildPools
from ..database import Pool
from ..settings import Settings
from ..shared_secret import SharedSecret
from ..timelines import Timelines
from ..wakeups import Wakeups
from . import actors, collections, curation, dead_letters, events, log, projections, stream, timelines, tree
from .problems import exception_handlers
from .state import STATE_KEY, ApiState, Commands, Rebuilds
from .tail import Tails

TITLE: Final = "Chronology"
DESCRIPTION: Final = (
    "What happened, when, to whom, according to whom: timelines of actors and topics, each line with the sentence it "
    "was read from; and the log that they are made of, to be read and followed."
)


class Checks(Protocol):
    """What readiness depends on. Each returns None when all is well, else a sentence."""

    async def postgres(self) -> str | None: ...

    async def nats(self) -> str | None: ...

    async def sync(self) -> str | None: ...

    async def projections(self) -> str | None: ...


def routers() -> list[Router]:
    handlers = exception_handlers()
    return [
        Router(
            "/v1/collections",
            route_handlers=[
                collections.list_collections,
                collections.read_collection,
                collections.create_collection,
                collections.close_collection,
                collections.resume_collection,
                collections.read_verdict,
                timelines.collection_timeline,
                timelines.actor_timeline,
                timelines.topic_timeline,
                timelines.document_events,
                timelines.histogram,
                actors.search_actors,
                actors.read_actor,
                actors.list_topics,
                events.read_event,
                events.read_document,
                log.read_log,
                log.find_page,
                log.read_page,
                tree.read_checkpoint,
                tree.list_checkpoints,
                tree.read_consistency,
                tree.read_proof,
                tree.read_salts,
                tree.read_tile,
                stream.stream,
                dead_letters.list_dead_letters,
                dead_letters.read_dead_letter,
                dead_letters.resend_dead_letter,
                curation.give_command,
                curation.list_proposals,
                curation.read_incident,
                curation.list_changes,
            ],
            exception_handlers=handlers,
        ),
        Router(
            "/v1/projections",
            route_handlers=[
                projections.list_builds,
                projections.rebuild,
                projections.switch,
                projections.rollback,
                projections.drop,
                projections.verify,
            ],
            exception_handlers=handlers,
        ),
    ]


def create_app(api: ApiState, *, keys: Keyring, checks: Checks) -> App:
    metrics = Metrics()
    clients = Gauge("chronology_sse_clients", "Clients that follow the log as it grows.", registry=metrics.registry)
    clients.set_function(lambda: api.tails.clients)
    ready: dict[str, Check] = {
        "postgres": checks.postgres,
        "nats": checks.nats,
        "sync": checks.sync,
        "projections": checks.projections,
    }
    return build_app(
        routers(),
        title=TITLE,
        version=version("chronology"),
        description=DESCRIPTION,
        keys=keys,
        ready=ready,
        started={"postgres": checks.postgres},
        closing=api.closing,
        metrics=metrics,
        state={STATE_KEY: api},
    )


@asynccontextmanager
async def open_app(
    *,
    settings: Settings,
    keys: Keyring,
    pool: Pool,
    wakeups: Wakeups,
    commands: Commands,
    rebuilds: Rebuilds,
    checks: Checks,
    closing: asyncio.Event,
    log_key: str = "",
) -> AsyncIterator[App]:
    """The application with connections of its own to the builds, which are closed at the end."""
    pools = BuildPools(settings.database_url, pool)
    api = ApiState(
        timelines=Timelines(pools),
        log_pool=pool,
        wakeups=wakeups,
        tails=Tails(pool, wakeups, closing),
        commands=commands,
        rebuilds=rebuilds,
        closing=closing,
        cursor_secret=SharedSecret(pool, "cursor"),
        log_key=log_key,
    )
    try:
        yield create_app(api, keys=keys, checks=checks)
    finally:
        await pools.close()
