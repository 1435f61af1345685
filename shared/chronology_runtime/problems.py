"""Errors as people and programs on HTTP get them: RFC 9457, the same in both services.

Each kind of error is a `ProblemType` in one table: the slug and the title never change,
and `GET /problems/<slug>` explains it, so the `type` of an answer resolves. What differs
from case to case stands in `detail` and, for single fields or parameters, in `errors`.
An answer says nothing of the inside: no class names, no SQL, no stack; the request id
finds them in the log.

    Problem          raised by handlers and middlewares, answered as application/problem+json
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
from litestar import Request, Response, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath, ParameterKwarg
from msgspec import UNSET, Struct, UnsetType

MEDIA_TYPE: Final = "application/problem+json"

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


class ProblemType(Struct, frozen=True, kw_only=True):
    """One kind of error. `explanation` tells a caller what to do about it."""

    slug: str
    status: int
    title: str
    explanation: str


class Detail(Struct, frozen=True, kw_only=True):
    """One fault. `pointer` (RFC 6901) is a place in the body; `parameter` one of path, query or header."""

    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET
    code: str
    detail: str
    hint: str | UnsetType = UNSET


class ProblemBody(Struct, frozen=True, kw_only=True):
    """An error after RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | UnsetType = UNSET
    errors: tuple[Detail, ...] | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


_TYPES: Final[dict[str, ProblemType]] = {}


def register(*types: ProblemType) -> None:
    """Add kinds of problems; the same one twice is nothing new, another one under a known slug is refused."""
    for type in types:
        if _TYPES.setdefault(type.slug, type) != type:
            raise ValueError(f"the problem type {type.slug!r} is registered with another meaning")


def problem_types() -> list[ProblemType]:
    return sorted(_TYPES.values(), key=lambda known: known.slug)


def problem_type(slug: str) -> ProblemType:
    """Raises `KeyError` for a slug that nobody registered."""
    return _TYPES[slug]


register(
    *(
        ProblemType(status=status, slug=slug, title=title, explanation=explanation)
        for status, slug, title, explanation in (
            (400, "bad-request", "The request is not valid",
             "Something in the request cannot be used; `detail` says what."),
            (400, "invalid", "Fields or parameters are not valid",
             "`errors` names each one, by JSON pointer or parameter, with what would be right."),
            (400, "malformed-json", "The body is not valid JSON",
             "`detail` names the place. Send one JSON value in UTF-8, without a BOM."),
            (400, "invalid-utf-8", "The text is not valid UTF-8",
             "`detail` names the first wrong byte. Convert the text to UTF-8."),
            (400, "null-character", "The text has a NUL character",
             "U+0000 cannot be stored. Remove it, also where it is written as an escape."),
            (400, "too-deep", "The JSON is nested too deeply",
             "No valid body needs that depth. Flatten the value."),
            (400, "bad-cursor", "The cursor cannot be used",
             "Cursors are opaque and belong to one query and one version of a projection. Start again without it."),
            (401, "unauthenticated", "A valid API key is needed",
             "Send `Authorization: Bearer ck_…` with a key of this server."),
            (403, "forbidden", "The key does not allow this",
             "`detail` names the grant that is missing; an administrator can give it."),
            (403, "foreign-host", "The request does not come from this machine",
             "Without API keys only this machine may ask; Host and Origin must name it. Configure keys for others."),
            (404, "not-found", "There is nothing here",
             "Check the address; `detail` says what was looked for, where that is known."),
            (405, "method-not-allowed", "The address does not support this method",
             "The header Allow lists the methods that it supports."),
            (406, "not-acceptable", "No such representation",
             "Ask for one of the media types that the documentation lists."),
            (408, "too-slow", "The body did not arrive in time",
             "Send again over a better line, or send less at a time."),
            (409, "conflict", "The request conflicts with what is stored",
             "`detail` says with what. Read the present state first."),
            (412, "precondition-failed", "Something changed since you read it",
             "Read it again, then repeat with the new ETag in If-Match."),
            (413, "too-large", "The request is too large",
             "`detail` names the limit. Send it in parts."),
            (415, "unsupported-media-type", "The body is of another media type than this address reads",
             "Send `Content-Type: application/json`, not compressed, unless the documentation says otherwise."),
            (429, "too-many-requests", "Too many requests",
             "Wait as long as the header Retry-After says."),
            (500, "internal", "Something went wrong on the server",
             "It is not your request's fault. The operator finds the cause in the log by `request_id`."),
            (501, "not-implemented", "This is not supported",
             "The server knows the request but does not carry it out; nothing was stored."),
            (503, "unavailable", "The service cannot answer now",
             "Send the same request again after the time in Retry-After."),
        )
    )
)  # fmt: skip

_BY_STATUS: Final = {
    400: "bad-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    406: "not-acceptable", 408: "too-slow", 409: "conflict", 412: "precondition-failed", 413: "too-large",
    415: "unsupported-media-type", 429: "too-many-requests", 500: "internal", 501: "not-implemented",
    503: "unavailable",
}  # fmt: skip


