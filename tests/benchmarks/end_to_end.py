"""From `POST …/events` to visible in the timelines, beside a plain COPY of the same rows.

    python -m tests.benchmarks.end_to_end [--events 20000] [--rounds 3] [--json FILE]

Each round does both, one after the other, on the same servers (fsync and synchronous_commit on, `sync_interval:
always`); what counts is the ratio inside a round, and its median. The services' memory is read after each round:
it must not grow with the log.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import msgspec
from msgspec import Struct

from tests.acceptance.stack import Service, Stack, stack

EVENTS_A_DOCUMENT = 1000
POSTERS = 4
COPY_SIZE = 1000
TEXT = "Ann met Ben in Velmora on 9 March 2019 and they spoke about the harbour, the ferry and the price of salt. " * 6


class Round(Struct, frozen=True, kw_only=True):
    """Rates in events a second, memory in MiB."""

    end_to_end: float
    acknowledged: float
    copy: float
    ratio: float
    chronology_mib: float
    ingest_mib: float
    head: int


async def measure(events: int, rounds: int) -> list[Round]:
    with tempfile.TemporaryDirectory() as folder:
        async with stack(Path(folder)) as made, httpx2.AsyncClient(timeout=60) as client:
            await made.create(client, "bench")
            return [await _round(made, client, number, events) for number in range(rounds)]


async def _round(made: Stack, client: httpx2.AsyncClient, number: int, events: int) -> Round:
    bodies = [
        msgspec.json.encode(_body(number, document, EVENTS_A_DOCUMENT))
        for document in range(events // EVENTS_A_DOCUMENT)
    ]
    began = time.perf_counter()
    sequences = await _post(made, client, bodies)
    acknowledged = time.perf_counter() - began
    await _wait_visible(made, client, max(sequences))
    visible = time.perf_counter() - began
    copied = await _copy(made, events)
    head = (await client.get(f"{made.of('bench')[0]}/log", params={"limit": 1})).json()["head"]
    found = Round(
        end_to_end=events / visible,
        acknowledged=events / acknowledged,
        copy=events / copied,
        ratio=copied / visible,
        chronology_mib=_memory(made.chronology),
        ingest_mib=_memory(made.ingest),
        head=head,
    )
    print(
        f"round {number + 1}: {found.end_to_end:,.0f} events/s to visible ({found.acknowledged:,.0f}/s acknowledged), "
        f"plain COPY {found.copy:,.0f}/s, ratio {found.ratio:.3f}; memory of chronology "
        f"{found.chronology_mib:.0f} MiB, ingest {found.ingest_mib:.0f} MiB at {found.head:,} records",
        flush=True,
    )
    return found


async def _post(made: Stack, client: httpx2.AsyncClient, bodies: Sequence[bytes]) -> list[int]:
    left = iter(bodies)
    sequences: list[int] = []

    async def work() -> None:
        for body in left:
            while True:
                answer = await client.post(
                    f"{made.of('bench')[1]}/events", content=body, headers={"content-type": "application/json"}
                )
                if answer.status_code != 503:
                    break
                await asyncio.sleep(0.1)
            answer.raise_for_status()
            sequences.append(answer.json()["sequence"])

    async with asyncio.TaskGroup() as group:
        for _ in range(POSTERS):
            group.create_task(work())
    return sequences


async def _wait_visible(made: Stack, client: httpx2.AsyncClient, sequence: int) -> None:
    while True:
        answer = await client.get(
            f"{made.of('bench')[0]}/timeline", params={"at_least": f"sequence:{sequence}", "limit": 1}
        )
        if answer.status_code == 200:
            return
        if answer.status_code != 503:
            answer.raise_for_status()


async def _copy(made: Stack, events: int) -> float:
    """The rows that the log got in this round, by COPY into a table of the same columns and keys."""
    connection = await asyncpg.connect(made.servers.database_url)
    try:
        rows = await connection.fetch(
            "SELECT collection, position, id, type, version, recorded_at, stream_sequence, header_hash, salt, body "
            "FROM log.record WHERE collection = 'bench' AND type = 'event.extracted' ORDER BY position DESC LIMIT $1",
            events,
        )
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS plain "
            "(LIKE log.record, PRIMARY KEY (collection, position), UNIQUE (collection, id))"
        )
        await connection.execute("TRUNCATE plain")
        values = [tuple(row) for row in rows]
        began = time.perf_counter()
        for start in range(0, len(values), COPY_SIZE):
            await connection.copy_records_to_table("plain", records=values[start : start + COPY_SIZE])
        return time.perf_counter() - began
    finally:
        await connection.close()


def _body(number: int, document: int, events: int) -> dict[str, Any]:
    text = f"Round {number}, page {document}: {TEXT}"
    told = [
        {
            "quote": text[:300],
            "start": 0,
            "end": 300,
            "what": f"Ann meets Ben, {event}",
            "date": f"{1900 + event % 120}-03-09",
            "date_basis": "explicit",
            "type": "CONSULT",
            "mode": "visit",
            "topics": ["diplomacy"],
            "participants": [
                {"name": f"Ann {event % 97}", "role": "actor", "kind": "person"},
                {"name": f"Ben {event % 89}", "role": "recipient", "kind": "person"},
            ],
        }
        for event in range(events)
    ]
    return {"document": {"text": text, "published": "2023-05-20"}, "events": told}


def _memory(service: Service) -> float:
    """Resident memory of a service's process, without its children, in MiB."""
    assert service.process is not None
    pages = int(Path(f"/proc/{service.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores", flush=True)
    found = asyncio.run(measure(arguments.events, arguments.rounds))
    print(f"median ratio to plain COPY: {statistics.median(item.ratio for item in found):.3f}")
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)))


if __name__ == "__main__":
    main()
