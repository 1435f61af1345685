"""Times told from another day: weekdays, yesterday, the next day, two weeks ago, now, the past."""

from __future__ import annotations

import re
from typing import Final

from chronology_contracts.edtf import day_number
from msgspec.structs import replace

from .calendar import (
    Anchor,
    Reading,
    Told,
    day_of_week,
    exists,
    monday_of,
    of_decade,
    of_month,
    of_quarter,
    of_year,
    on_day,
    shifted,
    timex_year,
    week_from,
)
from .calendar_dates import part_of_day
from .durations import unit_alone
from .grammar import words
from .number_words import number_of
from .periods import BACK, FROM_FOCUS, ON, which_unit

_FROM_A_WEEKDAY: Final = re.compile(r"\b[Ff]rom (?:[A-Za-z]+ )?[A-Z][a-z]+day (?:to|through|until) $")


_IS_A_NAME: Final = re.compile(r"\b(?:Bloody|Black|Cyber|Super|Shrove|Fat|Maundy|Holy) $")
_OF_A_NAME: Final = re.compile(
    r" (?:Times|Herald|Mail|Telegraph|Post|Express|Mirror|Courier|Night Live|Night Football)\b"
)
_MEANT_FOR: Final = re.compile(r"\bfor $")
"""A meeting for Friday is one to come, whatever was done to call it."""


def weekday(told: Told) -> Reading | None:
    wanted = told.number("weekday")
    which = told.word("which")
    origin = (told.focus or told.anchor) if which in FROM_FOCUS or told.narrative else told.anchor
    if wanted is None or _IS_A_NAME.search(told.before) or _OF_A_NAME.match(told.after):
        return None
    if origin is None or not origin.has_day:
        return part_of_day(Reading(value=f"XXXX-WXX-{wanted}", edtf="", basis="relative"), told)
    if told.focus is not None and told.focus.has_day and _FROM_A_WEEKDAY.search(told.before):
        origin, which = told.focus, "next"
    today = day_of_week(origin.number)
    back, on = (today - wanted) % 7, (wanted - today) % 7
    if which in BACK:
        step = -(back or 7)
    elif which in ON:
        step = on or 7
    elif which in ("that", "the same"):
        step = -back
    elif which == "this":
        # The one of this week; a short message that says "this Friday" means the one to come.
        step = wanted - today if told.tense == "past" else on
    else:
        step = on if told.tense == "future" or (not told.short and _MEANT_FOR.search(told.before)) else -back
    return part_of_day(on_day(origin.number + step, "relative"), told)


_DEICTIC: Final = {
    "the day before yesterday": -2, "day before yesterday": -2, "yesterday": -1, "last night": -1, "last nite": -1,
    "last nights": -1, "last evening": -1, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2,
    "tmr": 1, "tmrw": 1, "tomo": 1, "tmw": 1, "tomoro": 1, "ytd": -1, "trmw": 1, "2moro": 1, "2mrw": 1,
    "overnight": -1, "next morning": 1,
}  # fmt: skip
_NIGHTS: Final = ("tonight", "tonite", "2nite", "last night", "last nite", "last nights", "overnight")


def deictic_day(told: Told) -> Reading | None:
    said = told.word("deictic")
    if told.groups.get("deictic") == "Today" and told.before.endswith("USA "):
        return None
    if told.anchor is None:
        value = "XXXX-XX-XX"
        return Reading(value=f"{value}TNI", edtf="", basis="relative") if said in _NIGHTS and told.narrative else None
    if not told.anchor.has_day:
        return Reading(value="PRESENT_REF", edtf="", basis="relative") if said == "today" else None
    reading = on_day(told.anchor.number + _DEICTIC.get(said, 0), "relative")
    if said in _NIGHTS:
        # What happened overnight is told from today; no "next day" counts from it.
        focus = None if said == "overnight" else reading.focus
        return replace(reading, value=f"{reading.value}TNI", type="TIME", focus=focus)
    if said == "last evening":
        return replace(reading, value=f"{reading.value}TEV", type="TIME")
    return part_of_day(reading, told)


def day_in_focus(told: Told) -> Reading | None:
    """The next day, that evening: told from the last day that was told, or from the document's."""
    origin = told.focus if told.focus is not None and told.focus.has_day else None
    which = told.word("which")
    if origin is None:
        origin = told.anchor if not told.narrative and which in ("that", "the same", "this", "that same") else None
    if origin is None:
        return _unknown_day(told)
    words = told.word("focus")
    if words in ("the day after", "the day before") and not told.narrative and _CLAUSE.match(told.after):
        return None
    if words:
        step = -1 if words.endswith(("before", "earlier")) else 1
    else:
        step = -1 if which in BACK else 1 if which in ON else 0
    return part_of_day(on_day(origin.number + step, "relative"), told)


