"""How long and how often: durations, ages and sets, as TIMEX3 writes them; none of them is a place in time."""

from __future__ import annotations

from typing import Final

import re2
from msgspec.structs import replace

from .calendar import Reading, Told
from .number_words import amount_text, number_of


def unit_of(told: Told) -> str | None:
    """A unit of the calendar or of the clock."""
    said = told.groups.get("unit")
    value = None if said is None else told.look_up("unit", said) or told.look_up("clock_unit", said)
    return value if isinstance(value, str) else None


_LASTING: Final = re2.compile(
    r"(?i)\b(?:for|in|within|over|after|take|takes|took|taking|last|lasted|spent|of|until|the)\s+$"
)
_MATTER_OF: Final = re2.compile(r"(?i)\b(?:matter|number|lot) of\s+$")
_FINER: Final = {"Y": (12, "M"), "D": (24, "H"), "H": (60, "M"), "M": (60, "S"), "W": (7, "D")}


def duration(told: Told) -> Reading | None:
    unit = unit_of(told)
    if unit is None:
        return None
    if told.groups.get("vague") or not told.groups.get("count"):
        amount = None
    else:
        amount = number_of(told.groups["count"])
        if amount is None or _is_part(told, unit, amount):
            return None
    if told.groups.get("and_half"):
        amount = (amount or 1) + 0.5
    return length_of(amount, unit, told.text("approx") or "")


def _is_part(told: Told, unit: str, amount: float) -> bool:
    """A quarter and three quarters are parts of a thing, "a second" is another."""
    if unit == "Q":
        return amount == 1 or (amount == 3 and not told.word("which"))
    return unit == "TS" and (amount == 1 or (told.word("unit") == "second" and not told.groups["count"].isdigit()))


_LONG: Final = {10: "DE", 100: "CE"}
"""Decades and centuries have letters of their own."""


def length_of(amount: float | None, unit: str, mod: str) -> Reading:
    times, letter = int(unit[:-1].lstrip("T") or 1), unit[-1]
    clock = unit.startswith("T")
    prefix = "PT" if clock else "P"
    if times in _LONG and (amount is None or amount == int(amount)):
        said = "X" if amount is None else amount_text(amount)
        return Reading(value=f"P{said}{_LONG[times]}", edtf="", basis="none", mod=mod)
    if amount is None:
        return Reading(value=f"{prefix}X{letter}", edtf="", basis="none", mod=mod)
    total = amount * times
    if total != int(total) and (letter in "YD" or clock) and (total * 2) == int(total * 2) and letter != "S":
        count, finer = _FINER[letter] if not clock or letter != "M" else (60, "S")
        whole, rest = int(total), round((total - int(total)) * count)
        middle = "T" if letter == "D" else ""
        head = f"{whole}{letter}" if whole else ""
        return Reading(value=f"{prefix}{head}{middle}{rest}{finer}", edtf="", basis="none", mod=mod)
    return Reading(value=f"{prefix}{amount_text(total)}{letter}", edtf="", basis="none", mod=mod)


def unit_alone(told: Told) -> Reading | None:
    """Weeks, decades; in news only where the words before say that something lasts."""
    unit = unit_of(told)
    if unit is None or _MATTER_OF.search(told.before):
        return None
    if not (told.narrative or told.short or _LASTING.search(told.before)):
        return None
    return length_of(None if told.word("unit").endswith("s") else 1, unit, "")


def part(told: Told) -> Reading | None:
    """Half a century, a quarter-hour."""
    unit = unit_of(told)
    return None if unit is None else length_of(0.5 if told.groups.get("half") else 0.25, unit, "")


def age(told: Told) -> Reading | None:
    """How old somebody is. In news "a 6-year-old" is said of a person and of no time, so it is none there."""
    if told.groups.get("attribute") and not (told.narrative or told.short):
        return None
    return duration(told if "unit" in told.groups else replace(told, groups=told.groups | {"unit": "years"}))


def one(told: Told) -> Reading | None:
    """Year-long, the week ended 3 May: one of the unit, or as many as are said."""
    unit = unit_of(told)
    amount = number_of(told.groups["count"]) if "count" in told.groups else 1
    if unit is None:
        return None
    return length_of(None if told.word("unit").endswith("s") and "count" not in told.groups else amount, unit, "")


def vague_while(told: Told) -> Reading | None:
    return Reading(value="PXX", edtf="", basis="none")


_ADVERBS: Final = {
    "hourly": "PT1H", "daily": "P1D", "nightly": "XXXX-XX-XXTNI", "weekly": "P1W", "biweekly": "P2W",
    "fortnightly": "P2W", "monthly": "P1M", "yearly": "P1Y", "annually": "P1Y", "everyday": "P1D",
}  # fmt: skip


def repeated(told: Told) -> Reading | None:
    part = told.text("daytime")
    weekday = told.number("weekday")
    if weekday is not None:
        return Reading(value=f"XXXX-WXX-{weekday}" + (f"T{part}" if part else ""), edtf="", basis="none")
    if "adverb" in told.groups:
        # With a capital within a sentence it is of a name, the Weekly Herald; before a name it is a paper.
        named = told.after[1:2].isupper()
        if not told.short and (named or (told.groups["adverb"][0].isupper() and told.before.strip())):
            return None
        return _time_after_time(told, _ADVERBS[told.word("adverb")])
    if part is not None:
        return Reading(value=f"XXXX-XX-XXT{part}", edtf="", basis="none")
    if "weekend" in told.groups:
        return Reading(value="XXXX-WXX-WE", edtf="", basis="none")
    season = told.number("season")
    if season is not None:
        return Reading(value="XXXX-" + {21: "SP", 22: "SU", 23: "FA", 24: "WI"}[season], edtf="", basis="none")
    month = told.number("month")
    if month is not None:
        return Reading(value=f"XXXX-{month:02d}", edtf="", basis="none")
    unit = unit_of(told)
    if unit is None:
        return None
    amount = number_of(told.groups["count"]) if "count" in told.groups else 2 if "other" in told.groups else 1
    length = length_of(amount, unit, "").value
    return _time_after_time(told, length) if "each" in told.groups else Reading(value=length, edtf="", basis="none")


_EACH: Final = {"P1D": "XXXX-XX-XX", "P1W": "XXXX-WXX", "P1M": "XXXX-XX", "P1Y": "XXXX"}


def _time_after_time(told: Told, length: str) -> Reading:
    """In news how far apart the times are; where history is told, any day, any week."""
    return Reading(value=_EACH.get(length, length) if told.narrative else length, edtf="", basis="none")
