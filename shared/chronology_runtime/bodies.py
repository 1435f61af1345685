"""Request bodies: checked before any parser sees them, then decoded with every error named.

The guard runs after routing and access, reads the whole body within a deadline and hands
it on as one piece. It refuses what parsers take badly: other encodings and media types,
sizes, invalid UTF-8, NUL, and depth (msgspec raises `RecursionError`). Requests without
a body, and so every stream of ours, pass untouched.

A route reads JSON unless its handler says otherwise: `opt={"content_types": ("application/pdf",)}`
names other media types, whose bodies are only limited in size; `opt={"body_bytes_max": …}`
sets another limit.
"""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import accumulate
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, inspect

from .problems import Detail, Problem

T = TypeVar("T")

BODY_BYTES_MAX: Final = 16 * 1024 * 1024
BODY_SECONDS_MAX: Final = 30.0
DEPTH_MAX: Final = 32
_SCAN_BYTES: Final = 65_536

_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UTF_8: Final = frozenset({"", "utf-8", "utf8"})


class BodyGuard:
    """Pure ASGI middleware, to be placed inside litestar, where the route is known."""

    def __init__(
        self,
        app: Any,
        *,
        bytes_max: int = BODY_BYTES_MAX,
        seconds_max: float = BODY_SECONDS_MAX,
        depth_max: int = DEPTH_MAX,
    ) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._seconds_max = seconds_max
        self._depth_max = depth_max

    async def __call__(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Any) -> None:
        if scope["type"] != "http" or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        handler = scope.get("route_handler")
        options = handler.opt if handler is not None else {}
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        _check_encoding(headers)
        is_json = _check_media_type(headers, options.get("content_types", ()))
        limit = int(options.get("body_bytes_max", self._bytes_max))
        body = await self._read(headers, receive, limit)
        if body and not headers.get(b"content-type"):
            raise Problem("unsupported-media-type", "The request has a body but no Content-Type.")
        if body and is_json:
            check_json(body, depth_max=self._depth_max)
        await self._app(scope, _hand_on(body, receive), send)

    async def _read(self, headers: dict[bytes, str], receive: Callable[[], Awaitable[Any]], limit: int) -> bytes:
        declared = headers.get(b"content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise _too_large(limit)
        chunks: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._seconds_max):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Problem("bad-request", "The connection ended before the body did.")
                    chunk = message.get("body", b"")
                    size += len(chunk)
                    if size > limit:
                        raise _too_large(limit)
                    chunks.append(chunk)
                    if not message.get("more_body", False):
                        return b"".join(chunks)
        except TimeoutError:
            detail = f"The body was not complete after {self._seconds_max:g} seconds."
            raise Problem("too-slow", detail, headers={"connection": "close"}) from None


