"""The grammar of EDTF and what each value spans. `edtf.py` is the door to it; nothing else should import this."""

from __future__ import annotations

import re

import msgspec

from .days import MONTHS, day_number, days_in_month

LENGTH_MAX = 512  # characters of one value
SET_SIZE_MAX = 64  # members of one set; a range is one member, and is never spelled out
YEAR_DIGITS_MAX = 12  # so that days stay exact in a JavaScript number too

# Codes that stand in the month's place: code → (first month, months, precision). Seasons 21-24 say no hemisphere; by
# convention they have the northern months, which 25-28 state; 29-32 are the southern seasons, half a year on. A
# season that begins in December is of that December's year and ends in the next. 33-36 are quarters, 37-39 thirds
# and 40-41 halves of a year.
PARTS_OF_YEAR = {
    **{code: (3 * ((code - 21) % 4) + 3, 3, "season") for code in range(21, 29)},
    **{code: (3 * ((code - 27) % 4) + 3, 3, "season") for code in range(29, 33)},
    **{code: (3 * (code - 33) + 1, 3, "quarter") for code in range(33, 37)},
    **{code: (4 * (code - 37) + 1, 4, "third") for code in range(37, 40)},
    **{code: (6 * (code - 40) + 1, 6, "half") for code in range(40, 42)},
}

UNCERTAIN, APPROXIMATE = 1, 2
MARKS = {"": 0, "?": UNCERTAIN, "~": APPROXIMATE, "%": 3, "?~": 3, "~?": 3}
MARK_OF = ("", "?", "~", "%")
_ONE_MARK = r"\?~|~\?|[?~%]"
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_POINT = re.compile(
    rf"(?P<left_year>(?:{_ONE_MARK})?)(?P<year>-?[0-9]{{4}}|-?[0-9]{{3}}X|-?[0-9]{{2}}XX"
    rf"|(?:Y-?|[+-])[1-9][0-9]{{4,{YEAR_DIGITS_MAX - 1}}})(?P<right_year>(?:{_ONE_MARK})?)"
    rf"(?:-(?P<left_month>(?:{_ONE_MARK})?)(?P<month>[0-9]{{2}}|XX)(?P<right_month>(?:{_ONE_MARK})?)"
    rf"(?:-(?P<left_day>(?:{_ONE_MARK})?)(?P<day>[0-9]{{2}}|XX)(?:T(?P<time>[^?~%]*))?(?P<right_day>(?:{_ONE_MARK})?))?)?"
)
_TIME = re.compile(
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<fraction>[.,][0-9]{1,9})?)?"
    r"(?P<zone>Z|(?P<sign>[+-])(?P<zone_hour>[0-9]{2})(?::?(?P<zone_minute>[0-9]{2}))?)?"
)
ZONE_HOURS_MAX = 15  # local mean times of the 19th century went beyond the 14 of today


class EdtfError(ValueError):
    """The text is no EDTF date. `reason` says why, `hint` what would be right; both are for people."""

    def __init__(self, text: str, reason: str, hint: str = "") -> None:
        # All three are arguments of the base class, so that the error survives the way back from a worker process.
        super().__init__(text, reason, hint)
        self.text = text
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        shown = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return f"{shown!r}: {self.reason}" + (f": {self.hint}" if self.hint else "")


class Edtf(msgspec.Struct, frozen=True, kw_only=True):
    """One EDTF value.

    `text` is the canonical spelling. `first_day` and `last_day` are the widest bounds, as day numbers, None where an
    end is open or unknown; the marks ? ~ % do not widen them. `precision` is time, day, month, season, quarter,
    third, half, year, decade, century, interval or set: the unit within which the date is not told any closer, so
    that "1985-XX-XX", some day of 1985, has precision "year". `approximate` and `uncertain` hold if any part is so.
    """

    text: str
    first_day: int | None
    last_day: int | None
    precision: str
    approximate: bool = False
    uncertain: bool = False


def read(text: str) -> Edtf:
    """Read one EDTF value; EdtfError if it is none."""
    if plain := _DAY.fullmatch(text):
        year, month, day = int(plain[1]), int(plain[2]), int(plain[3])
        # The common case gets by without the grammar; what is wrong goes through it, for its reason.
        if 1 <= month <= 12 and 1 <= day <= days_in_month(year, month):
            number = day_number(year, month, day)
            return Edtf(text=text, first_day=number, last_day=number, precision="day")
    if len(text) > LENGTH_MAX:
        raise EdtfError(text, f"a date has at most {LENGTH_MAX} characters")
    bare = text.strip()
    if not bare:
        raise EdtfError(text, "an empty text is no date")
    if not bare.isascii():
        raise EdtfError(text, "a date has plain digits and signs only")
    bare = bare.upper()
    if bare[0] in "[{":
        return _set(bare)
    if "/" in bare:
        return _interval(bare)
    return _point(bare)


