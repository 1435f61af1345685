"""What the routes work with."""

from __future__ import annotations

import difflib
from typing import Any, Final

from chronology_runtime.problems import invalid_parameter
from chronology_runtime.telemetry import Metrics, new_trace, parse_traceparent
from litestar import Request
from msgspec import Struct
from prometheus_client import Counter

from ..durability import Durability
from ..extraction import Extraction
from ..extractor_settings import ExtractorSettings
from ..intake.html import Page
from ..known_documents import KnownDocuments
from ..publish import Publisher
from ..streams import Streams
from ..workers import Pool

STATE_KEY: Final = "ingest"


class Counts:
    """What was taken, for /metrics."""

    def __init__(self, metrics: Metrics) -> None:
        self._documents = Counter(
            "chronology_ingest_documents",
            "Documents that were acknowledged.",
            ("duplicate",),
            registry=metrics.registry,
        )
        self._events = Counter("chronology_ingest_events", "Events that were acknowledged.", registry=metrics.registry)

    def taken(self, *, events: int, duplicate: bool) -> None:
        self._documents.labels(str(duplicate).lower()).inc()
        self._events.inc(events)


class IngestState(Struct, frozen=True, kw_only=True):
    """`chronology` is the address that callers are told, `extractor` what reads documents that name none."""

    extraction: Pool[Extraction]
    cleaning: Pool[Page]
    streams: Streams
    publisher: Publisher
    durability: Durability
    documents: KnownDocuments
    counts: Counts
    chronology: str
    extractor: str
    extractor_settings: ExtractorSettings


def state_of(request: Request[Any, Any, Any]) -> IngestState:
    state: IngestState = request.app.state[STATE_KEY]
    return state


def check_parameters(request: Request[Any, Any, Any], *known: str) -> None:
    """A query parameter that the route does not know, or that comes twice, is an error."""
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean `{near[0]}`?" if near else "Remove it."
            raise invalid_parameter(
                name, f"There is no query parameter `{name[:100]}` here.", code="unknown-parameter", hint=hint
            )
        if name in seen:
            raise invalid_parameter(name, f"The query parameter `{name}` is given twice.", code="repeated")
        seen.add(name)


def traceparent_of(request: Request[Any, Any, Any]) -> str:
    """The caller's trace, as we send it on; a new one where there is none."""
    given = parse_traceparent(request.headers.get("traceparent"))
    return (given.child() if given else new_trace()).traceparent()
