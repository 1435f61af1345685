"""Commands of administration: judged by the log, answered from the verdict; and every way out of a halt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from chronology.commands import Commands, utc_now
from chronology.database import open_pool
from chronology.errors import KeyReused, Refused
from chronology.log.read import read_history
from chronology.streams import State, ingest_config, set_state
from chronology_contracts.subjects import STATE_KEY, ingest_stream, log_stream
from chronology_runtime.jetstream import Bus
from msgspec.structs import replace

from tests import factories
from tests.integration.running import Log
from tests.integration.test_log import forget
from tests.integration.test_republish import read

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(collection: str, database_url: str, bus: Bus) -> Log:
    return Log(collection, database_url, bus)


@pytest.fixture
async def commands(log: Log) -> AsyncIterator[Commands]:
    pool = await open_pool(log.database_url)
    yield Commands(pool=pool, bus=log.bus, wakeups=log.wakeups, now=utc_now)
    await pool.close()


async def create(log: Log, commands: Commands) -> None:
    """The stream has to be there before an appender of this test can look for it."""
    await log.create()
    await log.append(1)


async def halted(log: Log) -> str:
    async with log.appending():
        return (await log.until(lambda head: head is not None and head.halted_reason != "")).halted_reason


async def test_a_collection_that_is_there_is_returned_as_it_is(log: Log, commands: Commands) -> None:
    await create(log, commands)
    head = await commands.create(log.collection, "Another title", by="ann")

    assert (head.position, head.title, head.lineage) == (1, "", "l" * 32)


async def test_a_closed_collection_takes_no_more_documents(log: Log, commands: Commands) -> None:
    await create(log, commands)
    async with log.appending():
        verdict = await commands.close(log.collection, by="ann", why="done")
    stream = await log.bus.stream_info(ingest_stream(log.collection))

    assert (verdict.outcome, verdict.position) == ("accepted", 2)
    assert stream.subjects == (f"ingest.{log.collection}.command", f"ingest.{log.collection}.erasure")


async def test_closing_twice_is_refused_and_the_refusal_is_remembered(log: Log, commands: Commands) -> None:
    await create(log, commands)
    async with log.appending():
        await commands.close(log.collection, by="ann", why="done")
        verdict = await commands.close(log.collection, by="ann", why="done again", idempotency_key="k")
    found = await commands.verdict(log.collection, verdict.command_id)

    assert (verdict.outcome, verdict.reason) == ("refused", "closed")
    assert found == verdict


async def test_a_repeated_key_gets_the_same_verdict_and_another_request_none(log: Log, commands: Commands) -> None:
    await create(log, commands)
    async with log.appending():
        first = await commands.close(log.collection, by="ann", why="done", idempotency_key="k")
        again = await commands.close(log.collection, by="ann", why="done", idempotency_key="k")
        with pytest.raises(KeyReused):
            await commands.close(log.collection, by="ann", why="for another reason", idempotency_key="k")

    assert again == first
    assert len(await log.records()) == 2


async def test_of_two_requests_with_one_key_at_once_only_the_same_one_is_answered(log: Log, commands: Commands) -> None:
    await create(log, commands)
    async with log.appending():
        answers = await asyncio.gather(
            commands.close(log.collection, by="ann", why="first", idempotency_key="k"),
            commands.close(log.collection, by="ann", why="second", idempotency_key="k"),
            return_exceptions=True,
        )

    assert sorted(type(answer).__name__ for answer in answers) == ["KeyReused", "Verdict"]


async def test_a_creation_that_was_cut_short_goes_on_and_takes_no_documents_before(
    log: Log, commands: Commands
) -> None:
    stream = await log.bus.ensure_stream(ingest_config(log.collection, state="new"))
    async with log.appending():
        head = await commands.create(log.collection, "A title", by="ann")
        async with asyncio.timeout(10):
            while f"ingest.{log.collection}.document" not in await subjects_of(log):
                await log.wakeups.wait(log.collection, log.wakeups.token(log.collection), 0.1)

    assert f"ingest.{log.collection}.document" not in stream.subjects
    assert (head.position, head.title) == (1, "A title")


async def subjects_of(log: Log) -> tuple[str, ...]:
    return (await log.bus.stream_info(ingest_stream(log.collection))).subjects


@pytest.mark.parametrize("state", ["halted", "closed"])
async def test_a_stream_that_says_another_state_than_the_log_is_put_right(
    log: Log, commands: Commands, state: State
) -> None:
    await create(log, commands)
    await set_state(log.bus, log.collection, state, "somebody died in between")
    async with log.appending(), asyncio.timeout(10):
        while (await log.bus.stream_info(ingest_stream(log.collection))).config.metadata[STATE_KEY] != "open":
            await log.wakeups.wait(log.collection, log.wakeups.token(log.collection), 0.1)

    assert f"ingest.{log.collection}.document" in await subjects_of(log)


async def test_what_an_operator_configured_is_left_alone(log: Log, commands: Commands) -> None:
    await create(log, commands)
    info = await log.bus.stream_info(ingest_stream(log.collection))
    await log.bus.ensure_stream(replace(info.config, max_msgs=12_345))
    await set_state(log.bus, log.collection, "halted", "to see")

    assert (await log.bus.stream_info(ingest_stream(log.collection))).config.max_msgs == 12_345


async def test_a_mended_dead_letter_must_be_what_it_says(log: Log, commands: Commands) -> None:
    await create(log, commands)
    (good,) = [factories.message(log.collection, factories.document())]
    await log.append(await log.publish([replace(good, data=b"{")]))
    (letter,) = await log.fetch("SELECT stream_created, stream_sequence FROM log.dead_letter")
    where = (log.collection, letter["stream_created"], letter["stream_sequence"])
    wrong = factories.message(log.collection, factories.document(), id="b" * 32)
    with pytest.raises(Refused, match="envelope another"):
        await commands.resend(*where, wrong.data, by="ann")
    sequence = await commands.resend(*where, good.data, by="ann")
    await log.append(sequence)

    assert [record.type for record in await log.records()] == ["collection.created", "document.received"]


async def test_without_an_appender_a_verdict_is_pending(log: Log, commands: Commands) -> None:
    await create(log, commands)
    verdict = await commands.close(log.collection, by="ann", why="done")

    assert verdict.outcome == "pending"


async def test_a_running_appender_is_not_resumed(log: Log, commands: Commands) -> None:
    await create(log, commands)
    with pytest.raises(Refused, match="not halted"):
        await commands.resume(log.collection, "reread", by="ann", why="to see")

    assert len(await log.records()) == 1


async def test_rereading_brings_in_what_was_lost_and_drops_what_is_known(log: Log, commands: Commands) -> None:
    await create(log, commands)
    old = factories.story(events=2)
    await log.append(await log.tell(old))
    await log.bus.delete_stream(ingest_stream(log.collection))
    await log.tell([*old, *factories.story(events=1)])
    reason = await halted(log)
    async with log.appending():
        verdict = await commands.resume(log.collection, "reread", by="ann", why="the disk was replaced")
    records = await log.records()

    assert "another stream" in reason
    assert (verdict.outcome, verdict.position) == ("accepted", 9)
    assert [record.type for record in records[5:]] == [
        "document.received", "event.extracted", "extraction.completed", "stream.resumed",
    ]  # fmt: skip


async def test_rereading_a_stream_with_a_hole_accepts_the_hole_and_no_later_one(log: Log, commands: Commands) -> None:
    await create(log, commands)
    sequence = await log.tell(factories.story(events=4))
    await log.bus.delete_message(ingest_stream(log.collection), sequence - 2)
    await halted(log)
    async with log.appending():
        verdict = await commands.resume(log.collection, "reread", by="ann", why="the disk lost it")
    later = await log.tell(factories.story(events=4))
    await log.bus.delete_message(ingest_stream(log.collection), later - 2)
    reason = await halted(log)

    assert verdict.outcome == "accepted"
    assert len(await log.records()) == 7
    assert f"{later - 2} is missing" in reason


async def test_a_new_stream_is_gone_on_with_only_while_it_is_empty(log: Log, commands: Commands) -> None:
    await create(log, commands)
    await log.bus.delete_stream(ingest_stream(log.collection))
    await log.tell(factories.story())
    await halted(log)
    with pytest.raises(Refused, match="holds 3 messages"):
        await commands.resume(log.collection, "new-stream", by="ann", why="lost")
    await log.bus.delete_stream(ingest_stream(log.collection))
    async with log.appending():
        verdict = await commands.resume(log.collection, "new-stream", by="ann", why="lost")
        sequence = await log.tell(factories.story())
        head = await log.until(lambda head: head is not None and head.stream_sequence >= sequence)

    assert verdict.position == 2
    assert (head.position, head.halted_reason) == (5, "")


async def test_a_new_lineage_begins_behind_the_fork_and_earlier_leaves_keep_theirs(
    log: Log, commands: Commands, database_url: str
) -> None:
    await create(log, commands)
    sequence = await log.tell(factories.story(events=2))
    before = await log.append(sequence)
    async with log.republishing():
        await read(log, before.position)
    # An old backup, and a stream that gives another history than the one that subscribers saw.
    await forget(database_url)
    await log.bus.delete_stream(ingest_stream(log.collection))
    await log.create()
    await log.append(1)
    sequence = await log.tell(factories.story(events=3))
    reason = await halted(log)
    async with log.appending(), log.republishing():
        await commands.resume(log.collection, "new-lineage", by="ann", why="the backup is what we have")
        head = await log.until(lambda head: head is not None and head.stream_sequence > sequence)
        published = await read_from(log, 2, head.position)
    pool = await open_pool(database_url)
    async with pool.acquire() as connection:
        history = await read_history(connection, log.collection)
    await pool.close()

    assert "was published as" in reason
    assert [item.from_position for item in history.lineages] == [1, 2]
    assert (history.at(1), history.at(2), history.current) == (before.lineage, head.lineage, head.lineage)
    assert published == list(range(2, head.position + 1))


async def read_from(log: Log, first: int, last: int) -> list[int]:
    seen: list[int] = []
    async with log.bus.pull(log_stream(log.collection), start_sequence=first) as reader:
        while not seen or seen[-1] < last:
            seen += [message.sequence for message in await reader.next_batch(timeout_seconds=5)]
    return seen
