"""What a route tells the OpenAPI document of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from chronology_runtime import openapi
from litestar.openapi.spec import Operation
from litestar.openapi.spec import Parameter as OpenApiParameter
from msgspec import UNSET

from .parameters import Parameter

BODY_BYTES_MAX: Final = 1_048_576
ALWAYS: Final = ("not-found", "unavailable")


def route(
    *,
    summary: str,
    tag: str,
    answer: Any,
    status: int = 200,
    query: Sequence[Parameter] = (),
    body: Any = None,
    body_required: bool = True,
    body_bytes_max: int = BODY_BYTES_MAX,
    content_types: Sequence[str] = (),
    examples: dict[str, Any] | None = None,
    also: dict[int, Any] | None = None,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    """Arguments for a handler: what it reads and answers, and with which problems."""
    slugs = {*ALWAYS, *problems}
    if query:
        slugs.add("invalid")
    if any(parameter.name == "at_least" for parameter in query):
        slugs |= {"behind", "projection-stopped"}
    if any(parameter.name == "after" for parameter in query):
        slugs.add("bad-cursor")
    return {
        "summary": summary,
        "tags": [tag],
        "operation_class": _operation(query),
        "status_code": status,
        "opt": {
            "body_bytes_max": body_bytes_max,
            **openapi.documented(
                body=body,
                body_required=body_required,
                body_examples=examples,
                content_types=content_types,
                answers={status: answer, **(also or {})},
                problems=sorted(slugs),
            ),
        },
    }


def _operation(query: Sequence[Parameter]) -> Any:
    """The query is read by `Arguments`, not by litestar: what litestar finds in a signature is completed by it."""

    def make(**fields: Any) -> Operation:
        operation = Operation(**fields)
        operation.parameters = [*(operation.parameters or []), *(_parameter(parameter) for parameter in query)] or None
        return operation

    return make


def _parameter(parameter: Parameter) -> OpenApiParameter:
    schema: Any = parameter.schema
    if parameter.repeatable:
        schema = {"type": "array", "items": schema}
    return OpenApiParameter(
        name=parameter.name,
        param_in="query",
        schema=schema,
        description=parameter.description,
        required=parameter.required,
        example=None if parameter.example is UNSET else parameter.example,
    )
