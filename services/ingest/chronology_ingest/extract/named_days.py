"""Days that have a name: Christmas, Easter, Thanksgiving. Their year is told, or found as for any day without one."""

from __future__ import annotations

import re
from typing import Final

from chronology_contracts.edtf import day_number

from .calendar import Reading, Told, day_of_week, on_day
from .calendar_dates import part_of_day
from .periods import BACK, ON
from .years import said_year, year_told_from


def named_day(told: Told) -> Reading | None:
    rule = told.text("holiday")
    if rule is None:
        return None
    if _OF_ONE_YEAR.match(rule):
        return _told_once(told, rule)
    year = said_year(told)
    explicit = year is not None
    if year is None:
        year = year_told_from(told)
    if year is None:
        year = _year_of(told, rule)
    if year is None:
        return None if rule.startswith(("easter", "week")) else Reading(value=f"XXXX-{rule}", edtf="", basis="relative")
    day = _day_in(year, rule)
    if day is None:
        return None
    return part_of_day(on_day(day, "explicit" if explicit else "relative"), told)


_OF_ONE_YEAR: Final = re.compile(r"\d{4}-")


def _told_once(told: Told, day: str) -> Reading | None:
    """A day that has its name since one year alone; before that year the words mean something else."""
    number = day_number(int(day[:4]), int(day[5:7]), int(day[8:]))
    return None if told.anchor is not None and told.anchor.number < number else on_day(number, "explicit")


def _year_of(told: Told, rule: str) -> int | None:
    if told.anchor is None:
        return None
    near = told.anchor.year
    day = _day_in(near, rule)
    if day is None:
        return None
    which = told.word("which")
    if which in BACK:
        return near - (day >= told.anchor.number)
    if which in ON:
        return near + (day < told.anchor.number)
    if told.narrative or which == "this":
        return near
    ahead = day - told.anchor.number
    if ahead > 183:
        return near - (told.tense != "future")
    return near + (ahead < -183 or (ahead < 0 and told.tense == "future"))


def _day_in(year: int, rule: str) -> int | None:
    """`MM-DD`; `easter+N`, days from Easter Sunday; `week MM D N`, the N-th weekday D of a month, -1 for the last."""
    if rule.startswith("easter"):
        return _easter(year) + int(rule[6:] or 0) if year > 32 else None
    if rule.startswith("week"):
        _, month, weekday, number = rule.split()
        return _weekday_of_month(year, int(month), int(weekday), int(number))
    month_text, _, day_text = rule.partition("-")
    return day_number(year, int(month_text), int(day_text))


def _weekday_of_month(year: int, month: int, weekday: int, number: int) -> int:
    if number < 0:
        after = day_number(year + month // 12, month % 12 + 1, 1)
        return after - 1 - (day_of_week(after - 1) - weekday) % 7
    first = day_number(year, month, 1)
    return first + (weekday - day_of_week(first)) % 7 + 7 * (number - 1)


def _easter(year: int) -> int:
    """Easter Sunday of the western churches: Gregorian, by the method of Meeus, Jones and Butcher."""
    golden, century, years = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    rest = (32 + 2 * (century % 4) + 2 * (years // 4) - epact - years % 4) % 7
    correction = (golden + 11 * epact + 22 * rest) // 451
    month, day = divmod(epact + rest - 7 * correction + 114, 31)
    return day_number(year, month, day + 1)
