"""Request bodies: checked before any parser sees them, then decoded with every error named.

The guard runs after routing and access, reads the whole body within a deadline and hands
it on as one piece. It refuses what parsers take badly: other encodings and media types,
sizes, and what `json_text` finds in a text (of depth, msgspec raises `RecursionError`). Requests without
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
from typing import Any, Final, TypeVar

import msgspec
from msgspec import UNSET, inspect

from .json_text import DEPTH_MAX, check_json, escaped, too_deep
from .problems import Detail, Problem

T = TypeVar("T")

BODY_BYTES_MAX: Final = 16 * 1024 * 1024
BODY_SECONDS_MAX: Final = 30.0

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
    error = Detail(
        pointer="", code="too-large", detail=f"The body is longer than {limit} bytes.", hint="Send it in parts."
    )
    return Problem("too-large", error.detail, errors=[error], headers={"connection": "close"})


# --- decoding


def decode(body: bytes, type: type[T]) -> T:
    """Read JSON as `type`. Raises a 400 that names the field by JSON pointer; never anything else.

    Input structs forbid unknown fields, so that a misspelt one is an error, too.
    """
    try:
        return msgspec.json.decode(body, type=type)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), type, body) from None
    except RecursionError:
        raise too_deep() from None
    except UnicodeDecodeError as error:
        raise _whole("invalid-utf-8", f"The text is not UTF-8: {error.reason}.", "Convert it to UTF-8.") from None
    except msgspec.DecodeError as error:
        detail = "The body is empty." if not body.strip() else f"{error}."
        raise _whole("malformed-json", detail, "Send one JSON value in UTF-8, without a BOM.") from None


def _whole(code: str, detail: str, hint: str) -> Problem:
    return Problem(code, detail, errors=[Detail(pointer="", code=code, detail=detail, hint=hint)])


_SHOWN_MAX: Final = 200
_STEP = re.compile(r"\.([^.`\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
# A foreign key may hold anything, so the place is looked for at the very end.
_PLACE = re.compile(rf" - at `(?:key in )?\$?((?:{_STEP.pattern})*)`\Z")
_NAMED = re.compile(r"Object (missing required|contains unknown) field `(.*)`", re.DOTALL)


def _invalid(message: str, type: Any, body: bytes) -> Problem:
    place = _PLACE.search(message)
    said = message[: place.start()] if place else message
    pointer, steps = _pointer(place[1] if place else "")
    named = _NAMED.fullmatch(said)
    if named is None:
        code = _code(said)
        allowed = _words_at(type, steps) if code == "not-one-of" else []
        return _one(pointer, code, said[:_SHOWN_MAX], f"One of: {', '.join(allowed)}." if allowed else "")
    field = named[2][:_SHOWN_MAX]
    if named[1] == "missing required":
        return _one(f"{pointer}/{escaped(field)}", "missing-field", f"The field `{field}` is missing.")
    near = difflib.get_close_matches(field, _fields_at(type, steps, body), n=1)
    hint = f"Did you mean `{near[0]}`?" if near else "Remove it, or see the documentation for the names."
    return _one(f"{pointer}/{escaped(field)}", "unknown-field", f"There is no field `{field}`.", hint)


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
    return "".join(f"/{escaped(step)}" for step in steps), steps


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


def _fields_at(type: Any, steps: list[str], body: bytes) -> list[str]:
    """The names of the fields of the struct at this place; where several may stand there, of the one that it says."""
    structs = [node for node in _nodes_at(type, steps) if isinstance(node, inspect.StructType)]
    if len(structs) > 1:
        value = _value_at(body, steps)
        structs = [node for node in structs if value.get(node.tag_field or "") == node.tag]
    return [field.encode_name for node in structs for field in node.fields]


def _words_at(type: Any, steps: list[str]) -> list[str]:
    """The values that may stand at this place, where they are a closed list."""
    nodes = _nodes_at(type, steps)
    values = [value for node in nodes if isinstance(node, inspect.LiteralType) for value in node.values]
    return sorted(str(value) or '""' for value in values)


def _nodes_at(type: Any, steps: list[str]) -> list[inspect.Type]:
    nodes: list[inspect.Type] = [inspect.type_info(type)]
    for step in steps:
        nodes = [after for node in _flat(nodes) for after in _after(node, step)]
    return list(_flat(nodes))


def _value_at(body: bytes, steps: list[str]) -> dict[str, Any]:
    # What comes behind the fault may be no JSON, or the same key again: then nothing is known.
    try:
        value = msgspec.json.decode(body)
        for step in steps:
            value = value[int(step)] if isinstance(value, list) else value[step]
    except (msgspec.DecodeError, LookupError, TypeError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


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
        if step == node.tag_field:
            return [inspect.LiteralType((node.tag,))]
        return [field.type for field in node.fields if field.encode_name == step]
    if isinstance(node, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
        return [node.item_type]
    return []
