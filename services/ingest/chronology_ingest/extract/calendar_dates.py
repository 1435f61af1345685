"""Dates that name their day, month or year: what a pattern found, to a reading, or None where it is no date at all."""

from __future__ import annotations

from typing import Final

from chronology_contracts.edtf import day_number
from chronology_contracts.vocabulary import DateBasis
from msgspec.structs import replace

from .calendar import (
    Anchor,
    Reading,
    Told,
    exists,
    monday_of,
    of_month,
    on_day,
    week_from,
)
from .calendar_parts import in_part
from .clock_times import zone
from .years import said_year, year_told_from

_AHEAD_DAYS_SURE: Final = 45
"""A day so near is meant even where the verb is in the past: "was set for 12 March"."""
_AHEAD_DAYS_MAX: Final = 90
_BACK_DAYS_MAX: Final = 275
_STORY_YEARS_MAX: Final = 10
_LEAP_YEAR: Final = 2000


def nearest_year(told: Told, month: int, day: int) -> int | None:
    """The year of a day or month told without one.

    In a narrative that of the date in focus. In news the tense decides between the last
    and the next, unless one of them is near and the other far; where no verb says, what
    lies nearest, the past a little rather.
    """
    anchor = told.anchor
    if anchor is None:
        return None
    if told.narrative:
        return _story_year(told, anchor, month)
    ahead = day_number(anchor.year, month, min(day, 28)) - anchor.number
    if month == anchor.month and day in (1, anchor.day):
        return anchor.year
    if ahead > 0:
        reach = _AHEAD_DAYS_SURE if told.tense == "past" else _AHEAD_DAYS_MAX
        return anchor.year - (ahead > reach and told.tense != "future")
    if told.tense == "future":
        return anchor.year + 1
    return anchor.year + (told.tense == "" and -ahead > _BACK_DAYS_MAX)


def _story_year(told: Told, anchor: Anchor, month: int) -> int:
    """The year in focus; but a story goes on, so January after December is that of the next year."""
    fine = told.fine
    if fine is None:
        return anchor.year
    if fine.year == anchor.year and fine.month == 12 and month == 1:
        return anchor.year + 1
    # A year that is only looked far back to does not move the month that is being told.
    if not anchor.has_month and abs(anchor.year - fine.year) > _STORY_YEARS_MAX:
        return fine.year
    return anchor.year


def calendar_day(told: Told) -> Reading | None:
    month = told.number("month") or told.number("month_number")
    day = told.number("day")
    if month is None or day is None:
        return None
    basis: DateBasis = "explicit"
    year = said_year(told)
    last_month = told.number("month_end")
    if year is not None and last_month is not None and last_month < month:
        year -= 1
    if year is None:
        basis = "relative"
        year = year_told_from(told)
    if year is None:
        if not exists(_LEAP_YEAR, month, day):
            return None
        year = nearest_year(told, month, day)
        if year is None:
            return part_of_day(Reading(value=f"XXXX-{month:02d}-{day:02d}", edtf="", basis=basis), told)
    if not exists(year, month, day):
        return None
    if "clock" in told.groups:
        reading = on_day(day_number(year, month, day), basis)
        return replace(reading, value=f"{reading.value}T{told.groups['clock']}{zone(told)}", type="TIME")
    if "week" in told.groups:
        return replace(week_from(monday_of(day_number(year, month, day))), basis=basis)
    return part_of_day(on_day(day_number(year, month, day), basis), told)


def part_of_day(reading: Reading, told: Told) -> Reading:
    part = told.text("daytime") or told.text("daytime_before")
    mod = told.text("part") or ""
    if part is None:
        return replace(reading, mod=mod) if mod else reading
    return replace(reading, value=f"{reading.value}T{part}", mod=mod, type="TIME")


def month_or_day(told: Told) -> Reading | None:
    return calendar_day(told) if "day" in told.groups else month(told)


def slashed_day(told: Told) -> Reading | None:
    """Month first or day first: what exists; where both do, what lies nearer to the document's day."""
    first, second, year = int(told.groups["first_number"]), int(told.groups["second_number"]), said_year(told)
    if year is None:
        return None
    days = [
        day_number(year, month, day) for month, day in ((first, second), (second, first)) if exists(year, month, day)
    ]
    if not days:
        return None
    anchor = told.anchor.number if told.anchor else days[0]
    return on_day(min(days, key=lambda day: abs(day - anchor)), "explicit")


def month(told: Told) -> Reading | None:
    number = told.number("month")
    if number is None or _is_a_name(told) or _is_first_name(told):
        return None
    year = said_year(told)
    basis: DateBasis = "explicit" if year is not None else "relative"
    which = told.word("which")
    if year is None:
        year = year_told_from(told)
    if year is None and told.anchor is None:
        return Reading(value=f"XXXX-{number:02d}", edtf="", basis=basis, mod=told.text("part") or "")
    if year is None:
        year = _year_of_month(told, number, which)
    if year is None:
        return None
    return in_part(of_month(year, number, basis), told)


def _year_of_month(told: Told, month: int, which: str) -> int | None:
    origin = (told.focus or told.anchor) if which in _FROM_FOCUS or told.narrative else told.anchor
    if origin is None:
        return None
    if which in ("last", "past", "this past", "the previous", "previous", "the preceding"):
        # Of the month that has just ended people say "last month".
        return origin.year - (month >= origin.month - 1)
    if which in ("next", "the following", "following", "the next"):
        return origin.year + (month <= origin.month)
    if which in ("this", "that", "the same", "this coming"):
        return origin.year
    return nearest_year(told, month, 1)


_FROM_FOCUS: Final = ("the previous", "previous", "the following", "following", "the preceding", "that", "the same")


def _is_first_name(told: Told) -> bool:
    """Jan Novak: a short form without its full stop, before a capital."""
    short = len(told.groups["month"]) == 3 and told.word("month") != "may" and "year" not in told.groups
    return short and told.after[:1] == " " and told.after[1:2].isupper()


def _is_a_name(told: Told) -> bool:
    """April Weber, June Park: a month that stands before a capital is somebody, unless what follows is a date too."""
    if told.groups.get("bare") is None:
        return False
    after, before = told.after, told.before
    follows = after[:1] in (" ", "\n") and after[1:2].isupper() and not after[1:].startswith("I ")
    title = before.rstrip().rpartition(" ")[2].rstrip(".") in ("Ms", "Mrs", "Miss", "Mr", "Dr", "Lady", "Aunt")
    return title or (follows and after[1:3].isalpha() and not after[1:].isupper())
