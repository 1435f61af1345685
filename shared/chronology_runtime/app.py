"""One way to make an HTTP application, so that both services keep the same promises.

From the outside in: request id, security headers, metrics and the last word on crashes;
who asks; routing; the body; the guard of the route; the handler. All of it is plain
ASGI that passes messages on one by one, so streams stream.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.openapi.config import OpenAPIConfig

from . import bodies, openapi
from .access import OPEN, AccessMiddleware, Keyring, Open, Require, grant_table
from .edge import Edge
from .health import Check, health_handlers
from .problems import exception_handlers, explain_problem, list_problems
from .telemetry import Metrics


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
        inner = AccessMiddleware(app, keys=keys, is_open=_open_paths(self.grants))
        self._asgi = Edge(inner, metrics, _methods(self.grants))

    @cached_property
    def spec(self) -> openapi.Json:
        """The OpenAPI document."""
        return self._spec()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._asgi(scope, receive, send)


def _open_paths(grants: Mapping[str, Require | Open]) -> Callable[[str], bool]:
    templates = {route.partition(" ")[2] for route, guard in grants.items() if isinstance(guard, Open)}
    matcher = re.compile("|".join(map(_pattern, sorted(templates))) or "(?!)")
    return lambda path: matcher.fullmatch(path.rstrip("/") or "/") is not None


def _methods(grants: Mapping[str, Require | Open]) -> Callable[[str], list[str]]:
    """The methods of an address, as the header Allow lists them."""
    known: dict[str, set[str]] = {}
    for route in grants:
        method, _, template = route.partition(" ")
        known.setdefault(template, {"OPTIONS"}).update({"GET", "HEAD"} if method == "GET" else {method})
    patterns = [(re.compile(_pattern(template)), methods) for template, methods in known.items()]

    def of(path: str) -> list[str]:
        plain = path.rstrip("/") or "/"
        return sorted({name for pattern, methods in patterns if pattern.fullmatch(plain) for name in methods})

    return of


def _pattern(template: str) -> str:
    return re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template))
