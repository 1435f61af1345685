"""The OpenAPI documents of both services are sound, as far as that shows without the specification's own schema."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from chronology.api.app import create_app
from chronology_ingest.api.app import make_app
from chronology_runtime.access import Keyring
from chronology_runtime.openapi import as_openapi_3_0
from chronology_runtime.telemetry import Metrics

NEWER_WORDS = ("const", "examples", "prefixItems", "$defs", "patternProperties", "propertyNames")
METHODS = ("get", "post", "put", "patch", "delete")


async def _well() -> None:
    return None


# Nothing is asked of what the applications stand on.
ANYTHING: Any = SimpleNamespace(tails=SimpleNamespace(clients=0), closing=asyncio.Event())
CHECKS: Any = SimpleNamespace(postgres=_well, nats=_well, sync=_well, projections=_well)


@pytest.fixture(scope="module", params=["chronology", "ingest"])
def spec(request: pytest.FixtureRequest) -> Any:
    if request.param == "chronology":
        return create_app(ANYTHING, keys=Keyring(), checks=CHECKS).spec
    return make_app(ANYTHING, bus=ANYTHING, keys=Keyring(), metrics=Metrics(), closing=asyncio.Event()).spec


def operations(spec: Any) -> Iterator[tuple[str, Any]]:
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, item[method]


def media(spec: Any) -> Iterator[Any]:
    """Every description of a body."""
    for _, operation in operations(spec):
        for holder in (operation.get("requestBody"), *operation["responses"].values()):
            yield from (holder or {}).get("content", {}).values()


def schemas(spec: Any) -> Iterator[Any]:
    """Every schema, those inside of others too."""
    roots = [*spec["components"]["schemas"].values(), *(shown["schema"] for shown in media(spec) if "schema" in shown)]
    roots += [given["schema"] for _, operation in operations(spec) for given in operation.get("parameters", [])]
    for root in roots:
        yield from _within(root)


def _within(schema: Any) -> Iterator[Any]:
    yield schema
    inner = [*schema.get("properties", {}).values()]
    for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
        inner += schema.get(word, [])
    for word in ("items", "additionalProperties", "not"):
        inner += [schema[word]] if isinstance(schema.get(word), dict) else []
    for one in inner:
        yield from _within(one)


def complete(spec: Any, schema: Any) -> Any:
    """The schema with all that it may refer to."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "components": spec["components"]}


def test_every_schema_is_one_and_its_default_conforms_to_it(spec: Any) -> None:
    faults = []
    for schema in schemas(spec):
        jsonschema_rs.meta.validate(complete(spec, schema))
        if "default" in schema and not jsonschema_rs.is_valid(complete(spec, schema), schema["default"]):
            faults.append(schema)

    assert faults == []


def test_every_example_conforms_to_its_schema(spec: Any) -> None:
    shown = [
        (body["schema"], example["value"]) for body in media(spec) for example in body.get("examples", {}).values()
    ]
    faults = [value for schema, value in shown if not jsonschema_rs.is_valid(complete(spec, schema), value)]

    assert shown
    assert faults == []


def test_what_is_referred_to_is_there_and_names_are_used_once(spec: Any) -> None:
    named = {schema["$ref"] for schema in schemas(spec) if "$ref" in schema}
    ids = [operation["operationId"] for _, operation in operations(spec)]

    assert named <= {f"#/components/schemas/{name}" for name in spec["components"]["schemas"]}
    assert sorted(ids) == sorted(set(ids))


def test_every_operation_has_answers_and_the_parameters_of_its_path(spec: Any) -> None:
    for path, operation in operations(spec):
        given = [(parameter["name"], parameter["in"]) for parameter in operation.get("parameters", [])]

        assert {name for name, place in given if place == "path"} == set(re.findall(r"\{(\w+)\}", path)), path
        assert len(given) == len(set(given)), path
        assert all(answer["description"] for answer in operation["responses"].values()), path
        assert any(status.startswith(("2", "3")) for status in operation["responses"]), path


def test_the_older_document_has_no_newer_words(spec: Any) -> None:
    for schema in schemas(as_openapi_3_0(spec)):
        assert not set(NEWER_WORDS) & set(schema)
        assert isinstance(schema.get("type", ""), str)
        assert schema.get("type") != "null"
        assert schema.get("required") != []
        assert isinstance(schema.get("exclusiveMinimum", True), bool)


def test_a_page_of_the_log_leads_on_by_a_cursor() -> None:
    spec = create_app(ANYTHING, keys=Keyring(), checks=CHECKS).spec
    following = spec["components"]["schemas"]["LogPage"]["properties"]["next"]

    assert following == {"anyOf": [{"type": "string"}, {"type": "null"}]}
