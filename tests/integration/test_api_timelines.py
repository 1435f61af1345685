"""Timelines over HTTP: what they hold, how they are filtered and paged, and what every answer says of itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from chronology_contracts import content_id
from chronology_runtime.jetstream import Bus
from msgspec.structs import replace

from tests import factories
from tests.integration.chronology_site import Site, open_site
from tests.servers import Servers

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(servers: Servers, database_url: str, bus: Bus, collection: str) -> AsyncIterator[Site]:
    async with open_site(database_url, servers.nats_url, bus, collection) as site:
        yield site


async def tell(site: Site, *events: dict[str, Any], text: str = "", **document: Any) -> Any:
    """Publish a document with these events; wait until they are shown; return the document."""
    made = factories.document(text, **document)
    told = [factories.event(made, **{"what": f"event {number}", **fields}) for number, fields in enumerate(events)]
    sequence = await site.publish(made, *told, factories.completion(made, told))
    await site.read("/timeline", at_least=f"sequence:{sequence}")
    return made


def whats(page: Any) -> list[str]:
    return [item["what"] for item in page["items"]]


async def test_an_actor_is_found_by_any_part_of_its_name_and_has_a_timeline(site: Site) -> None:
    text = "On 9 March 2019 Çağla Demir met Ben."
    document = await tell(
        site, {"actors": ["Çağla Demir"], "recipients": ["Ben"], "what": "Demir meets Ben"}, text=text
    )

    actors = await site.read("/actors", q="CAGLA dem")
    timeline = await site.read(f"/actors/{actors['items'][0]['id']}/timeline")

    (item,) = timeline["items"]
    assert [actor["name"] for actor in actors["items"]] == ["Çağla Demir"]
    assert actors["items"][0]["names"] == [{"name": "Çağla Demir", "event_count": 1}]
    assert item["what"] == "Demir meets Ben"
    assert document.text[item["start"] : item["end"]] == item["quote"]
    assert item["document"]["publisher"] == "The Lamp"
    assert item["actor_ids"]["Çağla Demir"] == actors["items"][0]["id"]


async def test_events_stand_by_when_they_happened_and_unknown_dates_come_last(site: Site) -> None:
    dates = ["", "2019-03-09", "2019-03", "2019", "-0044-03-15", "../2018", "2019-03-09/2019-03-11"]
    await tell(site, *({"what": date or "undated", "date": date} for date in dates))

    forwards = whats(await site.read("/timeline"))
    backwards = whats(await site.read("/timeline", order="desc"))

    assert forwards == ["-0044-03-15", "../2018", "2019", "2019-03", "2019-03-09", "2019-03-09/2019-03-11", "undated"]
    assert backwards == forwards[::-1]


FILTERED: list[tuple[dict[str, Any], list[str]]] = [
    ({"from": "2019-03-10", "to": "2019-03-12"}, ["month", "span"]),
    ({"from": "2019-03-10"}, ["month", "span", "late"]),
    ({"to": "2019-02"}, []),
    ({"from": "2019-03-10", "undated": "include"}, ["month", "span", "late", "undated"]),
    ({"undated": "only"}, ["undated"]),
    ({"undated": "exclude", "limit": 1}, ["month"]),
    ({"type": "PROTEST"}, ["late"]),
    ({"type": ["PROTEST", "COERCE"]}, ["span", "late"]),
    ({"mode": "arrest"}, ["span"]),
    ({"topic": "legal"}, ["span", "late"]),
    ({"topic": ["legal", "protest"]}, ["late"]),
    ({"place": "ÅLAND"}, ["day"]),
    ({"modality": "alleged"}, ["span"]),
    ({"q": "harbour -mayor"}, ["day"]),
    ({"q": '"harbour mayor"'}, ["late"]),
    ({"source": "the LAMP", "type": "CONSULT"}, ["month", "day", "undated"]),
    ({"source": "Nobody"}, []),
]


async def test_filters_choose_events(site: Site) -> None:
    await tell(
        site,
        {"what": "month", "date": "2019-03"},
        {"what": "day", "date": "2019-03-05", "place": "the harbour, Åland"},
        {"what": "span", "date": "2019-03-09/2019-03-11", "type": "COERCE", "mode": "arrest", "topics": ("legal",),
         "modality": "alleged"},
        {"what": "late", "date": "2020", "type": "PROTEST", "mode": "", "topics": ("legal", "protest"),
         "place": "harbour mayor square"},
        {"what": "undated", "date": ""},
        text="What was said.",
    )  # fmt: skip

    found = [(params, whats(await site.read("/timeline", **params))) for params, _ in FILTERED]

    assert found == FILTERED


async def test_actor_and_document_filters_hold_on_every_timeline(site: Site) -> None:
    first = await tell(site, {"what": "both", "actors": ["Ann", "Ben"]}, {"what": "Ann alone", "actors": ["Ann"]})
    await tell(site, {"what": "other source", "actors": ["Ann", "Ben"]}, publisher="The Bell")
    ids = {actor["name"]: actor["id"] for actor in (await site.read("/actors"))["items"]}

    both = await site.read("/timeline", actor=[ids["Ann"], ids["Ben"]])
    of_ann = await site.read(f"/actors/{ids['Ann']}/timeline", actor=ids["Ben"], source=first.id)
    of_topic = await site.read("/topics/diplomacy/timeline", source="the bell")
    of_document = await site.read(f"/documents/{first.id}/events", order="desc", actor=ids["Ben"])

    assert sorted(whats(both)) == ["both", "other source"]
    assert whats(of_ann) == ["both"]
    assert whats(of_topic) == ["other source"]
    assert whats(of_document) == ["both"]


async def test_pages_put_together_are_the_whole(site: Site) -> None:
    dates = ["2019-03-09", "2019-03-09", "", "", "2018", "2019-03", "2021-05"]
    await tell(site, *({"date": date} for date in dates))
    for order in ("asc", "desc"):
        for path in ("/timeline", "/topics/diplomacy/timeline", "/timeline?q=event"):
            whole, found = await both_ways(site, path, order)

            assert found == whole
            assert len(whole) == len(dates)


async def both_ways(site: Site, path: str, order: str) -> tuple[list[str], list[str]]:
    """A timeline in one page, and put together of many."""
    whole = (
        whats(await site.read(path, order=order))
        if "?" not in path
        else whats(await site.read("/timeline", q="event", order=order))
    )
    params: dict[str, Any] | None = {"order": order, "limit": 2, **({"q": "event"} if "?" in path else {})}

    found: list[str] = []
    next_address: str | None = site.base + path.partition("?")[0]
    while next_address:
        answer = await site.client.get(next_address, params=params)
        found += whats(answer.json())
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["next"] is None)
        next_address, params = (link["url"] if link else None), None
    return whole, found


async def test_a_cursor_belongs_to_one_query_and_cannot_be_made_up(site: Site) -> None:
    await tell(site, {}, {}, {})
    cursor = (await site.read("/timeline", limit=1))["next"]

    other = await site.get("/timeline", params={"after": cursor, "type": "CONSULT"})
    forged = await site.get("/timeline", params={"after": cursor[:-2] + "xx"})
    same = await site.get("/timeline", params={"after": cursor, "limit": 5})

    assert [other.status_code, forged.status_code, same.status_code] == [400, 400, 200]
    assert other.json()["errors"][0]["code"] == "other-query"
    assert other.json()["type"] == "/problems/bad-cursor"
    assert len(same.json()["items"]) == 2


async def test_a_cursor_of_an_earlier_build_is_refused_and_readers_follow_a_switch(site: Site) -> None:
    document = await tell(site, {}, {})
    cursor = (await site.read("/timeline", limit=1))["next"]
    etag = (await site.get("/timeline")).headers["etag"]
    assert (await site.client.post("/v1/projections/timelines/rebuild")).status_code == 202
    head = (await site.read("/log"))["head"]
    while (switched := await site.client.post("/v1/projections/timelines/switch")).status_code == 409:
        await site.wakeups.wait(site.collection, site.wakeups.token(site.collection), 0.2)

    answer = await site.get("/timeline")
    stale = await site.get("/timeline", params={"after": cursor})
    dropped = await site.client.post("/v1/projections/timelines/drop", json={"build": 1})
    after = await site.read("/timeline")

    assert switched.json() == {"projection": "timelines", "build": 2}
    assert answer.json()["position"] == head
    assert answer.headers["etag"] != etag
    assert stale.json()["errors"][0]["code"] == "stale"
    assert dropped.status_code == 200
    assert {item["document_id"] for item in after["items"]} == {document.id}


async def test_every_answer_names_the_position_that_it_reflects(site: Site) -> None:
    document = await tell(site, {})
    head = (await site.read(""))["position"]
    event = (await site.read("/timeline"))["items"][0]
    actor = event["actor_ids"]["Ann"]
    paths = [
        "/timeline", "/timeline?undated=only", "/topics", "/actors", "/actors?q=nobody", f"/actors/{actor}",
        f"/actors/{actor}/timeline", "/topics/diplomacy/timeline", "/topics/land/timeline", f"/events/{event['id']}",
        f"/documents/{document.id}", "/histogram", "/log",
    ]  # fmt: skip

    answers = {path: await site.get(path) for path in paths}
    missing = await site.get("/actors/nobody")

    assert {
        path: (answer.json()["position"], answer.headers["chronology-position"]) for path, answer in answers.items()
    } == {path: (head, str(head)) for path in paths}
    assert (missing.status_code, missing.headers["chronology-position"]) == (404, str(head))


async def test_what_the_caller_has_already_is_not_sent_again(site: Site) -> None:
    await tell(site, {})
    first = await site.get("/timeline")
    again = await site.get("/timeline", headers={"if-none-match": first.headers["etag"]})
    await tell(site, {"what": "more"})
    moved = await site.get("/timeline", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["etag"].startswith('W/"')
    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert (moved.status_code, len(moved.json()["items"])) == (200, 2)


MISSING = [
    "/actors/nobody", "/actors/nobody/timeline", "/topics/nothing/timeline", "/events/none", "/documents/none",
    "/documents/none/events", "/dead-letters/7", "/verdicts/none",
]  # fmt: skip
EVERYTHING = [
    "", "/timeline", "/actors", "/actors/x", "/actors/x/timeline", "/topics", "/topics/legal/timeline", "/events/x",
    "/documents/x", "/histogram", "/log", "/log/pages/1", "/stream", "/dead-letters", "/timeline?at_least=1",
]  # fmt: skip


async def test_what_is_not_there_is_a_404(site: Site) -> None:
    found = {path: await site.get(path) for path in MISSING}

    assert {path: (answer.status_code, answer.json()["type"]) for path, answer in found.items()} == dict.fromkeys(
        MISSING, (404, "/problems/not-found")
    )
    assert {answer.headers["content-type"] for answer in found.values()} == {"application/problem+json"}


async def test_a_collection_that_is_not_there_is_a_404(site: Site) -> None:
    found = {path: await site.client.get(f"/v1/collections/nowhere{path}") for path in EVERYTHING}

    assert {path: (answer.status_code, answer.json()["detail"]) for path, answer in found.items()} == dict.fromkeys(
        EVERYTHING, (404, "There is no collection 'nowhere'.")
    )


WRONG = [
    ("colour=red", "colour", "unknown-parameter"),
    ("from=2023-02-30", "from", "not-edtf"),
    ("from=2024&to=2023", "to", "before-from"),
    ("limit=0", "limit", "out-of-range"),
    ("limit=1001", "limit", "out-of-range"),
    ("limit=" + "9" * 400, "limit", "out-of-range"),
    ("limit=x", "limit", "out-of-range"),
    ("type=ARREST", "type", "not-one-of"),
    ("mode=dance", "mode", "not-one-of"),
    ("topic=cooking", "topic", "not-one-of"),
    ("modality=perhaps", "modality", "not-one-of"),
    ("undated=maybe", "undated", "not-one-of"),
    ("order=up", "order", "not-one-of"),
    ("group=day", "group", "not-one-of"),
    ("order=asc&order=desc", "order", "repeated"),
    ("at_least=soon", "at_least", "wrong-form"),
    ("q=" + "x" * 600, "q", "too-long"),
    ("actor=%00", "actor", "null-character"),
]


async def test_a_wrong_parameter_is_named(site: Site) -> None:
    found = []
    for query, _, _ in WRONG:
        answer = await site.get(f"/timeline?{query}")
        found += [(query, error["parameter"], error["code"]) for error in answer.json()["errors"]]
        assert answer.status_code == 400

    assert found == WRONG


async def test_all_wrong_parameters_are_named_at_once(site: Site) -> None:
    answer = await site.get("/timeline?limt=3&type=X&order=up")

    assert [error["parameter"] for error in answer.json()["errors"]] == ["limt", "type", "order"]
    assert answer.json()["errors"][0]["hint"] == "Did you mean limit?"


async def test_what_comes_later_is_told_so(site: Site) -> None:
    paths = ["/timeline?group=incident", "/timeline?disputed=true", "/timeline?as_of=3", "/proposals", "/incidents/x",
             "/changes"]  # fmt: skip
    found = [await site.get(path) for path in paths]

    assert {(answer.status_code, answer.json()["type"]) for answer in found} == {(501, "/problems/not-served-yet")}


async def test_a_histogram_counts_only_what_is_certain(site: Site) -> None:
    dates = ["2019-03-09", "2019-03-09~", "2019-03-04/2019-03-06", "2019-03", "2019", "2019/2020", "", "-0044-03-15"]
    await tell(site, *({"date": date, "topics": ("legal",) if date == "2019" else ("land",)} for date in dates))

    by_day = await site.read("/histogram", unit="day")
    by_month = await site.read("/histogram", unit="month", topic="land")
    by_year = await site.read("/histogram", unit="year", **{"from": "2019"})

    assert by_day["buckets"] == [{"date": "-0044-03-15", "event_count": 1}, {"date": "2019-03-09", "event_count": 2}]
    assert (by_day["coarser"], by_day["undated"]) == (4, 1)
    assert by_month["buckets"] == [{"date": "-0044-03", "event_count": 1}, {"date": "2019-03", "event_count": 4}]
    assert (by_month["coarser"], by_month["undated"]) == (1, 1)
    assert by_year["buckets"] == [{"date": "2019", "event_count": 5}]


async def test_one_reads_ones_own_writes(site: Site) -> None:
    made = factories.document()
    told = factories.event(made)
    sequence = await site.publish(made, told, factories.completion(made, [told]))

    answer = await site.read(f"/events/{told.id}", at_least=f"sequence:{sequence}")

    assert answer["event"]["id"] == told.id
    assert answer["position"] >= 4


async def test_a_position_that_does_not_come_is_a_503_with_retry_after(site: Site) -> None:
    answer = await site.get("/timeline?at_least=1000")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "/problems/behind"


async def test_a_stopped_projection_is_not_waited_for(site: Site) -> None:
    await site.pool.execute("UPDATE timelines_1.progress SET error = 'a test stopped it'")

    waiting = await site.get("/timeline?at_least=1000")
    reading = await site.get("/timeline")

    assert (waiting.status_code, waiting.json()["type"]) == (503, "/problems/projection-stopped")
    assert reading.status_code == 200


async def test_actors_and_topics_come_in_pages(site: Site) -> None:
    await tell(site, {"actors": ["Ann"], "topics": ("land",)}, {"actors": ["Ann", "Ben"], "topics": ("land", "legal")})
    await tell(site, {"actors": ["Cem"], "topics": ("media",)})

    async def names(path: str, key: str) -> list[str]:
        page = await site.read(path, limit=1)
        found = [page["items"][0][key]]
        while page["next"]:
            page = await site.read(path, limit=1, after=page["next"])
            found += [item[key] for item in page["items"]]
        return found

    actors = await names("/actors", "name")
    topics = await names("/topics", "slug")

    assert (actors[0], sorted(actors[1:])) == ("Ann", ["Ben", "Cem"])
    assert topics == ["land", "legal", "media"]


async def test_an_event_has_its_quote_in_context_and_its_history(site: Site) -> None:
    text = "x" * 300 + " Ann met Ben. " + "y" * 300
    made = factories.document(text)
    told = replace(factories.event(made), quote="Ann met Ben.", start=301, end=313)
    told = replace(told, id=content_id.id_of_event(told))
    completed = factories.completion(made, [told])
    sequence = await site.publish(made, told, completed)

    answer = await site.read(f"/events/{told.id}", at_least=f"sequence:{sequence}")

    assert answer["context"] == {"before": text[101:301], "quote": "Ann met Ben.", "after": text[313:513]}
    assert [(item["position"], item["type"], item["id"]) for item in answer["history"]] == [
        (3, "event.extracted", told.id),
        (4, "extraction.completed", completed.id),
    ]
    assert [(item["id"], item["role"], item["shown"]) for item in answer["completions"]] == [
        (completed.id, "reading", True)
    ]
    assert (answer["shown"], answer["event"]["document"]["id"]) == (True, made.id)


async def test_a_document_gives_its_text_where_it_is_asked_for(site: Site) -> None:
    made = await tell(site, {}, {"what": "another"}, text="Ann met Ben — twice.")

    brief = await site.read(f"/documents/{made.id}")
    full = await site.read(f"/documents/{made.id}", text="true")

    assert "text" not in brief["document"]
    assert full["document"]["text"] == "Ann met Ben — twice."
    assert (brief["event_count"], len(brief["event_ids"]), brief["recorded_position"]) == (2, 2, 2)
    assert [completion["event_count"] for completion in brief["completions"]] == [2]


async def test_nothing_of_a_half_document_is_served(site: Site) -> None:
    made = factories.document()
    told = factories.event(made)
    sequence = await site.publish(made, told)
    timeline = await site.read("/timeline", at_least=f"sequence:{sequence}")

    answers = [await site.get(path) for path in (f"/documents/{made.id}", f"/events/{told.id}")]
    counts = (await site.read(""))["counts"]

    assert timeline["items"] == []
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (counts["documents"], counts["documents_incomplete"], counts["events"]) == (1, 1, 0)
