"""The tree in Postgres: it grows with the log, its head is signed, and no change of the past goes unseen."""

from __future__ import annotations

import asyncpg
import pytest
from chronology import trees
from chronology.checkpointing import Signer
from chronology.database import connect, open_pool
from chronology.errors import NotGenuine
from chronology.log.read import read_leaves
from chronology.tree import checkpoints, merkle, notes
from chronology_runtime.jetstream import Bus

from tests import factories
from tests.integration.running import Log, running

pytestmark = pytest.mark.anyio

KEY = notes.new_key("chronology.test")


@pytest.fixture
def log(collection: str, database_url: str, bus: Bus) -> Log:
    return Log(collection, database_url, bus)


async def sign(log: Log) -> int:
    pool = await open_pool(log.database_url)
    try:
        return await Signer(collection=log.collection, key=KEY, pool=pool, wakeups=log.wakeups).sign()
    finally:
        await pool.close()


async def fill(log: Log, stories: int, events: int) -> int:
    """Return the head's position."""
    sequence = 0
    for _ in range(stories):
        sequence = await log.tell(factories.story(events=events))
    return (await log.append(sequence)).position


async def forge(log: Log, *statements: str) -> None:
    """What only the owner of the tables can do: with the triggers off."""
    connection = await connect(log.database_url, role=None)
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '5s'")
            await connection.execute("ALTER TABLE log.record DISABLE TRIGGER USER")
            for sql in statements:
                await connection.execute(sql, log.collection)
            await connection.execute("ALTER TABLE log.record ENABLE ALWAYS TRIGGER record_append_only")
            await connection.execute("ALTER TABLE log.record ENABLE ALWAYS TRIGGER record_no_truncate")
    finally:
        await connection.close()


async def test_a_signed_head_covers_the_whole_log_and_goes_on_from_the_one_before(log: Log) -> None:
    await log.create()
    first = await fill(log, 3, 300)
    first_signed = await sign(log)
    second = await fill(log, 4, 250)
    second_signed = await sign(log)
    connection = await connect(log.database_url)
    leaves = await read_leaves(connection, log.collection, after=0, size_max=10_000)
    stored = await trees.read_checkpoints(connection, log.collection, after=0, count_max=10)
    proofs = [
        (position, await trees.inclusion_proof(connection, log.collection, position, second))
        for position in (1, 256, 257, first, second - 1, second)
    ]
    await connection.close()
    noted = [notes.parse(each.note.encode()) for each in stored]

    assert (first_signed, second_signed) == (first, second) == (stored[0].size, stored[1].size)
    assert [each.root for each in stored] == [merkle.root_of(leaves[:first]), merkle.root_of(leaves)]
    assert [each.edge for each in stored] == [
        b"".join(leaves[first // 256 * 256 : first]),
        b"".join(leaves[second // 256 * 256 :]),
    ]
    assert [notes.verified(note, [KEY.verifying]) for note in noted] == [[KEY.verifying]] * 2
    assert [checkpoints.parse(note.text).root for note in noted] == [each.root for each in stored]
    assert all(
        merkle.is_included(
            leaf_hash=leaves[position - 1], index=position - 1, size=second, proof=proof, root=stored[1].root
        )
        for position, proof in proofs
    )


async def test_a_tree_grows_over_several_levels_in_any_steps(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "GROW_TILES_MAX", 2)
    await log.create()
    size = await fill(log, 6, 290)
    connection = await connect(log.database_url)
    await trees.grow(connection, log.collection, size // 2)
    await trees.grow(connection, log.collection, size)
    await trees.grow(connection, log.collection, size)
    leaves = await read_leaves(connection, log.collection, after=0, size_max=10_000)
    roots = {each: await trees.root(connection, log.collection, each) for each in (1, 255, 256, 512, size)}
    await connection.close()

    assert roots == {each: merkle.root_of(leaves[:each]) for each in roots}


async def test_nothing_is_signed_over_a_past_that_was_changed(log: Log) -> None:
    await log.create()
    await fill(log, 1, 20)
    await sign(log)
    await forge(log, "UPDATE log.record SET header_hash = sha256('x') WHERE collection = $1 AND position = 5")
    await fill(log, 1, 20)

    with pytest.raises(NotGenuine, match="the log was changed before position 23"):
        await sign(log)


async def test_the_signer_signs_while_the_log_grows_and_once_more_at_its_end(log: Log) -> None:
    pool = await open_pool(log.database_url)
    signer = Signer(collection=log.collection, key=KEY, pool=pool, wakeups=log.wakeups)
    await log.create()
    async with running(signer.run):
        await fill(log, 1, 10)
    head = (await log.records())[-1].position
    connection = await connect(log.database_url)
    stored = await trees.read_checkpoint(connection, log.collection)
    await connection.close()
    await pool.close()

    assert stored is not None
    assert stored.size == head


async def test_tiles_and_checkpoints_are_append_only(log: Log) -> None:
    await log.create()
    await fill(log, 1, 300)
    await sign(log)

    for table in ("leaf_tile", "subtree", "checkpoint"):
        for sql in (f"DELETE FROM log.{table}", f"TRUNCATE log.{table}"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await log.fetch(sql)
            connection = await connect(log.database_url, role=None)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await connection.execute(sql)
            await connection.close()
