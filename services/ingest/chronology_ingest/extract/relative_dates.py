"""Times told from another day, clock times, durations and sets: what a pattern found, to a reading, or None."""

from __future__ import annotations

from typing import Final

from chronology_contracts.edtf import day_number

from .calendar import Reading, Told, day_of_week, exists, of_month, of_year, on_day, shifted, week_from, year_text

_STEP: Final = {"last": -1, "past": -1, "the previous": -1, "next": 1, "the coming": 1, "this": 0}


def which_unit(told: Told) -> Reading | None:
    if told.anchor is None:
        return None
    anchor, unit, step = told.anchor, told.word("unit"), _STEP[told.word("which")]
    if unit == "year":
        return of_year(anchor.year + step, "relative")
    if unit == "month":
        return of_month(*shifted(anchor.year, anchor.month, step), "relative")
    if unit == "week":
        return week_from(anchor.number - day_of_week(anchor.number) + 1 + 7 * step)
    if unit == "quarter":
        year, month = shifted(anchor.year, (anchor.month - 1) // 3 * 3 + 1, 3 * step)
        number = (month + 2) // 3
        return Reading(value=f"{year}-Q{number}", edtf=f"{year_text(year)}-{32 + number}", basis="relative")
    width = 10 if unit == "decade" else 100
    digits = year_text((anchor.year // width + step) * width)[: 3 if unit == "decade" else 2]
    return Reading(value=digits, edtf=digits + "X" * (4 - len(digits)), basis="relative")


def weekday(told: Told) -> Reading | None:
    wanted = told.number("weekday")
    if told.anchor is None or wanted is None:
        return None
    today = day_of_week(told.anchor.number)
    which = told.word("which")
    if which in ("next", "coming") or (told.future and which != "last"):
        step = (wanted - today) % 7 or (7 if which == "next" else 0)
    else:
        step = -((today - wanted) % 7) or (-7 if which == "last" else 0)
    return _daytime(on_day(told.anchor.number + step, "relative"), told)


_DEICTIC: Final = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}


def deictic_day(told: Told) -> Reading | None:
    if told.anchor is None:
        return None
    reading = on_day(told.anchor.number + _DEICTIC[told.word("deictic")], "relative")
    if told.word("deictic") == "tonight":
        return Reading(value=f"{reading.value}TNI", edtf=reading.edtf, basis="relative", focus=reading.focus)
    return _daytime(reading, told)


def _daytime(reading: Reading, told: Told) -> Reading:
    part = told.look_up("daytime", told.groups["daytime"]) if "daytime" in told.groups else None
    if part is None:
        return reading
    return Reading(value=f"{reading.value}T{part}", edtf=reading.edtf, basis=reading.basis, focus=reading.focus)


def day_in_focus(told: Told) -> Reading | None:
    if told.focus is None or not told.focus.has_day:
        return None
    words = told.word("focus")
    step = (
        -1
        if words in ("the day before", "the previous day", "a day earlier")
        else 1
        if "after" in words or "next" in words or "following" in words or "later" in words
        else 0
    )
    return on_day(told.focus.number + step, "relative")


def day_of_month_in_focus(told: Told) -> Reading | None:
    day = told.number("day")
    if told.focus is None or day is None or not exists(told.focus.year, told.focus.month, day):
        return None
    return on_day(day_number(told.focus.year, told.focus.month, day), "relative")


def distance(told: Told) -> Reading | None:
    """So many units from a day; the answer is no finer than the unit."""
    direction = told.word("direction")
    origin = told.anchor if direction == "ago" else told.focus
    count, unit = told.number("count"), told.look_up("unit", told.groups["unit"])
    if origin is None or count is None or not isinstance(unit, str):
        return None
    by = count * int(unit[:-1] or 1) * (1 if direction in ("later", "after") else -1)
    if unit.endswith("D"):
        return on_day(origin.number + by, "relative")
    if unit.endswith("W"):
        return on_day(origin.number + 7 * by, "relative")
    if unit.endswith("M"):
        return of_month(*shifted(origin.year, origin.month, by), "relative")
    return of_year(origin.year + by, "relative")


def present(told: Told) -> Reading | None:
    return Reading(value="PRESENT_REF", edtf="", basis="relative")


def past(told: Told) -> Reading | None:
    return Reading(value="PAST_REF", edtf="", basis="relative")


def clock(told: Told) -> Reading | None:
    hour, minute = int(told.groups["hour"]), told.groups.get("minute", "00")
    half = told.word("half")
    if hour > (12 if half else 23):
        return None
    if half.startswith("p") and hour < 12:
        hour += 12
    elif half.startswith("a") and hour == 12:
        hour = 0
    day = told.focus if told.focus is not None and told.focus.has_day else told.anchor
    if day is None:
        return Reading(value=f"T{hour:02d}:{minute}", edtf="", basis="relative")
    text = on_day(day.number, "relative").edtf
    return Reading(value=f"{text}T{hour:02d}:{minute}", edtf=text, basis="relative")


def duration(told: Told) -> Reading | None:
    unit = told.look_up("unit", told.groups["unit"])
    count = told.number("count")
    if not isinstance(unit, str):
        return None
    amount = "X" if count is None else str(count * int(unit[:-1] or 1))
    return Reading(value=f"P{amount}{unit[-1]}", edtf="", basis="none")


def duration_time(told: Told) -> Reading | None:
    unit = told.look_up("timeunit", told.groups["timeunit"])
    count = told.number("count")
    return Reading(value=f"PT{'X' if count is None else count}{unit}", edtf="", basis="none")


_ADVERBS: Final = {"daily": "P1D", "weekly": "P1W", "monthly": "P1M", "yearly": "P1Y", "annually": "P1Y"}


def repeated(told: Told) -> Reading | None:
    if "weekday" in told.groups:
        return Reading(value=f"XXXX-WXX-{told.number('weekday')}", edtf="", basis="none")
    if "adverb" in told.groups:
        return Reading(value=_ADVERBS[told.word("adverb")], edtf="", basis="none")
    unit = told.look_up("unit", told.groups["unit"])
    return Reading(value=f"P1{unit}", edtf="", basis="none")
