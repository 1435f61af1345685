"""Days and spans that are told by a second step: the week before last, Monday week, the latter half of a century."""

from __future__ import annotations

from typing import Final

from chronology_contracts import edtf
from msgspec.structs import replace

from .calendar import Reading, Told, day_of_week, monday_of, of_decade, of_month, of_year, on_day, shifted, week_from
from .calendar_dates import month
from .periods import century

_PARTS: Final = {
    "first half": (0, 49), "second half": (50, 99), "latter half": (50, 99), "last half": (50, 99),
    "first quarter": (0, 24), "second quarter": (25, 49), "third quarter": (50, 74), "last quarter": (75, 99),
    "final quarter": (75, 99), "first third": (0, 33), "last third": (67, 99), "opening years": (0, 9),
    "early years": (0, 9), "closing years": (90, 99), "final years": (90, 99), "last years": (90, 99),
}  # fmt: skip
_DECADES: Final = {"first decade": 0, "second decade": 10, "last decade": 90, "final decade": 90, "closing decade": 90}


def century_part(told: Told) -> Reading | None:
    """A half, a quarter or a decade of a century of our era."""
    whole, said = century(told), told.word("of_part")
    if whole is None or not whole.edtf.endswith("XX"):
        return whole
    if said in _DECADES:
        return of_decade(int(whole.value) * 100 + _DECADES[said], "explicit")
    first, last = _PARTS[said]
    return replace(whole, edtf=f"{whole.value}{first:02d}/{whole.value}{last:02d}")


def twice_away(told: Told) -> Reading | None:
    """The week before last, the Monday after next."""
    anchor = told.anchor
    if anchor is None:
        return None
    step = -2 if told.word("which") == "before last" else 2
    weekday, unit = told.number("weekday"), told.word("unit")
    if unit == "year":
        return of_year(anchor.year + step, "relative")
    if unit == "month":
        return of_month(*shifted(anchor.year, anchor.month, step), "relative")
    if weekday is None:
        return week_from(monday_of(anchor.number) + 7 * step)
    today = day_of_week(anchor.number)
    ahead, back = (weekday - today) % 7 or 7, (today - weekday) % 7 or 7
    return on_day(anchor.number + (ahead + 7 if step > 0 else -back - 7), "relative")


def week_from_day(told: Told) -> Reading | None:
    """A week from Monday, Monday week: seven days after the next one."""
    weekday, anchor = told.number("weekday"), told.anchor
    if weekday is None or anchor is None:
        return None
    return on_day(anchor.number + ((weekday - day_of_week(anchor.number)) % 7 or 7) + 7, "relative")


_NTH: Final = {"first": 0, "second": 7, "third": 14, "fourth": 21}


def nth_weekday(told: Told) -> Reading | None:
    """The first Friday in February, the last Monday of May 2019."""
    weekday, whole, said = told.number("weekday"), month(told), told.word("nth")
    first, last = edtf.bounds(whole.edtf) if whole is not None else (None, None)
    if weekday is None or whole is None or first is None or last is None:
        return None
    if said == "last":
        return on_day(last - (day_of_week(last) - weekday) % 7, whole.basis)
    return on_day(first + (weekday - day_of_week(first)) % 7 + _NTH[said], whole.basis)
