"""The ingest service on a real NATS: what it takes, what it refuses, and what is in the stream afterwards."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from chronology_contracts import content_id
from chronology_contracts.codec import decode_body
from chronology_contracts.events import Event
from chronology_contracts.subjects import ingest_stream
from chronology_ingest.api.inputs import EventInput
from chronology_runtime.access import mint

from tests.integration.ingest_service import (
    TEXT,
    Chronology,
    Service,
    chronology,
    create,
    ingest_service,
    problem,
    stored,
)
from tests.servers import Servers

KEY, _ = mint([])
JSON = {"content-type": "application/json"}
QUOTE = TEXT.partition(". ")[0] + "."


@pytest.fixture(scope="module")
def known() -> Iterator[Chronology]:
    with chronology() as server:
        yield server


@pytest.fixture(scope="module")
def service(servers: Servers, known: Chronology) -> Iterator[Service]:
    with ingest_service(servers.nats_url, servers.nats_monitor_url, CHRONOLOGY_URL=known.url) as service:
        yield service


@pytest.fixture
def documents(servers: Servers, collection: str) -> str:
    """Where documents of a new collection go."""
    create(servers.nats_url, collection)
    return f"/v1/collections/{collection}/documents"


@pytest.fixture
def events(documents: str) -> str:
    return documents.replace("/documents", "/events")


def an_event(**fields: Any) -> dict[str, Any]:
    return {
        "quote": QUOTE, "start": 0, "end": len(QUOTE), "what": "Police detain Javel Orsheni", "date": "2023-05-14",
        "date_basis": "explicit", "type": "COERCE", "mode": "arrest", **fields,
    }  # fmt: skip


# --- documents


def test_a_document_is_stored_with_its_events_between_its_beginning_and_its_completion(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    answer = service.post(documents, {"text": TEXT, "publisher": "The Herald", "published": "2023-09-16"})
    receipt = answer.json()
    records = stored(servers.nats_url, collection)

    assert answer.status_code == 201
    assert [record.type for record in records] == [
        "document.received", *["event.extracted"] * len(receipt["event_ids"]), "extraction.completed",
    ]  # fmt: skip
    assert [content_id.to_text(record.id) for record in records] == [
        receipt["document_id"], *receipt["event_ids"], receipt["completion_id"],
    ]  # fmt: skip
    assert (receipt["duplicate"], receipt["stream"]) == (False, ingest_stream(collection))
    assert receipt["sequence"] == len(records) > 2


def test_the_stored_document_and_events_are_those_of_the_contract(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    service.post(documents, {"text": TEXT, "published": "2023-09-16", "language": "en"})
    document, *events, completion = [
        decode_body(record.type, record.version, record.body) for record in stored(servers.nats_url, collection)
    ]

    assert (document.text, document.published_basis) == (TEXT, "given")
    assert all(TEXT[event.start : event.end] == event.quote for event in events)
    assert completion.event_ids == tuple(event.id for event in events)
    assert completion.role == "reading"


def test_the_answer_names_where_chronology_shows_the_document(
    service: Service, known: Chronology, collection: str, documents: str
) -> None:
    answer = service.post(documents, {"text": TEXT})
    base = f"{known.url}/v1/collections/{collection}"
    receipt = answer.json()

    assert answer.headers["location"] == f"{base}/documents/{receipt['document_id']}"
    assert receipt["addresses"]["timeline"] == f"{base}/timeline?at_least=sequence:{receipt['sequence']}"


def test_the_same_document_again_adds_nothing(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    first = service.post(documents, {"text": TEXT, "published": "2023-09-16"})
    before = stored(servers.nats_url, collection)
    second = service.post(documents, {"text": TEXT, "published": "2023-09-16"})
    after = stored(servers.nats_url, collection)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {**first.json(), "duplicate": True}
    assert after == before


def test_another_day_of_publication_is_another_document(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    first = service.post(documents, {"text": TEXT, "published": "2023-09-16"}).json()
    second = service.post(documents, {"text": TEXT, "published": "2023-09-17"}).json()

    assert first["document_id"] != second["document_id"]
    assert len(stored(servers.nats_url, collection)) == first["sequence"] * 2


def test_a_dry_run_answers_events_and_stores_nothing(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    answer = service.post(documents, {"text": TEXT, "published": "2023-09-16"}, dry_run="true")
    trial = answer.json()

    assert answer.status_code == 200
    assert [TEXT[event["start"] : event["end"]] for event in trial["events"]] == [
        event["quote"] for event in trial["events"]
    ]
    assert trial["events"]
    assert stored(servers.nats_url, collection) == []


@pytest.mark.parametrize(
    ("published", "basis", "codes"),
    [
        ({}, "dateline", ["published-date-from-text"]),
        ({"published": "2023-09-16"}, "given", []),
        ({"published": "2023-10-01"}, "given", ["published-date-disagrees"]),
    ],
)
def test_the_answer_says_how_the_date_is_known_and_what_disagrees(
    service: Service, documents: str, published: dict[str, str], basis: str, codes: list[str]
) -> None:
    text = f"TALVIK, September 16, 2023 (Fjord News) - {TEXT}"

    trial = service.post(documents, {"text": text, **published}, dry_run="true").json()

    assert trial["document"]["published_basis"] == basis
    assert [note["code"] for note in trial["warnings"]] == codes


def test_a_page_is_stored_as_its_text(service: Service, servers: Servers, collection: str, documents: str) -> None:
    page = f"<html><body><article><h1>News</h1><p>{TEXT} {TEXT}</p></article></body></html>"

    answer = service.post(documents, {"html": page, "published": "2023-09-16"})
    document = decode_body("document.received", 1, stored(servers.nats_url, collection)[0].body)

    assert answer.status_code == 201
    assert TEXT in document.text
    assert "<p>" not in document.text


def test_a_page_that_nests_two_hundred_thousand_deep_is_refused(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    answer = service.post(documents, {"html": "<div>" * 200_000 + TEXT})

    assert problem(answer) == (422, "html-not-readable", ["/html"])
    assert stored(servers.nats_url, collection) == []


def test_a_page_without_text_is_refused(service: Service, documents: str) -> None:
    answer = service.post(documents, {"html": "<html><body><script>1</script></body></html>"})

    assert problem(answer) == (422, "html-not-readable", ["/html"])


def test_a_document_in_another_language_is_stored_and_the_answer_says_that_it_was_not_read(
    service: Service, documents: str
) -> None:
    text = "Полиция задержала адвоката в понедельник, сообщила его жена. Суд освободил его позже."

    answer = service.post(documents, {"text": text, "language": "ru", "published": "2023"})

    assert answer.status_code == 201
    assert [note["code"] for note in answer.json()["warnings"]] == ["no-events"]


# --- what is not taken

DOCUMENT = json.dumps({"text": TEXT}).encode()


@pytest.mark.parametrize(
    ("content", "status", "slug", "places"),
    [
        (b'{"text": "a"', 400, "malformed-json", [""]),
        (b"", 400, "malformed-json", [""]),
        (b'{"text": "a\xff"}', 400, "invalid-utf-8", ["/text"]),
        (b'{"text": "a\\u0000b"}', 400, "null-character", ["/text"]),
        (b'{"text": "a\0b"}', 400, "null-character", ["/text"]),
        (b'{"text": "a\\u0007b"}', 400, "invalid", ["/text"]),
        (b'{"text": "\\ud800"}', 400, "invalid", ["/text"]),
        (b"[" * 10_000 + b"]" * 10_000, 400, "too-deep", [""]),
        (b'{"text":' * 10_000 + b"1" + b"}" * 10_000, 400, "too-deep", [""]),
        (b'{"text": "a", "published": "2023-02-30"}', 400, "invalid", ["/published"]),
        (b'{"text": "a", "published": "last week"}', 400, "invalid", ["/published"]),
        (b'{"text": "a", "publishd": "2023"}', 400, "invalid", ["/publishd"]),
        (b'{"text": "a", "language": "english!"}', 400, "invalid", ["/language"]),
        (b'{"text": "a", "extractor": "magic"}', 400, "invalid", ["/extractor"]),
        (b'{"text": "a", "html": "<p>a"}', 400, "invalid", ["/html"]),
        (b'{"text": "   "}', 400, "invalid", ["/text"]),
        (b'{"text": 1}', 400, "invalid", ["/text"]),
        (b'{"url": "https://example.org"}', 400, "invalid", ["/text"]),
        (b'{"text": "a", "url": "javascript:alert(1)"}', 400, "invalid", ["/url"]),
        (b'{"text": "' + b"a" * (2 * 2**20) + b'"}', 413, "too-large", ["/text"]),
        (b'{"text": "' + b"a" * (20 * 2**20) + b'"}', 413, "too-large", [""]),
        (b'{"html": "' + b"a" * (5 * 2**20) + b'"}', 413, "too-large", ["/html"]),
    ],
)
def test_a_malformed_document_is_refused_nothing_is_stored_and_the_service_goes_on(
    service: Service,
    servers: Servers,
    collection: str,
    documents: str,
    content: bytes,
    status: int,
    slug: str,
    places: list[str],
) -> None:
    answer = service.client.post(documents, content=content, headers=JSON)
    afterwards = stored(servers.nats_url, collection)
    next = service.client.post(documents, content=DOCUMENT, headers=JSON)

    assert problem(answer) == (status, slug, places)
    assert afterwards == []
    assert next.status_code == 201


def test_the_problem_of_a_date_says_what_would_be_right(service: Service, documents: str) -> None:
    answer = service.post(documents, {"text": "a", "published": "2023-02-30"})

    assert answer.json()["errors"][0]["hint"]


@pytest.mark.parametrize(("parameters", "name"), [({"dryrun": "true"}, "dryrun"), ({"dry_run": "perhaps"}, "dry_run")])
def test_a_query_parameter_that_is_not_understood_is_refused(
    service: Service, documents: str, parameters: dict[str, str], name: str
) -> None:
    answer = service.post(documents, {"text": TEXT}, **parameters)

    assert problem(answer) == (400, "invalid", [name])


@pytest.mark.parametrize("name", ["Main", "_audit", "a.b", "-a", "a" * 41])
def test_a_name_that_no_collection_can_have_is_refused(service: Service, name: str) -> None:
    answer = service.post(f"/v1/collections/{name}/documents", {"text": TEXT})

    assert problem(answer) == (400, "invalid", ["collection"])


def test_a_collection_that_was_not_created_is_named(service: Service, collection: str) -> None:
    answer = service.post(f"/v1/collections/{collection}/documents", {"text": TEXT})

    assert problem(answer)[:2] == (503, "no-such-collection-yet")
    assert collection in answer.json()["detail"]
    assert answer.headers["retry-after"]


def test_a_halted_collection_says_why(service: Service, servers: Servers, collection: str) -> None:
    create(servers.nats_url, collection, state="halted", reason="The stream has a hole.")

    answer = service.post(f"/v1/collections/{collection}/documents", {"text": TEXT})

    assert problem(answer)[:2] == (503, "collection-halted")
    assert "The stream has a hole." in answer.json()["detail"]


def test_a_closed_collection_takes_nothing(service: Service, servers: Servers, collection: str) -> None:
    create(servers.nats_url, collection, state="closed")

    answer = service.post(f"/v1/collections/{collection}/documents", {"text": TEXT})

    assert problem(answer)[:2] == (409, "collection-closed")


# --- events


def test_events_are_stored_with_their_document(
    service: Service, servers: Servers, collection: str, events: str
) -> None:
    body = {"document": {"text": TEXT}, "events": [an_event()], "extractor": {"name": "annotators", "version": "2"}}

    answer = service.post(events, body)
    _, event, completion = [
        decode_body(record.type, record.version, record.body) for record in stored(servers.nats_url, collection)
    ]

    assert answer.status_code == 201
    assert (event.quote, event.extractor.name) == (QUOTE, "annotators")
    assert (completion.event_ids, completion.role) == ((event.id,), "addition")


def test_three_thousand_events_come_in_several_batches_and_in_order(
    service: Service, servers: Servers, collection: str, events: str
) -> None:
    body = {"document": {"text": TEXT}, "events": [an_event(what=f"Number {number}") for number in range(3_000)]}

    answer = service.post(events, body)
    records = stored(servers.nats_url, collection)
    again = service.post(events, body)

    assert (answer.status_code, again.status_code, again.json()["duplicate"]) == (201, 201, True)
    assert [content_id.to_text(record.id) for record in records] == [
        answer.json()["document_id"], *answer.json()["event_ids"], answer.json()["completion_id"],
    ]  # fmt: skip
    assert [json.loads(record.body)["what"] for record in records[1:-1]] == [f"Number {n}" for n in range(3_000)]
    assert len(stored(servers.nats_url, collection)) == 3_002


def test_all_faults_of_all_events_are_named(service: Service, servers: Servers, collection: str, events: str) -> None:
    body = {
        "document": {"text": TEXT},
        "events": [an_event(), an_event(date="2023-02-30"), an_event(quote="Nobody said this."), an_event(mode="fly")],
    }

    answer = service.post(events, body)

    assert problem(answer) == (400, "invalid", ["/events/1/date", "/events/2/quote", "/events/3/mode"])
    assert stored(servers.nats_url, collection) == []


def test_a_hundred_faults_are_named_and_all_are_counted(service: Service, events: str) -> None:
    answer = service.post(events, {"document": {"text": TEXT}, "events": [an_event(date="soon")] * 150})

    assert len(answer.json()["errors"]) == 100
    assert "150 faults" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"type": "PARTY"}, "/events/0/type"),
        ({"whta": "a"}, "/events/0/whta"),
        ({"participants": [{"name": "Ann", "role": "actor", "nmae": ""}]}, "/events/0/participants/0/nmae"),
        ({"participants": [{"name": "Ann", "role": "actor", "mentions": [{"text": "", "start": 0, "ende": 1}]}]},
         "/events/0/participants/0/mentions/0/ende"),
        ({"participants": [{"name": "Ann", "role": "actor"}] * 65}, "/events/0/participants"),
        ({"figures": [{"value": "many"}]}, "/events/0/figures/0/value"),
        ({"start": 10**400}, "/events/0/start"),
        ({"evidence": "testimony"}, "/events/0/evidence"),
        ({"evidence": "testimony", "quote": "", "start": 0, "end": 0}, "/events/0/evidence"),
        ({"evidence": "record", "quote": "Nobody said this."}, "/events/0/quote"),
        ({"evidence": "record", "end": 10**6}, "/events/0/quote"),
        ({"evidence": "record", "quote": "", "start": 5, "end": 5}, "/events/0/quote"),
        ({"id": "a" * 32}, "/events/0/id"),
        ({"document_id": "a" * 32}, "/events/0/document_id"),
    ],
)  # fmt: skip
def test_a_malformed_event_is_refused_by_the_name_of_its_field(
    service: Service, servers: Servers, collection: str, events: str, fields: dict[str, Any], place: str
) -> None:
    answer = service.post(events, {"document": {"text": TEXT}, "events": [an_event(**fields)]})

    assert answer.status_code == 400
    assert problem(answer)[2] == [place]
    assert stored(servers.nats_url, collection) == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"quote": ""}, {"quote": "", "start": 0, "end": 0}, {"quote": "Not in the text.", "start": 0, "end": 0}],
)
def test_a_record_need_not_stand_in_the_text(service: Service, events: str, fields: dict[str, Any]) -> None:
    answer = service.post(events, {"document": {"text": TEXT}, "events": [an_event(evidence="record", **fields)]})

    assert answer.status_code == 201, answer.text


def test_what_an_event_may_rest_on_is_said(service: Service, events: str) -> None:
    answer = service.post(events, {"document": {"text": TEXT}, "events": [an_event(evidence="testimony")]})

    assert answer.json()["errors"][0]["hint"] == "One of: quote, record."


def test_an_event_that_comes_in_is_written_like_one_of_the_contract() -> None:
    assert EventInput.__struct_fields__ == Event.__struct_fields__


@pytest.mark.parametrize(
    ("content", "place", "code"),
    [
        (b'{"text":', "", "malformed-json"),
        (b'{"text":"a\0"}', "/text", "null-character"),
        (b'{"text":"\xff"}', "/text", "invalid-utf-8"),
        (b'{"text":"\\ud800"}', "/text", "lone-surrogate"),
        (b'{"text":' + b"[" * 10_000, "", "too-deep"),
        (b" " * 20_000_000, "", "too-large"),
    ],
)
def test_what_cannot_be_read_at_all_names_a_place_too(
    service: Service, documents: str, content: bytes, place: str, code: str
) -> None:
    answer = service.client.post(documents, content=content, headers=JSON)

    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(place, code)]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"events": []}, "/document"),
        ({"document": {"text": TEXT}, "document_id": "a" * 32, "events": []}, "/document_id"),
        ({"document": {"text": "a\x07"}, "events": []}, "/document/text"),
        ({"document": {"text": "a", "published": "2023-02-30"}, "events": []}, "/document/published"),
        ({"document": {"html": "<p>a"}, "events": []}, "/document/html"),
        ({"document": {"text": TEXT}}, "/events"),
    ],
)
def test_a_malformed_request_with_events_is_refused(
    service: Service, events: str, body: dict[str, Any], place: str
) -> None:
    answer = service.post(events, body)

    assert problem(answer)[0] == 400
    assert place in problem(answer)[2]


def test_events_of_a_stored_document_are_checked_against_its_text(
    service: Service, servers: Servers, known: Chronology, collection: str, events: str
) -> None:
    fields = {"text": TEXT, "publisher": "The Herald", "url": "", "published": "2023-09-16"}
    id = content_id.document_id(**fields)
    known.documents[f"/v1/collections/{collection}/documents/{id}?text=true"] = {
        "position": 9,
        "document": {"id": id, **fields},
    }

    good = service.post(events, {"document_id": id, "events": [an_event()]})
    bad = service.post(events, {"document_id": id, "events": [an_event(start=1)]})

    assert good.status_code == 201
    assert problem(bad) == (400, "invalid", ["/events/0/quote"])
    assert [record.type for record in stored(servers.nats_url, collection)] == [
        "event.extracted",
        "extraction.completed",
    ]


def test_a_document_that_chronology_does_not_have_is_named(service: Service, events: str) -> None:
    answer = service.post(events, {"document_id": "b" * 32, "events": [an_event()]})

    assert problem(answer) == (400, "invalid", ["/document_id"])


# --- processes


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_killed_worker_costs_no_document(service: Service, documents: str) -> None:
    before = service.children()
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    answers = [service.post(documents, {"text": f"{TEXT} Page {page}."}) for page in range(4)]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert not set(before) & set(service.children())


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_service(servers: Servers, number: signal.Signals) -> None:
    with ingest_service(servers.nats_url, servers.nats_monitor_url) as service:
        ends = [os.pidfd_open(pid) for pid in service.children()]
        service.process.send_signal(number)
        code = service.process.wait(10)
        ended = [select.select([end], [], [], 5)[0] == [end] for end in ends]
        for end in ends:
            os.close(end)

    assert code == (0 if number == signal.SIGTERM else -signal.SIGKILL)
    assert ended == [True, True]


# --- readiness and access


def test_the_service_is_ready(service: Service) -> None:
    answer = service.client.get("/readyz?verbose")

    assert (answer.status_code, set(answer.json()["checks"])) == (200, {"nats", "durability", "workers"})


def test_nothing_is_taken_while_nobody_knows_whether_nats_syncs(servers: Servers, collection: str) -> None:
    create(servers.nats_url, collection)
    with ingest_service(servers.nats_url, "") as service:
        ready = service.client.get("/readyz?verbose")
        answer = service.post(f"/v1/collections/{collection}/documents", {"text": TEXT})

    assert ready.status_code == 503
    assert "sync_interval" in ready.json()["checks"]["durability"]["detail"]
    assert problem(answer)[:2] == (503, "not-durable")


def test_an_operator_may_vouch_for_nats(servers: Servers, collection: str) -> None:
    create(servers.nats_url, collection)
    with ingest_service(servers.nats_url, "", CHRONOLOGY_NATS_SYNC_VOUCHED="true") as service:
        answer = service.post(f"/v1/collections/{collection}/documents", {"text": TEXT})

    assert answer.status_code == 201


def test_a_key_is_needed_where_there_is_one_and_goes_on_to_chronology(
    servers: Servers, known: Chronology, collection: str
) -> None:
    create(servers.nats_url, collection)
    path, bearer = f"/v1/collections/{collection}", {"authorization": f"Bearer {KEY}"}
    with ingest_service(
        servers.nats_url, servers.nats_monitor_url, CHRONOLOGY_BOOTSTRAP_KEY=KEY, CHRONOLOGY_URL=known.url
    ) as service:
        refused = service.post(f"{path}/documents", {"text": TEXT})
        taken = service.client.post(f"{path}/documents", json={"text": TEXT}, headers=bearer)
        service.client.post(f"{path}/events", json={"document_id": "c" * 32, "events": []}, headers=bearer)

    assert problem(refused)[:2] == (401, "unauthenticated")
    assert taken.status_code == 201
    assert known.asked[-1] == f"Bearer {KEY}"


def test_a_foreign_page_cannot_use_the_service(service: Service, documents: str) -> None:
    answer = service.client.post(documents, json={"text": TEXT}, headers={"origin": "https://example.org"})

    assert problem(answer)[:2] == (403, "foreign-host")


def test_other_media_types_are_refused(service: Service, documents: str) -> None:
    answer = service.client.post(documents, content=DOCUMENT, headers={"content-type": "text/plain"})

    assert problem(answer)[:2] == (415, "unsupported-media-type")


def test_an_address_for_others_needs_a_key(servers: Servers) -> None:
    everywhere = ingest_service(servers.nats_url, servers.nats_monitor_url, CHRONOLOGY_INGEST_HOST="0.0.0.0")

    with pytest.raises(AssertionError, match="no API key is configured"), everywhere:
        pass


def test_the_description_names_both_routes_and_their_bodies(service: Service) -> None:
    spec: httpx2.Response = service.client.get("/openapi.json")
    paths = spec.json()["paths"]
    bodies = [
        paths[f"/v1/collections/{{collection}}/{route}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for route in ("documents", "events")
    ]

    assert [body["$ref"].rpartition("/")[2] for body in bodies] == ["DocumentInput", "EventsInput"]


def test_a_collection_whose_creation_is_not_finished_takes_nothing(
    service: Service, servers: Servers, collection: str
) -> None:
    create(servers.nats_url, collection, state="new")
    answer = service.post(f"/v1/collections/{collection}/documents", {"text": TEXT})

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-such-collection-yet")
