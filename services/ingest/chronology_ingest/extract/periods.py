"""Stretches longer than a day: weeks, weekends, months, quarters, halves, seasons, years, decades, centuries."""

from __future__ import annotations

from typing import Final

from chronology_contracts.vocabulary import DateBasis
from msgspec.structs import replace

from .calendar import (
    Anchor,
    Reading,
    Told,
    monday_of,
    of_century,
    of_decade,
    of_half,
    of_month,
    of_quarter,
    of_season,
    of_year,
    shifted,
    week_from,
    weekend_of,
)
from .calendar_dates import nearest_year
from .calendar_parts import in_part
from .number_words import number_of
from .years import said_year, year_told_from

BACK: Final = (
    "before", "earlier", "last", "latest", "the latest", "past", "the past", "this past", "the last", "previous",
    "the previous", "the preceding",
)  # fmt: skip
ON: Final = (
    "after", "next", "the next", "coming", "the coming", "this coming", "following", "the following", "the subsequent",
)  # fmt: skip
FROM_FOCUS: Final = (
    "before", "earlier", "after", "the previous", "previous", "the preceding", "the following", "following",
    "the subsequent", "that", "the same", "that same", "the next",
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
    step = step_of(which)
    if unit == "quarter" and told.period is not None and which in ("", "the", "latest", "the latest", "that"):
        origin = told.period
    elif unit == "quarter" and which in ("", "the", "latest", "the latest"):
        step = -1
    return _marked(_unit_at(origin, unit, step), told)


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
    if code is None or (told.word("season") in ("fall", "spring") and told.after.startswith((" of the ", " of its "))):
        return None
    year = said_year(told)
    basis: DateBasis = "explicit" if year is not None else "relative"
    if year is None:
        year = year_told_from(told)
    if year is None:
        year = _year_of_season(told, code)
    if year is None:
        return Reading(value="XXXX-" + {21: "SP", 22: "SU", 23: "FA", 24: "WI"}[code], edtf="", basis="relative")
    return in_part(of_season(year, code, basis), told)


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
        return origin.year
    return nearest_year(told, begins, 1)


def quarter(told: Told) -> Reading | None:
    number = told.number("ordinal")
    if number is None or not 1 <= number <= 4:
        return None
    year, basis = _year_of_part(told, 3 * number - 2)
    return None if year is None else in_part(of_quarter(year, number, basis), told)


def half(told: Told) -> Reading | None:
    said = told.word("ordinal")
    if said and told.after.startswith((" of the game", " of the match", " against", " of a ", " of play")):
        return None
    number = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "last": 2, "latter": 2, "other": 2}.get(said)
    year, basis = _year_of_part(told, 1 if number == 1 else 7)
    if number is None or year is None:
        return None
    return of_half(year, number, basis)


def _year_of_part(told: Told, first_month: int) -> tuple[int | None, DateBasis]:
    """The year of a quarter or half: as said, as told from another, else the one whose part lies nearest."""
    year = said_year(told)
    if year is not None:
        return year, "explicit"
    year = year_told_from(told)
    if year is not None or told.anchor is None:
        return year, "relative"
    if told.narrative:
        return told.anchor.year, "relative"
    ahead = first_month - told.anchor.month
    if told.tense == "future" and ahead < -8:
        return told.anchor.year + 1, "relative"
    # Figures are told of a quarter that has ended or begun; one that lies ahead is one of last year, unless near.
    return told.anchor.year - (ahead > (2 if told.tense == "past" else 6)), "relative"


def period(told: Told) -> Reading | None:
    """The year-earlier quarter, the 1988 period: the quarter told nearby, in the year that is said."""
    year = said_year(told)
    if year is not None:
        if told.period is not None and told.groups.get("named") is None:
            return of_quarter(year, (told.period.month + 2) // 3, "relative")
        return of_year(year, "explicit")
    if told.period is not None:
        back = 0 if told.groups.get("latest") else 1
        return of_quarter(told.period.year - back, (told.period.month + 2) // 3, "relative")
    if told.anchor is None:
        return None
    if told.groups.get("latest"):
        return which_unit(replace(told, groups={"unit": "quarter"}))
    if "quarter" in told.word("named"):
        year, month = shifted(told.anchor.year - 1, (told.anchor.month - 1) // 3 * 3 + 1, -3)
        return of_quarter(year, (month + 2) // 3, "relative")
    return of_year(told.anchor.year - 1, "relative")


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
