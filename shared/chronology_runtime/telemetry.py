"""Metrics for Prometheus, and the trace context that travels with a request.

Labels are of closed sets only: routes as templates, methods, statuses. A name of a
person or a collection never becomes one. Nothing of OpenTelemetry so far; the trace
context (W3C) is passed on so that others may.
"""

from __future__ import annotations

import re
import secrets
from typing import Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from .access import require

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


class Metrics:
    """A registry of its own, so that several apps may live in one process. Parts add theirs to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "chronology_http_requests_total",
            "Answered requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "chronology_http_request_seconds",
            "Time from the request line to the first byte of the answer.",
            ("route", "method"),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """`route` is the template, "" where no route was found."""
        known = method if method in _METHODS else "other"
        self._requests.labels(route or "none", known, str(status)).inc()
        self._seconds.labels(route or "none", known).observe(seconds)

    def handler(self) -> HTTPRouteHandler:
        """`GET /metrics`."""

        @get("/metrics", guards=[require("read", "any")], include_in_schema=False, sync_to_thread=False)
        def metrics() -> Response[bytes]:
            # litestar adds the charset of texts.
            media_type = CONTENT_TYPE_LATEST.removesuffix("; charset=utf-8")
            return Response(generate_latest(self.registry), media_type=media_type)

        return metrics


class TraceContext(Struct, frozen=True, kw_only=True):
    """W3C trace context. `span_id` is of whoever sent it, or ours when we send it on."""

    trace_id: str
    span_id: str
    sampled: bool = False

    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def child(self) -> TraceContext:
        return TraceContext(trace_id=self.trace_id, span_id=secrets.token_hex(8), sampled=self.sampled)


def new_trace() -> TraceContext:
    return TraceContext(trace_id=secrets.token_hex(16), span_id=secrets.token_hex(8))


def parse_traceparent(text: str | None) -> TraceContext | None:
    """The context of a `traceparent`; None for one that is missing or wrong, after which a new trace begins."""
    found = _TRACEPARENT.fullmatch(text or "")
    if found is None or found[1] == "ff" or (found[1] == "00" and found[5]):
        return None
    if set(found[2]) == {"0"} or set(found[3]) == {"0"}:
        return None
    return TraceContext(trace_id=found[2], span_id=found[3], sampled=bool(int(found[4], 16) & 1))