def write_year(year: int) -> str:
    if -9999 <= year <= 9999:
        return f"{'-' if year < 0 else ''}{abs(year):04d}"
    return f"Y{year}"


def _point(text: str) -> Edtf:
    found = _POINT.fullmatch(text)
    if not found:
        raise EdtfError(text, "this is no EDTF date")
    month, day, time = found["month"], found["day"], found["time"]
    low, high, year, precision = _year(found["year"], text)
    if "X" in year and month is not None:
        raise EdtfError(text, "a year with unspecified digits takes no month", f"did you mean {year}?")
    if month is None:
        first, last = day_number(low, 1, 1), day_number(high, 12, 31)
    elif month == "XX":
        if day not in (None, "XX") or time is not None:
            raise EdtfError(text, "a day in an unspecified month is not read", f"did you mean {year}-XX-XX or {year}?")
        first, last = day_number(low, 1, 1), day_number(low, 12, 31)
    else:
        first, last, precision = _within_year(low, int(month), day, text)
    if time is not None:
        if precision != "day":
            raise EdtfError(text, "a time needs a day")
        day, precision = f"{day}T{_time(time, text)}", "time"
    return _marked(found, [part for part in (year, month, day) if part is not None], (first, last, precision))


def _year(written: str, text: str) -> tuple[int, int, str, str]:
    """Return the first and last year, the canonical spelling, and the precision."""
    unspecified = written.count("X")
    if not unspecified:
        if written == "-0000":
            raise EdtfError(text, "the year 0, which is 1 BC, has no sign", "did you mean 0000?")
        year = int(written.removeprefix("Y"))
        return year, year, write_year(year), "year"
    ends = int(written.replace("X", "0")), int(written.replace("X", "9"))
    return min(ends), max(ends), written, "decade" if unspecified == 1 else "century"


def _within_year(year: int, month: int, day: str | None, text: str) -> tuple[int, int, str]:
    if month in PARTS_OF_YEAR:
        if day is not None:
            raise EdtfError(text, f"code {month} is a part of a year and takes no day", f"did you mean {text[:-3]}?")
        start, months, precision = PARTS_OF_YEAR[month]
        years, end = divmod(start + months - 2, 12)
        last = day_number(year + years, end + 1, days_in_month(year + years, end + 1))
        return day_number(year, start, 1), last, precision
    if not 1 <= month <= 12:
        raise EdtfError(text, f"there is no month {month:02d}", _hint_for_month(year, month, day))
    length = days_in_month(year, month)
    if day is None or day == "XX":
        return day_number(year, month, 1), day_number(year, month, length), "month"
    if not 1 <= int(day) <= length:
        whole = f"{write_year(year)}-{month:02d}"
        # 00 is how some databases write that the day is not known; a number too large is a slip in the day.
        closest = "" if day == "00" else f"{whole}-{length} or "
        reason = f"{MONTHS[month - 1]} {year} has {length} days"
        raise EdtfError(text, reason, f"did you mean {closest}{whole}?")
    number = day_number(year, month, int(day))
    return number, number, "day"


def _hint_for_month(year: int, month: int, day: str | None) -> str:
    if month == 0:
        return f"did you mean {write_year(year)}?"
    if day is not None and day.isdigit() and 1 <= int(day) <= 12 and 1 <= month <= days_in_month(year, int(day)):
        return f"did you mean {write_year(year)}-{day}-{month:02d}?"
    return "months are 01 to 12, seasons 21 to 24, quarters 33 to 36, halves of a year 40 and 41"


def _time(written: str, text: str) -> str:
    found = _TIME.fullmatch(written)
    if not found:
        raise EdtfError(text, "this is no time", "write hh:mm or hh:mm:ss, then Z or +hh:mm if the zone is known")
    if found["hour"] == "24":
        raise EdtfError(text, "a day ends at 23:59:59", "write midnight as T00:00 of the next day")
    if int(found["hour"]) > 23 or int(found["minute"]) > 59 or int(found["second"] or 0) > 59:
        raise EdtfError(text, "there is no such time", "hours go to 23, minutes and seconds to 59")
    clock = f"{found['hour']}:{found['minute']}"
    if found["second"] is not None:
        clock += f":{found['second']}" + (found["fraction"] or "").replace(",", ".")
    if found["sign"] is None:
        return clock + (found["zone"] or "")
    hours, minutes = int(found["zone_hour"]), int(found["zone_minute"] or 0)
    if hours > ZONE_HOURS_MAX or minutes > 59:
        raise EdtfError(text, "there is no such zone", f"offsets from UTC go to {ZONE_HOURS_MAX}:59")
    if not hours and not minutes:
        if found["sign"] == "-":
            raise EdtfError(text, "no offset from UTC has no sign", "write Z")
        return clock + "Z"
    return f"{clock}{found['sign']}{hours:02d}:{minutes:02d}"


