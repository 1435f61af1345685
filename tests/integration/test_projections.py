"""The fold: the same for any sizes of batches, once however often, nothing shown before it is complete."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from chronology.database import Connection, open_pool
from chronology.projections.projection import Entry
from chronology.projections.rebuild import Rebuilds
from chronology.projections.run import Projector
from chronology.projections.timelines import TIMELINES
from chronology.wakeups import Wakeups
from chronology_runtime.jetstream import Bus
from msgspec.structs import replace

from tests import factories
from tests.integration.running import Log, make_builds, project, rows, running

pytestmark = pytest.mark.anyio


@pytest.fixture
def log(collection: str, database_url: str, bus: Bus) -> Log:
    return Log(collection, database_url, bus)


async def test_nothing_of_a_document_is_shown_before_its_completion(log: Log, database_url: str) -> None:
    await make_builds(database_url)
    await log.create()
    *told, completed = factories.story(events=2)
    await log.append(await log.tell(told))
    await project(log)
    before = await rows(log)
    await log.append(await log.tell([completed]))
    await project(log)
    after = await rows(log)

    assert (len(before["event"]), before["actor_timeline"], before["actor"]) == (2, [], [])
    assert len(after["actor_timeline"]) == 2


async def test_the_first_reading_is_shown_and_additions_always(log: Log, database_url: str) -> None:
    await make_builds(database_url)
    await log.create()
    document = factories.document()
    first, second, added = (factories.event(document, what=f"Ann meets Ben, {n}") for n in range(3))
    await log.append(
        await log.tell(
            [
                document, first, factories.completion(document, [first]),
                second, factories.completion(document, [second]),
                added, factories.completion(document, [added], role="addition"),
            ]
        )
    )  # fmt: skip
    await project(log)

    shown = await log.fetch("SELECT event_id FROM timelines_1.timeline")
    assert {row["event_id"] for row in shown} == {first.id, added.id}


@pytest.mark.parametrize("sizes", [(1,), (2, 1, 5), (3,), (7, 2)])
async def test_the_fold_gives_the_same_for_any_sizes_of_batches(log: Log, database_url: str, sizes: list[int]) -> None:
    await make_builds(database_url, count=2)
    await log.create()
    document = factories.document()
    late, early = (factories.event(document, actors=["Ann", "Ben"], what=f"They meet, {n}") for n in range(2))
    bodies = [
        *factories.story(events=3), *factories.story(events=2, date="2019/2020"),
        # An event and a document that come after the completion that lists them.
        early, factories.completion(document, [early, late]), *factories.story(events=1, topics=()), late, document,
    ]  # fmt: skip
    await log.append(await log.tell(bodies))
    await project(log, build=1, sizes=[1000])
    await project(log, build=2, sizes=sizes)

    assert await rows(log, build=1) == await rows(log, build=2)
    assert len((await rows(log, build=1))["actor_timeline"]) == 10


async def test_an_event_that_names_one_actor_twice_stands_once_on_its_timeline(log: Log, database_url: str) -> None:
    await make_builds(database_url)
    await log.create()
    await log.append(await log.tell(factories.story(actors=["Ann", "Ann"], recipients=["Ann"])))
    await project(log)

    found = await rows(log)
    assert (len(found["actor_timeline"]), len(found["actor"])) == (1, 1)
    assert "Ann,person" in found["actor"][0]


async def test_builds_are_compared_switched_and_dropped(log: Log, database_url: str) -> None:
    await make_builds(database_url, count=2)
    await log.create()
    await log.append(await log.tell(factories.story(events=3)))
    await project(log, build=1)
    await project(log, build=2, sizes=[2])
    pool = await open_pool(database_url)
    rebuilds = Rebuilds(pool=pool, database_url=database_url, rates={})
    same = await rebuilds.verify("timelines")
    await rebuilds.switch("timelines", None, by="test")
    switched = [(status.build.build, status.build.is_current) for status in await rebuilds.status()]
    await rebuilds.rollback("timelines", by="test")
    await rebuilds.drop("timelines", 2, by="test")
    left = [(status.build.build, status.build.is_current) for status in await rebuilds.status()]
    await pool.close()

    assert (same.differences, same.rows > 10) == ([], True)
    assert switched == [(1, False), (2, True)]
    assert left == [(1, True)]


async def test_a_difference_between_builds_is_found(log: Log, database_url: str) -> None:
    await make_builds(database_url, count=2)
    await log.create()
    await log.append(await log.tell(factories.story(events=3)))
    await project(log, build=1)
    await project(log, build=2)
    await log.fetch("UPDATE timelines_2.event SET place = 'elsewhere' WHERE position = 3")
    pool = await open_pool(database_url)
    compared = await Rebuilds(pool=pool, database_url=database_url, rates={}).verify("timelines")
    await pool.close()

    assert [(found.table, found.collection) for found in compared.differences] == [("event", log.collection)]


async def test_a_dropped_build_stays_dropped_and_its_number_is_not_used_again(log: Log, database_url: str) -> None:
    await make_builds(database_url, count=2)
    pool = await open_pool(database_url)
    rebuilds = Rebuilds(pool=pool, database_url=database_url, rates={})
    projector = Projector(projection=TIMELINES, build=2, database_url=database_url, wakeups=log.wakeups, rates={})
    async with running(projector.run):
        await log.create()
        await log.append(await log.tell(factories.story(events=3)))
        await rebuilds.drop("timelines", 2, by="test")
        await log.append(await log.tell(factories.story(events=3)))
    left = [status.build.build for status in await rebuilds.status()]
    following = await rebuilds.rebuild("timelines", by="test")
    await pool.close()

    assert (left, following) == ([1], 3)


async def test_a_collection_that_cannot_be_folded_does_not_hold_up_the_others(
    log: Log, database_url: str, bus: Bus
) -> None:
    await make_builds(database_url)
    other = Log(f"{log.collection}-z", database_url, bus)
    for one in (log, other):
        await one.create()
        await one.append(await one.tell(factories.story(events=1)))

    async def apply(connection: Connection, collection: str, entries: Sequence[Entry]) -> None:
        if collection == log.collection:
            raise ZeroDivisionError
        await TIMELINES.apply(connection, collection, entries)

    wakeups = Wakeups()
    projector = Projector(
        projection=replace(TIMELINES, apply=apply), build=1, database_url=database_url, wakeups=wakeups, rates={}
    )
    async with running(projector.run), asyncio.timeout(10):
        while not (await rows(other))["timeline"]:
            await wakeups.wait(other.collection, wakeups.token(other.collection), 0.1)
    (standing,) = await log.fetch("SELECT error FROM timelines_1.progress WHERE collection = $1", log.collection)

    assert standing["error"].startswith("ZeroDivisionError")
