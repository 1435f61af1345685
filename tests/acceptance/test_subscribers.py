"""One cursor over SSE, log pages and JetStream: every record once and in order, also by changing between them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import nats
import pytest
from chronology_contracts.subjects import log_stream
from nats.js.api import ConsumerConfig, DeliverPolicy

from tests.acceptance.stack import Stack, read_all, stack

pytestmark = pytest.mark.anyio

DOCUMENTS = 12
EVENTS = 40
RECORDS = 1 + DOCUMENTS * (EVENTS + 2)
TEXT = "Ann met Ben in Velmora and they spoke about the harbour."


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack(tmp_path) as made:
        yield made


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(timeout=30) as client:
        yield client


def body(number: int) -> dict[str, Any]:
    text = f"Page {number}: {TEXT}"
    events = [
        {
            "quote": text, "start": 0, "end": len(text), "what": f"Ann meets Ben, {n}", "type": "CONSULT",
            "participants": [{"name": "Ann", "role": "actor"}],
        }
        for n in range(EVENTS)
    ]  # fmt: skip
    return {"document": {"text": text}, "events": events}


async def post_all(running: Stack, client: httpx2.AsyncClient) -> None:
    for number in range(DOCUMENTS):
        answer = await client.post(f"{running.of('main')[1]}/events", json=body(number))
        answer.raise_for_status()


async def read_sse(
    client: httpx2.AsyncClient, url: str, cursor: str, *, count: int, **query: Any
) -> list[tuple[str, dict[str, Any]]]:
    """(cursor, record) of the next `count` records behind a cursor; then the connection is dropped."""
    seen: list[tuple[str, dict[str, Any]]] = []
    headers = {"last-event-id": cursor} if cursor else {}
    params = query if cursor else {"after": "0", **query}
    async with client.stream("GET", f"{url}/stream", headers=headers, params=params) as answer:
        answer.raise_for_status()
        id = data = ""
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                id = value
            elif name == "data":
                data = value
            elif not line and data:
                seen.append((id, json.loads(data)))
                data = ""
                if len(seen) == count:
                    return seen
    return seen


async def read_jetstream(running: Stack, after: int, count: int) -> list[int]:
    """The next positions as a subscriber gets them who has nothing of ours, only a NATS client."""
    connection = await nats.connect(running.servers.nats_url)
    try:
        subscription = await connection.jetstream().subscribe(
            "chronology.main.>",
            stream=log_stream("main"),
            ordered_consumer=True,
            config=ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=after + 1),
        )
        return [json.loads((await subscription.next_msg(timeout=10)).data)["position"] for _ in range(count)]
    finally:
        await connection.close()


async def test_a_subscriber_that_is_cut_off_and_changes_its_way_gets_all_once(
    running: Stack, client: httpx2.AsyncClient
) -> None:
    url = running.of("main")[0]
    positions: list[int] = []
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(post_all(running, client))
        cursor, turn = "", 0
        while len(positions) < RECORDS:
            left = min(50, RECORDS - len(positions))
            after = positions[-1] if positions else 0
            if turn % 3 == 0:
                seen = await read_sse(client, url, cursor, count=left)
                cursor = seen[-1][0]
                positions += [record["position"] for _, record in seen]
            elif turn % 3 == 1:
                page = (await client.get(f"{url}/log", params={"after": after, "limit": left, "wait": 5})).json()
                positions += [record["position"] for record in page["items"]]
            else:
                positions += await read_jetstream(running, after, left)
            lineage = cursor.partition(".")[0]
            cursor = f"{lineage}.{positions[-1]}"
            turn += 1

    assert positions == list(range(1, RECORDS + 1))
    assert turn > 6


async def test_pages_sse_and_jetstream_give_the_same_bytes_of_an_event(
    running: Stack, client: httpx2.AsyncClient
) -> None:
    await post_all(running, client)
    url = running.of("main")[0]
    items = await read_all(client, f"{url}/log", limit=1000, at_least=RECORDS)
    told = [record for _, record in await read_sse(client, url, "", count=DOCUMENTS * EVENTS, record="event.extracted")]

    assert told == [item for item in items if item["type"] == "chronology.event.extracted.v1"]
    assert await read_jetstream(running, 0, RECORDS) == [item["position"] for item in items]


async def test_an_open_stream_does_not_hold_up_the_end(running: Stack, client: httpx2.AsyncClient) -> None:
    url = running.of("main")[0]
    async with client.stream("GET", f"{url}/stream", params={"after": "0"}) as answer:
        lines = answer.aiter_lines()
        await anext(lines)
        began = time.monotonic()
        process = running.chronology.process
        assert process is not None
        process.terminate()
        rest = [line async for line in lines]
        code = await asyncio.to_thread(process.wait, 10)
        seconds = time.monotonic() - began

    assert code == 0
    assert "event: bye" in rest
    assert seconds < 2
