"""The OpenAPI document, true to what the handlers do, and a page that shows it offline.

Bodies and answers are described by the msgspec structs themselves (`additionalProperties:
false`, descriptions, constraints), since litestar's own schemas lose those; parameters
are litestar's. A handler says what it reads and answers in its options:

    @post(path, guards=[require("ingest")], opt=documented(body=Documents, answers={201: Receipt}))

A handler that returns a struct needs no `answers`. Errors are problem+json everywhere.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from msgspec import Struct

from .access import Open, Require
from .problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from .problems import Problem, ProblemBody, problem_type

Json = dict[str, Any]
"""A piece of a JSON document. Here alone such pieces are what the module is about."""

_REF: Final = "#/components/schemas/{name}"
_OPTION: Final = "chronology.documentation"
_JSON: Final = "application/json"


class Answer(Struct, frozen=True, kw_only=True):
    """One representation of an answer; `type` None: its content is not JSON, or there is none."""

    type: Any = None
    media_type: str = _JSON
    description: str = ""


class Documentation(Struct, frozen=True, kw_only=True):
    body: Any = None
    body_required: bool = True
    body_examples: Mapping[str, Any] = {}
    content_types: tuple[str, ...] = ()
    answers: Mapping[int, tuple[Answer, ...]] = {}
    problems: tuple[str, ...] = ()


def documented(
    *,
    body: Any = None,
    body_required: bool = True,
    body_examples: Mapping[str, Any] | None = None,
    content_types: Iterable[str] = (),
    answers: Mapping[int, Any] | None = None,
    problems: Iterable[str] = (),
) -> dict[str, Any]:
    """Options for a handler (`opt=`, or merged into one by `|`).

    `answers`: status → a type, an `Answer`, or several; None for an empty answer.
    `content_types` are read beside JSON, by the body guard too. `problems` are slugs.
    """
    shown = {
        status: tuple(map(_answer, given if isinstance(given, list | tuple) else [given]))
        for status, given in (answers or {}).items()
    }
    return {
        "content_types": tuple(content_types),
        _OPTION: Documentation(
            body=body,
            body_required=body_required,
            body_examples=body_examples or {},
            content_types=tuple(content_types),
            answers=shown,
            problems=tuple(problems),
        ),
    }


def _answer(given: Any) -> Answer:
    return given if isinstance(given, Answer) else Answer(type=given, media_type=_JSON if given is not None else "")


# --- the document


def build_spec(app: Litestar, *, title: str, version: str, description: str = "") -> Json:
    """OpenAPI 3.1 of an app that was made with an `openapi_config`."""
    spec: Json = app.openapi_schema.to_schema()
    spec["openapi"] = "3.1.0"
    spec["info"] = {"title": title, "version": version, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    if description:
        spec["info"]["description"] = description
    spec["servers"] = [{"url": "/"}]
    found = [
        (spec["paths"][route.path_format][method.lower()], handler)
        for route in app.routes
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items()
        if method.lower() in spec["paths"].get(route.path_format, {})
    ]
    schemas = _Schemas([type for _, handler in found for type in _types_of(handler)] + [ProblemBody])
    for operation, handler in found:
        _complete(operation, handler, schemas)
    components = spec.setdefault("components", {})
    components["schemas"] = {**_referenced(spec, components.get("schemas", {})), **schemas.components}
    components["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key, `ck_<id>_<secret>`. None is needed on loopback without keys.",
        }
    }
    return spec


class _Schemas:
    """The schemas of all types of a document, made together so that each struct is described once."""

    def __init__(self, types: Sequence[Any]) -> None:
        schemas, self.components = msgspec.json.schema_components(types, ref_template=_REF)
        _drop_untrue_defaults(self.components)
        self._pairs = list(zip(types, schemas, strict=True))

    def of(self, type: Any) -> Json:
        return next(schema for known, schema in self._pairs if known == type)


def _drop_untrue_defaults(schema: Any) -> None:
    """A default that its own pattern forbids means "left out": it cannot be sent, so it is not shown either."""
    if isinstance(schema, list):
        for item in schema:
            _drop_untrue_defaults(item)
    elif isinstance(schema, dict):
        default, pattern = schema.get("default"), schema.get("pattern")
        if isinstance(default, str) and isinstance(pattern, str) and not re.search(pattern, default):
            del schema["default"]
        _drop_untrue_defaults(list(schema.values()))


def _documentation(handler: HTTPRouteHandler) -> Documentation:
    given = handler.opt.get(_OPTION)
    found = given if isinstance(given, Documentation) else Documentation()
    returned = handler.parsed_fn_signature.return_type.annotation
    if not found.answers and _is_struct(returned):
        found = msgspec.structs.replace(found, answers={_status(handler): (Answer(type=returned),)})
    return found


def _is_struct(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", annotation)
    if origin in (list, tuple):
        return any(_is_struct(part) for part in getattr(annotation, "__args__", ()))
    return isinstance(origin, type) and issubclass(origin, Struct)


def _status(handler: HTTPRouteHandler) -> int:
    return int(handler.status_code)


def _types_of(handler: HTTPRouteHandler) -> list[Any]:
    found = _documentation(handler)
    answers = [answer.type for several in found.answers.values() for answer in several]
    return [type for type in (found.body, *answers) if type is not None]


def _complete(operation: Json, handler: HTTPRouteHandler, schemas: _Schemas) -> None:
    found = _documentation(handler)
    responses = operation.setdefault("responses", {})
    responses.pop("400", None)
    if found.body is not None or found.content_types:
        operation["requestBody"] = _request_body(found, schemas)
    if found.answers:
        for status in [status for status in responses if status.startswith("2")]:
            del responses[status]
    for status, answers in found.answers.items():
        responses[str(status)] = _response(status, answers, schemas)
    guard = _guard(handler)
    slugs = set(found.problems)
    if operation.get("parameters") or found.body is not None:
        slugs.add("invalid")
    if found.body is not None or found.content_types:
        slugs |= {"malformed-json", "too-deep", "too-slow", "too-large", "unsupported-media-type"}
    if isinstance(guard, Require):
        slugs |= {"unauthenticated", "forbidden"}
        operation["x-grant"] = guard.grant
    operation["security"] = [] if isinstance(guard, Open) else [{"key": []}, {}]
    _add_problems(responses, slugs, schemas)
    for parameter in operation.get("parameters", []):
        # Defaults of OpenAPI, spelt out by litestar; they only make the document longer.
        for name in ("deprecated", "allowEmptyValue", "allowReserved"):
            if parameter.get(name) is False:
                del parameter[name]


def _guard(handler: HTTPRouteHandler) -> Require | Open | None:
    guards = [guard for guard in handler.resolve_guards() if isinstance(guard, Require | Open)]
    return guards[-1] if guards else None


def _request_body(found: Documentation, schemas: _Schemas) -> Json:
    content: Json = {media_type: {} for media_type in found.content_types}
    if found.body is not None:
        content[_JSON] = {"schema": schemas.of(found.body)}
        if found.body_examples:
            content[_JSON]["examples"] = {name: {"value": value} for name, value in found.body_examples.items()}
    return {"required": found.body_required, "content": content}


def _response(status: int, answers: Sequence[Answer], schemas: _Schemas) -> Json:
    description = next((answer.description for answer in answers if answer.description), HTTPStatus(status).phrase)
    content = {
        answer.media_type: {"schema": schemas.of(answer.type)}
        if answer.type is not None
        else {"schema": {"type": "string"}}
        for answer in answers
        if answer.media_type
    }
    return {"description": description, "content": content} if content else {"description": description}


def _add_problems(responses: Json, slugs: Iterable[str], schemas: _Schemas) -> None:
    content = {PROBLEM_MEDIA_TYPE: {"schema": schemas.of(ProblemBody)}}
    for type in sorted(map(problem_type, slugs), key=lambda known: (known.status, known.slug)):
        line = f"- [{type.title}](/problems/{type.slug})"
        known = responses.setdefault(str(type.status), {"description": "", "content": content})
        known["description"] = "\n".join(filter(None, (known["description"], line)))
    responses["default"] = {"description": "Another error; `type` leads to its explanation.", "content": content}


def _referenced(spec: Json, schemas: Json) -> Json:
    text = msgspec.json.encode({"paths": spec["paths"], "schemas": schemas}).decode()
    return {name: schema for name, schema in schemas.items() if f'"{_REF.format(name=name)}"' in text}


# --- the page

# litestar adds the charset of texts.
_ASSETS: Final = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<main id="page">
<noscript>This page needs JavaScript. The same is in <a href="/openapi.json">openapi.json</a>.</noscript>
</main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "/docs/openapi-3.0.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
"""
_PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def docs_handlers(spec: Callable[[], Json]) -> list[HTTPRouteHandler]:
    """`/openapi.json`, and `/docs`: Swagger UI from an installed package, nothing from elsewhere."""

    @functools.cache
    def encoded() -> bytes:
        return msgspec.json.encode(spec())

    @functools.cache
    def encoded_for_page() -> bytes:
        return msgspec.json.encode(as_openapi_3_0(spec()))

    @get("/openapi.json", include_in_schema=False, sync_to_thread=False)
    def openapi_json() -> Response[bytes]:
        return Response(encoded(), media_type=_JSON)

    @get("/", include_in_schema=False, status_code=307, sync_to_thread=False)
    def root() -> Response[bytes]:
        return Response(b"", status_code=307, headers={"location": "/docs"})

    @get("/docs", include_in_schema=False, sync_to_thread=False)
    def page() -> Response[bytes]:
        return Response(_PAGE.encode(), media_type="text/html", headers={"content-security-policy": _PAGE_POLICY})

    @get("/docs/{name:str}", include_in_schema=False, sync_to_thread=False)
    def asset(name: FromPath[str]) -> Response[bytes]:
        if name == "start.js":
            return Response(_START.encode(), media_type="text/javascript")
        if name == "openapi-3.0.json":
            return Response(encoded_for_page(), media_type=_JSON)
        if name not in _ASSETS:
            raise Problem("not-found")
        return Response(_asset(name), media_type=_ASSETS[name], headers={"cache-control": "max-age=86400"})

    return [root, openapi_json, page, asset]


