"""The whole system in processes of its own, on servers of its own: to be stopped, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from chronology.migrate import migrate
from chronology_local.embedded import EmbeddedServers
from chronology_local.supervisor import Launch, spawn

from tests.servers import private_servers

START_SECONDS = 60


class Service:
    """One of our two services, on a port that stays the same over restarts."""

    def __init__(self, name: str, command: list[str], environ: dict[str, str], port: int, log: Path) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self._command = command
        self._environ = environ
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # Such a process ends with the tests, however they end.
        self.process = spawn(
            Launch(name=self.name, command=tuple(self._command), log=self._log, environment=self._environ)
        )

    async def until_ready(self) -> None:
        async with httpx2.AsyncClient() as client, asyncio.timeout(START_SECONDS):
            while True:
                assert self.process is not None
                if self.process.poll() is not None:
                    raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log()}")
                try:
                    if (await client.get(f"{self.url}/readyz", timeout=2)).status_code == 200:
                        return
                except httpx2.HTTPError:
                    pass
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL, to the whole process group: the children that read documents, too."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds: float = 15) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(seconds)

    def log(self) -> str:
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""


class Stack:
    """`chronology` and `ingest` over `servers`."""

    def __init__(self, servers: EmbeddedServers, folder: Path, **of_ingest: str) -> None:
        self.servers = servers
        ports = free_port(), free_port()
        shared = {
            **{name: value for name, value in os.environ.items() if not name.startswith("CHRONOLOGY_")},
            "DATABASE_URL": servers.database_url,
            "NATS_URL": servers.nats_url,
            "NATS_MONITOR_URL": servers.nats_monitor_url,
        }
        self.chronology = Service(
            "chronology",
            [sys.executable, "-m", "chronology", "run"],
            {**shared, "CHRONOLOGY_PORT": str(ports[0])},
            ports[0],
            folder / "chronology.log",
        )
        self.ingest = Service(
            "ingest",
            [sys.executable, "-m", "chronology_ingest"],
            {
                **shared,
                "CHRONOLOGY_INGEST_PORT": str(ports[1]),
                "CHRONOLOGY_URL": self.chronology.url,
                "CHRONOLOGY_INGEST_WORKERS": "1",
                **of_ingest,
            },
            ports[1],
            folder / "ingest.log",
        )

    @property
    def services(self) -> tuple[Service, Service]:
        return self.chronology, self.ingest

    async def until_ready(self) -> None:
        for service in self.services:
            await service.until_ready()

    async def create(self, client: httpx2.AsyncClient, collection: str) -> None:
        answer = await client.post(f"{self.chronology.url}/v1/collections", json={"name": collection}, timeout=30)
        answer.raise_for_status()

    def of(self, collection: str) -> tuple[str, str]:
        """The addresses of a collection at chronology and at ingest."""
        return tuple(f"{service.url}/v1/collections/{collection}" for service in self.services)  # type: ignore[return-value]


@asynccontextmanager
async def stack(folder: Path, **of_ingest: str) -> AsyncIterator[Stack]:
    """`of_ingest` are variables for ingest alone."""
    async with private_servers() as servers:
        await migrate(servers.database_url)
        made = Stack(servers, folder, **of_ingest)
        try:
            for service in made.services:
                service.start()
            await made.until_ready()
            yield made
        finally:
            for service in reversed(made.services):
                if service.process is not None and service.process.poll() is None:
                    service.kill()


async def read_all(client: httpx2.AsyncClient, url: str, **query: Any) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    items: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        answer = await client.get(url, params={**query, **({"after": after} if after else {})}, timeout=30)
        answer.raise_for_status()
        page = answer.json()
        items += page["items"]
        after = page["next"]
        if after is None:
            return items


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
