"""Dates that name their day, month or year: what a pattern found, to a reading, or None where it is no date at all."""

from __future__ import annotations

from typing import Final

import re2
from chronology_contracts.edtf import day_number
from chronology_contracts.vocabulary import DateBasis
from msgspec.structs import replace

from .calendar import (
    Anchor,
    Reading,
    Told,
    exists,
    month_days,
    of_month,
    of_year,
    on_day,
    year_text,
)
from .number_words import number_of

_ERAS_BEFORE: Final = ("bc", "bce")
_PIVOT: Final = 30
"""Two digits up to this many years after the anchor are of its century."""
_AHEAD_DAYS_SURE: Final = 60
"""A day so near is meant even where the verb is in the past: "was set for 12 March"."""
_AHEAD_DAYS_MAX: Final = 183
_BACK_DAYS_MAX: Final = 275
_YEAR_MIN: Final = 1700
"""In a short message 1435 is a time of day, if anything; in news it is often a count."""
_PLACED: Final = re2.compile(
    r"(?i)(?:\b(?:in|since|by|until|till|from|to|of|before|after|circa|during|between|and)\s+|[(–-])$"
)
_LEAP_YEAR: Final = 2000


def said_year(told: Told, group: str = "year") -> int | None:
    """The year of a group, astronomical; None without one. Two digits take the century of what is near."""
    said = told.groups.get(group)
    if said is None:
        return None
    digits = said.lstrip("'’‘")
    number = int(digits) if digits.isdigit() else _spelled_year(said)
    if number is None:
        return None
    era = told.word("era").replace(".", "")
    if era in _ERAS_BEFORE:
        return 1 - number
    if len(digits) == 2 and digits.isdigit():
        return _full_year(number, told)
    return number


def _full_year(two_digits: int, told: Told) -> int:
    near = told.focus if told.narrative and told.focus is not None else told.anchor
    if near is None:
        return (1900 if two_digits > _PIVOT else 2000) + two_digits
    year = near.year // 100 * 100 + two_digits
    if told.narrative:
        return year
    return year - 100 if year > near.year + _PIVOT else year


def _spelled_year(said: str) -> int | None:
    """Nineteen ninety-six; two thousand and four."""
    first, _, rest = " ".join(said.lower().split()).partition(" ")
    if first in ("nineteen", "eighteen", "seventeen", "twenty"):
        century, years = number_of(first), number_of(rest)
        return None if century is None or years is None else int(century * 100 + years)
    value = number_of(said)
    return None if value is None else int(value)


def year_told_from(told: Told) -> int | None:
    """The year of "June last year", "August of that year", "this past spring"; None where no such word stands there."""
    which = told.word("which_year")
    if which in ("that", "the same", "the following", "the next", "the previous", "the preceding"):
        origin = told.focus or told.anchor
    else:
        origin = told.anchor
    if not which or origin is None:
        return None
    return origin.year + _STEPS.get(which, 0)


_STEPS: Final = {
    "last": -1, "the previous": -1, "the preceding": -1, "next": 1, "the next": 1, "the following": 1,
}  # fmt: skip


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
    # A year that is only looked ahead to does not move the month that is being told.
    if anchor.year > fine.year and not anchor.has_month and month == fine.month:
        return fine.year
    return anchor.year


def calendar_day(told: Told) -> Reading | None:
    month = told.number("month") or told.number("month_number")
    day = told.number("day")
    if month is None or day is None:
        return None
    basis: DateBasis = "explicit"
    year = said_year(told)
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
    if number is None or _is_a_name(told):
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
        return origin.year - (month >= origin.month)
    if which in ("next", "the following", "following", "the next"):
        return origin.year + (month <= origin.month)
    if which in ("this", "that", "the same", "this coming"):
        return origin.year
    return nearest_year(told, month, 1)


_FROM_FOCUS: Final = ("the previous", "previous", "the following", "following", "the preceding", "that", "the same")


def _is_a_name(told: Told) -> bool:
    """April Weber, June Park: a month that stands before a capital is somebody, unless what follows is a date too."""
    if told.groups.get("bare") is None:
        return False
    after, before = told.after, told.before
    follows = after[:1] in (" ", "\n") and after[1:2].isupper() and not after[1:].startswith("I ")
    title = before.rstrip().rpartition(" ")[2].rstrip(".") in ("Ms", "Mrs", "Miss", "Mr", "Dr", "Lady", "Aunt")
    return title or (follows and after[1:3].isalpha() and not after[1:].isupper())


