"""NATS' data lost while the services are down: the log stands, nothing goes on by itself, and there is a way out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chronology_contracts.subjects import ingest_stream, log_stream
from chronology_runtime.jetstream import connect

from tests.acceptance.stack import Stack, stack
from tests.acceptance.test_subscribers import body

pytestmark = pytest.mark.anyio


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack(tmp_path) as made:
        yield made


async def collection(client: httpx2.AsyncClient, running: Stack, *, halted: bool) -> dict[str, Any]:
    """The collection `main`, as soon as it is halted or not."""
    async with asyncio.timeout(20):
        while True:
            found = (await client.get(f"{running.chronology.url}/v1/collections")).json()["items"][0]
            if bool(found["halted"]) == halted:
                return dict(found)
            await asyncio.sleep(0.1)


async def test_a_lost_stream_is_noticed_refused_and_resumed(running: Stack) -> None:
    async with httpx2.AsyncClient(timeout=40) as client:
        chronology, ingest = running.of("main")
        stored = await client.post(f"{ingest}/events", json=body(1))
        await client.get(f"{chronology}/log", params={"at_least": f"sequence:{stored.json()['sequence']}"})
        running.chronology.stop()
        bus = await connect(running.servers.nats_url, name="test", connect_timeout_seconds=5)
        for stream in (ingest_stream("main"), log_stream("main")):
            await bus.delete_stream(stream)
        await bus.close()
        running.chronology.start()
        await running.chronology.until_ready()

        halted = await collection(client, running, halted=True)
        refused = await client.post(f"{ingest}/events", json=body(2))
        resumed = await client.post(f"{chronology}/resume", json={"how": "new-stream", "why": "the disk was lost"})
        await collection(client, running, halted=False)
        again = await client.post(f"{ingest}/events", json=body(2))
        query: dict[str, Any] = {"at_least": f"sequence:{again.json()['sequence']}", "limit": 1}
        log = (await client.get(f"{chronology}/log", params=query)).json()

    assert "no stream" in halted["halted"]
    assert refused.status_code == 503
    assert resumed.is_success
    assert log["head"] == 1 + 42 + 1 + 42
