"""Documents whose own day is not known: their "on Tuesday" names a day of the week before, or none that is known.

Of a text known to be of some week a weekday is taken for the last one; of a text that is
known no finer than a month, what only its day could tell is of that month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf
from msgspec.structs import replace

from .calendar import on_day
from .dates import TemporalExpression

WEEK: Final = 7
"""Within so many days a weekday names one of them."""
_SELF: Final = frozenset(["today", "tonight", "this morning", "this afternoon", "this evening"])
_BY_THE_DAY: Final = frozenset(
    [
        "date.weekday", "date.weekday-short", "date.hours-of-weekday", "date.weekend", "date.deictic-day",
        "date.this-part-of-day", "date.which-unit", "date.distance", "date.part-of-unit", "date.unit-end",
        "date.moment",
    ]
)  # fmt: skip
"""Rules that count from the day of publication."""
_FROM_THE_DAY_TOLD: Final = frozenset(
    ["date.day-in-focus", "time.clock", "time.clock-24", "time.clock-hours", "time.clock-of-day", "time.oclock",
     "time.named", "time.part-of-day"]
)  # fmt: skip
_WITHOUT_YEAR: Final = frozenset(["date.month-day", "date.day-month", "date.month-day-spelled", "date.month-days-year"])
_DAY: Final = re.compile(r"(?:BC)?[0-9]{4,}-[0-9]{2}-[0-9]{2}")
_MONTH: Final = re.compile(r"(?:BC)?[0-9]{4,}-[0-9]{2}")
_IN_WEEK: Final = re.compile(r"(?:BC)?[0-9]{4,}-W[0-9]{2}")
_FROM_ANOTHER: Final = ("later", "earlier", "after", "before")


def refined(published: str, told: str) -> str:
    """The day that the head of a text names, where the document is known to be of that month or year."""
    (first, last), (day, end) = edtf.bounds(published), edtf.bounds(told)
    if not published or (first is not None and first == last) or day is None or end is None:
        return published or told
    return told if (first is None or first <= day) and (last is None or end <= last) else published


def counted_from(published: str) -> str:
    """The day that relative words are counted from: the last, where a document is known to be of some week; none where
    it is only known to be from before or after some day."""
    first, last = edtf.bounds(published)
    if first is None or last is None:
        return ""
    if not 0 < last - first < WEEK:
        return published
    return on_day(last, "relative").edtf


def no_finer(expressions: Sequence[TemporalExpression], published: str) -> Sequence[TemporalExpression]:
    """The same with what was counted from an unknown day of `published` known no finer than that."""
    first, last = edtf.bounds(published)
    if first is None or last is None or first == last:
        return expressions
    found: list[TemporalExpression] = []
    known: set[int] = set()
    for each in expressions:
        coarse = _coarse(each, published, first, last)
        day, end = edtf.bounds(coarse.edtf) if coarse.edtf else (None, None)
        if day is not None and coarse.rule in _FROM_THE_DAY_TOLD and not {day - 1, day, day + 1} & known:
            # "That evening", where the day that was told is itself not known.
            coarse = replace(coarse, edtf=published) if first - WEEK <= day <= last + WEEK else coarse
        elif day is not None and day == end:
            known.add(day)
        found.append(coarse)
    return found


def _coarse(expression: TemporalExpression, published: str, first: int, last: int) -> TemporalExpression:
    if expression.rule in _WITHOUT_YEAR:
        return _in_its_year(expression, first, last)
    said = expression.text.lower()
    if expression.rule not in _BY_THE_DAY or not expression.edtf or said.endswith(_FROM_ANOTHER):
        return expression
    begin, end = edtf.bounds(expression.edtf)
    if begin is None or end is None or (last - first < WEEK and said not in _SELF):
        return expression
    near = first - WEEK <= begin and end <= last + WEEK and end - begin <= last - first + WEEK
    if not near:
        return expression
    return replace(expression, edtf=published, value=_value(expression.value, first, last), basis="relative")


def _value(value: str, first: int, last: int) -> str:
    """TIMEX3's value with an X for each figure that only the document's own day could tell."""
    date, mark, hour = value.partition("T")
    (year, month, _), (last_year, last_month, _) = edtf.from_day_number(first), edtf.from_day_number(last)
    known = f"{year:04d}" if year == last_year and 0 < year <= 9999 else "XXXX"
    in_one = (year, month) == (last_year, last_month)
    if _DAY.fullmatch(date):
        date = f"{known}-{month:02d}-XX" if in_one else f"{known}-XX-XX"
    elif _MONTH.fullmatch(date):
        date = date if in_one else f"{known}-XX"
    elif week := _IN_WEEK.match(date):
        date = f"{known}-WXX{date[week.end() :]}"
    return date + mark + hour


def _in_its_year(expression: TemporalExpression, first: int, last: int) -> TemporalExpression:
    """ "Will arrive on 14 September", told in September: a day of that month, whichever side of it the text is."""
    ends = [end for end in expression.edtf.split("/") if len(end) == len("2019-03-09")]
    if not ends or expression.basis != "relative":
        return expression
    years = {edtf.from_day_number(first)[0], edtf.from_day_number(last)[0]}
    days = {on_day(day, "relative").edtf for year in years if (day := _day(year, ends[0])) and first <= day <= last}
    return replace(expression, edtf=days.pop()) if len(days) == 1 else expression


def _day(year: int, like: str) -> int:
    """That day of another year, 0 where the year has none such."""
    try:
        return edtf.day_number(year, int(like[5:7]), int(like[8:10]))
    except ValueError:
        return 0
