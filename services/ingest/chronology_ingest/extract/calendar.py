"""The arithmetic of dates: days to count from, and readings made of days, weeks, months, quarters and years.

Weeks begin on Monday; a season is that of the northern hemisphere and winter belongs
to the year in which it begins. Years are astronomical: 0 is 1 BC, which TIMEX3 writes
BC0001 and EDTF 0000.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from chronology_contracts.edtf import day_number, from_day_number
from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from .number_words import number_of

Unit = Literal["day", "week", "month", "quarter", "season", "year", "decade", "century"]
Tense = Literal["past", "future", ""]


class Anchor(Struct, frozen=True, kw_only=True):
    """A day to count from; `unit` is how finely it is known, and the day the first of that."""

    year: int
    month: int
    day: int
    number: int
    unit: Unit = "day"

    @staticmethod
    def of_day(number: int, unit: Unit = "day") -> Anchor:
        year, month, day = from_day_number(number)
        return Anchor(year=year, month=month, day=day, number=number, unit=unit)

    @property
    def has_day(self) -> bool:
        return self.unit == "day"

    @property
    def has_month(self) -> bool:
        return self.unit in ("day", "week", "month")


class Told(Struct, frozen=True, kw_only=True):
    """What was found: named groups of the pattern, the days to count from, and the words around.

    `anchor` is the day that is "today" and `focus` the last date told; in a narrative
    the two are one, and `fine` is the last whose month was told. `period` is the last
    quarter told nearby. `before` and `after` are the words around, to the ends of the
    sentence, as they stand.
    """

    groups: dict[str, str]
    values: Mapping[str, Mapping[str, int | str]]
    anchor: Anchor | None
    focus: Anchor | None
    fine: Anchor | None = None
    period: Anchor | None = None
    narrative: bool = False
    short: bool = False
    ancient: bool = False
    tense: Tense = ""
    before: str = ""
    after: str = ""

    def number(self, group: str) -> int | None:
        """The number that a group stands for: by the table of its name, else by its digits or words."""
        said = self.groups.get(group)
        if said is None:
            return None
        if said.isdigit():
            return int(said)
        value = self.look_up(group, said)
        if value is None:
            counted = number_of(said)
            return None if counted is None else int(counted)
        return value if isinstance(value, int) else None

    def look_up(self, table: str, said: str) -> int | str | None:
        values = self.values.get(_TABLES.get(table, table), {})
        if table == "weekday":
            values = {**self.values.get("weekday_short", {}), **values}
        words = " ".join(said.split())
        plain = words.rstrip(".")
        for form in (words, words.lower(), plain, plain.lower(), plain.capitalize()):
            if form in values:
                return values[form]
        return None

    def text(self, group: str) -> str | None:
        """What a table says of a group's words, as text; None without the group or the entry."""
        said = self.groups.get(group)
        value = None if said is None else self.look_up(group, said)
        return value if isinstance(value, str) else None

    def word(self, group: str) -> str:
        return " ".join(self.groups.get(group, "").lower().split())


class Reading(Struct, frozen=True, kw_only=True):
    """`focus` is the day that words such as "the next day" will count from; `type` and `mod` are TIMEX3's."""

    value: str
    edtf: str
    basis: DateBasis = "explicit"
    focus: Anchor | None = None
    mod: str = ""
    type: Literal["", "DATE", "TIME", "DURATION", "SET"] = ""


_TABLES: Final = {"month_end": "month", "daytime_before": "daytime", "day": "ordinal_day"}
MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def month_days(year: int, month: int) -> int:
    return 28 if month == 2 and not _is_leap(year) else MONTH_DAYS[month - 1]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= month_days(year, month)


def year_text(year: int) -> str:
    """A year as EDTF writes it."""
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def timex_year(year: int) -> str:
    """A year as TIMEX3 writes it."""
    return f"{year:04d}" if year > 0 else f"BC{1 - year:04d}"


def anchor_at(year: int, month: int, day: int, unit: Unit) -> Anchor:
    return Anchor(year=year, month=month, day=day, number=day_number(year, month, day), unit=unit)


def on_day(number: int, basis: DateBasis) -> Reading:
    anchor = Anchor.of_day(number)
    rest = f"-{anchor.month:02d}-{anchor.day:02d}"
    return Reading(value=timex_year(anchor.year) + rest, edtf=year_text(anchor.year) + rest, basis=basis, focus=anchor)


