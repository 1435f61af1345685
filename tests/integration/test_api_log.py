"""The log over HTTP: after a cursor, by pages, and as a stream; the same records in the same order by all three."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from chronology.api import stream, tail
from chronology.log.read import PAGE_SIZE
from chronology_contracts.codec import decode_body, encode_message
from chronology_contracts.subjects import lane_subject
from chronology_runtime.jetstream import Bus, Message

from tests import factories
from tests.integration.chronology_site import Site, open_site
from tests.servers import Servers

pytestmark = pytest.mark.anyio

DEADLINE_SECONDS = 15


@pytest.fixture
async def site(servers: Servers, database_url: str, bus: Bus, collection: str) -> AsyncIterator[Site]:
    async with open_site(database_url, servers.nats_url, bus, collection) as site:
        yield site


class Reader:
    """Reads blocks of a stream of server-sent events, one field → value dict each; `data` lines are joined."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def block(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                return fields
            name, _, value = line.partition(": ")
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
        return fields

    async def blocks(self, count: int) -> list[dict[str, str]]:
        """The next blocks with data."""
        found: list[dict[str, str]] = []
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(found) < count:
                block = await self.block()
                assert block, "the stream ended"
                if "data" in block:
                    found.append(block)
        return found


@asynccontextmanager
async def following(site: Site, **options: Any) -> AsyncIterator[Reader]:
    async with site.client.stream("GET", site.base + "/stream", **options) as response:
        yield Reader(response)


async def test_the_log_is_read_to_its_head_page_by_page(site: Site) -> None:
    bodies = factories.story(events=3)
    sequence = await site.publish(*bodies)

    items: list[Any] = []
    page = await site.read("/log", limit=2, at_least=f"sequence:{sequence}")
    items += page["items"]
    while page["next"]:
        page = await site.read("/log", limit=2, after=page["next"])
        items += page["items"]

    assert [item["position"] for item in items] == list(range(1, page["head"] + 1))
    assert items[0]["type"] == "chronology.collection.created.v1"
    assert [item["id"] for item in items[1:]] == [body.id for body in bodies]
    assert items[1]["data"]["text"] == bodies[0].text
    assert {item["lineage"] for item in items} == {page["lineage"]}


async def test_a_long_poll_ends_when_something_comes_or_when_the_time_is_up(site: Site) -> None:
    head = (await site.read("/log"))["head"]
    empty = await site.read("/log", after=head, wait=1)
    waiting = asyncio.create_task(site.read("/log", after=head, wait=20))
    await site.publish(*factories.story())
    page = await asyncio.wait_for(waiting, DEADLINE_SECONDS)

    assert (empty["items"], empty["next"], empty["head"]) == ([], None, head)
    assert page["items"][0]["position"] == head + 1


async def test_cursors_that_cannot_be_used_are_refused_before_anything_is_sent(site: Site) -> None:
    lineage = (await site.read("/log"))["lineage"]
    other = "a2b3c4d5" if lineage[:8] != "a2b3c4d5" else "b2b3c4d5"

    found = {}
    for path in ("/log", "/stream"):
        for cursor in (f"{lineage[:8]}.999", f"{other}.1", "-1", "x.y.z", "1.5"):
            answer = await site.get(path, params={"after": cursor})
            found[path, cursor.partition(".")[2]] = (answer.status_code, answer.json()["errors"][0]["code"])
    by_header = await site.get("/stream", headers={"last-event-id": f"{other}.1"}, params={"after": "1"})

    assert found == {
        (path, cursor): expected
        for path in ("/log", "/stream")
        for cursor, expected in {
            "999": (400, "future"), "1": (410, "other-lineage"), "": (400, "malformed"), "y.z": (400, "malformed"),
            "5": (400, "malformed"),
        }.items()
    }  # fmt: skip
    assert (by_header.status_code, by_header.json()["errors"][0]["parameter"]) == (410, "Last-Event-ID")


async def test_a_full_page_never_changes_and_the_last_one_does(site: Site) -> None:
    made = factories.document()
    told = [factories.event(made, what=f"event {number}") for number in range(PAGE_SIZE)]
    await site.publish(made, *told[:-100])
    sequence = await site.publish(*told[-100:], factories.completion(made, told))
    log = await site.read("/log", at_least=f"sequence:{sequence}", limit=1)

    found = await site.get("/log/pages/1")
    full = await site.client.get(found.headers["location"])
    last = await site.client.get(full.links["next"]["url"])
    lines = await site.client.get(found.headers["location"], headers={"accept": "application/x-ndjson"})
    again = await site.client.get(found.headers["location"], headers={"if-none-match": full.headers["etag"]})
    behind = await site.get("/log/pages/3")
    elsewhere = await site.get(f"/log/pages/{'a' * 32}/1/1")
    generation = await site.get(f"/log/pages/{log['lineage']}/2/1")

    assert found.status_code == 307
    assert [item["position"] for item in full.json()["items"]] == list(range(1, PAGE_SIZE + 1))
    assert full.headers["cache-control"] == "max-age=31536000, immutable"
    assert [item["position"] for item in last.json()["items"]] == list(range(PAGE_SIZE + 1, log["head"] + 1))
    assert last.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert len(lines.text.splitlines()) == PAGE_SIZE
    assert lines.headers["content-type"].startswith("application/x-ndjson")
    assert [answer.status_code for answer in (behind, elsewhere, generation)] == [404, 410, 404]


