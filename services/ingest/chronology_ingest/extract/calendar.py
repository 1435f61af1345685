"""The arithmetic of dates: days to count from, and readings made of days, months, years and weeks.

Weeks begin on Monday; a season is that of the northern hemisphere and winter belongs
to the year in which it begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chronology_contracts.edtf import day_number, from_day_number
from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct


class Anchor(Struct, frozen=True, kw_only=True):
    """A day to count from; `has_day` is False where only the month or year is known."""

    year: int
    month: int
    day: int
    number: int
    has_day: bool = True

    @staticmethod
    def of_day(number: int) -> Anchor:
        year, month, day = from_day_number(number)
        return Anchor(year=year, month=month, day=day, number=number)


class Told(Struct, frozen=True, kw_only=True):
    """What was found: named groups of the pattern, the days to count from, and the words around."""

    groups: dict[str, str]
    values: Mapping[str, Mapping[str, int | str]]
    anchor: Anchor | None
    focus: Anchor | None
    future: bool
    before: str
    after: str

    def number(self, group: str) -> int | None:
        """The number that a group stands for: by the table of its name, else by its digits."""
        said = self.groups.get(group)
        if said is None:
            return None
        if said.isdigit():
            return int(said)
        value = self.look_up(group, said)
        return value if isinstance(value, int) else None

    def look_up(self, table: str, said: str) -> int | str | None:
        values = self.values.get(_TABLES.get(table, table), {})
        return values.get(said, values.get(said.lower(), values.get(said.capitalize())))

    def word(self, group: str) -> str:
        return self.groups.get(group, "").lower()


class Reading(Struct, frozen=True, kw_only=True):
    """`focus` is the day that words such as "the next day" will count from."""

    value: str
    edtf: str
    basis: DateBasis = "explicit"
    focus: Anchor | None = None


_TABLES: Final = {"month_end": "month", "count": "number"}
MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (
        29 if month == 2 and _is_leap(year) else 28 if month == 2 else MONTH_DAYS[month - 1]
    )


def year_text(year: int) -> str:
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def on_day(number: int, basis: DateBasis) -> Reading:
    anchor = Anchor.of_day(number)
    text = f"{year_text(anchor.year)}-{anchor.month:02d}-{anchor.day:02d}"
    return Reading(value=text, edtf=text, basis=basis, focus=anchor)


def of_month(year: int, month: int, basis: DateBasis) -> Reading:
    text = f"{year_text(year)}-{month:02d}"
    number = day_number(year, month, 1)
    return Reading(
        value=text, edtf=text, basis=basis, focus=Anchor(year=year, month=month, day=1, number=number, has_day=False)
    )


def of_year(year: int, basis: DateBasis) -> Reading:
    number = day_number(year, 1, 1)
    focus = Anchor(year=year, month=1, day=1, number=number, has_day=False)
    return Reading(value=year_text(year), edtf=year_text(year), basis=basis, focus=focus)


def shifted(year: int, month: int, by: int) -> tuple[int, int]:
    return year + (month - 1 + by) // 12, (month - 1 + by) % 12 + 1


def nearest_year(told: Told, month: int, day: int) -> int | None:
    """The year of a day told without one: the last that is not ahead of the anchor; the next, if told as to come."""
    if told.anchor is None:
        return None
    anchor = told.anchor
    if told.future:
        return anchor.year if (month, day) >= (anchor.month, anchor.day if day > 1 else 1) else anchor.year + 1
    return anchor.year if (month, day) <= (anchor.month, anchor.day) else anchor.year - 1


def day_of_week(number: int) -> int:
    """1 for Monday … 7 for Sunday; day 1 of the calendar was a Monday."""
    return (number - 1) % 7 + 1


def week_from(monday: int) -> Reading:
    first, last = on_day(monday, "relative"), on_day(monday + 6, "relative")
    thursday = Anchor.of_day(monday + 3)
    week = (thursday.number - day_number(thursday.year, 1, 1)) // 7 + 1
    return Reading(value=f"{thursday.year}-W{week:02d}", edtf=f"{first.edtf}/{last.edtf}", basis="relative")
