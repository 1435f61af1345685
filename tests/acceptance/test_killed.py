"""`kill -9` of anything at any moment of an ingest: nothing is lost, nothing stands twice, no half is shown.

Each moment is drawn from a seed: which process is killed, and after how many documents and milliseconds. All of
them leave their traces in one database; at the end one rebuild gives every row again.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.acceptance.stack import Stack, stack

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SEEDS = 20
DOCUMENTS = 20
EVENTS = 1000
"""Of each document, some 1 kB each: 20,000 events at every moment."""
ACKNOWLEDGED_SECONDS = 120
VICTIMS = ("ingest", "chronology", "nats", "postgres")
POSTERS = 3


def body(seed: int, number: int) -> dict[str, Any]:
    """One document with its events, the same whenever it is made."""
    text = f"Seed {seed}, document {number}: " + "Ann met Ben in Velmora and they spoke about the harbour. " * 8
    events = [
        {
            "quote": text[:400],
            "start": 0,
            "end": 400,
            "what": f"Ann meets Ben, {event}",
            "date": f"{1900 + event % 120}-03-09",
            "date_basis": "explicit",
            "type": "CONSULT",
            "mode": "visit",
            "topics": ["diplomacy"],
            "participants": [
                {"name": f"Ann {event % 7}", "role": "actor", "kind": "person"},
                {"name": f"Ben {event % 5}", "role": "recipient", "kind": "person"},
            ],
        }
        for event in range(EVENTS)
    ]
    return {"document": {"text": text, "published": "2023-05-20"}, "events": events, "role": "reading"}


class Killing:
    """One ingest of 20,000 events with one kill in it."""

    def __init__(self, stack: Stack, seed: int) -> None:
        draw = random.Random(seed)
        self.seed = seed
        self.collection = f"killed-{seed}"
        self.victim = VICTIMS[seed % len(VICTIMS)]
        self.after_documents = draw.randrange(DOCUMENTS)
        self.after_milliseconds = draw.randrange(400)
        self.acknowledged: dict[str, list[str]] = {}
        self.half_shown: list[Any] = []
        self.sequence = 0
        self._stack = stack
        self._enough = asyncio.Event()

    async def run(self, client: httpx2.AsyncClient) -> None:
        chronology, ingest = self._stack.of(self.collection)
        await self._stack.create(client, self.collection)
        watching = asyncio.create_task(self._watch())
        killing = asyncio.create_task(self._kill())
        numbers = iter(range(DOCUMENTS))
        async with asyncio.timeout(ACKNOWLEDGED_SECONDS), asyncio.TaskGroup() as posters:
            for _ in range(POSTERS):
                posters.create_task(self._post(client, ingest, numbers))
        self._enough.set()
        await killing
        await self._stack.until_ready()
        await self._wait_visible(client, chronology)
        watching.cancel()

    async def _post(self, client: httpx2.AsyncClient, ingest: str, numbers: Any) -> None:
        for number in numbers:
            if number >= self.after_documents:
                self._enough.set()
            given = body(self.seed, number)
            while True:
                try:
                    answer = await client.post(f"{ingest}/events", json=given, timeout=15)
                except httpx2.HTTPError:
                    await asyncio.sleep(0.2)
                    continue
                if answer.is_success:
                    self.acknowledged[answer.json()["document_id"]] = answer.json()["event_ids"]
                    self.sequence = max(self.sequence, answer.json()["sequence"])
                    break
                assert answer.status_code == 503, answer.text
                await asyncio.sleep(0.2)

    async def _kill(self) -> None:
        await self._enough.wait()
        await asyncio.sleep(self.after_milliseconds / 1000)
        if self.victim in {"ingest", "chronology"}:
            service = getattr(self._stack, self.victim)
            service.kill()
            service.start()
            return
        server = getattr(self._stack.servers, self.victim)
        pid = server.pid
        os.kill(pid, signal.SIGKILL)
        await server.until_ready(other_than=pid)

    async def _watch(self) -> None:
        """Look all the time whether any document is shown by half."""
        while True:
            try:
                shown = await self._fetch(
                    "SELECT document_id, count(*) FROM timelines_1.timeline "
                    "JOIN timelines_1.event USING (collection, event_id) "
                    "WHERE collection = $1 GROUP BY document_id HAVING count(*) <> $2",
                    self.collection,
                    EVENTS,
                )
                self.half_shown += shown
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pass
            await asyncio.sleep(0.5)

    async def _wait_visible(self, client: httpx2.AsyncClient, chronology: str) -> None:
        async with asyncio.timeout(ACKNOWLEDGED_SECONDS):
            while True:
                # The service holds the answer back until the timelines have read so far, at most five seconds.
                query: dict[str, Any] = {"at_least": f"sequence:{self.sequence}", "limit": 1}
                answer = await client.get(f"{chronology}/timeline", params=query, timeout=15)
                if answer.is_success:
                    return
                assert answer.status_code == 503, answer.text

    async def _fetch(self, sql: str, *arguments: Any) -> list[Any]:
        connection = await asyncpg.connect(self._stack.servers.database_url, timeout=5)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close(timeout=2)

    async def log_faults(self) -> dict[str, Any]:
        """What is wrong with the collection's log: nothing, if all is well."""
        rows = await self._fetch(
            "SELECT position, encode(id, 'hex') AS id, type FROM log.record WHERE collection = $1 ORDER BY position",
            self.collection,
        )
        events = [row["id"] for row in rows if row["type"] == "event.extracted"]
        wanted = {id for ids in self.acknowledged.values() for id in ids}
        faults = {
            "positions with a gap": [row["position"] for row in rows] != list(range(1, len(rows) + 1)),
            "events twice": len(events) != len(set(events)),
            "events in the log": len(events) if len(events) != DOCUMENTS * EVENTS else 0,
            "events acknowledged": len(wanted) if len(wanted) != DOCUMENTS * EVENTS else 0,
            "documents shown by half": self.half_shown,
            "events shown": await self._shown_fault(),
        }
        return {fault: found for fault, found in faults.items() if found}

    async def _shown_fault(self) -> int:
        (row,) = await self._fetch(
            "SELECT count(*) AS n FROM timelines_1.timeline WHERE collection = $1", self.collection
        )
        return int(row["n"]) if row["n"] != DOCUMENTS * EVENTS else 0


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with stack(tmp_path_factory.mktemp("killed")) as made:
        yield made


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_a_kill_at_any_moment_loses_nothing(running: Stack, seed: int) -> None:
    killing = Killing(running, seed)
    async with httpx2.AsyncClient() as client:
        await killing.run(client)

    assert await killing.log_faults() == {}


async def test_a_rebuild_gives_the_same_rows_after_all_of_it(running: Stack) -> None:
    projections = f"{running.chronology.url}/v1/projections"
    async with httpx2.AsyncClient(timeout=120) as client, asyncio.timeout(300):
        build = (await client.post(f"{projections}/timelines/rebuild", json={})).raise_for_status().json()["build"]
        while True:
            builds = (await client.get(projections)).json()["items"]
            if next(item for item in builds if item["build"] == build)["lag"] == 0:
                break
            await asyncio.sleep(0.5)
        compared = (await client.post(f"{projections}/timelines/verify", json={})).raise_for_status().json()

    assert compared["differences"] == []
    assert compared["rows"] > 0
