"""The application: routes, what they work with, and what being ready means."""

from __future__ import annotations

import asyncio
from typing import Final

from chronology_runtime.access import Keyring
from chronology_runtime.app import App, build_app
from chronology_runtime.jetstream import Bus
from chronology_runtime.telemetry import Metrics
from litestar import Router

from .documents import post_document
from .events import post_events
from .problems import exception_handlers
from .state import STATE_KEY, IngestState

VERSION: Final = "1"
DESCRIPTION: Final = (
    "Takes documents, reads dated events from them and publishes both. What is answered with 2xx is stored for good; "
    "any request may be sent again, and adds nothing twice. Timelines are asked of the chronology service."
)


def make_app(state: IngestState, *, bus: Bus, keys: Keyring, metrics: Metrics, closing: asyncio.Event) -> App:
    async def nats() -> str | None:
        return None if bus.is_connected else "There is no connection to NATS."

    async def durability() -> str | None:
        return state.durability.fault

    async def workers() -> str | None:
        return None if state.extraction.pids else "No worker is alive."

    routes = Router("/", route_handlers=[post_document, post_events], exception_handlers=exception_handlers())
    return build_app(
        [routes],
        title="Chronology: ingest",
        version=VERSION,
        description=DESCRIPTION,
        keys=keys,
        ready={"nats": nats, "durability": durability, "workers": workers},
        started={"nats": nats, "workers": workers},
        closing=closing,
        metrics=metrics,
        state={STATE_KEY: state},
    )
