"""Documents whose own day is not known: their "on Tuesday" names a day of the week before, or none that is known.

Of a text known to be of some week a weekday is taken for the last one; of a text that is
known no finer than a month, what only its day could tell is of that month.
"""

from __future__ import annotations

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
_WITHOUT_YEAR: Final = frozenset(["date.month-day", "date.day-month", "date.month-day-spelled", "date.month-days-year"])
_FROM_ANOTHER: Final = ("later", "earlier", "after", "before")


def refined(published: str, told: str) -> str:
    """The day that the head of a text names, where the document is known to be of that month or year."""
    (first, last), (day, end) = edtf.bounds(published), edtf.bounds(told)
    if not published or first is None or last is None or first == last or day is None or end is None:
        return published or told
    return told if first <= day and end <= last else published


def counted_from(published: str) -> str:
    """The day that relative words are counted from: the last, where a document is known to be of some week."""
    first, last = edtf.bounds(published)
    if first is None or last is None or not 0 < last - first < WEEK:
        return published
    return on_day(last, "relative").edtf


def no_finer(expressions: Sequence[TemporalExpression], published: str) -> Sequence[TemporalExpression]:
    """The same with what was counted from an unknown day of `published` known no finer than that."""
    first, last = edtf.bounds(published)
    if first is None or last is None or first == last:
        return expressions
    return [_coarse(each, published, first, last) for each in expressions]


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
    return replace(expression, edtf=published, basis="relative") if near else expression


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
