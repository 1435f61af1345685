"""What is checked in a JSON text before any parser sees it: UTF-8, NUL, depth, and escapes that name no character.

All checks are linear, also for texts that were made to be slow. Each fault names its
place: by JSON pointer where the text can be read that far and is not huge, else "",
the whole body, with the number of the byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from msgspec import UNSET

from .problems import Detail, Problem

DEPTH_MAX: Final = 32
_SCAN_BYTES: Final = 65_536
_POINTED_BYTES_MAX: Final = 4 * 1024 * 1024
"""Longer texts are not read a second time, in Python, only to name a place."""

_NOT_MARKS: Final = bytes(code for code in range(256) if code not in b'"[]{}')
_TO_MARKS: Final = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_HIGH: Final = rb"\\u[dD][89abAB][0-9a-fA-F]{2}"
_LOW: Final = rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_SURROGATE = re.compile(rb"%b(?!%b)|(?<!%b)%b" % (_HIGH, _LOW, _HIGH, _LOW))
_ANY_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_NULL = re.compile("\0")
_SURROGATE = re.compile("[\ud800-\udfff]")


def check_json(body: bytes, *, depth_max: int = DEPTH_MAX) -> None:
    """Raise a 400 for what parsers take badly; other faults are the parser's to find."""
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            detail = f"Byte {error.start} (0x{body[error.start]:02x}) is not UTF-8."
            raise _at(_place(body, _SURROGATE), "invalid-utf-8", detail, "Convert the text to UTF-8.") from None
    at = body.find(b"\0")
    if at >= 0:
        raise _at(_place(body, _NULL), "null-character", f"Byte {at} is NUL.", "Remove it.")
    if nested_deeper(body, depth_max):
        raise too_deep(depth_max)
    if b"\\u" in body:
        _check_escapes(body)


def too_deep(depth_max: int = DEPTH_MAX) -> Problem:
    detail = f"At most {depth_max} levels of arrays and objects are read."
    return _at("", "too-deep", detail, "Flatten the value: no valid body needs that depth.")


def escaped(key: str) -> str:
    """A key as a step of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


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


def _check_escapes(body: bytes) -> None:
    # Escaped backslashes first, byte for byte: then every backslash that is left begins an escape.
    text = body.replace(b"\\\\", b"//")
    if b"\\u0000" in text:
        detail = "The text has the character U+0000."
        raise _at(_place(body, _NULL), "null-character", detail, "Remove \\u0000.")
    lone = _LONE_SURROGATE.search(text) if _ANY_SURROGATE_ESCAPE.search(text) else None
    if lone is not None:
        detail = f"The escape {lone[0].decode()} at byte {lone.start()} is half of a surrogate pair, and no character."
        hint = "Write both halves, or the character itself in UTF-8."
        raise _at(_place(body, _SURROGATE), "lone-surrogate", detail, hint, slug="invalid")


def _at(pointer: str, code: str, detail: str, hint: str, *, slug: str = "") -> Problem:
    return Problem(slug or code, detail, errors=[Detail(pointer=pointer, code=code, detail=detail, hint=hint or UNSET)])


def _place(body: bytes, wanted: re.Pattern[str]) -> str:
    """The pointer to the first string with this character; "" where that cannot be told."""
    if len(body) > _POINTED_BYTES_MAX:
        return ""
    try:
        # Bytes that are no UTF-8 become surrogates; Python's reader lets those pass, and control characters.
        value = json.loads(body.decode("utf-8", "surrogateescape"), strict=False)
    except (ValueError, RecursionError):
        return ""
    pointer = next(_places(value, "", wanted), "")
    return pointer.encode("utf-8", "replace").decode()


def _places(value: object, pointer: str, wanted: re.Pattern[str]) -> Iterator[str]:
    if isinstance(value, str):
        if wanted.search(value):
            yield pointer
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _places(item, f"{pointer}/{number}", wanted)
    elif isinstance(value, dict):
        for key, item in value.items():
            if wanted.search(key):
                yield pointer
            yield from _places(item, f"{pointer}/{escaped(key)}", wanted)
