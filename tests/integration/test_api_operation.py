"""Collections, commands, builds and dead letters over HTTP; who may; and the document that describes it all."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from chronology.api.app import routers
from chronology_contracts import codec
from chronology_contracts.subjects import lane_subject
from chronology_runtime.access import mint
from chronology_runtime.jetstream import Bus, Message

from tests import factories
from tests.integration.chronology_site import Site, open_site
from tests.servers import Servers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(servers: Servers, database_url: str, bus: Bus, collection: str) -> AsyncIterator[Site]:
    async with open_site(database_url, servers.nats_url, bus, collection) as site:
        yield site


async def test_collections_are_listed_and_one_tells_what_it_holds(site: Site) -> None:
    sequence = await site.publish(*factories.story(events=2))
    await site.read("/timeline", at_least=f"sequence:{sequence}")

    listed = (await site.client.get("/v1/collections")).json()
    one = await site.read("")

    assert [(item["name"], item["closed"], item["halted"]) for item in listed["items"]] == [
        (site.collection, False, "")
    ]
    assert listed["next"] is None
    assert one["counts"] == {
        "position": one["position"], "documents": 1, "documents_incomplete": 0, "events": 2, "actors": 1
    }  # fmt: skip
    assert (one["dead_letters"], one["id_conflicts"]) == (0, 0)


async def test_a_collection_that_is_there_is_not_made_twice(site: Site) -> None:
    again = await site.client.post("/v1/collections", json={"name": site.collection, "title": "Another"})

    assert again.status_code == 200
    assert (again.json()["name"], again.json()["title"]) == (site.collection, "")


async def test_wrong_bodies_name_the_field(site: Site) -> None:
    cases: list[tuple[str, Any, str, str]] = [
        ("/v1/collections", {"name": "_audit"}, "/name", "wrong-form"),
        ("/v1/collections", {"name": "Ünï"}, "/name", "wrong-form"),
        ("/v1/collections", {"title": "none"}, "/name", "missing-field"),
        ("/v1/collections", {"name": "x", "titel": ""}, "/titel", "unknown-field"),
        ("/v1/collections", {"name": "x", "title": "x" * 600}, "/title", "too-long"),
        ("/v1/collections", {"name": "x", "title": "a\nb\u009b"}, "/title", "control-character"),
        ("/v1/collections", {"name": "x", "title": "a\nb"}, "/title", "control-character"),
        ("/v1/collections", {"name": "x", "title": "a\u2028b"}, "/title", "control-character"),
        (f"{site.base}/resume", {"how": "somehow"}, "/how", "not-one-of"),
        (f"{site.base}/close", {"why": 3}, "/why", "wrong-type"),
        ("/v1/projections/timelines/drop", {}, "/build", "missing-field"),
        ("/v1/projections/timelines/drop", {"build": -1}, "/build", "out-of-range"),
        ("/v1/projections/timelines/drop", {"build": 10**30}, "/build", "out-of-range"),
        ("/v1/projections/timelines/switch", {"build": 0}, "/build", "out-of-range"),
        ("/v1/projections/timelines/switch", {"build": 2**31}, "/build", "out-of-range"),
        (f"{site.base}/curation", {"type": "actor.joined", "event": 1}, "/event", "unknown-field"),
        (f"{site.base}/curation", {"type": "actor.joined", "names": [{"name": "Ann"}]}, "/names", "wrong-length"),
        (f"{site.base}/curation", {"type": "actor.joined", "by": "me", "names": []}, "/by", "unknown-field"),
        (f"{site.base}/curation", {"type": "incident.date_preferred", "event_ids": ["a" * 32], "date": "2023-02-30"},
         "/date", "not-edtf"),
    ]  # fmt: skip
    found = []
    for path, body, _, _ in cases:
        answer = await site.client.post(path, json=body)
        assert answer.status_code == 400, answer.text
        found.append((path, body, answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]))

    assert found == cases


async def test_a_field_of_another_command_is_not_proposed(site: Site) -> None:
    answer = await site.client.post(f"{site.base}/curation", json={"type": "actor.joined", "event": 1})

    assert answer.json()["errors"][0]["hint"] == "Remove it, or see the documentation for the names."


async def test_reading_routes_answer_head(site: Site) -> None:
    found = [await site.client.head(path) for path in ("/v1/collections", site.base, f"{site.base}/stream", "/")]

    assert [(answer.status_code, answer.content) for answer in found] == [(200, b"")] * 3 + [(307, b"")]
    assert found[1].headers["chronology-position"] == "1"


async def test_a_command_that_is_not_carried_out_yet_is_a_501_and_nothing_is_published(site: Site) -> None:
    before = (await site.read("/log"))["head"]
    last = (await site.bus.stream_info(f"INGEST_{site.collection}")).last_seq
    event = msgspec.to_builtins(factories.event(factories.document()))
    commands: list[Any] = [
        {"type": "actor.joined", "names": [{"name": "Ann"}, {"name": "Anne", "document_id": "a" * 32}], "why": "same"},
        {"type": "event.retracted", "event_id": "a" * 32},
        {"type": "event.added", "event": {**event, "evidence": "testimony"}},
        {"type": "decision.reverted", "position": 3},
    ]

    found = [await site.client.post(f"{site.base}/curation", json=command) for command in commands]
    unknown = await site.client.post(f"{site.base}/curation", json={"type": "collection.closed"})

    assert {(answer.status_code, answer.json()["type"]) for answer in found} == {(501, "/problems/not-served-yet")}
    assert unknown.status_code == 400
    assert (await site.read("/log"))["head"] == before
    assert (await site.bus.stream_info(f"INGEST_{site.collection}")).last_seq == last


async def test_closing_is_a_record_and_a_repeated_key_gets_the_same_answer(site: Site) -> None:
    headers = {"idempotency-key": "k-1"}
    first = await site.client.post(f"{site.base}/close", json={"why": "done"}, headers=headers)
    again = await site.client.post(f"{site.base}/close", json={"why": "done"}, headers=headers)
    reused = await site.client.post(f"{site.base}/close", json={"why": "other"}, headers=headers)
    refused = await site.client.post(f"{site.base}/close")
    verdict = await site.client.get(first.json()["address"])
    log = await site.read("/log")

    assert (first.status_code, first.json()["outcome"]) == (200, "accepted")
    assert again.json() == first.json() == verdict.json()
    assert (reused.status_code, reused.json()["type"]) == (409, "/problems/key-reused")
    assert refused.status_code == 409
    assert [item["type"] for item in log["items"]].count("chronology.collection.closed.v1") == 1
    assert (await site.read(""))["closed"] is True


async def test_dead_letters_are_shown_mended_and_sent_again(site: Site) -> None:
    made = factories.document()
    broken = Message(subject=lane_subject(site.collection, "document"), data=b'{"not": "an envelope"}')
    sequence = await site.publish_messages([broken])
    await site.read("/log", at_least=f"sequence:{sequence}")
    mended = factories.message(site.collection, made).data

    listed = await site.read("/dead-letters")
    one = await site.read(f"/dead-letters/{sequence}")
    resent = await site.client.post(
        f"{site.base}/dead-letters/{sequence}/resend", content=mended, headers={"content-type": codec.CONTENT_TYPE}
    )
    still = await site.client.post(f"{site.base}/dead-letters/{sequence}/resend", json={})
    log = await site.read("/log", at_least=f"sequence:{resent.json()['sequence']}")
    after = await site.read("/dead-letters")

    assert [(item["sequence"], item["raw"]) for item in listed["items"]] == [(sequence, None)]
    assert base64.b64decode(one["raw"]) == broken.data
    assert resent.status_code == 200
    assert still.status_code == 409
    assert log["items"][-1]["id"] == made.id
    assert after["items"][0]["resent_as"] == [resent.json()["sequence"]]


async def test_builds_are_listed_with_how_far_they_are(site: Site) -> None:
    builds = (await site.client.get("/v1/projections")).json()["items"]
    missing = await site.client.post("/v1/projections/nothing/rebuild")
    impossible = await site.client.post("/v1/projections/timelines/rollback")

    (build,) = builds
    assert (build["projection"], build["build"], build["current"], build["state"], build["lag"]) == (
        "timelines", 1, True, "live", 0
    )  # fmt: skip
    assert build["collections"] == [{"collection": site.collection, "position": 1, "head": 1, "error": "", "lag": 0}]
    assert [missing.status_code, impossible.status_code] == [404, 409]


async def test_a_key_opens_its_own_collections_and_grants_only(
    servers: Servers, database_url: str, bus: Bus, collection: str
) -> None:
    master, master_key = mint(["read", "admin", "curate"])
    other, other_key = mint(["read"], ["elsewhere"])
    keys = [master_key, other_key]
    async with open_site(database_url, servers.nats_url, bus, collection, keys=keys, key=master) as site:
        foreign = {"authorization": f"Bearer {other}"}
        listed = await site.client.get("/v1/collections", headers=foreign)
        builds = await site.client.get("/v1/projections", headers=foreign)
        forbidden = [
            await site.client.request(method, path, headers=foreign)
            for method, path in [
                ("GET", f"{site.base}/timeline"), ("GET", f"{site.base}/stream"), ("GET", f"{site.base}/log"),
                ("POST", f"{site.base}/close"), ("POST", "/v1/collections"),
                ("POST", "/v1/projections/timelines/rebuild"),
                ("GET", f"{site.base}/dead-letters"), ("POST", f"{site.base}/curation"),
            ]
        ]  # fmt: skip
        nobody = await site.client.get("/v1/collections", headers={"authorization": ""})

    assert listed.json()["items"] == []
    assert [item["collections"] for item in builds.json()["items"]] == [[]]
    assert {answer.status_code for answer in forbidden} == {403}
    assert nobody.status_code == 401


async def test_the_description_is_complete_and_the_page_needs_no_other_site(site: Site) -> None:
    spec = (await site.client.get("/openapi.json")).json()
    page = await site.client.get("/docs")
    paths = {path for router in routers() for path in (route.path_format for route in router.routes)}

    described = set(spec["paths"])
    timeline = spec["paths"]["/v1/collections/{collection}/timeline"]["get"]
    names = [parameter["name"] for parameter in timeline["parameters"]]
    assert spec["openapi"] == "3.1.0"
    assert {path for path in paths if path not in described} == set()
    assert names == [
        "collection", "from", "to", "type", "mode", "topic", "actor", "place", "modality", "source", "undated", "q",
        "group", "disputed", "as_of", "order", "limit", "after", "at_least",
    ]  # fmt: skip
    assert {"200", "400", "404", "501", "503"} <= set(timeline["responses"])
    assert "application/problem+json" in timeline["responses"]["400"]["content"]
    curation = spec["paths"]["/v1/collections/{collection}/curation"]["post"]
    assert "actor.joined" in msgspec.json.encode(curation["requestBody"]).decode()
    assert "https://" not in page.text
    assert (await site.client.get("/readyz")).status_code == 200


async def test_the_metrics_count_the_clients_of_streams(site: Site) -> None:
    async with site.client.stream("GET", f"{site.base}/stream") as response:
        await anext(response.aiter_lines())
        during = (await site.client.get("/metrics")).text

    assert "chronology_sse_clients 1.0" in during


async def test_nothing_that_is_asked_for_crashes_the_service(site: Site) -> None:
    await site.publish(*factories.story())
    paths = [
        "/log/pages/abc",
        "/log/pages/-1",
        f"/log/pages/{10**30}",
        f"/dead-letters/{10**30}",
        "/actors/%ff",
        "/actors/%00",
        "/timeline?q=%22open",
        "/timeline?q=-%20or%20or%20%3A%2A",
        "/timeline?place=%25_%5C",
        "/actors?q=%25_%5C%27",
        "/timeline?after=%ff",
        "/timeline?after=AAAA",
        "/timeline?after=%F0%9F%98%80",
        f"/timeline?at_least={'9' * 18}x",
        "/timeline?from=Y99999999999",
        "/timeline?from=-99999&to=Y99999",
        "/timeline?" + "&".join(["actor=x"] * 250),
        "/timeline?" + "&".join(f"actor=x{number}" for number in range(40)),
        f"/events/{'x' * 5000}",
        "/stream?after=%F0%9F%98%80",
        "/stream?record=nothing",
        "/log?wait=21",
        "/log?after=" + "9" * 18,
        "/topics/%20/timeline",
    ]

    found = {path: (await site.get(path)).status_code for path in paths}
    by_header = await site.get("/events/nothing", headers={"if-none-match": '"x", W/"y", *'})

    assert {path: status for path, status in found.items() if status not in (200, 400, 404)} == {}
    assert by_header.status_code == 404
