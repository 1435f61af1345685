"""Appending to the log, beside a plain COPY of the same rows into the same table and indices.

    python -m tests.benchmarks.log_append [--events 20000] [--size 1000] [--rounds 5] [--json FILE]

    copy     the rows encoded beforehand, by binary COPY, `--size` rows a transaction
    append   the messages read beforehand: known ids looked up, records numbered, hashed and written, head moved
    drain    a filled stream: read from JetStream, parsed, and appended

Each round does all three, one after the other, on the same servers (fsync and synchronous_commit on, `sync_interval:
always`); what counts are the ratios inside a round, and their medians.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from chronology import appender
from chronology.appender import Appender, Prepared, look_up
from chronology.batches import Incoming, Sorted, sort
from chronology.database import Pool, acquired, connect, open_pool, transaction
from chronology.log import copying
from chronology.log.read import read_head
from chronology.log.record import NewRecord
from chronology.migrate import migrate
from chronology.sessions import Session
from chronology.streams import ingest_config, set_state
from chronology.wakeups import Wakeups
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.jetstream import Bus, Message, Reader
from chronology_runtime.jetstream import connect as connect_bus
from msgspec import Struct

from tests import factories
from tests.servers import private_servers

BATCH_EVENTS = 1000
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


class Round(Struct, frozen=True, kw_only=True):
    """Rates in records a second."""

    copy: float
    append: float
    drain: float
    append_to_copy: float
    drain_to_append: float
    drain_to_copy: float


class _Exhausted(Exception):
    pass


class Given(Appender):
    """An appender of batches that were read beforehand."""

    def __init__(self, batches: Sequence[Sorted], **fields: Any) -> None:
        super().__init__(**fields)
        self._batches = iter(batches)

    async def _prepare(self, reader: Reader) -> Prepared | None:
        sorted_ = next(self._batches, None)
        if sorted_ is None:
            raise _Exhausted
        async with acquired(self._pool) as connection:
            return Prepared(sorted=sorted_, known=await look_up(connection, self.collection, sorted_))


class Bench:
    def __init__(self, *, url: str, bus: Bus, pool: Pool, size: int) -> None:
        self.url, self.bus, self.pool, self.size = url, bus, pool, size
        self.session = Session(url)

    async def make(self, collection: str) -> None:
        """A collection with its first record and its partitions."""
        await self.bus.ensure_stream(ingest_config(collection, state="open"))
        await self.bus.publish_batch(
            ingest_stream(collection), [factories.created(collection)], msg_id="created", deadline_seconds=5
        )
        await self.drain(collection, 1)
        # The appender that was stopped may not have come to say so.
        await set_state(self.bus, collection, "open", "")

    async def copy(self, collection: str, records: Sequence[NewRecord]) -> float:
        connection = await connect(self.url, role=None)
        parts = [records[start : start + self.size] for start in range(0, len(records), self.size)]
        encoded = [
            (await _joined(copying.record_rows(collection, part)), await _joined(copying.id_rows(collection, part)))
            for part in parts
        ]
        began = time.perf_counter()
        for rows, ids in encoded:
            async with transaction(connection):
                await connection.copy_to_table(
                    "record", schema_name="log", columns=copying.RECORD_COLUMNS, source=_once(rows), format="binary"
                )
                await connection.copy_to_table(
                    "record_id", schema_name="log", columns=copying.ID_COLUMNS, source=_once(ids), format="binary"
                )
        took = time.perf_counter() - began
        await connection.close()
        return took

    async def append(self, collection: str, messages: Sequence[Message]) -> float:
        incoming = [
            Incoming(
                sequence=number,
                subject=message.subject,
                raw=message.data,
                recorded_at=BEGAN + timedelta(microseconds=number),
            )
            for number, message in enumerate(messages, start=2)
        ]
        batches = [sort(incoming[start : start + self.size]) for start in range(0, len(incoming), self.size)]
        given = Given(batches, collection=collection, session=self.session, pool=self.pool, bus=self.bus,
                      wakeups=Wakeups())  # fmt: skip
        stream = await self.bus.stream_info(ingest_stream(collection))
        async with self.session.lead(collection) as lead:
            assert lead is not None
            async with lead.use() as connection:
                head = await read_head(connection, collection)
            began = time.perf_counter()
            with contextlib.suppress(_Exhausted):
                await given._append_all(lead, head, stream, None, 10**9)  # type: ignore[arg-type]
            return time.perf_counter() - began

    async def drain(self, collection: str, position: int) -> float:
        wakeups = Wakeups()
        working = Appender(collection=collection, session=self.session, pool=self.pool, bus=self.bus, wakeups=wakeups)
        began = time.perf_counter()
        task = asyncio.create_task(working.run())
        try:
            while True:
                token = wakeups.token(collection)
                async with acquired(self.pool) as connection:
                    head = await read_head(connection, collection)
                if head is not None and head.position >= position:
                    return time.perf_counter() - began
                await wakeups.wait(collection, token, 1)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def records(self, collection: str) -> list[NewRecord]:
        async with acquired(self.pool) as connection:
            rows = await connection.fetch(
                "SELECT position, id, type, version, recorded_at, stream_sequence, header_hash, salt, body "
                "FROM log.record WHERE collection = $1 AND position > 1 ORDER BY position",
                collection,
            )
        return [NewRecord(**row) for row in rows]


async def measure(events: int, size: int, rounds: int) -> list[Round]:
    appender.BATCH_SIZE_MAX = size  # type: ignore[misc]
    async with private_servers() as servers:
        await migrate(servers.database_url)
        bus = await connect_bus(servers.nats_url, name="bench", connect_timeout_seconds=10)
        pool = await open_pool(servers.database_url)
        bench = Bench(url=servers.database_url, bus=bus, pool=pool, size=size)
        found = [await _round(bench, number, events) for number in range(rounds)]
        await bench.session.close()
        await pool.close()
        await bus.close()
    return found


async def _round(bench: Bench, number: int, events: int) -> Round:
    names = {what: f"{what}-{number}" for what in ("drain", "append", "copy")}
    for name in names.values():
        await bench.make(name)
    messages = {what: _messages(name, events) for what, name in names.items()}
    await _publish(bench.bus, names["drain"], messages["drain"])
    drained = await bench.drain(names["drain"], events + 1)
    appended = await bench.append(names["append"], messages["append"])
    copied = await bench.copy(names["copy"], await bench.records(names["append"]))
    found = Round(
        copy=events / copied,
        append=events / appended,
        drain=events / drained,
        append_to_copy=copied / appended,
        drain_to_append=appended / drained,
        drain_to_copy=copied / drained,
    )
    print(
        f"round {number + 1}: copy {found.copy:,.0f}/s, append {found.append:,.0f}/s ({found.append_to_copy:.2f}), "
        f"drain {found.drain:,.0f}/s ({found.drain_to_append:.2f} of append, {found.drain_to_copy:.2f} of copy)",
        flush=True,
    )
    return found


def _messages(collection: str, events: int) -> list[Message]:
    """Events of 1 kB."""
    made = factories.document()
    return [
        factories.message(collection, factories.event(made, what=f"Ann meets Ben, {number}: " + "x" * 420))
        for number in range(events)
    ]


async def _publish(bus: Bus, collection: str, messages: Sequence[Message]) -> None:
    for start in range(0, len(messages), BATCH_EVENTS):
        await bus.publish_batch(
            ingest_stream(collection), messages[start : start + BATCH_EVENTS], msg_id=str(start), deadline_seconds=30
        )


async def _joined(rows: Any) -> bytes:
    return b"".join([chunk async for chunk in rows])


async def _once(rows: bytes) -> Any:
    for start in range(0, len(rows), 65_536):
        yield rows[start : start + 65_536]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores", flush=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(measure(arguments.events, arguments.size, arguments.rounds))
    for name in ("append_to_copy", "drain_to_append", "drain_to_copy"):
        print(f"median {name.replace('_', ' ')}: {statistics.median(getattr(item, name) for item in found):.3f}")
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)))


if __name__ == "__main__":
    main()
