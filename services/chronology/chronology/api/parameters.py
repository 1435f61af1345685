"""Query parameters: declared once, for reading them and for the documentation.

A name that a route does not declare, a second value where one is meant, and a value
that cannot be used are all named in one answer. A parameter without a value counts as
left out, as forms send those.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from chronology_runtime import http
from chronology_runtime.problems import Detail, Problem
from litestar import Request
from msgspec import UNSET, Struct

PARAMETERS_MAX: Final = 200
VALUES_MAX: Final = 32
LENGTH_MAX: Final = 512

_NOT_THE_QUERY: Final = frozenset({"limit", "after", "at_least"})
"""They say how much of an answer and when, not which one."""


class Parameter(Struct, frozen=True, kw_only=True):
    """`schema` is JSON Schema of one value; `repeatable`: it may come several times."""

    name: str
    description: str
    schema: Mapping[str, Any] = msgspec.field(default_factory=lambda: {"type": "string", "maxLength": LENGTH_MAX})
    repeatable: bool = False
    example: Any = UNSET
    required: bool = False


class Arguments:
    """The query of one request. The getters note what is wrong; `check` raises it all at once."""

    def __init__(self, request: Request[Any, Any, Any], declared: Sequence[Parameter]) -> None:
        self._declared = {parameter.name: parameter for parameter in declared}
        self._faults: list[Detail] = []
        self._path = request.scope["path"]
        self._values: dict[str, list[str]] = {}
        for name, value in _pairs(request.scope["query_string"]):
            if name not in self._declared:
                self._unknown(name)
            elif "\0" in value:
                self.fault(name, "null-character", "It has the character U+0000.")
            elif value:
                self._values.setdefault(name, []).append(value)
        self._check_counts()

    def text(self, name: str, *, length_max: int = LENGTH_MAX) -> str:
        """The value, "" where there is none."""
        value = self._values.get(name, [""])[0]
        if len(value) > length_max:
            self.fault(name, "too-long", f"At most {length_max} characters are read.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = tuple(sorted(set(self._values.get(name, ()))))
        if any(len(value) > LENGTH_MAX for value in values):
            self.fault(name, "too-long", f"At most {LENGTH_MAX} characters are read.")
        return values

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(name) or default
        self._check_choice(name, value, allowed)
        return value

    def choices(self, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
        values = self.texts(name)
        for value in values:
            self._check_choice(name, value, allowed)
        return values

    def integer(self, name: str, *, minimum: int, maximum: int, default: int) -> int:
        text = self.text(name)
        if not text:
            return default
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        if number is None or not minimum <= number <= maximum:
            self.fault(name, "out-of-range", f"It is {text[:40]!r}.", f"A whole number from {minimum} to {maximum}.")
            return default
        return number

    def flag(self, name: str) -> bool:
        return self.choice(name, ("true", "false"), "false") == "true"

    def given(self, name: str) -> bool:
        return name in self._values

    def fault(self, name: str, code: str, detail: str, hint: str = "") -> None:
        self._faults.append(Detail(parameter=name, code=code, detail=detail, hint=hint or UNSET))

    def check(self) -> None:
        """Raise everything that was wrong so far."""
        if self._faults:
            first = self._faults[0]
            raise Problem("invalid", f"`{first.parameter}`: {first.detail}", errors=self._faults)

    def fingerprint(self) -> bytes:
        """What a cursor is bound to: the path and every filter, however they were ordered."""
        filters = sorted((name, sorted(values)) for name, values in self._values.items() if name not in _NOT_THE_QUERY)
        return http.query_hash(self._path, filters)

    def _check_choice(self, name: str, value: str, allowed: Sequence[str]) -> None:
        if value not in allowed:
            self.fault(name, "not-one-of", f"{value[:100]!r} is not known here.", f"One of: {', '.join(allowed)}.")

    def _check_counts(self) -> None:
        for name, values in self._values.items():
            if len(values) > 1 and not self._declared[name].repeatable:
                self.fault(name, "repeated", f"It stands {len(values)} times, and may stand once.")
            elif len(values) > VALUES_MAX:
                self.fault(name, "too-many", f"It stands {len(values)} times, and may stand {VALUES_MAX} times.")

    def _unknown(self, name: str) -> None:
        near = difflib.get_close_matches(name, self._declared, n=1)
        known = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(self._declared) or 'none'}."
        self.fault(name[:100], "unknown-parameter", "There is no such parameter here.", known)


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=PARAMETERS_MAX)
    except UnicodeDecodeError as error:
        raise Problem("invalid-utf-8", "The query is not UTF-8 in percent encoding.") from error
    except ValueError as error:
        raise Problem("bad-request", f"At most {PARAMETERS_MAX} parameters are read.") from error
