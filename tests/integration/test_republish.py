"""Out again: the stream's sequence is the position, and nobody is told two histories."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from chronology import republish
from chronology.streams import log_config
from chronology_contracts.subjects import log_stream
from chronology_runtime.jetstream import Bus

from tests import factories
from tests.integration.running import Log
from tests.integration.test_log import forget

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(collection: str, database_url: str, bus: Bus) -> Log:
    return Log(collection, database_url, bus)


async def read(log: Log, upto: int) -> list[tuple[int, str, bytes]]:
    """What a subscriber sees, up to a position."""
    seen: list[tuple[int, str, bytes]] = []
    await log.bus.ensure_stream(log_config(log.collection))
    async with asyncio.timeout(10), log.bus.pull(log_stream(log.collection), start_sequence=1) as reader:
        while len(seen) < upto:
            seen += [(m.sequence, m.subject, m.data) for m in await reader.next_batch(timeout_seconds=1)]
    return seen


async def test_the_sequence_is_the_position_and_subjects_have_four_tokens(log: Log) -> None:
    await log.create()
    head = await log.append(await log.tell(factories.story(events=2)))
    async with log.republishing():
        seen = await read(log, head.position)

    start = f"chronology.{log.collection}"
    assert [(sequence, subject) for sequence, subject, _ in seen] == [
        (1, f"{start}.collection-created._"),
        (2, f"{start}.document-received._"),
        (3, f"{start}.event-extracted.consult"),
        (4, f"{start}.event-extracted.consult"),
        (5, f"{start}.extraction-completed._"),
    ]
    assert [msgspec.json.decode(data)["position"] for _, _, data in seen] == [1, 2, 3, 4, 5]


async def test_two_republishers_neither_repeat_nor_skip(log: Log) -> None:
    await log.create()
    async with log.republishing(), log.republishing(), log.appending():
        for _ in range(10):
            sequence = await log.tell(factories.story(events=3))
        head = await log.until(lambda head: head is not None and head.stream_sequence >= sequence)
        seen = await read(log, head.position)

    assert [sequence for sequence, _, _ in seen] == list(range(1, head.position + 1))


async def test_a_lost_stream_is_made_anew_without_a_new_record(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(republish, "LOOK_SECONDS", 0.0)
    await log.create()
    head = await log.append(await log.tell(factories.story(events=2)))
    async with log.republishing():
        before = await read(log, head.position)
        await log.bus.delete_stream(log_stream(log.collection))
        after = await read(log, head.position)

    assert after == before


async def test_an_older_backup_refills_and_subscribers_notice_nothing(log: Log, database_url: str) -> None:
    await log.create()
    sequence = await log.tell(factories.story(events=4))
    head = await log.append(sequence)
    async with log.republishing():
        before = await read(log, head.position)
    await forget(database_url)
    async with log.republishing():
        again = await log.append(sequence)

    assert (again.position, again.lineage) == (head.position, head.lineage)
    assert await read(log, head.position) == before


async def test_another_history_than_was_published_halts_before_it_is_written(log: Log, database_url: str) -> None:
    await log.create()
    sequence = await log.tell(factories.story(events=2))
    head = await log.append(sequence)
    async with log.republishing():
        await read(log, head.position)
    await forget(database_url)
    await log.bus.delete_stream(f"INGEST_{log.collection}")
    await log.create()
    await log.append(1)
    other = await log.tell(factories.story(events=2))
    async with log.appending():
        halted = await log.until(lambda head: head is not None and head.halted_reason != "")

    assert "was published as" in halted.halted_reason
    assert halted.position == 1
    assert halted.stream_sequence < other
