"""The ingest service as a process of its own, on a NATS of the tests."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
from chronology.streams import ingest_config
from chronology_contracts import codec
from chronology_contracts.codec import decode_message
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.jetstream import Bus, connect

LIMIT_SECONDS = 30
TEXT = (
    "Police in Ilvarin detained the lawyer Javel Orsheni on 14 May 2023, his wife said. "
    "A court in Ilvarin released him on 15 September 2023."
)


class Service:
    """A running ingest service; `client` speaks to it."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.client = httpx2.Client(base_url=address, timeout=LIMIT_SECONDS)

    def post(self, path: str, body: Any, **parameters: str) -> httpx2.Response:
        return self.client.post(path, json=body, params=parameters)

    def children(self) -> list[int]:
        """Its processes, oldest first."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LIMIT_SECONDS)


@contextmanager
def ingest_service(nats_url: str, monitor_url: str, **environment: str) -> Iterator[Service]:
    """Start one and wait until it answers."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "chronology_ingest"],
        stderr=subprocess.PIPE,
        text=True,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("CHRONOLOGY_")},
            "NATS_URL": nats_url,
            "NATS_MONITOR_URL": monitor_url,
            "CHRONOLOGY_INGEST_PORT": "0",
            "CHRONOLOGY_INGEST_WORKERS": "2",
            **environment,
        },
    )
    limit = threading.Timer(LIMIT_SECONDS, process.kill)
    limit.start()
    assert process.stderr is not None
    lines: list[str] = []
    draining = threading.Thread(target=process.stderr.read, daemon=True)
    try:
        address = None
        while address is None:
            line = process.stderr.readline()
            assert line, f"the service did not start: {''.join(lines)}"
            lines.append(line)
            address = re.search(r'"address":"(http://[^"]+)"', line)
        limit.cancel()
        draining.start()
        service = Service(process, address[1])
        with service.client:
            yield service
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        if draining.ident is not None:
            draining.join()
        process.stderr.close()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Bus]:
    bus = await connect(url, name="test", connect_timeout_seconds=5)
    try:
        yield bus
    finally:
        await bus.close()


def create(url: str, collection: str, **state: Any) -> None:
    """Make a collection's stream as chronology does."""

    async def make() -> None:
        async with connected(url) as bus:
            await bus.ensure_stream(ingest_config(collection, **{"state": "open", **state}))

    asyncio.run(make())


def stored(url: str, collection: str) -> list[codec.Message]:
    """Every record in the collection's stream."""

    async def read() -> list[codec.Message]:
        async with connected(url) as bus:
            messages = await bus.get_messages(ingest_stream(collection), 1, 1_000_000)
        return [decode_message(message.data) for message in messages]

    return asyncio.run(read())


def problem(response: httpx2.Response) -> tuple[int, str, list[str]]:
    """Status, slug, and the places that it names."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body = response.json()
    places = [error.get("pointer", error.get("parameter", "")) for error in body.get("errors", [])]
    return response.status_code, body["type"].removeprefix("/problems/"), places


class Chronology(ThreadingHTTPServer):
    """Answers with documents, as the other service does; `documents` by address, `asked` are the keys it saw."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.asked: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Chronology)
        server.asked.append(self.headers.get("authorization"))
        found = server.documents.get(self.path)
        body = json.dumps(found or {}).encode()
        self.send_response(200 if found else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        return


@contextmanager
def chronology() -> Iterator[Chronology]:
    server = Chronology()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
