"""The generated JSON Schemas are current, and are what they say they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from chronology_contracts import json_schema
from chronology_contracts.records import RECORD_TYPES

CURRENT = json_schema.schemas()
FILES = {path.stem: path for path in json_schema.FOLDER.glob("*.json")}


def test_every_record_type_and_both_envelopes_have_a_schema() -> None:
    bodies = {f"{type.name}.v{type.version}" for type in RECORD_TYPES.values()}

    assert set(CURRENT) == bodies | {"message.v1", "record.v1"}
    assert set(CURRENT) <= set(FILES), "run: python -m chronology_contracts.json_schema"


@pytest.mark.parametrize("name", sorted(CURRENT))
def test_the_file_is_what_the_structs_give(name: str) -> None:
    assert FILES[name].read_text("utf-8") == json_schema.encode(CURRENT[name]), (
        "run: python -m chronology_contracts.json_schema"
    )


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_schema_is_valid_2020_12_and_names_no_host(name: str) -> None:
    schema = json.loads(FILES[name].read_text("utf-8"))
    stem, _, version = name.rpartition(".")

    jsonschema_rs.meta.validate(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:chronology:schema:{stem}:{version}"
    assert set(references(schema)) <= {f"#/$defs/{definition}" for definition in schema.get("$defs", {})}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)
