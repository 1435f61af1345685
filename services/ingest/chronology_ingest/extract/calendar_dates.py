"""Dates that name their month or year: what a pattern found, to a reading, or None where it is no date after all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chronology_contracts.edtf import day_number
from chronology_contracts.vocabulary import DateBasis

from .calendar import MONTH_DAYS, Reading, Told, exists, nearest_year, of_month, of_year, on_day, year_text


def calendar_day(told: Told) -> Reading | None:
    month = told.number("month") or told.number("month_number")
    day = told.number("day")
    year = told.number("year")
    if month is None or day is None:
        return None
    basis: DateBasis = "explicit"
    if year is None:
        basis = "relative"
        year = nearest_year(told, month, day)
        if year is None:
            return Reading(value=f"XXXX-{month:02d}-{day:02d}", edtf="", basis=basis)
    if not exists(year, month, day):
        return None
    return on_day(day_number(year, month, day), basis)


def day_range(told: Told) -> Reading | None:
    first = calendar_day(told)
    groups = {**told.groups, "day": told.groups["day_end"]}
    last = calendar_day(
        Told(
            groups=groups,
            values=told.values,
            anchor=told.anchor,
            focus=told.focus,
            future=told.future,
            before="",
            after="",
        )
    )
    if (
        first is None
        or last is None
        or first.focus is None
        or last.focus is None
        or last.focus.number <= first.focus.number
    ):
        return first
    return Reading(value=first.value, edtf=f"{first.edtf}/{last.edtf}", basis=first.basis, focus=first.focus)


def slashed_day(told: Told) -> Reading | None:
    """Month first or day first: what exists; where both do, what lies nearer to the document's day."""
    first, second, year = int(told.groups["first"]), int(told.groups["second"]), int(told.groups["year"])
    days = [
        day_number(year, month, day) for month, day in ((first, second), (second, first)) if exists(year, month, day)
    ]
    if not days:
        return None
    anchor = told.anchor.number if told.anchor else days[0]
    return on_day(min(days, key=lambda day: abs(day - anchor)), "explicit")


def month(told: Told) -> Reading | None:
    number = told.number("month")
    if number is None:
        return None
    year = told.number("year")
    basis: DateBasis = "explicit" if year is not None else "relative"
    which = told.word("which")
    if year is None and told.anchor is None:
        return Reading(value=f"XXXX-{number:02d}", edtf="", basis=basis)
    if year is None and told.anchor is not None:
        year = told.anchor.year
        if which in ("last", "past"):
            year -= number >= told.anchor.month
        elif which == "next":
            year += number <= told.anchor.month
        elif which != "this":
            nearest = nearest_year(told, number, 1)
            year = year if nearest is None else nearest
    assert year is not None
    reading = of_month(year, number, basis)
    return _part(
        reading,
        told,
        {
            "START": ("-01", "-10"),
            "MID": ("-11", "-20"),
            "END": ("-21", f"-{28 if number == 2 else MONTH_DAYS[number - 1]}"),
        },
    )


def month_range(told: Told) -> Reading | None:
    first, last, year = told.number("month"), told.number("month_end"), told.number("year")
    if first is None or last is None or year is None:
        return None
    reading = of_month(year if first <= last else year - 1, first, "explicit")
    return Reading(
        value=reading.value, edtf=f"{reading.edtf}/{year_text(year)}-{last:02d}", basis="explicit", focus=reading.focus
    )


def _part(reading: Reading, told: Told, ends: Mapping[str, tuple[str, str]]) -> Reading:
    """Early, mid or late of a month or year, as the interval of its days or months."""
    part = told.look_up("part", told.groups["part"]) if "part" in told.groups else None
    if not isinstance(part, str):
        return reading
    first, last = ends[part]
    return Reading(
        value=reading.value,
        edtf=f"{reading.edtf}{first}/{reading.edtf}{last}",
        basis=reading.basis,
        focus=reading.focus,
    )


def season(told: Told) -> Reading | None:
    code = told.number("season")
    year = told.number("year")
    basis: DateBasis = "explicit" if year is not None else "relative"
    if code is None or (year is None and told.anchor is None):
        return None
    if year is None and told.anchor is not None:
        begins = (code - 20) * 3
        year = told.anchor.year
        if told.word("which") in ("last", "past") and told.anchor.month < begins + 3:
            year -= 1
        elif told.word("which") == "next" and told.anchor.month >= begins:
            year += 1
    assert year is not None
    timex = {21: "SP", 22: "SU", 23: "FA", 24: "WI"}[code]
    return Reading(
        value=f"{year_text(year)}-{timex}",
        edtf=f"{year_text(year)}-{code}",
        basis=basis,
        focus=of_year(year, basis).focus,
    )


def quarter(told: Told) -> Reading | None:
    number, year = told.number("ordinal"), told.number("year")
    if number is None or year is None:
        return None
    return Reading(value=f"{year_text(year)}-Q{number}", edtf=f"{year_text(year)}-{32 + number}", basis="explicit")


_COUNTING: Final = (
    "about ",
    "around ",
    "some ",
    "than ",
    "least ",
    "nearly ",
    "almost ",
    "over ",
    "approximately ",
    "$",
    "€",
    "£",
    "#",
    "no. ",
    "article ",
    "room ",
    "flight ",
    "law ",
    "decree ",
)
_COUNTED: Final = (
    " people",
    " men",
    " women",
    " km",
    " kilom",
    " miles",
    " meters",
    " metres",
    " troops",
    " soldiers",
    " tons",
    " tonnes",
    " dollars",
    " euros",
    " percent",
    " per cent",
    "%",
    " feet",
    " kg",
    " hectares",
)


def year(told: Told) -> Reading | None:
    number = told.number("year")
    if number is None:
        return None
    if told.groups.get("era"):
        number = 1 - number
    elif "part" not in told.groups and (
        told.before.endswith(_COUNTING) or _counted(told.after) or told.before.endswith(("/", "-", ".", ":", ","))
    ):
        return None
    reading = of_year(number, "explicit")
    return _part(reading, told, {"START": ("-01", "-03"), "MID": ("-05", "-08"), "END": ("-10", "-12")})


def _counted(after: str) -> bool:
    """What follows makes the four digits a count: a unit, or three more digits behind a comma."""
    return after.startswith(_COUNTED) or (after[:1] == "," and after[1:4].isdigit())


def decade(told: Told) -> Reading | None:
    tens = told.groups["decade"]
    return Reading(value=tens, edtf=f"{tens}X", basis="explicit")


def century(told: Told) -> Reading | None:
    number = int(told.groups["century"])
    if not 1 <= number <= 30:
        return None
    return Reading(value=f"{number - 1:02d}", edtf=f"{number - 1:02d}XX", basis="explicit")