class Problem(Exception):
    """An answer other than success. `status` and title follow from the registered slug."""

    def __init__(
        self, slug: str, detail: str = "", *, errors: Iterable[Detail] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{slug}: {detail}" if detail else slug)
        self.type = problem_type(slug)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return self.type.status

    def body(self, request_id: str = "") -> bytes:
        return _encode(
            ProblemBody(
                type=f"/problems/{self.type.slug}",
                title=self.type.title,
                status=self.type.status,
                detail=self.detail or UNSET,
                errors=self.errors or UNSET,
                request_id=request_id or UNSET,
            )
        )


def unavailable(detail: str, *, retry_after_seconds: int = 1) -> Problem:
    """503 with Retry-After."""
    return Problem("unavailable", detail, headers={"retry-after": str(retry_after_seconds)})


def invalid_parameter(name: str, detail: str, *, code: str = "invalid", hint: str = "") -> Problem:
    """400 about one parameter of path or query."""
    return Problem("invalid", detail, errors=[Detail(parameter=name, code=code, detail=detail, hint=hint or UNSET)])


def from_faults(faults: Iterable[Any], prefix: str = "") -> Problem:
    """400 from faults of the contract (`pointer`, `code`, `detail`, `hint`).

    `prefix` is the pointer to the value that was checked.
    """
    errors = [
        Detail(pointer=prefix + fault.pointer, code=fault.code, detail=fault.detail, hint=fault.hint or UNSET)
        for fault in faults
    ]
    return Problem("invalid", errors[0].detail if errors else "", errors=errors)


# --- how litestar and bare ASGI answer with one


def exception_handlers() -> dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[bytes]]]:
    """For `Litestar(exception_handlers=…)`: everything that is raised becomes problem+json."""
    return {Problem: _answer_problem, HTTPException: _answer_http_exception, Exception: _answer_crash}


def request_id_of(scope: Mapping[str, Any]) -> str:
    """The id that the outermost middleware gave this request; "" outside of it."""
    return str(scope.get("chronology.request_id", ""))


async def send_problem(scope: Mapping[str, Any], send: Callable[[Any], Awaitable[None]], problem: Problem) -> None:
    """Answer from a middleware, where litestar does not see the exception."""
    body = problem.body(request_id_of(scope))
    headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), **problem.headers}
    raw = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send(
        {"type": "http.response.body", "body": body if scope.get("method") != "HEAD" else b"", "more_body": False}
    )


def _answer_problem(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    return Response(
        problem.body(request_id_of(request.scope)),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )


def _answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500 and error.status_code not in (501, 503):
        return _answer_crash(request, error)
    return _answer_problem(request, _from_http_exception(request, error))


def _answer_crash(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error("request crashed", path=request.scope.get("path_template", ""), method=request.method, exc_info=error)
    return _answer_problem(request, Problem("internal"))


_MISSING = re.compile(r"Missing required (\w+) parameter '(.*)' for path ")


def _from_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Problem:
    slug = _BY_STATUS.get(error.status_code, "bad-request")
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() != "content-type"}
    missing = _MISSING.match(error.detail)
    if missing:
        return invalid_parameter(missing[2], f"The {missing[1]} parameter {missing[2]!r} is missing.", code="missing")
    if isinstance(error.extra, list) and error.status_code == 400:
        errors = [_parameter_detail(request, fault) for fault in error.extra if isinstance(fault, dict)]
        return Problem("invalid", errors[0].detail if errors else "", errors=errors, headers=headers)
    # A bare phrase of the status ("Not Found") says nothing that the title does not.
    phrases = {HTTPStatus(error.status_code).phrase, ""}
    return Problem(slug, "" if error.detail in phrases else error.detail, headers=headers)


def _parameter_detail(request: Request[Any, Any, Any], fault: Mapping[str, Any]) -> Detail:
    name = _public_name(request, str(fault.get("key", "")))
    message = str(fault.get("message", "invalid"))
    where = str(getattr(fault.get("source"), "value", "") or "")
    if message.startswith("Expected `bool`"):
        detail = f"{where} parameter {name!r}: Expected true or false".strip()
        return Detail(parameter=name, code="not-one-of", detail=detail, hint="One of: true, false.")
    return Detail(parameter=name, code="invalid", detail=f"{where} parameter {name!r}: {message}".strip())


def _public_name(request: Request[Any, Any, Any], name: str) -> str:
    """The name that a caller knows: litestar reports the function's (`from_`), not the query's (`from`)."""
    handler = request.scope.get("route_handler")
    signature = getattr(handler, "parsed_fn_signature", None)
    field = signature.parameters.get(name) if signature else None
    definition = field.kwarg_definition if field else None
    if isinstance(definition, ParameterKwarg):
        return definition.name or name
    return name


@get("/problems", include_in_schema=False)
async def list_problems() -> list[ProblemType]:
    """Every kind of error, with what to do about it."""
    return problem_types()


@get("/problems/{slug:str}", include_in_schema=False)
async def explain_problem(slug: FromPath[str]) -> ProblemType:
    """What one kind of error means, and what to do about it."""
    try:
        return problem_type(slug)
    except KeyError:
        raise Problem("not-found", f"There is no problem type {slug!r}.") from None