_CLAUSE: Final = re.compile(r"\s+[A-Za-z]")


def _unknown_day(told: Told) -> Reading | None:
    focus = told.focus
    if focus is None:
        return None
    month = f"{focus.month:02d}" if focus.has_month else "XX"
    return part_of_day(Reading(value=f"{timex_year(focus.year)}-{month}-XX", edtf="", basis="relative"), told)


_COUNTED_WORD: Final = re.compile(r"[ \n-]+([a-z]+)")
_FUNCTION_WORDS: Final = words(
    "and or to the of in at when after with but for by that as he she they it we was were a an his her on"
)


def day_of_month_in_focus(told: Told) -> Reading | None:
    day = told.number("day")
    focus = told.focus
    counted = _COUNTED_WORD.match(told.after)
    if counted is not None and counted.group(1) not in _FUNCTION_WORDS:
        return None
    if focus is None or day is None or not focus.has_month or not exists(focus.year, focus.month, day):
        return None
    return on_day(day_number(focus.year, focus.month, day), "relative")


_BACKWARDS: Final = ("ago", "earlier", "before", "previously", "back", "prior")


def distance(told: Told) -> Reading | None:
    """So many units from a day; the answer is no finer than the unit."""
    direction = told.word("direction").partition(" ")[0]
    unit = told.text("unit")
    back = direction in _BACKWARDS
    origin = told.anchor if direction in ("ago", "back", "from", "hence") else told.focus or told.anchor
    count = number_of(told.groups.get("count", ""))
    if unit is None:
        return None
    if count is None:
        return Reading(value="PAST_REF" if back else "FUTURE_REF", edtf="", basis="relative")
    if origin is None:
        return None
    if unit == "Y" and told.period is not None and not told.narrative and count == 1:
        return of_quarter(told.period.year - (1 if back else -1), (told.period.month + 2) // 3, "relative")
    return _moved(origin, (-count if back else count), unit, told.text("approx") or "")


def _moved(origin: Anchor, count: float, unit: str, mod: str) -> Reading | None:
    by = count * int(unit[:-1] or 1)
    if unit.endswith("D"):
        reading = _by_days(origin, int(by))
    elif unit.endswith("W"):
        reading = week_from(monday_of(origin.number + int(7 * by)))
    elif unit.endswith("Q"):
        year, month = shifted(origin.year, (origin.month - 1) // 3 * 3 + 1, int(3 * by))
        reading = of_quarter(year, (month + 2) // 3, "relative")
    elif unit.endswith("M"):
        reading = of_month(*shifted(origin.year, origin.month, int(by)), "relative")
    elif abs(by) >= 10 and unit == "10Y":
        reading = of_decade(origin.year + int(by), "relative")
    else:
        reading = of_year(origin.year + int(by), "relative")
    return replace(reading, mod=mod) if reading is not None and mod else reading


def _by_days(origin: Anchor, by: int) -> Reading | None:
    if origin.has_day:
        return on_day(origin.number + by, "relative")
    return Reading(value=f"{timex_year(origin.year)}-XX-XX", edtf="", basis="relative")


def moment(told: Told) -> Reading | None:
    """Hours and minutes from now: the day, as far as it is known."""
    direction = told.word("direction")
    back = direction in _BACKWARDS
    return Reading(value="PAST_REF" if back else "FUTURE_REF", edtf="", basis="relative")


_OF_ANOTHER_YEAR: Final = re.compile(r"\s+(?:next|last|of|tomorrow|yesterday)\b")


def short_unit(told: Told) -> Reading | None:
    """ "What a day", "day 2", "the week": in the short messages that people write of their day."""
    if not told.short:
        return None
    if "which" in told.groups and told.anchor is not None:
        this = told.groups | {"which": "this"}
        reading = deictic_day(told) if told.word("unit") == "day" else which_unit(replace(told, groups=this))
        return None if reading is None else replace(reading, type="DATE")
    number = told.number("ordinal") or told.number("nth")
    reading = unit_alone(told)
    return reading if reading is None or number is None else replace(reading, value=f"{reading.value}-#{number}")


def present(told: Told) -> Reading | None:
    if "story" in told.groups and (not told.narrative or _OF_ANOTHER_YEAR.match(told.after)):
        return None
    return Reading(value="PRESENT_REF", edtf="", basis="relative")


def past(told: Told) -> Reading | None:
    return Reading(value="PAST_REF", edtf="", basis="relative")


def future(told: Told) -> Reading | None:
    return Reading(value="FUTURE_REF", edtf="", basis="relative")


def past_in_narrative(told: Told) -> Reading | None:
    """A "former" ally is a time only where history is told; in news it is an office that somebody held."""
    return past(told) if told.narrative or told.short else None


def future_in_narrative(told: Told) -> Reading | None:
    return future(told) if told.narrative or told.short else None