def _marked(found: re.Match[str], parts: list[str], span: tuple[int, int, str]) -> Edtf:
    """Write the parts with their marks. A mark right of a part holds for all up to it, one on its left for it alone."""
    left = [MARKS[found[f"left_{name}"] or ""] for name in ("year", "month", "day")][: len(parts)]
    right = [MARKS[found[f"right_{name}"] or ""] for name in ("year", "month", "day")][: len(parts)]
    marks = [0] * len(parts)
    for index in range(len(parts)):
        marks[index] = left[index]
        for later in right[index:]:
            marks[index] |= later
    if len(set(marks)) == 1:
        text = "-".join(parts) + MARK_OF[marks[0]]
    else:
        text = "-".join(MARK_OF[mark] + part for mark, part in zip(marks, parts, strict=True))
    return _value(text, *span, marks)


def _value(text: str, first: int | None, last: int | None, precision: str, marks: list[int]) -> Edtf:
    return Edtf(
        text=text,
        first_day=first,
        last_day=last,
        precision=precision,
        approximate=any(mark & APPROXIMATE for mark in marks),
        uncertain=any(mark & UNCERTAIN for mark in marks),
    )


def _marks(*values: Edtf | None) -> list[int]:
    return [UNCERTAIN * value.uncertain | APPROXIMATE * value.approximate for value in values if value]


def _interval(text: str) -> Edtf:
    sides = [side.strip() for side in text.split("/")]
    if len(sides) != 2:
        raise EdtfError(text, "this is neither a date nor an interval of two")
    start, end = (None if side in ("", "..") else _point(side) for side in sides)
    if start is None and end is None:
        raise EdtfError(text, "an interval needs one known end", "leave the date empty if nothing is known")
    first, last = _span(start, end, text, "/")
    written = "/".join(value.text if value else side for value, side in zip((start, end), sides, strict=True))
    return _value(written, first, last, "interval", _marks(start, end))


def _span(start: Edtf | None, end: Edtf | None, text: str, sign: str) -> tuple[int | None, int | None]:
    first = start.first_day if start else None
    last = end.last_day if end else None
    if not start or not end or first is None or last is None:
        return first, last
    ordered = first <= last
    if start.precision == end.precision == "time":
        one, other = _instant(start), _instant(end)
        if one[1] == other[1]:
            # Over the date line the later of two instants may have the earlier day.
            ordered = one[0] <= other[0]
            first, last = min(first, last), max(first, last)
    if not ordered or first > last:
        hint = f"did you mean {end.text}{sign}{start.text}?"
        raise EdtfError(text, f"{start.text} is later than {end.text}", hint)
    return first, last


def _instant(value: Edtf) -> tuple[float, bool]:
    """Return seconds since day 0, and whether they are of UTC or, where no zone is told, of an unknown place."""
    found = _TIME.fullmatch(value.text[value.text.index("T") + 1 :].rstrip("?~%"))
    assert found
    assert value.first_day is not None
    seconds = value.first_day * 86_400 + int(found["hour"]) * 3600 + int(found["minute"]) * 60
    offset = int(found["zone_hour"] or 0) * 3600 + int(found["zone_minute"] or 0) * 60
    exact = float((found["second"] or "0") + (found["fraction"] or ""))
    return seconds + exact - (-offset if found["sign"] == "-" else offset), found["zone"] is not None


def _set(text: str) -> Edtf:
    if text[-1] != {"[": "]", "{": "}"}[text[0]]:
        raise EdtfError(text, "the set is not closed")
    written = text[1:-1].split(",")
    if len(written) > SET_SIZE_MAX:
        raise EdtfError(text, f"a set has at most {SET_SIZE_MAX} members")
    # A set has no order and holds nothing twice; sorted by time, it has one spelling.
    members = sorted({_member(part.strip()) for part in written}, key=_by_time)
    if len(members) == 1 and members[0].precision != "interval":
        return members[0]
    firsts, lasts = [m.first_day for m in members], [m.last_day for m in members]
    first = None if None in firsts else min(day for day in firsts if day is not None)
    last = None if None in lasts else max(day for day in lasts if day is not None)
    joined = text[0] + ",".join(member.text for member in members) + text[-1]
    return _value(joined, first, last, "set", _marks(*members))


def _member(text: str) -> Edtf:
    """Read a date or a range of a set; a range's precision is "interval"."""
    if ".." not in text:
        if not text:
            raise EdtfError(text, "a set has no empty members")
        return _point(text)
    sides = [side.strip() for side in text.split("..")]
    if len(sides) != 2 or sides == ["", ""]:
        raise EdtfError(text, "a range has two ends, one of them a date")
    start, end = (_point(side) if side else None for side in sides)
    first, last = _span(start, end, text, "..")
    if start == end and start is not None:
        return start
    written = f"{start.text if start else ''}..{end.text if end else ''}"
    return _value(written, first, last, "interval", _marks(start, end))


def _by_time(value: Edtf) -> tuple[float, float, str]:
    first = float("-inf") if value.first_day is None else value.first_day
    return first, float("inf") if value.last_day is None else value.last_day, value.text
