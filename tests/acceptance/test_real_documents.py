"""Five real documents about one man, told with two spellings and two dates of his arrest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from tests.acceptance.stack import Stack, read_all, stack

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the evaluation documents are not beside this checkout"),
]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack(tmp_path) as made:
        yield made


def documents(**changes: Any) -> dict[str, dict[str, Any]]:
    """The requests that bring the documents in, by the documents' names."""
    found = {}
    for line in (CORPUS / "metadata.jsonl").read_text("utf-8").splitlines():
        about = msgspec.json.decode(line)
        text = (CORPUS / f"{about['doc']}.txt").read_bytes().decode()
        kept = {name: about[name] for name in ("title", "publisher", "published", "language")}
        found[about["doc"]] = {"text": text, **kept, **changes}
    return found


async def ingest(client: httpx2.AsyncClient, running: Stack, given: dict[str, dict[str, Any]]) -> int:
    """Returns the head of the log once all is visible."""
    chronology, address = running.of("main")
    sequence = 0
    for body in given.values():
        answer = await client.post(f"{address}/documents", json=body)
        sequence = max(sequence, answer.raise_for_status().json()["sequence"])
    query: dict[str, Any] = {"at_least": f"sequence:{sequence}", "limit": 1}
    (await client.get(f"{chronology}/timeline", params=query)).raise_for_status()
    return int((await client.get(f"{chronology}/log", params=query)).json()["head"])


async def test_his_arrest_his_release_and_his_house_arrest_are_told_with_their_words(running: Stack) -> None:
    chronology = running.of("main")[0]
    async with httpx2.AsyncClient(timeout=60) as client:
        await ingest(client, running, documents())
        actors = await read_all(client, f"{chronology}/actors", q="bilash")
        entries = [
            entry for actor in actors for entry in await read_all(client, f"{chronology}/actors/{actor['id']}/timeline")
        ]
        detention = await read_all(client, f"{chronology}/topics/detention/timeline")
    texts = {about["title"]: about["text"] for about in documents().values()}
    arrests = [entry for entry in entries if (entry["type"], entry["mode"]) == ("COERCE", "arrest")]
    releases = [entry for entry in entries if (entry["type"], entry["mode"]) == ("RETREAT", "release")]

    assert {entry["date"] for entry in arrests} >= {"2019-03-09", "2019-03-10"}
    assert [entry["date"] for entry in releases] == ["2019-03-11"]
    assert [entry for entry in entries if "house arrest" in entry["quote"]] != []
    assert len(detention) > 10
    for entry in [*entries, *detention]:
        assert texts[entry["document"]["title"]][entry["start"] : entry["end"]] == entry["quote"]


async def test_the_same_again_adds_nothing_and_another_date_of_publication_adds(running: Stack) -> None:
    async with httpx2.AsyncClient(timeout=60) as client:
        first = await ingest(client, running, documents())
        again = await ingest(client, running, documents())
        other = await ingest(client, running, documents(published="2023-01-01"))
        records = await read_all(client, f"{running.of('main')[0]}/log", limit=1000)
    received = [record for record in records if record["type"] == "chronology.document.received.v1"]

    assert again == first
    assert other > first
    assert len(received) == 10