@functools.cache
def _asset(name: str) -> bytes:
    import swagger_ui_bundle

    return bytes((swagger_ui_bundle.swagger_ui_path / name).read_bytes())


def as_openapi_3_0(spec: Json) -> Json:
    """The document as far as OpenAPI 3.0 can say it: the packaged Swagger UI (4.x) shows no newer one."""
    older = _older({name: value for name, value in spec.items() if name != "info"})
    info = {**spec["info"], "license": {"name": "Apache-2.0"}}
    return {**older, "openapi": "3.0.3", "info": info} if isinstance(older, dict) else {}


_NULL: Final = {"type": "null"}


def _older(value: Any) -> Any:
    if isinstance(value, list):
        return [_older(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "null":
        return {**value, "type": "string", "nullable": True, "enum": [None]}
    older = {name: _older(item) for name, item in value.items() if name not in ("const", "type", "anyOf", "oneOf")}
    if "const" in value:
        older["enum"] = [value["const"]]
    types = value.get("type")
    if isinstance(types, list):
        older["nullable"] = "null" in types
        types = next((type for type in types if type != "null"), "string")
    if types is not None:
        older["type"] = _older(types)
    if older.get("required") == []:
        del older["required"]
    for name in ("anyOf", "oneOf"):
        if isinstance(value.get(name), list):
            older |= _older_choices(name, value[name])
    return older


def _older_choices(name: str, choices: list[Any]) -> Json:
    real = [_older(choice) for choice in choices if choice != _NULL]
    nullable: Json = {"nullable": True} if len(real) < len(choices) else {}
    return nullable | (real[0] if len(real) == 1 and "$ref" not in real[0] else {name: real})