async def test_a_stream_goes_on_where_its_client_left_it(site: Site) -> None:
    await site.publish(*factories.story(events=2))
    async with following(site, params={"after": "0"}) as reader:
        first = await reader.blocks(3)
    async with following(site, headers={"last-event-id": first[-1]["id"]}) as reader:
        second = await reader.blocks(2)
        await site.publish(*factories.story())
        live = await reader.blocks(3)
        headers = reader.response.headers
    log = await site.read("/log")

    blocks = [*first, *second, *live]
    prefix = log["lineage"][:8]
    assert [block["id"] for block in blocks] == [f"{prefix}.{item['position']}" for item in log["items"]]
    assert [f"chronology.{block['event']}.v1" for block in blocks] == [item["type"] for item in log["items"]]
    assert (headers["x-accel-buffering"], headers["cache-control"]) == ("no", "no-store")
    assert headers["content-type"].startswith("text/event-stream")


async def test_a_stream_without_a_cursor_sends_what_comes_from_now_on(site: Site) -> None:
    sequence = await site.publish(*factories.story())
    await site.read("/log", at_least=f"sequence:{sequence}")
    async with following(site) as reader:
        begin, caught_up = await reader.block(), await reader.block()
        bodies = factories.story()
        await site.publish(*bodies)
        (block, *_) = await reader.blocks(3)

    assert begin == {"retry": "3000"}
    assert set(caught_up) == {"id"}
    assert bodies[0].id in block["data"]


async def test_documents_come_by_address_without_their_text(site: Site) -> None:
    made, *rest = factories.story("Nobody else says this.")
    await site.publish(made, *rest)
    async with following(site, params={"after": "0", "record": "document.received"}) as reader:
        (block,) = await reader.blocks(1)

    assert f'"address":"{site.base}/documents/{made.id}"' in block["data"]
    assert made.title in block["data"]
    assert "Nobody else says this." not in block["data"]


async def test_a_filtered_client_advances_by_ids_without_data(site: Site) -> None:
    made = factories.document()
    told = [factories.event(made, what="one", type="PROTEST", mode=""), factories.event(made, what="two")]
    await site.publish(made, *told, factories.completion(made, told))
    head = (await site.read("/log", at_least=f"sequence:{5}"))["head"]
    async with following(site, params={"after": "0", "type": "PROTEST"}) as reader:
        blocks = [await reader.block() for _ in range(3)]

    data = [block for block in blocks if "data" in block]
    assert [block["event"] for block in data] == ["event.extracted"]
    assert told[0].id in data[0]["data"]
    assert blocks[-1].keys() == {"id"}
    assert blocks[-1]["id"].endswith(f".{head}")


async def test_a_body_of_several_lines_arrives_whole(site: Site) -> None:
    made = factories.document()
    told = factories.event(made)
    pretty = msgspec.json.format(msgspec.json.encode(told), indent=2).replace(b"\n", b"\r\n")
    envelope = encode_message(
        id=told.id,
        type="event.extracted",
        body=pretty,
        salt=b"s" * 16,
        source="urn:test",
        time="2026-01-01T00:00:00Z",
    )
    await site.publish_messages([Message(subject=lane_subject(site.collection, "document"), data=envelope)])
    async with following(site, params={"after": "1"}) as reader:
        (block,) = await reader.blocks(1)

    body = msgspec.json.encode(msgspec.json.decode(block["data"])["data"])
    assert decode_body("event.extracted", 1, body) == told


async def test_a_client_behind_the_buffer_reads_the_log(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "BUFFER_FRAMES_MAX", 3)
    monkeypatch.setattr(tail, "BATCH_SIZE", 2)
    async with following(site, params={"after": "0"}) as slow, following(site, params={"after": "0"}) as quick:
        (first,) = await slow.blocks(1)
        for _ in range(4):
            await site.publish(*factories.story(events=2))
        seen = await quick.blocks(17)
        late = await slow.blocks(16)

    assert [int(block["id"].partition(".")[2]) for block in seen] == list(range(1, 18))
    assert [first, *late] == seen


async def test_a_stream_says_goodbye_and_the_service_ends_soon(site: Site) -> None:
    async with following(site, params={"after": "0"}) as reader:
        await reader.blocks(1)
        await site.stop_serving()
        async with asyncio.timeout(2):
            (block,) = await reader.blocks(1)
            end = await reader.block()

    assert (block["event"], block["data"], end) == ("bye", "{}", {})


async def test_a_quiet_stream_is_kept_alive(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_SECONDS", 0.2)
    async with following(site) as reader:
        blocks = [await reader.block() for _ in range(4)]

    assert [set(block) for block in blocks] == [{"retry"}, {"id"}, {"id"}, {"id"}]
