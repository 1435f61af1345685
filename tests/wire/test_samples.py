"""Every version ever published decodes, validates against its schema, and keeps its id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from chronology_contracts import codec, content_id, edtf
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_contracts.json_schema import FOLDER
from chronology_contracts.records import RECORD_TYPES, ExtractionCompleted
from chronology_contracts.validation import document_faults, event_faults

SAMPLES = sorted(Path(__file__).parent.glob("*.json"))
sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)


def read(name: str) -> Any:
    """The current struct of a sample's body."""
    message = codec.decode_message((Path(__file__).parent / f"{name}.json").read_bytes())
    return codec.decode_body(message.type, message.version, message.body)


def schema(name: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))


def test_every_version_of_every_record_type_has_a_sample() -> None:
    needed = {f"{type.name}.v{version}" for type in RECORD_TYPES.values() for version in range(1, type.version + 1)}

    assert {path.stem for path in SAMPLES} == needed


@sample
def test_it_decodes_to_the_current_struct(path: Path) -> None:
    raw = path.read_bytes()

    message = codec.decode_message(raw)
    body = codec.decode_body(message.type, message.version, message.body)

    assert f"{message.type}.v{message.version}" == path.stem
    assert type(body) is RECORD_TYPES[message.type].body
    assert b'"data":' + message.body in raw


@sample
def test_it_validates_against_its_schemas(path: Path) -> None:
    envelope = json.loads(path.read_bytes())

    schema("message.v1").validate(envelope)
    schema(path.stem).validate(envelope["data"])


@sample
def test_the_log_hands_it_out_as_its_schema_says(path: Path) -> None:
    message = codec.decode_message(path.read_bytes())
    raw = codec.encode_record(
        collection="velm-court", lineage="l" * 32, position=1, id=content_id.to_text(message.id), type=message.type,
        version=message.version, recorded_at="2026-02-03T10:20:31.123456Z", body=message.body,
    )  # fmt: skip

    schema("record.v1").validate(json.loads(raw))


@sample
def test_every_member_that_its_schema_requires_is_really_required(path: Path) -> None:
    """A sample without one of them is refused by the schema and by the codec alike."""
    body = json.loads(path.read_bytes())["data"]
    required = json.loads((FOLDER / f"{path.stem}.json").read_text("utf-8"))["required"]
    message = codec.decode_message(path.read_bytes())

    for name in required:
        without = {key: value for key, value in body.items() if key != name}

        assert not schema(path.stem).is_valid(without)
        with pytest.raises(msgspec.ValidationError):
            codec.decode_body(message.type, message.version, json.dumps(without).encode())


def test_ids_are_still_what_they_were() -> None:
    document: Document = read("document.received.v1")
    event: Event = read("event.extracted.v1")
    completion: ExtractionCompleted = read("extraction.completed.v1")

    assert content_id.id_of_document(document) == document.id == "6dtgceasrmyqou3lhqitw4usgdsndeza"
    assert content_id.id_of_event(event) == event.id == "5svutzxgwvm4vxbc6d624upgzwnw6wrb"
    assert completion.id == "wydusemszuegbzl4dadqnzte66xkvtlx"
    assert completion.id == content_id.completion_id(
        document_id=document.id, extractor=event.extractor, event_ids=[event.id], role="reading"
    )


def test_the_samples_are_such_as_may_be_published() -> None:
    document: Document = read("document.received.v1")
    event: Event = read("event.extracted.v1")

    assert document_faults(document) == []
    assert event_faults(event, document.text) == []
    assert edtf.canonical(read("incident.date_preferred.v1").date) == "2024-03-04"
