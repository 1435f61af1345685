"""From the words of a date to its value: one resolver for each way of telling.

A resolver takes what a pattern found and returns a reading, or None where the words
are no date after all. Weeks begin on Monday; a season is that of the northern
hemisphere and winter belongs to the year in which it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from chronology_contracts.edtf import day_number, from_day_number
from chronology_contracts.vocabulary import DateBasis


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
_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 and _is_leap(year) else 28 if month == 2 else _MONTH_DAYS[month - 1])


def _year_text(year: int) -> str:
    return f"{year:04d}" if year >= 0 else f"-{-year:04d}"


def _on_day(number: int, basis: DateBasis) -> Reading:
    anchor = Anchor.of_day(number)
    text = f"{_year_text(anchor.year)}-{anchor.month:02d}-{anchor.day:02d}"
    return Reading(value=text, edtf=text, basis=basis, focus=anchor)


def _of_month(year: int, month: int, basis: DateBasis) -> Reading:
    text = f"{_year_text(year)}-{month:02d}"
    number = day_number(year, month, 1)
    return Reading(value=text, edtf=text, basis=basis, focus=Anchor(year=year, month=month, day=1, number=number, has_day=False))


def _of_year(year: int, basis: DateBasis) -> Reading:
    number = day_number(year, 1, 1)
    focus = Anchor(year=year, month=1, day=1, number=number, has_day=False)
    return Reading(value=_year_text(year), edtf=_year_text(year), basis=basis, focus=focus)


def _shifted(year: int, month: int, by: int) -> tuple[int, int]:
    return year + (month - 1 + by) // 12, (month - 1 + by) % 12 + 1


def _nearest_year(told: Told, month: int, day: int) -> int | None:
    """The year of a day or month told without one: the last one that is not ahead of the anchor, or, told as to come, the next."""
    if told.anchor is None:
        return None
    anchor = told.anchor
    if told.future:
        return anchor.year if (month, day) >= (anchor.month, anchor.day if day > 1 else 1) else anchor.year + 1
    return anchor.year if (month, day) <= (anchor.month, anchor.day) else anchor.year - 1


def calendar_day(told: Told) -> Reading | None:
    month = told.number("month") or told.number("month_number")
    day = told.number("day")
    year = told.number("year")
    if month is None or day is None:
        return None
    basis: DateBasis = "explicit"
    if year is None:
        basis = "relative"
        year = _nearest_year(told, month, day)
        if year is None:
            return Reading(value=f"XXXX-{month:02d}-{day:02d}", edtf=f"XXXX-{month:02d}-{day:02d}", basis=basis)
    if not _exists(year, month, day):
        return None
    return _on_day(day_number(year, month, day), basis)


def day_range(told: Told) -> Reading | None:
    first = calendar_day(told)
    groups = {**told.groups, "day": told.groups["day_end"]}
    last = calendar_day(Told(groups=groups, values=told.values, anchor=told.anchor, focus=told.focus, future=told.future, before="", after=""))
    if first is None or last is None or first.focus is None or last.focus is None or last.focus.number <= first.focus.number:
        return first
    return Reading(value=first.value, edtf=f"{first.edtf}/{last.edtf}", basis=first.basis, focus=first.focus)


def slashed_day(told: Told) -> Reading | None:
    """Month first or day first: what exists; where both do, what lies nearer to the document's day."""
    first, second, year = int(told.groups["first"]), int(told.groups["second"]), int(told.groups["year"])
    days = [day_number(year, month, day) for month, day in ((first, second), (second, first)) if _exists(year, month, day)]
    if not days:
        return None
    anchor = told.anchor.number if told.anchor else days[0]
    return _on_day(min(days, key=lambda day: abs(day - anchor)), "explicit")


