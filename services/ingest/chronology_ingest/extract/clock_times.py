"""Clock times and parts of a day: of the day told last nearby, else of the document's."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from .calendar import Anchor, Reading, Told, on_day, timex_year

_NAMED: Final = {"noon": "12:00", "midday": "12:00", "mid-day": "12:00", "midnight": "00:00"}
_FRACTIONS: Final = {
    "half": 30, "quarter": 15, "a quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25,
}  # fmt: skip
_HALVES: Final = {"morning": "a", "afternoon": "p", "evening": "p", "night": "p"}


_OFFSET: Final = re.compile(r"(?:UTC|GMT)? ?([+−-]) ?([0-9]{1,2})(?::?([0-9]{2}))?")


def zone(told: Told) -> str:
    """ISO 8601's zone for the words of one; "" where none is said, or one that differs by season or country."""
    said = told.groups.get("zone", "")
    offset = _OFFSET.fullmatch(said)
    if offset is not None:
        sign, hours, minutes = offset.groups(default="00")
        return f"{'+' if sign == '+' else '-'}{int(hours):02d}:{minutes}"
    return said if said == "Z" else told.text("zone") or ""


def clock(told: Told) -> Reading | None:
    named = told.word("named").replace("12 ", "")
    if named:
        return _at(told, f"T{_NAMED[named]}{zone(told)}")
    digits = told.groups.get("packed")
    if digits is not None:
        hour, minute = int(digits[:-2]), digits[-2:]
    else:
        counted = told.number("hour")
        if counted is None:
            return None
        hour, minute = counted, told.groups.get("minute", "00")
    if "fraction" in told.groups:
        minutes = _FRACTIONS[told.word("fraction")]
        hour, minute = (hour - 1, f"{60 - minutes:02d}") if told.word("side") == "to" else (hour, f"{minutes:02d}")
        hour = hour or 12
    half = told.word("half") or _HALVES.get(told.word("daytime"), "")
    if hour > (12 if half else 24) or int(minute) > 59:
        return None
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    second = told.groups.get("second")
    return _at(told, f"T{hour:02d}:{minute}{f':{second}' if second else ''}{zone(told)}")


def _day(told: Told) -> Anchor | None:
    if told.anchor is not None and (told.word("which") == "this" or told.short):
        return told.anchor
    if told.narrative:
        return told.focus if told.focus is not None and told.focus.has_day else None
    if told.focus is not None and told.focus.has_day:
        return told.focus
    return told.anchor


def _at(told: Told, clock_text: str) -> Reading:
    day = _day(told)
    if day is None:
        return Reading(value=clock_text, edtf="", basis="relative", type="TIME")
    reading = on_day(day.number, "relative")
    return replace(reading, value=reading.value + clock_text, type="TIME", focus=None)


def part_of_some_day(told: Told) -> Reading | None:
    """ "The morning", "night": of the day in focus where one is told, else of today."""
    part = told.text("daytime")
    if part is None or (told.groups.get("bare") and not (told.short or told.narrative)):
        return None
    if told.narrative and not told.word("which"):
        focus = told.focus
        if told.groups.get("bare") or focus is None:
            return Reading(value=f"XXXX-XX-XXT{part}", edtf="", basis="relative", type="TIME")
        if not focus.has_day:
            month = f"{focus.month:02d}" if focus.has_month else "XX"
            value = f"{timex_year(focus.year)}-{month}-XXT{part}"
            return Reading(value=value, edtf="", basis="relative", type="TIME")
    reading = _at(told, f"T{part}")
    return replace(reading, value=f"XXXX-XX-XXT{part}") if not reading.edtf else reading
