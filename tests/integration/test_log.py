"""From the stream to the log to the timelines, without HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from chronology.appender import Appender
from chronology.database import connect, open_pool
from chronology.log.read import read_batch, read_head, read_leaves
from chronology.projections.rebuild import Rebuilds
from chronology.projections.run import advance
from chronology.projections.timelines import TIMELINES
from chronology.streams import ingest_config
from chronology.tree import root_of
from chronology.wakeups import Wakeups
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.jetstream import Bus, Message

from tests import factories

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def appending(collection: str, database_url: str, bus: Bus) -> AsyncIterator[Wakeups]:
    wakeups = Wakeups()
    task = asyncio.create_task(
        Appender(collection=collection, database_url=database_url, bus=bus, wakeups=wakeups).run()
    )
    try:
        yield wakeups
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def publish(bus: Bus, collection: str, messages: Sequence[Message]) -> int:
    info = await bus.ensure_stream(ingest_config(collection))
    ack = await bus.publish_batch(
        ingest_stream(collection), messages, expected_last_sequence=info.last_seq, deadline_seconds=5
    )
    return ack.sequence


async def reach(wakeups: Wakeups, database_url: str, collection: str, sequence: int) -> None:
    connection = await connect(database_url)
    try:
        async with asyncio.timeout(10):
            while True:
                token = wakeups.token(collection)
                head = await read_head(connection, collection)
                if head and head.stream_sequence >= sequence:
                    return
                await wakeups.wait(collection, token, 1)
    finally:
        await connection.close()


async def test_a_document_goes_all_the_way_to_a_timeline(database_url: str, bus: Bus, collection: str) -> None:
    story = [factories.message(collection, body) for body in factories.story(events=3)]
    sequence = await publish(bus, collection, [factories.created(collection), *story])
    async with appending(collection, database_url, bus) as wakeups:
        await reach(wakeups, database_url, collection, sequence)
    await make_builds(database_url)
    connection = await connect(database_url, search_path="timelines_1")
    await advance(connection, TIMELINES, collection)
    rows = await connection.fetch("SELECT * FROM actor_timeline WHERE collection = $1", collection)
    actor = await connection.fetchrow("SELECT name, event_count FROM actor WHERE collection = $1", collection)
    records = await read_batch(connection, collection, after=0, size_max=100)
    await connection.close()

    assert len(rows) == 3
    assert tuple(actor or ()) == ("Ann", 3)
    assert [record.position for record in records] == [1, 2, 3, 4, 5, 6]


async def test_what_comes_again_adds_nothing(database_url: str, bus: Bus, collection: str) -> None:
    bodies = factories.story(events=2)
    await publish(bus, collection, [factories.created(collection), *(factories.message(collection, b) for b in bodies)])
    sequence = await publish(bus, collection, [factories.message(collection, body) for body in bodies])
    async with appending(collection, database_url, bus) as wakeups:
        await reach(wakeups, database_url, collection, sequence)
    connection = await connect(database_url)
    head = await read_head(connection, collection)
    await connection.close()

    assert head is not None
    assert (head.position, head.stream_sequence) == (5, 9)


async def test_a_second_reading_of_the_stream_gives_the_same_leaves(
    database_url: str, bus: Bus, collection: str
) -> None:
    messages = [factories.message(collection, body) for body in factories.story(events=5)]
    sequence = await publish(bus, collection, [factories.created(collection), *messages])
    roots = []
    for _ in range(2):
        async with appending(collection, database_url, bus) as wakeups:
            await reach(wakeups, database_url, collection, sequence)
        connection = await connect(database_url)
        roots.append(root_of(await read_leaves(connection, collection, after=0, size_max=100)))
        await connection.close()
        await forget(database_url)

    assert roots[0] == roots[1]


async def make_builds(database_url: str) -> None:
    pool = await open_pool(database_url)
    await Rebuilds(pool=pool, database_url=database_url, rates={}).ensure()
    await pool.close()


async def forget(database_url: str) -> None:
    """Empty the log, as its owner only can, and not without switching its triggers off."""
    connection = await connect(database_url, role=None)
    for table in ("record", "record_id", "head", "lineage", "verdict"):
        await connection.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER ALL")
        await connection.execute(f"DELETE FROM log.{table}")
        await connection.execute(f"ALTER TABLE log.{table} ENABLE TRIGGER ALL")
    await connection.close()
