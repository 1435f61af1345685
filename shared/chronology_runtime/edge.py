"""The outermost layer of an application: whatever happens inside, the answer has an id, safe headers and a form.

HEAD is asked as GET, and the answer ends with its headers. An error that is answered
while the client still sends is followed by reading on for a while: most clients look
for the answer only once their body is gone, and would meet a closed line instead.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

import structlog

from .problems import Detail, Problem, send_problem
from .telemetry import Metrics

UNREAD_BYTES_MAX: Final = 64 * 1024 * 1024
UNREAD_SECONDS_MAX: Final = 10.0
_SMALL_BYTES: Final = 65_536

_log = structlog.get_logger(__name__)

_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_QUIET_ROUTES: Final = frozenset({"/livez", "/readyz", "/startupz", "/metrics"})
_LAST: Final = {"type": "http.response.body", "body": b"", "more_body": False}


class Edge:
    """`methods` tells which ones an address has, in sorted order; none for an address that is nowhere."""

    def __init__(self, app: Any, metrics: Metrics, methods: Callable[[str], Sequence[str]]) -> None:
        self._app = app
        self._metrics = metrics
        self._methods = methods

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send, self._methods)
        with structlog.contextvars.bound_contextvars(request_id=exchange.request_id):
            try:
                await self._answer(exchange)
            finally:
                status = exchange.status or 499
                took = exchange.first_byte_seconds or exchange.seconds
                route = exchange.scope.get("path_template", "")
                self._metrics.observe(route, scope["method"], status, took)
                _log_request(scope["method"], route, status, took)

    async def _answer(self, exchange: _Exchange) -> None:
        try:
            _check_address(exchange.scope)
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except Problem as problem:
            await send_problem(exchange.scope, exchange.send, problem)
        except Exception:
            if exchange.status:
                raise  # The server cuts the connection, which is all that can still be said.
            _log.exception("request crashed", method=exchange.scope["method"])
            await send_problem(exchange.scope, exchange.send, Problem("internal"))


class _Exchange:
    """One request and its answer: how much of the one was read, how much of the other was sent."""

    def __init__(self, scope: Any, receive: Any, send: Any, methods: Callable[[str], Sequence[str]]) -> None:
        self.request_id = secrets.token_hex(8)
        self.method: str = scope["method"]
        self.scope: Any = {**scope, "method": "GET"} if self.method == "HEAD" else scope
        self.scope["chronology.request_id"] = self.request_id
        self.status = 0
        self.first_byte_seconds = 0.0
        self._began = time.perf_counter()
        self._receive = receive
        self._send = send
        self._methods = methods
        self._unread = _unread_bytes(scope["headers"])
        self._may_wait = any(name == b"expect" for name, _ in scope["headers"])
        self._reads_on = False
        self._over = False

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._began

    async def receive(self) -> Any:
        if self._over:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._may_wait = False
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._unread = 0
        return message

    async def send(self, message: Any) -> None:
        if self._over:
            return  # The rest of an answer to HEAD.
        if message["type"] == "http.response.start":
            await self._start(message)
        elif self._reads_on and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._read_on()
            await self._send(_LAST)
        else:
            await self._send(message)

    async def _start(self, message: Any) -> None:
        self.status = message["status"]
        self.first_byte_seconds = self.seconds
        headers = _with_headers(message.get("headers", []), self.request_id)
        if self.status == 405 or self.method == "OPTIONS":
            headers = _with_allow(headers, self._methods(self.scope["path"]))
        # A small rest the server passes over by itself; a body that was too slow was waited for long enough.
        if self.status >= 400 and self.status != 408 and self._unread > _SMALL_BYTES:
            headers = [pair for pair in headers if pair[0] != b"connection"] + [(b"connection", b"close")]
            # Who waits for "100 Continue" has sent nothing, and reads the answer first.
            self._reads_on = not self._may_wait
        await self._send({**message, "headers": headers})
        if self.method == "HEAD":
            self._over = True
            await self._send(_LAST)

    async def _read_on(self) -> None:
        """Read and drop the rest of the body, up to a limit of bytes and of time."""
        size = 0
        try:
            async with asyncio.timeout(UNREAD_SECONDS_MAX):
                while self._unread and size < UNREAD_BYTES_MAX:
                    size += len((await self.receive()).get("body", b""))
        except TimeoutError:
            return  # Then the line is cut.


def _unread_bytes(headers: Any) -> int:
    """How long the body says that it is; longer than any where it does not say."""
    given = {bytes(name).lower(): bytes(value) for name, value in headers}
    if b"transfer-encoding" in given:
        return UNREAD_BYTES_MAX + 1
    length = given.get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 20 else 0


def _with_headers(given: Any, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = [(bytes(name).lower(), bytes(value)) for name, value in given]
    names = {name for name, _ in headers}
    headers += [(name, value) for name, value in _HEADERS if name not in names]
    headers.append((b"x-request-id", request_id.encode()))
    if b"cache-control" not in names:
        headers.append((b"cache-control", b"no-cache" if b"etag" in names else b"no-store"))
    return headers


def _with_allow(headers: list[tuple[bytes, bytes]], methods: Sequence[str]) -> list[tuple[bytes, bytes]]:
    # litestar names only the methods of those handlers that were registered together.
    if not methods:
        return headers
    return [pair for pair in headers if pair[0] != b"allow"] + [(b"allow", ", ".join(methods).encode())]


def _log_request(method: str, route: str, status: int, seconds: float) -> None:
    # Addresses and queries stay out of the log: they tell what somebody is interested in. And
    # what was answered well, or was the caller's fault, is no news: it would fill the disk.
    if route in _QUIET_ROUTES:
        return
    log = _log.debug if status < 500 else _log.error if status == 500 else _log.warning
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
