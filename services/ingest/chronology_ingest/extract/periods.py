"""Stretches longer than a day: weeks, weekends, months, quarters, halves, seasons, years, decades, centuries."""

from __future__ import annotations

from typing import Final

import re2
from chronology_contracts.vocabulary import DateBasis
from msgspec.structs import replace

from .calendar import (
    Anchor,
    Reading,
    Told,
    monday_of,
    of_century,
    of_decade,
    of_month,
    of_quarter,
    of_season,
    of_year,
    shifted,
    timex_year,
    week_from,
    weekend_of,
)
from .calendar_dates import nearest_year
from .calendar_parts import in_part
from .durations import length_of, unit_of
from .number_words import number_of
from .quarters import quarter_that_ended
from .years import said_year, year_told_from

BACK: Final = (
    "before", "earlier", "last", "latest", "the latest", "past", "the past", "this past", "the last", "previous",
    "the previous", "the preceding", "the prior", "prior",
)  # fmt: skip
ON: Final = (
    "after", "next", "nxt", "the next", "coming", "the coming", "this coming", "following", "the following",
    "the subsequent",
)  # fmt: skip
FROM_FOCUS: Final = (
    "before", "earlier", "after", "the previous", "previous", "the preceding", "the following", "following",
    "the subsequent", "that", "the same", "the prior", "prior", "that same", "the next",
)  # fmt: skip


def step_of(which: str) -> int:
    return -1 if which in BACK else 1 if which in ON else 0


def origin_of(told: Told, which: str) -> Anchor | None:
    """What a word such as `which` counts from: "that" and "the following" from the focus, "last" from today."""
    return (told.focus or told.anchor) if which in FROM_FOCUS else told.anchor


def which_unit(told: Told) -> Reading | None:
    which = told.word("which")
    origin = origin_of(told, which)
    unit = told.word("unit").removesuffix("s")
    if origin is None:
        return None
    if which == "that" and told.after.startswith("-"):
        return None
    ended = quarter_that_ended(told) if unit == "quarter" and told.period is None else None
    if ended is not None:
        return ended
    if _is_a_stretch(told, which):
        return replace(length_of(1, unit_of(told) or "Y", ""), type="DURATION")
    step = step_of(which)
    if unit == "quarter" and told.period is not None and which in ("", "the", "latest", "the latest", "that"):
        origin = told.period
    elif unit == "quarter" and which in ("", "the", "latest", "the latest"):
        step = -1
    return _marked(_unit_at(origin, unit, step), told)


_STRETCHED: Final = re2.compile(r"(?i)\b(?:for|over|during|throughout|within)\s+$")
_STRETCHES: Final = ("the past", "the last", "the next", "this past", "the coming")


def _is_a_stretch(told: Told, which: str) -> bool:
    """Over the past decade, for the next year: so long, up to or from now, and no year of the calendar."""
    if which == "the past" and told.narrative:
        return True
    return which in _STRETCHES and _STRETCHED.search(told.before) is not None


