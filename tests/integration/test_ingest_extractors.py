"""The ingest service with other extractors than the default one: how they are chosen, and what if one is away."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chronology_contracts.codec import decode_body
from chronology_contracts.records import ExtractionCompleted

from tests.integration.ingest_service import Service, create, ingest_service, problem, stored
from tests.model_server import Answer, ModelServer, Request, piece_of, proposing, refusing, saying, serving
from tests.servers import Servers

KEY = "sk-of-the-model-815"
TEXT = "Police in Ilvarin detained the lawyer Javel Orsheni on 14 May 2023."
PROPOSED = {
    "quote": TEXT[:-1], "trigger": "detained", "type": "COERCE", "mode": "arrest", "date_text": "14 May 2023",
    "date": "2023-05-14", "modality": "asserted",
}  # fmt: skip


def say(request: Request) -> Answer:
    """What a piece asks for, in the model's stead: the last word of its text."""
    word = piece_of(request).rsplit(" ", 1)[-1]
    return {"BUSY": refusing(429, retry_after="90"), "GARBLED": saying("Well.")}.get(word, proposing(PROPOSED))


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with serving(say) as server:
        yield server


@pytest.fixture(scope="module")
def service(servers: Servers, model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    key: Path = tmp_path_factory.mktemp("keys") / "model"
    key.write_text(f"{KEY}\n")
    with ingest_service(
        servers.nats_url,
        servers.nats_monitor_url,
        CHRONOLOGY_INGEST_EXTRACTOR="rules+llm",
        CHRONOLOGY_LLM_URL=model.url,
        CHRONOLOGY_LLM_MODEL="small",
        CHRONOLOGY_LLM_KEY_FILE=str(key),
    ) as service:
        yield service


@pytest.fixture
def documents(servers: Servers, collection: str) -> str:
    create(servers.nats_url, collection)
    return f"/v1/collections/{collection}/documents"


def body(text: str = TEXT, **fields: str) -> dict[str, Any]:
    return {"text": text, "published": "2023-05-15", **fields}


def codes(answer: dict[str, Any]) -> list[str]:
    return [note["code"] for note in answer["warnings"]]


def test_a_document_that_names_no_extractor_is_read_by_the_one_that_is_set(
    service: Service, servers: Servers, collection: str, documents: str, model: ModelServer
) -> None:
    answer = service.post(documents, body())

    assert (answer.status_code, "llm-used" in codes(answer.json())) == (201, True)
    assert model.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    (completion,) = [
        found
        for record in stored(servers.nats_url, collection)
        if isinstance(found := decode_body(record.type, record.version, record.body), ExtractionCompleted)
    ]
    assert completion.extractor.name == "rules+llm"


def test_a_document_may_choose_and_other_extractors_are_then_not_asked(
    service: Service, documents: str, model: ModelServer
) -> None:
    asked = len(model.requests)
    answer = service.post(documents, body(extractor="rules"), dry_run="true").json()

    assert (answer["extractor"]["name"], len(model.requests)) == ("rules", asked)


def test_while_the_endpoint_is_away_the_rules_events_are_stored_and_the_answer_says_so(
    service: Service, documents: str
) -> None:
    alone = service.post(documents, body(f"{TEXT} BUSY", extractor="rules"), dry_run="true").json()
    answer = service.post(documents, body(f"{TEXT} BUSY"))

    assert answer.status_code == 201
    assert answer.json()["event_ids"] == [event["id"] for event in alone["events"]] != []
    assert "extractor-left-out" in codes(answer.json())


def test_alone_it_is_answered_503_with_the_time_after_which_to_try_again(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    answer = service.post(documents, body(f"{TEXT} BUSY", extractor="llm"))

    assert problem(answer)[:2] == (503, "unavailable")
    assert answer.headers["retry-after"] == "90"
    assert "answers 429" in answer.json()["detail"]
    assert stored(servers.nats_url, collection) == []


def test_garbage_is_answered_503_and_stores_nothing(
    service: Service, servers: Servers, collection: str, documents: str
) -> None:
    answer = service.post(documents, body(f"{TEXT} GARBLED", extractor="llm"))

    assert problem(answer)[:2] == (503, "unavailable")
    assert stored(servers.nats_url, collection) == []


@pytest.mark.parametrize("name", ["spacy", "nobody", "rules+nobody", "rules+"])
def test_an_extractor_that_is_not_there_is_named_by_its_field(service: Service, documents: str, name: str) -> None:
    assert problem(service.post(documents, body(extractor=name))) == (400, "invalid", ["/extractor"])


def test_a_document_of_too_many_pieces_is_too_large(service: Service, documents: str) -> None:
    answer = service.post(documents, body("Rain fell over the hills. " * 8_000, extractor="llm"))

    assert problem(answer) == (413, "too-large", ["/text"])


def test_the_key_is_in_no_answer(service: Service, documents: str) -> None:
    answers = [service.post(documents, body(f"{TEXT} BUSY", extractor=name)) for name in ("llm", "rules+llm")]

    assert KEY not in json.dumps([answer.json() for answer in answers])


def test_nobody_loads_spacy_who_does_not_ask_for_it() -> None:
    loaded = "sys.modules.keys() & {'spacy', 'httpx2'}"
    code = f"import sys; from chronology_ingest import reader; reader.reader(); sys.exit(bool({loaded}))"

    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