def month(told: Told) -> Reading | None:
    number = told.number("month")
    if number is None:
        return None
    year = told.number("year")
    basis: DateBasis = "explicit" if year is not None else "relative"
    which = told.word("which")
    if year is None and told.anchor is None:
        return Reading(value=f"XXXX-{number:02d}", edtf=f"XXXX-{number:02d}", basis=basis)
    if year is None and told.anchor is not None:
        year = told.anchor.year
        if which in ("last", "past"):
            year -= number >= told.anchor.month
        elif which == "next":
            year += number <= told.anchor.month
        elif which != "this":
            nearest = _nearest_year(told, number, 1)
            year = year if nearest is None else nearest
    assert year is not None
    reading = _of_month(year, number, basis)
    return _part(reading, told, {"START": ("-01", "-10"), "MID": ("-11", "-20"), "END": ("-21", f"-{28 if number == 2 else _MONTH_DAYS[number - 1]}")})


def month_range(told: Told) -> Reading | None:
    first, last, year = told.number("month"), told.number("month_end"), told.number("year")
    if first is None or last is None or year is None:
        return None
    reading = _of_month(year if first <= last else year - 1, first, "explicit")
    return Reading(value=reading.value, edtf=f"{reading.edtf}/{_year_text(year)}-{last:02d}", basis="explicit", focus=reading.focus)


def _part(reading: Reading, told: Told, ends: Mapping[str, tuple[str, str]]) -> Reading:
    """Early, mid or late of a month or year, as the interval of its days or months."""
    part = told.look_up("part", told.groups["part"]) if "part" in told.groups else None
    if not isinstance(part, str):
        return reading
    first, last = ends[part]
    return Reading(value=reading.value, edtf=f"{reading.edtf}{first}/{reading.edtf}{last}", basis=reading.basis, focus=reading.focus)


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
    return Reading(value=f"{_year_text(year)}-{timex}", edtf=f"{_year_text(year)}-{code}", basis=basis, focus=_of_year(year, basis).focus)


def quarter(told: Told) -> Reading | None:
    number, year = told.number("ordinal"), told.number("year")
    if number is None or year is None:
        return None
    return Reading(value=f"{_year_text(year)}-Q{number}", edtf=f"{_year_text(year)}-{32 + number}", basis="explicit")


_COUNTING: Final = ("about ", "around ", "some ", "than ", "least ", "nearly ", "almost ", "over ", "approximately ", "$", "€", "£", "#", "no. ", "article ", "room ", "flight ", "law ", "decree ")
_COUNTED: Final = (" people", " men", " women", " km", " kilom", " miles", " meters", " metres", " troops", " soldiers", " tons", " tonnes", " dollars", " euros", " percent", " per cent", "%", " feet", " kg", ",", " hectares")


def year(told: Told) -> Reading | None:
    number = told.number("year")
    if number is None:
        return None
    if told.groups.get("era"):
        number = 1 - number
    elif "part" not in told.groups and (told.before.endswith(_COUNTING) or _counted(told.after) or told.before.endswith(("/", "-", ".", ":", ","))):
        return None
    reading = _of_year(number, "explicit")
    return _part(reading, told, {"START": ("-01", "-03"), "MID": ("-05", "-08"), "END": ("-10", "-12")})


def _counted(after: str) -> bool:
    """What follows makes the four digits a count: a unit, or three more digits behind a comma."""
    return after.startswith(_COUNTED[:-2]) or (after[:1] == "," and after[1:4].isdigit()) or after.startswith(" hectares")


def decade(told: Told) -> Reading | None:
    tens = told.groups["decade"]
    return Reading(value=tens, edtf=f"{tens}X", basis="explicit")


def century(told: Told) -> Reading | None:
    number = int(told.groups["century"])
    if not 1 <= number <= 30:
        return None
    return Reading(value=f"{number - 1:02d}", edtf=f"{number - 1:02d}XX", basis="explicit")


_STEP: Final = {"last": -1, "past": -1, "the previous": -1, "next": 1, "the coming": 1, "this": 0}