def _unit_at(origin: Anchor, unit: str, step: int) -> Reading | None:
    if unit in ("year", "yr"):
        return of_year(origin.year + step, "relative")
    if unit in ("month", "mth"):
        return of_month(*shifted(origin.year, origin.month, step), "relative")
    if unit in ("week", "wk"):
        return week_from(monday_of(origin.number) + 7 * step)
    if unit == "weekend":
        return weekend_of(monday_of(origin.number) + 7 * step)
    if unit == "quarter":
        year, month = shifted(origin.year, (origin.month - 1) // 3 * 3 + 1, 3 * step)
        return of_quarter(year, (month + 2) // 3, "relative")
    if unit == "decade":
        return of_decade(origin.year + 10 * step, "relative")
    if unit == "century" and origin.year > 0:
        return of_century(origin.year // 100 + 1 + step, False, "relative")
    return None


def _marked(reading: Reading | None, told: Told) -> Reading | None:
    return None if reading is None else in_part(reading, told)


def part_of_unit(told: Told) -> Reading | None:
    """The end of the year, the middle of the month, year-end: of the one in focus in a narrative, else of this one."""
    unit = told.word("unit").removesuffix("s")
    origin = (told.focus or told.anchor) if told.narrative else told.anchor
    if origin is None:
        return None
    if unit == "day":
        return None
    return _marked(_unit_at(origin, unit, step_of(told.word("which"))), told)


def unit_of_year(told: Told) -> Reading | None:
    """The rest of 1942, later in 1792, the first part of 2004: the year, with a modifier where one is said."""
    year = said_year(told)
    return None if year is None else in_part(of_year(year, "explicit"), told)


def weekend(told: Told) -> Reading | None:
    which = told.word("which")
    origin = origin_of(told, which)
    if origin is None:
        return Reading(value="XXXX-WXX-WE", edtf="", basis="relative")
    monday = monday_of(origin.number)
    if not which and told.tense == "past" and not told.short and origin.number < monday + 5:
        monday -= 7
    return weekend_of(monday + 7 * step_of(which))


def season(told: Told) -> Reading | None:
    code = told.number("season")
    if code is None or _is_no_season(told):
        return None
    year = said_year(told)
    basis: DateBasis = "explicit" if year is not None else "relative"
    if year is None:
        year = year_told_from(told)
    if year is None:
        year = _year_of_season(told, code)
    if year is None:
        return Reading(value="XXXX-" + {21: "SP", 22: "SU", 23: "FA", 24: "WI"}[code], edtf="", basis="relative")
    reading = in_part(of_season(year, code, basis), told)
    if code == 24 and basis == "relative" and told.narrative and not told.word("which") and not told.word("which_year"):
        return _winter_of_story(told, reading, year)
    return reading


def _winter_of_story(told: Told, reading: Reading, year: int) -> Reading:
    """Annotators name the winter of a story by the year that it leads into, EDTF by that in which it begins."""
    origin = told.focus
    if origin is None or origin.unit not in ("day", "week", "month", "season"):
        return reading
    if origin.month < _JULY:
        return replace(of_season(year - 1, 24, "relative"), value=reading.value, mod=reading.mod)
    return replace(reading, value=f"{timex_year(year + 1)}-WI")


_JULY: Final = 7
_FALL_OF: Final = re2.compile(r"^\s+of\s+[^\d\s]")


def _is_no_season(told: Told) -> bool:
    """The fall of a town, the spring of a river."""
    said = told.word("season")
    if said == "fall":
        return _FALL_OF.match(told.after) is not None
    return said == "spring" and told.after.startswith((" of the ", " of its "))


def season_in_narrative(told: Told) -> Reading | None:
    """A season without an article is one where history or the day is told; in news it is more often an adjective."""
    return season(told) if told.narrative or told.short else None


def _year_of_season(told: Told, code: int) -> int | None:
    which = told.word("which")
    origin = origin_of(told, which)
    if origin is None:
        return None
    begins = (code - 20) * 3
    if which in BACK:
        return origin.year - (origin.month < begins + (3 if origin.has_month else 0))
    if which in ON:
        return origin.year + (origin.month >= begins)
    if told.narrative or told.short or which:
        # What follows a winter is of the year that the winter leads into.
        return origin.year + (origin.unit == "season" and origin.month == 12 and code != 24)
    return nearest_year(told, begins, 1)


def fiscal_year(told: Told) -> Reading | None:
    year = said_year(told)
    if year is not None:
        return of_year(year, "explicit")
    which = told.word("which")
    if told.anchor is None:
        return None
    return of_year(told.anchor.year + (-1 if which.endswith("latest") else step_of(which)), "relative")


def decade(told: Told) -> Reading | None:
    """The 1990s, the '80s, the nineties; in the century of the focus where none is said."""
    tens = told.number("tens_word")
    digits = told.groups.get("decade", "")
    if len(digits) == 3:
        return in_part(of_decade(int(digits) * 10, "explicit"), told)
    tens = int(digits) * 10 if tens is None else tens
    hundreds = number_of(told.groups.get("hundreds", ""))
    if hundreds is not None:
        return in_part(of_decade(int(hundreds) * 100 + tens, "explicit"), told)
    near = told.anchor.year if told.anchor is not None and told.anchor.year > 0 else 1999
    first = near // 100 * 100 + tens
    if first > near:
        first -= 100
    return in_part(of_decade(first, "explicit"), told)


def decade_before_christ(told: Told) -> Reading | None:
    return in_part(of_decade(1 - int(told.groups["decade"]) * 10, "explicit"), told)


def century(told: Told) -> Reading | None:
    number = told.number("ordinal")
    if number is None:
        said = told.word("century").rstrip("stndrh")
        number = int(said) if said.isdigit() else _ordinal_of(told.word("century"))
    if number is None or not 1 <= number <= 30:
        return None
    return in_part(of_century(number, told.word("era").replace(".", "") in ("bc", "bce"), "explicit"), told)


_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20,
}  # fmt: skip


def _ordinal_of(said: str) -> int | None:
    first, _, rest = said.replace("-", " ").partition(" ")
    if rest:
        tens, unit = number_of(first), _ORDINALS.get(rest)
        return None if tens is None or unit is None else int(tens) + unit
    return _ORDINALS.get(first)