def _hand_on(body: bytes, receive: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
    pending: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_body() -> Any:
        # After the body, the server's own messages: that is how a handler hears of a disconnect.
        return pending.pop() if pending else await receive()

    return receive_body


def _check_encoding(headers: dict[bytes, str]) -> None:
    encoding = headers.get(b"content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        detail = f"Content-Encoding {encoding[:40]!r} is not accepted."
        raise Problem("unsupported-media-type", detail, headers={"accept-encoding": "identity"})


def _check_media_type(headers: dict[bytes, str], others: Iterable[str]) -> bool:
    """Whether the body is JSON; a body of a type that the route does not read raises."""
    given = headers.get(b"content-type", "")
    media_type, _, parameters = given.partition(";")
    media_type = media_type.strip().lower()
    if not media_type:
        return True
    if media_type in {other.lower() for other in others}:
        return False
    charset = re.search(r"charset\s*=\s*\"?([\w-]*)", parameters, re.IGNORECASE)
    if media_type == "application/json" and (charset is None or charset[1].lower() in _UTF_8):
        return True
    accepted = ", ".join(["application/json", *others])
    raise Problem(
        "unsupported-media-type",
        f"Content-Type {given[:80]!r} is not read here; {accepted} is.",
        headers={"accept": accepted},
    )


def _too_large(limit: int) -> Problem:
    return Problem("too-large", f"The body is longer than {limit} bytes.", headers={"connection": "close"})


# --- what is checked in a JSON text


def check_json(body: bytes, *, depth_max: int = DEPTH_MAX) -> None:
    """Raise a 400 for invalid UTF-8, NUL or too much depth. Linear; other faults are the parser's to find."""
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            raise Problem("invalid-utf-8", f"Byte {error.start} (0x{body[error.start]:02x}) is not UTF-8.") from None
    at = body.find(b"\0")
    if at >= 0:
        raise Problem("null-character", f"Byte {at} is NUL.")
    if nested_deeper(body, depth_max):
        raise Problem("too-deep", f"At most {depth_max} levels of arrays and objects are read.")
    _check_null_escapes(body)


def nested_deeper(body: bytes, depth_max: int) -> bool:
    """Whether brackets outside of strings nest deeper than `depth_max`."""
    if body.count(b"[") + body.count(b"{") <= depth_max:
        return False
    # Escapes first: then every quote that is left opens or closes a string.
    text = body.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in body else body
    marks = text.translate(_TO_MARKS, _NOT_MARKS)
    # Quotes side by side enclose no bracket, whether they open and close or close and open.
    outside = b"".join(marks.replace(b'""', b"").split(b'"')[::2])
    depth = 0
    for start in range(0, len(outside), _SCAN_BYTES):
        # As signed bytes the marks are +1 and -1, so that the depth is their running sum.
        steps = memoryview(outside[start : start + _SCAN_BYTES]).cast("b")
        depths = list(accumulate(steps, initial=depth))
        if max(depths) > depth_max:
            return True
        depth = depths[-1]
    return False


_NOT_MARKS: Final = bytes(code for code in range(256) if code not in b'"[]{}')
_TO_MARKS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_NULL_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def _check_null_escapes(body: bytes) -> None:
    if b"\\u0000" not in body or not _NULL_ESCAPE.search(body):
        return
    try:
        pointer = next(_nulls(msgspec.json.decode(body), ""), None)
    except msgspec.DecodeError:
        return  # It is no JSON; the parser says so better.
    detail = "The text has the character U+0000."
    errors = (
        []
        if pointer is None
        else [Detail(pointer=pointer, code="null-character", detail=detail, hint="Remove \\u0000.")]
    )
    raise Problem("null-character", detail, errors=errors)


def _nulls(value: object, pointer: str) -> Iterator[str]:
    if isinstance(value, str):
        if "\0" in value:
            yield pointer
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _nulls(item, f"{pointer}/{number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if "\0" in key:
                yield pointer
            yield from _nulls(item, f"{pointer}/{_escaped(key)}")


# --- decoding


def decode(body: bytes, type: type[T]) -> T:
    """Read JSON as `type`. Raises a 400 that names the field by JSON pointer; never anything else.

    Input structs forbid unknown fields, so that a misspelt one is an error, too.
    """
    try:
        return msgspec.json.decode(body, type=type)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), type) from None
    except RecursionError:
        raise Problem("too-deep", f"At most {DEPTH_MAX} levels of arrays and objects are read.") from None
    except UnicodeDecodeError as error:
        raise Problem("invalid-utf-8", f"The text is not UTF-8: {error.reason}.") from None
    except msgspec.DecodeError as error:
        detail = "The body is empty." if not body.strip() else f"{error}."
        raise Problem("malformed-json", detail) from None


_SHOWN_MAX: Final = 200
_STEP = re.compile(r"\.([^.`\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
# A foreign key may hold anything, so the place is looked for at the very end.
_PLACE = re.compile(rf" - at `(?:key in )?\$?((?:{_STEP.pattern})*)`\Z")
_NAMED = re.compile(r"Object (missing required|contains unknown) field `(.*)`", re.DOTALL)


def _invalid(message: str, type: Any) -> Problem:
    place = _PLACE.search(message)
    said = message[: place.start()] if place else message
    pointer, steps = _pointer(place[1] if place else "")
    named = _NAMED.fullmatch(said)
    if named is None:
        return _one(pointer, _code(said), said[:_SHOWN_MAX])
    field = named[2][:_SHOWN_MAX]
    if named[1] == "missing required":
        return _one(f"{pointer}/{_escaped(field)}", "missing-field", f"The field `{field}` is missing.")
    near = difflib.get_close_matches(field, _fields_at(type, steps), n=1)
    hint = f"Did you mean `{near[0]}`?" if near else "Remove it, or see the documentation for the names."
    return _one(f"{pointer}/{_escaped(field)}", "unknown-field", f"There is no field `{field}`.", hint)


def _one(pointer: str, code: str, detail: str, hint: str = "") -> Problem:
    detail = detail if detail.endswith(".") else f"{detail}."
    where = f" at {pointer}" if pointer else ""
    error = Detail(pointer=pointer, code=code, detail=detail, hint=hint or UNSET)
    return Problem("invalid", f"{detail[:-1]}{where}.", errors=[error])


def _pointer(path: str) -> tuple[str, list[str]]:
    """`.events[0].date` → `/events/0/date`, and its steps; it ends where msgspec names no key (`[...]`)."""
    steps: list[str] = []
    for step in _STEP.finditer(path):
        name = step[1] or step[2]
        if name is None:
            break
        steps.append(name)
    return "".join(f"/{_escaped(step)}" for step in steps), steps


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _code(said: str) -> str:
    if said.startswith(("Invalid enum value", "Invalid value")):
        return "not-one-of"
    if "of length" in said:
        return "wrong-length"
    if "matching regex" in said:
        return "wrong-form"
    if "got `" in said:
        return "wrong-type"
    return "out-of-range" if re.search(r"[<>]=? |out of range|multiple", said) else "invalid"


def _fields_at(type: Any, steps: list[str]) -> list[str]:
    """The names of the fields of the structs that may stand at this place."""
    nodes: list[inspect.Type] = [inspect.type_info(type)]
    for step in steps:
        nodes = [after for node in _flat(nodes) for after in _after(node, step)]
    return [field.encode_name for node in _flat(nodes) if isinstance(node, inspect.StructType) for field in node.fields]


def _flat(nodes: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    for node in nodes:
        if isinstance(node, inspect.UnionType):
            yield from _flat(node.types)
        elif isinstance(node, inspect.Metadata):
            yield from _flat([node.type])
        else:
            yield node


def _after(node: inspect.Type, step: str) -> list[inspect.Type]:
    if isinstance(node, inspect.StructType):
        return [field.type for field in node.fields if field.encode_name == step]
    if isinstance(node, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
        return [node.item_type]
    return []
