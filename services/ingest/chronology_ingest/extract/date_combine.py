"""Expressions that stand together and tell one time: "9 a.m. on Tuesday", "Friday at noon"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ..ruleset import Pattern
from .calendar import Reading

_BETWEEN_CLOCK_AND_DAY: Final = frozenset(["", ",", "on", "of", ", on"])
_BETWEEN_DAY_AND_CLOCK: Final = frozenset(["", ","])
_GAP_MAX: Final = 6


_LATE: Final = ("AF", "EV", "NI")
_BARE_HOUR: Final = re.compile(r"T(?:0[4-9]|1[01])(?::|$)")
"""An hour of twelve that "tonight" puts in the second half of the day."""


class Found(Struct, frozen=True, kw_only=True):
    """An expression before it is given out: where it stands, what read it and what it says."""

    start: int
    end: int
    rule: Pattern
    reading: Reading


def combined(text: str, found: Sequence[Found]) -> list[Found]:
    """Join a clock time with the day right beside it; the clock keeps its hour, the day gives the date."""
    joined: list[Found] = []
    for item in found:
        last = joined[-1] if joined else None
        pair = None if last is None else _pair(text, last, item)
        if pair is None:
            joined.append(item)
        else:
            joined[-1] = pair
    return joined


def _pair(text: str, first: Found, second: Found) -> Found | None:
    if not 0 <= second.start - first.end <= _GAP_MAX:
        return None
    gap = text[first.end : second.start]
    if "\n\n" in gap:
        return None
    between = gap.strip().lower()
    if _is_clock(first) and _is_day(second) and between in _BETWEEN_CLOCK_AND_DAY:
        return _at(text, first, second, first, second)
    if _is_day(first) and _is_clock(second) and between in _BETWEEN_DAY_AND_CLOCK:
        return _at(text, second, first, first, second)
    return None


def _is_clock(found: Found) -> bool:
    return found.rule.resolve == "clock"


def _is_day(found: Found) -> bool:
    focus = found.reading.focus
    if found.rule.resolve == "part-of-some-day" and found.reading.edtf:
        # "Five o'clock this morning".
        return found.rule.type == "DATE"
    return focus is not None and focus.has_day and found.rule.type == "DATE" and "/" not in found.reading.edtf


def _at(text: str, clock: Found, day: Found, first: Found, second: Found) -> Found:
    hour = clock.reading.value[clock.reading.value.index("T") :]
    date, _, part = day.reading.value.partition("T")
    if part in _LATE and _BARE_HOUR.match(hour) and "m" not in text[clock.start : clock.end].lower():
        hour = f"T{int(hour[1:3]) + 12}{hour[3:]}"
    reading = replace(day.reading, value=date + hour, type="TIME")
    return Found(start=first.start, end=second.end, rule=clock.rule, reading=reading)
