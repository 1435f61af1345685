"""The log: order, once, from the stream alone, never changed."""

from __future__ import annotations

from functools import partial

import asyncpg
import msgspec
import pytest
from chronology.appender import Appender
from chronology.database import connect, open_pool
from chronology.log.record import Head
from chronology.sessions import Session
from chronology_contracts.subjects import ingest_stream
from chronology_runtime.jetstream import Bus, Message
from msgspec.structs import replace

from tests import factories
from tests.integration.running import Log, running

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(collection: str, database_url: str, bus: Bus) -> Log:
    return Log(collection, database_url, bus)


async def test_positions_follow_the_stream_without_a_gap(log: Log) -> None:
    await log.create()
    await log.append(await log.tell(factories.story(events=3)))

    records = await log.records()
    assert [record.position for record in records] == [1, 2, 3, 4, 5, 6]
    assert records[0].type == "collection.created"
    assert records[-1].type == "extraction.completed"


async def test_what_comes_again_adds_nothing(log: Log) -> None:
    story = factories.story(events=2)
    await log.create()
    await log.tell(story)
    head = await log.append(await log.tell(story))

    assert (head.position, head.stream_sequence) == (5, 9)
    assert await log.fetch("SELECT * FROM log.id_conflict") == []


async def test_a_known_id_with_another_body_is_kept_and_counted(log: Log) -> None:
    document, event, _ = factories.story()
    await log.create()
    changed = replace(event, confidence="check")
    await log.append(await log.tell([document, event, changed]))

    (conflict,) = await log.fetch("SELECT position, type FROM log.id_conflict")
    assert tuple(conflict) == (3, "event.extracted")
    assert len(await log.records()) == 3


async def test_reading_the_stream_again_gives_the_same_root(log: Log, database_url: str) -> None:
    await log.create()
    sequence = await log.tell(factories.story(events=5))
    await log.append(sequence)
    first = await log.root()
    await forget(database_url)
    await log.append(sequence)

    assert await log.root() == first


async def test_an_unreadable_message_is_a_dead_letter_and_the_log_moves_on(log: Log) -> None:
    await log.create()
    junk = Message(subject=f"ingest.{log.collection}.document", data=b"\xff{")
    await log.publish([junk])
    head = await log.append(await log.tell(factories.story()))

    (letter,) = await log.fetch("SELECT stream_sequence, raw, reason FROM log.dead_letter")
    assert (letter["stream_sequence"], letter["raw"]) == (2, b"\xff{")
    assert "no CloudEvents envelope" in letter["reason"]
    assert head.position == 4


async def test_a_command_among_the_documents_is_a_dead_letter(log: Log) -> None:
    await log.create()
    wrong = factories.created(log.collection)
    await log.append(await log.publish([replace(wrong, subject=f"ingest.{log.collection}.document")]))

    (letter,) = await log.fetch("SELECT reason FROM log.dead_letter")
    assert letter["reason"] == "collection.created may not come by the lane document"


@pytest.mark.parametrize("body", [{"type": 5}, {"id": "b" * 32}])
async def test_a_body_that_is_not_of_its_type_is_a_dead_letter(log: Log, body: object) -> None:
    await log.create()
    _, event, _ = factories.story()
    raw = factories.message(log.collection, event, body=msgspec.json.encode(body))
    await log.append(await log.publish([raw]))

    (letter,) = await log.fetch("SELECT reason FROM log.dead_letter")
    assert "event.extracted" in letter["reason"]
    assert len(await log.records()) == 1


async def test_an_unknown_command_is_appended_like_any_other(log: Log) -> None:
    await log.create()
    sent = factories.created(log.collection)
    unknown = sent.data.replace(b"chronology.collection.created.v1", b"chronology.moon.painted.v7")
    unknown = unknown.replace(b'"id":"', b'"id":"' + b"b" * 4, 1)
    unknown = unknown.replace(unknown[unknown.index(b'"id":"') + 6 :][:36], b"c" * 32, 1)
    await log.append(await log.publish([replace(sent, data=unknown)]))

    last = (await log.records())[-1]
    assert (last.type, last.version, last.position) == ("moon.painted", 7, 2)


