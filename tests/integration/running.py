"""Parts of the chronology run inside a test, on the shared servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from chronology.appender import Appender
from chronology.database import connect, open_pool
from chronology.log.read import read_batch, read_head, read_leaves
from chronology.log.record import Head, Record
from chronology.projections.projection import Projection
from chronology.projections.rebuild import Rebuilds
from chronology.projections.run import advance
from chronology.projections.timelines import TIMELINES
from chronology.republish import Republisher
from chronology.sessions import Session
from chronology.streams import ingest_config
from chronology.tree.merkle import root_of
from chronology.wakeups import Wakeups
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.jetstream import Bus, Message

from tests import factories

DEADLINE_SECONDS = 15


@asynccontextmanager
async def running(*works: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Run these until the block ends."""
    tasks = [asyncio.ensure_future(work()) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


class Log:
    """One collection with its stream and its database."""

    def __init__(self, collection: str, database_url: str, bus: Bus) -> None:
        self.collection = collection
        self.database_url = database_url
        self.bus = bus
        self.wakeups = Wakeups()

    @asynccontextmanager
    async def appending(self) -> AsyncIterator[None]:
        session, pool = Session(self.database_url), await open_pool(self.database_url)
        appender = Appender(collection=self.collection, session=session, pool=pool, bus=self.bus, wakeups=self.wakeups)
        async with running(appender.run):
            yield
        await session.close()
        await pool.close()

    @asynccontextmanager
    async def republishing(self) -> AsyncIterator[None]:
        pool = await open_pool(self.database_url)
        republisher = Republisher(collection=self.collection, pool=pool, bus=self.bus, wakeups=self.wakeups)
        async with running(republisher.run):
            yield
        await pool.close()

    async def create(self) -> int:
        return await self.publish([factories.created(self.collection)])

    async def publish(self, messages: Sequence[Message]) -> int:
        """Publish as they are; return the last sequence."""
        info = await self.bus.ensure_stream(ingest_config(self.collection, state="open"))
        ack = await self.bus.publish_batch(
            ingest_stream(self.collection), messages, expected_last_sequence=info.last_seq, deadline_seconds=5
        )
        return ack.sequence

    async def tell(self, bodies: Sequence[Any]) -> int:
        return await self.publish([factories.message(self.collection, body) for body in bodies])

    async def until(self, holds: Callable[[Head | None], bool]) -> Head:
        """Wait until the head is so."""
        connection = await connect(self.database_url)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                while True:
                    token = self.wakeups.token(self.collection)
                    head = await read_head(connection, self.collection)
                    if holds(head):
                        assert head is not None
                        return head
                    await self.wakeups.wait(self.collection, token, 0.2)
        finally:
            await connection.close()

    async def append(self, sequence: int) -> Head:
        """Run an appender until it has read the stream up to `sequence`."""
        async with self.appending():
            return await self.until(lambda head: head is not None and head.stream_sequence >= sequence)

    async def records(self) -> list[Record]:
        connection = await connect(self.database_url)
        try:
            return await read_batch(connection, self.collection, after=0, size_max=100_000)
        finally:
            await connection.close()

    async def root(self) -> bytes:
        connection = await connect(self.database_url)
        try:
            return root_of(await read_leaves(connection, self.collection, after=0, size_max=100_000))
        finally:
            await connection.close()

    async def fetch(self, sql: str, *arguments: Any) -> list[Any]:
        connection = await connect(self.database_url)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()


async def make_builds(database_url: str, count: int = 1) -> None:
    pool = await open_pool(database_url)
    rebuilds = Rebuilds(pool=pool, database_url=database_url, rates={})
    await rebuilds.ensure()
    for _ in range(1, count):
        await rebuilds.rebuild(TIMELINES.name, by="test")
    await pool.close()


async def project(
    log: Log, *, build: int = 1, sizes: Sequence[int] = (1000,), projection: Projection = TIMELINES
) -> None:
    """Bring a build up to the head, by batches of these sizes in turn."""
    connection = await connect(log.database_url, search_path=projection.schema(build))
    try:
        turn = 0
        while await advance(connection, projection, log.collection, size_max=sizes[turn % len(sizes)]):
            turn += 1
    finally:
        await connection.close()


async def rows(log: Log, *, build: int = 1, projection: Projection = TIMELINES) -> dict[str, list[str]]:
    """Every row of every table of a build, as text, sorted."""
    found = {}
    for table in projection.tables:
        fetched = await log.fetch(
            f"SELECT t::text AS row FROM {projection.schema(build)}.{table} AS t WHERE collection = $1", log.collection
        )
        found[table] = sorted(row["row"] for row in fetched)
    return found
