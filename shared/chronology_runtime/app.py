"""One way to make an HTTP application, so that both services keep the same promises.

From the outside in: request id, security headers, metrics and the last word on crashes;
who asks; routing; the body; the guard of the route; the handler. All of it is plain
ASGI that passes messages on one by one, so streams stream.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

import structlog
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.openapi.config import OpenAPIConfig

from . import bodies, openapi
from .access import OPEN, AccessMiddleware, Keyring, Open, Require, grant_table
from .health import Check, health_handlers
from .problems import Detail, Problem, exception_handlers, explain_problem, list_problems, send_problem
from .telemetry import Metrics

_log = structlog.get_logger(__name__)

_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_QUIET_ROUTES: Final = frozenset({"/livez", "/readyz", "/startupz", "/metrics"})


def build_app(
    route_handlers: Sequence[Any],
    *,
    title: str,
    version: str,
    description: str = "",
    keys: Keyring,
    ready: Mapping[str, Check],
    started: Mapping[str, Check] | None = None,
    closing: asyncio.Event | None = None,
    metrics: Metrics | None = None,
    dependencies: Mapping[str, Any] | None = None,
    state: Mapping[str, Any] | None = None,
    lifespan: Sequence[Any] = (),
    body_bytes_max: int = bodies.BODY_BYTES_MAX,
    body_seconds_max: float = bodies.BODY_SECONDS_MAX,
    page_routes: Sequence[Any] = (),
) -> App:
    """Make the application of a service.

    Parameters are declared as `FromPath[…]`, `FromQuery[…]` or `Annotated[…, QueryParameter(…)]`.
    Adds /livez, /readyz, /startupz, /metrics, /openapi.json, /docs and /problems. Raises
    `ValueError` for a route that neither names its grant nor says `OPEN`. `page_routes`
    are left out of the OpenAPI document.

        class Receipt(Struct, frozen=True, kw_only=True):
            '''What was stored.'''
            ids: tuple[str, ...]

        class DocumentInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
            text: str

        @post(
            "/v1/collections/{collection:str}/documents",
            guards=[require("ingest")],
            opt=documented(body=DocumentInput, answers={201: Receipt}, problems=["unavailable"]),
        )
        async def post_document(request: Request, collection: FromPath[str]) -> Response[bytes]:
            given = decode(await request.body(), DocumentInput)
            faults = document_faults(complete(given))
            if faults:
                raise from_faults(faults)
            receipt = await request.app.state.publisher.publish(collection, given, by=principal_of(request).name)
            return Response(msgspec.json.encode(receipt), status_code=201, media_type="application/json")

        async def main() -> int:
            settings = load(Settings, os.environ, known=[OtherSettings])
            logs.configure(settings.log_level)
            keys = Keyring([bootstrap_key(settings.bootstrap_key)] if settings.bootstrap_key else [])
            check_bind(settings.host, keys)
            closing = asyncio.Event()
            async with open_publisher(settings) as publisher:
                app = build_app([post_document], title="Ingest", version="1", keys=keys, closing=closing,
                                ready={"nats": publisher.fault}, state={"publisher": publisher})
                http = serve(app, host=settings.host, port=settings.port, closing=closing)
                return await supervise([Part("publisher", publisher.run), Part("http", http)])

        raise SystemExit(run(main))
    """
    metrics = metrics or Metrics()
    own: list[Any] = [
        Router("/", route_handlers=[list_problems, explain_problem], guards=[OPEN]),
        *health_handlers(ready, started, closing=closing),
        metrics.handler(),
    ]
    shared: dict[str, Any] = {
        "dependencies": dict(dependencies or {}),
        "exception_handlers": exception_handlers(),
        "logging_config": None,
        "debug": False,
        "request_max_body_size": None,
    }

    def spec() -> openapi.Json:
        # An app of its own: that of the service has none of litestar's documentation routes.
        config = OpenAPIConfig(title=title, version=version, use_handler_docstrings=True, path="/-")
        described = Litestar([*route_handlers, *own], openapi_config=config, **shared)
        return openapi.build_spec(described, title=title, version=version, description=description)

    docs = Router("/", route_handlers=[*openapi.docs_handlers(spec)], guards=[OPEN])
    guard = DefineMiddleware(bodies.BodyGuard, bytes_max=body_bytes_max, seconds_max=body_seconds_max)
    app = Litestar(
        [*route_handlers, *page_routes, *own, docs],
        openapi_config=None,
        middleware=[guard],
        lifespan=list(lifespan),
        state=State(dict(state or {})),
        **shared,
    )
    return App(app, keys=keys, metrics=metrics, spec=spec)


class App:
    """An ASGI application. `litestar` is the inner one, `grants` its table route → guard."""

    def __init__(self, app: Litestar, *, keys: Keyring, metrics: Metrics, spec: Callable[[], openapi.Json]) -> None:
        self.litestar = app
        self.metrics = metrics
        self.grants: dict[str, Require | Open] = {}
        self._spec = spec
        for route, guard in grant_table(app).items():
            if guard is None:
                raise ValueError(f"{route} names no grant: give it guards=[require(…)] or guards=[OPEN]")
            self.grants[route] = guard
        self._asgi = _Edge(AccessMiddleware(app, keys=keys, is_open=_open_paths(self.grants)), metrics)

    @cached_property
    def spec(self) -> openapi.Json:
        """The OpenAPI document."""
        return self._spec()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._asgi(scope, receive, send)


def _open_paths(grants: Mapping[str, Require | Open]) -> Callable[[str], bool]:
    templates = {route.partition(" ")[2] for route, guard in grants.items() if isinstance(guard, Open)}
    patterns = [re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template)) for template in sorted(templates)]
    matcher = re.compile("|".join(patterns) or "(?!)")
    return lambda path: matcher.fullmatch(path.rstrip("/") or "/") is not None


class _Edge:
    """The outermost layer: whatever happens inside, the answer has an id, safe headers and a form."""

    def __init__(self, app: Any, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["chronology.request_id"] = request_id
        began = time.perf_counter()
        answered: list[int] = []
        first_byte: list[float] = []

        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                answered.append(message["status"])
                first_byte.append(time.perf_counter() - began)
                message = {**message, "headers": _with_headers(message.get("headers", []), request_id)}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answer(scope, receive, send_with_headers, answered)
            finally:
                status = answered[0] if answered else 499
                took = first_byte[0] if first_byte else time.perf_counter() - began
                route = scope.get("path_template", "")
                self._metrics.observe(route, scope["method"], status, took)
                _log_request(scope["method"], route, status, took)

    async def _answer(
        self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]], answered: list[int]
    ) -> None:
        try:
            _check_address(scope)
            await self._app(scope, receive, send)
        except Problem as problem:
            await send_problem(scope, send, problem)
        except Exception:
            if answered:
                raise  # The server cuts the connection, which is all that can still be said.
            _log.exception("request crashed", method=scope["method"])
            await send_problem(scope, send, Problem("internal"))


def _with_headers(given: Any, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [(bytes(name).lower(), bytes(value)) for name, value in given]
    names = {name for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS if name not in names]
    headers.append((b"x-request-id", request_id.encode()))
    if b"cache-control" not in names:
        headers.append((b"cache-control", b"no-cache" if b"etag" in names else b"no-store"))
    return headers


def _log_request(method: str, route: str, status: int, seconds: float) -> None:
    # Addresses and queries stay out of the log: they tell what somebody is interested in.
    if route in _QUIET_ROUTES:
        return
    log = _log.debug if method in ("GET", "HEAD", "OPTIONS") and status < 500 else _log.info
    log("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))


def _check_address(scope: Any) -> None:
    """Path and query must be UTF-8 without NUL: litestar would replace the one, Postgres refuses the other."""
    query: bytes = scope.get("query_string", b"")
    for raw in (scope.get("raw_path") or b"", query):
        try:
            decoded = unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            raise Problem("invalid-utf-8", "The address is not UTF-8.") from None
        if "\0" in decoded:
            pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
            names = [name for name, value in pairs if "\0" in value]
            errors = [Detail(parameter=name, code="null-character", detail="It has a NUL character.") for name in names]
            raise Problem("null-character", "The address has a NUL character.", errors=errors)