def of_month(year: int, month: int, basis: DateBasis) -> Reading:
    return Reading(
        value=f"{timex_year(year)}-{month:02d}",
        edtf=f"{year_text(year)}-{month:02d}",
        basis=basis,
        focus=anchor_at(year, month, 1, "month"),
    )


def of_year(year: int, basis: DateBasis) -> Reading:
    return Reading(value=timex_year(year), edtf=year_text(year), basis=basis, focus=anchor_at(year, 1, 1, "year"))


def of_quarter(year: int, quarter: int, basis: DateBasis) -> Reading:
    return Reading(
        value=f"{timex_year(year)}-Q{quarter}",
        edtf=f"{year_text(year)}-{32 + quarter}",
        basis=basis,
        focus=anchor_at(year, 3 * quarter - 2, 1, "quarter"),
    )


def of_half(year: int, half: int, basis: DateBasis) -> Reading:
    return Reading(
        value=f"{timex_year(year)}-H{half}",
        edtf=f"{year_text(year)}-{39 + half}",
        basis=basis,
        focus=anchor_at(year, 6 * half - 5, 1, "quarter"),
    )


_SEASONS: Final = {21: ("SP", 3), 22: ("SU", 6), 23: ("FA", 9), 24: ("WI", 12)}


def of_season(year: int, code: int, basis: DateBasis) -> Reading:
    letters, month = _SEASONS[code]
    return Reading(
        value=f"{timex_year(year)}-{letters}",
        edtf=f"{year_text(year)}-{code}",
        basis=basis,
        focus=anchor_at(year, month, 1, "season"),
    )


def of_decade(year: int, basis: DateBasis) -> Reading:
    """The ten years that `year` is of: from 190 to 199, or, before our era, as people count there, 489 to 480 BC."""
    if year > 0:
        tens = f"{year // 10:03d}"
        return Reading(value=tens, edtf=f"{tens}X", basis=basis, focus=anchor_at(year // 10 * 10, 1, 1, "decade"))
    tens = f"{(1 - year) // 10:03d}"
    first = 1 - (int(tens) * 10 + 9)
    return Reading(
        value=f"BC{tens}",
        edtf=f"{year_text(first)}/{year_text(first + 9)}",
        basis=basis,
        focus=anchor_at(first, 1, 1, "decade"),
    )


def of_century(number: int, before_christ: bool, basis: DateBasis) -> Reading:
    """The century of that ordinal number, counted as people do: the 19th is 1800 to 1899."""
    if before_christ:
        first = 1 - number * 100
        return Reading(
            value=f"BC{number - 1:02d}",
            edtf=f"{year_text(first)}/{year_text(first + 99)}",
            basis=basis,
            focus=anchor_at(first, 1, 1, "century"),
        )
    text = f"{number - 1:02d}"
    return Reading(
        value=text, edtf=f"{text}XX", basis=basis, focus=anchor_at(max((number - 1) * 100, 1), 1, 1, "century")
    )


def shifted(year: int, month: int, by: int) -> tuple[int, int]:
    return year + (month - 1 + by) // 12, (month - 1 + by) % 12 + 1


def day_of_week(number: int) -> int:
    """1 for Monday … 7 for Sunday; day 1 of the calendar was a Monday."""
    return (number - 1) % 7 + 1


def monday_of(number: int) -> int:
    return number - day_of_week(number) + 1


def _week_number(monday: int) -> tuple[int, int]:
    thursday = Anchor.of_day(monday + 3)
    return thursday.year, (thursday.number - day_number(thursday.year, 1, 1)) // 7 + 1


def week_from(monday: int) -> Reading:
    year, week = _week_number(monday)
    first, last = on_day(monday, "relative"), on_day(monday + 6, "relative")
    return Reading(
        value=f"{timex_year(year)}-W{week:02d}",
        edtf=f"{first.edtf}/{last.edtf}",
        basis="relative",
        focus=Anchor.of_day(monday, "week"),
    )


def weekend_of(monday: int) -> Reading:
    year, week = _week_number(monday)
    first, last = on_day(monday + 5, "relative"), on_day(monday + 6, "relative")
    return Reading(
        value=f"{timex_year(year)}-W{week:02d}-WE",
        edtf=f"{first.edtf}/{last.edtf}",
        basis="relative",
        focus=Anchor.of_day(monday + 5, "week"),
    )