_MONTH_PARTS: Final = {"START": (1, 10), "MID": (11, 20), "END": (21, 31)}
_YEAR_PARTS: Final = {"START": ("01", "03"), "MID": ("05", "08"), "END": ("10", "12")}


def in_part(reading: Reading, told: Told) -> Reading:
    """Early, mid or late of a month or year: TIMEX3's modifier, and EDTF's interval of its days or months."""
    part = told.text("part")
    if part is None or reading.focus is None:
        return reading
    focus = reading.focus
    if reading.edtf == year_text(focus.year):
        first, last = _YEAR_PARTS[part]
        return replace(reading, mod=part, edtf=f"{reading.edtf}-{first}/{reading.edtf}-{last}")
    if focus.unit == "month":
        start, end = _MONTH_PARTS[part]
        end = min(end, month_days(focus.year, focus.month))
        return replace(reading, mod=part, edtf=f"{reading.edtf}-{start:02d}/{reading.edtf}-{end:02d}")
    return replace(reading, mod=part)


_COUNTING: Final = (
    "about", "around", "some", "than", "least", "nearly", "almost", "over", "approximately", "$", "€", "£", "#", "no.",
    "article", "room", "flight", "law", "decree", "resolution", "section", "route", "highway", "page", "chapter",
    "number", "channel", "model", "series", "windows", "version", "was up", "to a",
)  # fmt: skip
_COUNTED: Final = (
    "people", "men", "women", "km", "kilom", "miles", "meters", "metres", "troops", "soldiers", "tons", "tonnes",
    "dollars", "euros", "percent", "per cent", "%", "feet", "kg", "hectares", "points", "shares", "jobs", "workers",
    "members", "pounds", "yards", "acres", "votes", "cases", "rounds", "prisoners", "casualties", "civilians", "ships",
    "aircraft", "tanks", "guns", "horses", "cavalry", "infantry", "dead", "killed", "wounded", "deaths", "units",
    "calories", "words", "students", "employees", "years", "days", "hours", "hoplites", "warriors", "fighters",
)  # fmt: skip


def year(told: Told) -> Reading | None:
    number = said_year(told)
    if number is None:
        return None
    sure = any(told.groups.get(name) for name in ("era", "part", "said", "fiscal"))
    if not sure and (_is_a_count(told) or number < _YEAR_MIN and not _is_placed(told)):
        return None
    return in_part(of_year(number, "explicit"), told)


def _is_placed(told: Told) -> bool:
    """Long before our day four digits are a year where history is told, or where a preposition says so."""
    if told.short:
        return False
    return told.narrative or _PLACED.search(told.before) is not None


def _is_a_count(told: Told) -> bool:
    before, after = told.before.lower(), told.after.lower()
    if before.rstrip().endswith(_COUNTING) or before.endswith((".", ":", "$")):
        return True
    if before.endswith(("-", "–", "/")) and not before[-2:-1].isdigit():
        return before[-2:-1].isspace() is False and not before.endswith(("post-", "pre-", "mid-", "since-"))
    if before.endswith(",") or (before.endswith("-") and before[-3:-2] == "-"):
        return True
    return (
        after.lstrip(" \n").startswith(_COUNTED)
        or (after[:1] in ",." and after[1:2].isdigit())
        or after[:2] in ("th", "nd", "rd")
        or after[:1] in "%°"
    ) and bool(after)


def short_year(told: Told) -> Reading | None:
    """The second of "1916-17", the "99" of "'99"."""
    number = said_year(told)
    if number is None:
        return None
    first = told.groups.get("year_start")
    if first is not None:
        number = int(first) // 100 * 100 + number % 100
        if number <= int(first):
            return None
    return of_year(number, "explicit")


def ancient_year(told: Told) -> Reading | None:
    """Three digits after "in" are a year in a text that tells of the years before our era."""
    number = told.number("year")
    if number is None or not told.ancient or _is_a_count(told):
        return None
    return of_year(1 - number, "explicit")