def which_unit(told: Told) -> Reading | None:
    if told.anchor is None:
        return None
    anchor, unit, step = told.anchor, told.word("unit"), _STEP[told.word("which")]
    if unit == "year":
        return _of_year(anchor.year + step, "relative")
    if unit == "month":
        return _of_month(*_shifted(anchor.year, anchor.month, step), "relative")
    if unit == "week":
        return _week(anchor.number - _weekday(anchor.number) + 1 + 7 * step)
    if unit == "quarter":
        year, month = _shifted(anchor.year, (anchor.month - 1) // 3 * 3 + 1, 3 * step)
        number = (month + 2) // 3
        return Reading(value=f"{year}-Q{number}", edtf=f"{_year_text(year)}-{32 + number}", basis="relative")
    width = 10 if unit == "decade" else 100
    digits = _year_text((anchor.year // width + step) * width)[: 3 if unit == "decade" else 2]
    return Reading(value=digits, edtf=digits + "X" * (4 - len(digits)), basis="relative")


def _weekday(number: int) -> int:
    """1 for Monday … 7 for Sunday; day 1 of the calendar was a Monday."""
    return (number - 1) % 7 + 1


def _week(monday: int) -> Reading:
    first, last = _on_day(monday, "relative"), _on_day(monday + 6, "relative")
    thursday = Anchor.of_day(monday + 3)
    week = (thursday.number - day_number(thursday.year, 1, 1)) // 7 + 1
    return Reading(value=f"{thursday.year}-W{week:02d}", edtf=f"{first.edtf}/{last.edtf}", basis="relative")


def weekday(told: Told) -> Reading | None:
    wanted = told.number("weekday")
    if told.anchor is None or wanted is None:
        return None
    today = _weekday(told.anchor.number)
    which = told.word("which")
    if which in ("next", "coming") or (told.future and which != "last"):
        step = (wanted - today) % 7 or (7 if which == "next" else 0)
    else:
        step = -((today - wanted) % 7) or (-7 if which == "last" else 0)
    return _daytime(_on_day(told.anchor.number + step, "relative"), told)


_DEICTIC: Final = {"the day before yesterday": -2, "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2}


def deictic_day(told: Told) -> Reading | None:
    if told.anchor is None:
        return None
    reading = _on_day(told.anchor.number + _DEICTIC[told.word("deictic")], "relative")
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
    step = -1 if words in ("the day before", "the previous day", "a day earlier") else 1 if "after" in words or "next" in words or "following" in words or "later" in words else 0
    return _on_day(told.focus.number + step, "relative")


def day_of_month_in_focus(told: Told) -> Reading | None:
    day = told.number("day")
    if told.focus is None or day is None or not _exists(told.focus.year, told.focus.month, day):
        return None
    return _on_day(day_number(told.focus.year, told.focus.month, day), "relative")


def distance(told: Told) -> Reading | None:
    """So many units from a day; the answer is no finer than the unit."""
    direction = told.word("direction")
    origin = told.anchor if direction == "ago" else told.focus
    count, unit = told.number("count"), told.look_up("unit", told.groups["unit"])
    if origin is None or count is None or not isinstance(unit, str):
        return None
    by = count * int(unit[:-1] or 1) * (1 if direction in ("later", "after") else -1)
    if unit.endswith("D"):
        return _on_day(origin.number + by, "relative")
    if unit.endswith("W"):
        return _on_day(origin.number + 7 * by, "relative")
    if unit.endswith("M"):
        return _of_month(*_shifted(origin.year, origin.month, by), "relative")
    return _of_year(origin.year + by, "relative")


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
    text = _on_day(day.number, "relative").edtf
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


RESOLVERS: Final[dict[str, Callable[[Told], Reading | None]]] = {
    "calendar-day": calendar_day,
    "day-range": day_range,
    "slashed-day": slashed_day,
    "month": month,
    "month-range": month_range,
    "season": season,
    "quarter": quarter,
    "year": year,
    "decade": decade,
    "century": century,
    "which-unit": which_unit,
    "weekday": weekday,
    "deictic-day": deictic_day,
    "day-in-focus": day_in_focus,
    "day-of-month-in-focus": day_of_month_in_focus,
    "distance": distance,
    "present": present,
    "past": past,
    "clock": clock,
    "duration": duration,
    "duration-time": duration_time,
    "set": repeated,
}
"""What `resolve` in rules/dates.toml may name."""
