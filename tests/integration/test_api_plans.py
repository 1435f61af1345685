"""Hot reads go through an index and stop where the page is full, also under a plan for any parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from chronology.database import connect, open_pool
from chronology.projections.rebuild import Rebuilds
from chronology.sql import statements

pytestmark = pytest.mark.anyio

EVENTS = 40_000
_SQL = statements("chronology.timelines")
_FILL = f"""
INSERT INTO log.head (collection, lineage, position, stream_sequence, stream_created, recorded_at)
VALUES ('c', 'l', {EVENTS}, {EVENTS}, '', now());
SET search_path = timelines_1;
INSERT INTO progress VALUES ('c', {EVENTS});
INSERT INTO document (collection, document_id, position, title, publisher, url, published, language, brief)
SELECT 'c', 'd' || number, number, '', 'p' || number % 7, '', '', 'en', 'null' FROM generate_series(1, 2000) AS number;
INSERT INTO event (collection, event_id, position, document_id, type, mode, kind, modality, place, topics, actor_ids,
                   date, precision, first_day, last_day, sort_first, sort_last, words, item)
SELECT 'c', 'e' || number, number, 'd' || number % 2000 + 1, 'COERCE', '', '', 'asserted', '',
       ARRAY['t' || number % 5], ARRAY['a' || number % 50], '', 'day', number / 3, number / 3, number / 3,
       number / 3, to_tsvector('simple', 'word' || number % 1000), '{{}}'
FROM generate_series(1, {EVENTS}) AS number;
INSERT INTO timeline (collection, sort_first, sort_last, event_id, shown_from)
SELECT collection, sort_first, sort_last, event_id, position FROM event WHERE collection = 'c';
INSERT INTO actor (collection, actor_id, name, kind, country, sector, office, shown_from, event_count)
SELECT 'c', 'a' || number, '', '', '', '', '', 1, 800 FROM generate_series(0, 49) AS number;
INSERT INTO actor_timeline (collection, actor_id, sort_first, sort_last, event_id, shown_from)
SELECT 'c', actor_ids[1], sort_first, sort_last, event_id, position FROM event WHERE collection = 'c';
INSERT INTO topic VALUES ('c', 't1', 8000);
INSERT INTO topic_timeline (collection, topic, sort_first, sort_last, event_id, shown_from)
SELECT 'c', topics[1], sort_first, sort_last, event_id, position FROM event WHERE collection = 'c';
"""

# The same in another collection, behind the statistics that were taken before it came.
_FILL_LATER = _FILL.replace("'c'", "'new'").replace(f"{EVENTS}", "3000")


def nodes(plan: Any) -> Iterator[Any]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


async def test_pages_of_timelines_read_no_more_than_they_show(database_url: str) -> None:
    pool = await open_pool(database_url)
    await Rebuilds(pool=pool, database_url=database_url, rates={}).ensure()
    await pool.close()
    connection = await connect(database_url, role=None)
    await connection.execute(_FILL)
    await connection.execute("ANALYZE")
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    read: dict[str, int] = {}
    for kind, subject in (("of_actor", "'a7'"), ("of_topic", "'t1'"), ("all", "NULL")):
        for direction in ("", "_backwards"):
            name = f"timeline_{kind}{direction}"
            await connection.execute(f"PREPARE {name} AS {_SQL[name]}")
            key = "6000, 6000, ''"
            found = await connection.fetchval(
                f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {name} ('c', {subject}, {key}, 101)"
            )
            parts = list(nodes(msgspec.json.decode(found)[0]["Plan"]))
            read[name] = max(
                round((part["Actual Rows"] + part.get("Rows Removed by Filter", 0)) * part["Actual Loops"])
                for part in parts
            )
    await connection.close()

    assert read == dict.fromkeys(read, 101)
    assert len(read) == 6


async def test_words_are_found_by_their_index(database_url: str) -> None:
    pool = await open_pool(database_url)
    await Rebuilds(pool=pool, database_url=database_url, rates={}).ensure()
    await pool.close()
    connection = await connect(database_url, role=None)
    await connection.execute(_FILL)
    await connection.execute("ANALYZE")
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE found AS {_SQL['timeline_found']}")
    found = await connection.fetchval(
        f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE found ('c', NULL, -1, -1, '', 101{', NULL' * 11}, 'word7')"
    )
    await connection.close()

    used = {part.get("Index Name") for part in nodes(msgspec.json.decode(found)[0]["Plan"]) if part["Actual Loops"]}
    assert "event_by_words" in used


async def test_a_new_collection_is_read_by_keys_though_no_statistics_know_it(database_url: str) -> None:
    pool = await open_pool(database_url)
    await Rebuilds(pool=pool, database_url=database_url, rates={}).ensure()
    await pool.close()
    connection = await connect(database_url, role=None)
    await connection.execute(_FILL)
    await connection.execute("ANALYZE")
    await connection.execute(_FILL_LATER)
    read: dict[str, int] = {}
    for name, filters in (
        ("timeline_found", f"101{', NULL' * 11}, 'word'"),
        ("timeline_found", f"101{', NULL' * 9}, 'd7', NULL, NULL"),
        ("timeline_all_filtered", f"101{', NULL' * 12}"),
        ("find_document", "'d7'"),
    ):
        arguments = f"'new', {filters}" if name == "find_document" else f"'new', NULL, -1, -1, '', {filters}"
        await connection.execute(f"DEALLOCATE ALL; PREPARE asked AS {_SQL[name]}")
        found = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked ({arguments})")
        read[f"{name} {filters[-6:]}"] = msgspec.json.decode(found)[0]["Plan"]["Shared Hit Blocks"]
    await connection.close()

    # A look-up by a key reads some four pages; 3,000 events read for each other would be millions.
    assert {name: blocks for name, blocks in read.items() if blocks > 60_000} == {}
    assert len(read) == 4
