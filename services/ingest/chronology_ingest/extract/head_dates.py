"""The day that the head of a text names as its own: in a dateline, or on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

import re2
from msgspec import Struct

if TYPE_CHECKING:
    from .dates import TemporalExpression

HEAD_LENGTH: Final = 1_500
"""What stands further down is no head."""
_LINES_MAX: Final = 8
_LINE_LENGTH_MAX: Final = 120
_DATELINE_START_MAX: Final = 80

_LINE: Final = re2.compile(r"[^\r\n]+")
_PLACE: Final = re2.compile(
    r"^[\"“(\s]*(?:\p{Lu}[\p{L}.'’-]*(?:[ \x{A0}](?:of|the|de|da|do|del|la|el|am|an der))?[ \x{A0},.:()/]+){1,7}$"
)
_AFTER_DATELINE: Final = re2.compile(
    r"^[)\]]?[ \x{A0}]*(?:[,/]?[ \x{A0}]*\(?[\p{L}./ \x{A0}-]{1,40}[)/])?[.:]?[ \x{A0}]*(?:—|–|--|-)[ \x{A0}]"
)
_ALONE: Final = re2.compile(
    r"(?i)\b(?:first|last|published|posted|updated|release|released|for immediate release|date|dated|on|at"
    r"|by|issued|of|the"
    r"|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|am|pm|a\.m\.|p\.m\.|gmt|utc|est|edt|cet|cest|bst|local|time)\b|[0-9:|,.()\s\x{A0}•·—–-]"
)


class HeadDate(Struct, frozen=True, kw_only=True):
    """A day with the words that name it."""

    date: str
    basis: Literal["dateline", "head"]
    start: int
    end: int


def told_by(text: str, expressions: Sequence[TemporalExpression]) -> HeadDate | None:
    """The first full day of the head that a dateline or a line of its own names; `expressions` are the head's."""
    days = [
        found
        for found in expressions
        if found.basis == "explicit" and found.end <= HEAD_LENGTH and len(found.edtf) == len("2019-03-09")
    ]
    for number, line in enumerate(_LINE.finditer(text[: HEAD_LENGTH + _LINE_LENGTH_MAX])):
        if number >= _LINES_MAX:
            break
        for found in days:
            if line.start() <= found.start < line.end():
                basis = _basis(text[line.start() : found.start], text[found.end : line.end()])
                if basis is not None:
                    return HeadDate(date=found.edtf, basis=basis, start=found.start, end=found.end)
    return None


def _basis(before: str, after: str) -> Literal["dateline", "head"] | None:
    if len(before) <= _DATELINE_START_MAX and _PLACE.match(before) and _AFTER_DATELINE.match(after):
        return "dateline"
    alone = len(before) + len(after) <= _LINE_LENGTH_MAX and not _ALONE.sub("", before + " " + after)
    return "head" if alone else None
