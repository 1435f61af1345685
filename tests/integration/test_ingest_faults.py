"""Ingest while servers are away or killed: what was acknowledged is there once, and sending again is always right."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx2
import pytest
from chronology.streams import ingest_config
from chronology_contracts import content_id
from chronology_contracts.codec import decode_message
from chronology_contracts.subjects import ingest_stream
from chronology_local.embedded import EmbeddedServers
from chronology_runtime.jetstream import Bus

from tests.integration.ingest_service import TEXT, Service, connected, ingest_service, problem
from tests.servers import Servers, private_servers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def own() -> AsyncIterator[EmbeddedServers]:
    """Servers to be stopped and killed."""
    async with private_servers() as servers:
        yield servers


def body_of(number: int) -> dict[str, Any]:
    """A document with so many events."""
    event = {"quote": TEXT[:6], "start": 0, "end": 6, "type": "COERCE"}
    return {"document": {"text": TEXT}, "events": [{**event, "what": f"Number {each}"} for each in range(number)]}


async def ids_in(bus: Bus, collection: str) -> list[str]:
    messages = await bus.get_messages(ingest_stream(collection), 1, 1_000_000)
    return [content_id.to_text(decode_message(message.data).id) for message in messages]


async def test_while_nats_is_frozen_the_caller_is_told_to_come_again_and_then_it_is_stored(
    own: EmbeddedServers, collection: str
) -> None:
    path = f"/v1/collections/{collection}/documents"
    async with connected(own.nats_url) as bus:
        await bus.ensure_stream(ingest_config(collection, state="open"))
        with ingest_service(own.nats_url, own.nats_monitor_url) as service:
            os.kill(own.nats.pid, signal.SIGSTOP)
            frozen = await post(service, path, {"text": TEXT})
            os.kill(own.nats.pid, signal.SIGCONT)
            thawed = await post(service, path, {"text": TEXT})
        found = await ids_in(bus, collection)

    assert problem(frozen)[:2] == (503, "unavailable")
    assert frozen.headers["retry-after"]
    assert thawed.status_code == 201
    assert found == [thawed.json()["document_id"], *thawed.json()["event_ids"], thawed.json()["completion_id"]]


async def test_nats_killed_in_the_middle_of_a_long_document_costs_nothing(
    own: EmbeddedServers, collection: str
) -> None:
    path = f"/v1/collections/{collection}/events"
    async with connected(own.nats_url) as bus:
        await bus.ensure_stream(ingest_config(collection, state="open"))
        with ingest_service(own.nats_url, own.nats_monitor_url) as service:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(kill_after_first, bus, collection, own.nats.pid)
                answer = await post(service, path, body_of(10_000))
        found = await ids_in(bus, collection)

    assert answer.status_code == 201
    assert found == [answer.json()["document_id"], *answer.json()["event_ids"], answer.json()["completion_id"]]


async def test_the_service_killed_in_the_middle_of_a_long_document_leaves_a_beginning_that_the_next_request_completes(
    servers: Servers, bus: Bus, collection: str
) -> None:
    path = f"/v1/collections/{collection}/events"
    await bus.ensure_stream(ingest_config(collection, state="open"))
    with ingest_service(servers.nats_url, servers.nats_monitor_url) as service:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(kill_after_first, bus, collection, service.process.pid)
            with pytest.raises(httpx2.HTTPError):
                await post(service, path, body_of(10_000))
    begun = await ids_in(bus, collection)
    with ingest_service(servers.nats_url, servers.nats_monitor_url) as service:
        answer = await post(service, path, body_of(10_000))
    found = await ids_in(bus, collection)

    assert 0 < len(begun) < 10_002
    assert answer.status_code == 201
    assert found == [answer.json()["document_id"], *answer.json()["event_ids"], answer.json()["completion_id"]]


async def test_a_request_under_way_is_answered_before_the_service_ends(
    servers: Servers, bus: Bus, collection: str
) -> None:
    await bus.ensure_stream(ingest_config(collection, state="open"))
    with ingest_service(servers.nats_url, servers.nats_monitor_url) as service:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(kill_after_first, bus, collection, service.process.pid, signal.SIGTERM)
            answer = await post(service, f"/v1/collections/{collection}/events", body_of(10_000))
        code = service.process.wait(10)

    assert (answer.status_code, code) == (201, 0)


async def kill_after_first(bus: Bus, collection: str, pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Wait for the first message in the stream, then end that process."""
    async with bus.pull(ingest_stream(collection), start_sequence=1, batch_size_max=1) as reader:
        while not await reader.next_batch(timeout_seconds=5):
            pass
    os.kill(pid, number)


async def post(service: Service, path: str, body: Any) -> httpx2.Response:
    return await anyio.to_thread.run_sync(service.post, path, body)
