"""The outermost layer: what it reads of a body that nobody wants, HEAD, Allow, and what it logs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
import structlog
from chronology_runtime import edge
from chronology_runtime.access import Keyring, require
from chronology_runtime.app import App, build_app
from chronology_runtime.problems import Problem
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Stream
from structlog.testing import capture_logs

pytestmark = pytest.mark.anyio

MEBIBYTE = 1024 * 1024


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@get("/v1/things/{name:str}", guards=[require("read", "any")])
async def thing(name: FromPath[str]) -> str:
    if name in ("internal", "unavailable", "conflict"):
        raise Problem(name)
    return name


@post("/v1/things/{name:str}", guards=[require("ingest", "any")])
async def change(name: FromPath[str]) -> str:
    return name


@get("/v1/endless", guards=[require("read", "any")])
async def endless() -> Stream:
    async def ticks() -> AsyncIterator[bytes]:
        while True:
            yield b"tick"
            await asyncio.sleep(0)

    return Stream(ticks)


@pytest.fixture
def app() -> App:
    return build_app([thing, change, endless], title="T", version="1", keys=Keyring(), ready={})


async def ask(app: App, method: str, path: str) -> httpx2.Response:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://localhost") as client:
        return await client.request(method, path)


class Line:
    """A client that sends a body in pieces of one MiB, as far as it is read; None: it waits for ever."""

    def __init__(self, *headers: tuple[bytes, bytes], pieces: int | None) -> None:
        self.headers = [(b"host", b"localhost"), *headers]
        self.left = pieces
        self.read = 0
        self.sent: list[Any] = []

    async def receive(self) -> Any:
        if self.left is None:
            await asyncio.Event().wait()
        assert self.left is not None
        self.left -= 1
        self.read += 1
        return {"type": "http.request", "body": bytes(MEBIBYTE), "more_body": self.left > 0}

    async def send(self, message: Any) -> None:
        self.sent.append((self.read, message))

    async def post(self, app: App, path: str) -> int:
        scope = {
            "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": self.headers, "http_version": "1.1", "scheme": "http", "server": ("localhost", 80),
            "client": ("127.0.0.1", 1), "root_path": "",
        }  # fmt: skip
        await app(scope, self.receive, self.send)
        return int(self.sent[0][1]["status"])

    @property
    def closes(self) -> bool:
        return (b"connection", b"close") in self.sent[0][1]["headers"]


# --- bodies that nobody wants


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/things/x", [(b"content-type", b"application/json")], 413),
        ("/v1/things/x", [(b"content-type", b"text/plain")], 415),
        ("/nowhere", [], 404),
        ("/v1/things/x", [(b"content-type", b"application/json"), (b"host", b"evil.example")], 403),
    ],
)
async def test_an_error_is_answered_at_once_and_the_body_read_to_its_end(
    app: App, path: str, headers: list[tuple[bytes, bytes]], status: int
) -> None:
    line = Line(*headers, (b"content-length", str(20 * MEBIBYTE).encode()), pieces=20)
    answered = await line.post(app, path)

    assert answered == status
    assert line.sent[0][0] == 0
    assert line.read == 20
    assert [message.get("more_body") for _, message in line.sent] == [None, True, False]
    assert line.closes


async def test_no_more_is_read_than_the_limit(app: App) -> None:
    line = Line((b"content-type", b"application/json"), (b"transfer-encoding", b"chunked"), pieces=1000)
    await line.post(app, "/nowhere")

    assert line.read == edge.UNREAD_BYTES_MAX // MEBIBYTE
    assert line.sent[-1][1]["more_body"] is False


async def test_a_client_that_stops_sending_is_not_waited_for_for_ever(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "UNREAD_SECONDS_MAX", 0.01)
    line = Line((b"content-length", b"1000000"), pieces=None)
    status = await line.post(app, "/nowhere")

    assert (status, line.sent[-1][1]["more_body"]) == (404, False)


async def test_who_waits_to_be_told_to_send_is_told_not_to(app: App) -> None:
    line = Line((b"content-length", b"1000000"), (b"expect", b"100-continue"), pieces=1)
    status = await line.post(app, "/nowhere")

    assert (status, line.read, line.closes) == (404, 0, True)


async def test_a_small_body_does_not_cost_the_connection(app: App) -> None:
    line = Line((b"content-length", b"100"), pieces=1)
    status = await line.post(app, "/nowhere")

    assert (status, line.closes) == (404, False)


# --- methods


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/v1/things/x", "/v1/things/conflict", "/docs", "/nowhere"])
async def test_head_is_answered_like_get_without_a_body(app: App, path: str) -> None:
    shown, head = await ask(app, "GET", path), await ask(app, "HEAD", path)

    assert head.status_code == shown.status_code
    assert head.content == b""
    assert head.headers["content-type"] == shown.headers["content-type"]


async def test_head_of_a_stream_ends(app: App) -> None:
    async with asyncio.timeout(5):
        answer = await ask(app, "HEAD", "/v1/endless")

    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(("method", "status"), [("OPTIONS", 204), ("PUT", 405), ("PROPFIND", 405), ("BREW", 405)])
async def test_allow_lists_every_method_of_an_address(app: App, method: str, status: int) -> None:
    answer = await ask(app, method, "/v1/things/x")

    assert (answer.status_code, answer.headers["allow"]) == (status, "GET, HEAD, OPTIONS, POST")


async def test_the_root_leads_to_the_documentation(app: App) -> None:
    answer = await ask(app, "GET", "/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")


@pytest.mark.parametrize("path", ["/docs", "/docs/start.js", "/docs/swagger-ui.css", "/metrics"])
async def test_the_charset_is_named_once(app: App, path: str) -> None:
    answer = await ask(app, "GET", path)

    assert answer.headers["content-type"].count("charset=utf-8") == 1


# --- the log


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    # Loggers that were used before keep their processors, which cannot be looked into.
    monkeypatch.setattr(edge, "_log", structlog.get_logger())
    with capture_logs() as entries:
        yield entries


@pytest.mark.parametrize(
    ("method", "path", "level"),
    [
        ("GET", "/v1/things/x", "debug"),
        ("POST", "/v1/things/x", "debug"),
        ("GET", "/v1/things/conflict", "debug"),
        ("PUT", "/v1/things/x", "debug"),
        ("GET", "/v1/things/unavailable", "warning"),
        ("GET", "/v1/things/internal", "error"),
    ],
)
async def test_only_what_the_server_could_not_do_is_news(
    app: App, logged: list[Any], method: str, path: str, level: str
) -> None:
    await ask(app, method, path)

    assert [entry["log_level"] for entry in logged if entry["event"] == "request"] == [level]
