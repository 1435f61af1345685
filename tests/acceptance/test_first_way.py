"""Documents in, timelines out: through both services, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.stack import Stack, read_all, stack

pytestmark = pytest.mark.anyio

TEXT = (
    "Police in Velmora arrested the lawyer Javel Orsheni on 14 May 2023. "
    "Orsheni was released from custody on May 18, 2023, his family said."
)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack(tmp_path) as made:
        yield made


async def test_a_document_becomes_a_timeline_and_comes_again_without_a_trace(running: Stack) -> None:
    async with httpx2.AsyncClient() as client:
        chronology, ingest = running.of("main")
        given = {"text": TEXT, "published": "2023-05-20", "publisher": "The Lamp"}
        first = await client.post(f"{ingest}/documents", json=given, timeout=30)
        first.raise_for_status()
        sequence = first.json()["sequence"]
        query = {"q": "orsheni", "at_least": f"sequence:{sequence}"}
        (actor,) = await read_all(client, f"{chronology}/actors", **query)
        entries = await read_all(client, f"{chronology}/actors/{actor['id']}/timeline")
        head = (await client.get(f"{chronology}/log")).json()["head"]
        again = (await client.post(f"{ingest}/documents", json=given, timeout=30)).json()
        after = (await client.get(f"{chronology}/log")).json()["head"]

    assert [(entry["type"], entry["mode"], entry["date"]) for entry in entries] == [
        ("COERCE", "arrest", "2023-05-14"),
        ("RETREAT", "release", "2023-05-18"),
    ]
    assert all(TEXT[entry["start"] : entry["end"]] == entry["quote"] for entry in entries)
    assert (again["duplicate"], after) == (True, head)
