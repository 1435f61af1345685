"""Anniversaries: the day, month or year that lies so many years after a day that is told with them."""

from __future__ import annotations

from typing import Final

from chronology_contracts.edtf import day_number

from .calendar import Reading, Told, exists, of_month, of_year, on_day
from .number_words import number_of
from .years import said_year

_ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
    "centenary": 100, "bicentenary": 200, "centennial": 100, "bicentennial": 200,
}  # fmt: skip


def anniversary(told: Told) -> Reading | None:
    """As finely as the day is told that it is the anniversary of."""
    years, year = _years(told.word("nth")), said_year(told)
    if years is None or year is None:
        return None
    month, day = told.number("month"), told.number("day")
    if month is None:
        return of_year(year + years, "relative")
    if day is None or not exists(year + years, month, day):
        return of_month(year + years, month, "relative")
    return on_day(day_number(year + years, month, day), "relative")


def _years(said: str) -> int | None:
    """Of an ordinal number, in figures or words, or of "30-year"."""
    plain = said.replace("-", " ")
    digits = plain.rstrip("stndrhyea ")
    if digits.isdigit():
        return int(digits)
    tens, _, unit = plain.rpartition(" ")
    if unit not in _ORDINALS:
        return None
    before = number_of(tens) if tens else 0
    if before is None:
        return None
    return int(before) * 100 if unit == "hundredth" and tens else int(before) + _ORDINALS[unit]