async def test_the_service_cannot_change_the_log(log: Log, database_url: str) -> None:
    await log.append(await log.create())
    connection = await connect(database_url)
    for statement in ("UPDATE log.record SET type = 'x'", "DELETE FROM log.record", "TRUNCATE log.record"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()

    assert len(await log.records()) == 1


@pytest.mark.parametrize("table", ["record", "leaf"])
async def test_not_even_the_owner_changes_the_log_by_a_slip(log: Log, database_url: str, table: str) -> None:
    await log.append(await log.create())
    name = "log.record" if table == "record" else f'log."record_of_{log.collection}_0"'
    owner = await connect(database_url, role=None)
    for statement in (f"UPDATE {name} SET type = 'x'", f"DELETE FROM {name}", f"TRUNCATE {name}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await owner.execute(statement)
    await owner.close()

    assert len(await log.records()) == 1


@pytest.mark.parametrize("name", ["id", "pkey", "id-0", "position"])
async def test_any_name_of_a_collection_gets_its_partitions(database_url: str, bus: Bus, name: str) -> None:
    log = Log(name, database_url, bus)
    await log.append(await log.create())
    await bus.delete_stream(ingest_stream(name))

    assert len(await log.records()) == 1


async def test_one_session_serves_many_collections(database_url: str, bus: Bus, collection: str) -> None:
    logs = [Log(f"{collection}-{number}", database_url, bus) for number in range(5)]
    sequences = [await log.create() for log in logs]
    session, pool = Session(database_url), await open_pool(database_url)
    appenders = [
        Appender(collection=log.collection, session=session, pool=pool, bus=bus, wakeups=log.wakeups).run
        for log in logs
    ]
    async with running(*appenders):
        for log, sequence in zip(logs, sequences, strict=True):
            await log.until(partial(has_read, sequence))
        (count,) = await logs[0].fetch(
            "SELECT count(*) AS n FROM pg_stat_activity "
            "WHERE datname = current_database() AND query ~ 'log.head|advisory'"
        )
    await session.close()
    await pool.close()

    assert count["n"] <= 2


def has_read(sequence: int, head: Head | None) -> bool:
    return head is not None and head.stream_sequence >= sequence


async def test_two_appenders_make_one_log(log: Log) -> None:
    await log.create()
    async with log.appending(), log.appending():
        for _ in range(5):
            sequence = await log.tell(factories.story(events=3))
        head = await log.until(lambda head: head is not None and head.stream_sequence >= sequence)

    assert head.position == 26
    assert [record.position for record in await log.records()] == list(range(1, 27))


async def test_a_lost_stream_halts_the_appender_and_nothing_is_skipped(log: Log) -> None:
    await log.create()
    await log.append(await log.tell(factories.story()))
    await log.bus.delete_stream(ingest_stream(log.collection))
    await log.tell(factories.story())
    async with log.appending():
        head = await log.until(lambda head: head is not None and head.halted_reason != "")

    assert "another stream stands there" in head.halted_reason
    assert head.position == 4


async def test_a_hole_in_the_stream_halts_the_appender(log: Log) -> None:
    await log.append(await log.create())
    sequence = await log.tell(factories.story(events=4))
    await log.bus.delete_message(ingest_stream(log.collection), sequence - 2)
    async with log.appending():
        head = await log.until(lambda head: head is not None and head.halted_reason != "")

    assert f"{sequence - 2} is missing" in head.halted_reason
    info = await log.bus.stream_info(ingest_stream(log.collection))
    assert info.config.metadata["chronology-state"] == "halted"


async def forget(database_url: str) -> None:
    """Empty the log, which only its owner can, and only by switching its triggers off."""
    connection = await connect(database_url, role=None)
    for table in ("record", "record_id", "head", "lineage", "verdict"):
        await connection.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER ALL")
        await connection.execute(f"DELETE FROM log.{table}")
        await connection.execute(f"ALTER TABLE log.{table} ENABLE TRIGGER ALL")
    await connection.close()
