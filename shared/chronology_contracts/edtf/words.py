"""EDTF values in English words: `humanize` of `edtf.py`.

Day before month before year, and never a unit that the value does not have. A century is the hundred years that its
digits name ("19XX", 1900 to 1999, is "the 20th century"), a year up to 0 is BC.
"""

from __future__ import annotations

import re

from .days import MONTHS, days_in_month, from_day_number
from .syntax import APPROXIMATE, MARK_OF, MARKS, UNCERTAIN, Edtf, read, write_year

SEASONS = ("spring", "summer", "autumn", "winter")
ORDINALS = ("first", "second", "third", "fourth")
UNKNOWN = "date unknown"
UNKNOWN_END = "an unknown date"
VAGUE_PARTS = ("early", "mid", "late")
# First and last of the parts that "early", "mid" and "late" cut a unit into. They are conventions, so they carry ~.
_PARTS_OF_A_YEAR = ((1, 4), (5, 8), (9, 12))
_PARTS_OF_A_DECADE = ((0, 3), (4, 6), (7, 9))
_PARTS_OF_A_CENTURY = ((0, 33), (34, 66), (67, 99))
_YEAR = r"(?P<year>Y?-?[0-9]+X{0,2})"
_POINT = re.compile(
    rf"(?P<year_mark>[?~%]?){_YEAR}(?:-(?P<month_mark>[?~%]?)(?P<month>[0-9]{{2}}|XX)"
    rf"(?:-(?P<day_mark>[?~%]?)(?P<day>[0-9]{{2}}|XX)(?:T(?P<time>[^?~%]+))?)?)?(?P<mark>[?~%]?)"
)
MARK_NAMES = {"?": "uncertain", "~": "approximate", "%": "uncertain/approximate"}


def describe(value: Edtf) -> str:
    if value.text[0] in "[{":
        return _set(value.text)
    if "/" in value.text:
        return _interval(*value.text.split("/"))
    return _point(value.text)


def vague_part(part: str, unit: str) -> str | None:
    """Return "early", "mid" or "late" of a month, year, decade or century as an interval, None for other units.

    Months by ten days (the last part takes the rest), years by four months, decades 0-3, 4-6, 7-9, centuries 00-33,
    34-66, 67-99.
    """
    index = VAGUE_PARTS.index(part)
    if month := re.fullmatch(r"(Y?-?[0-9]+)-(0[1-9]|1[0-2])", unit):
        last = days_in_month(int(month[1].removeprefix("Y")), int(month[2]))
        low, high = ((1, 10), (11, 20), (21, last))[index]
        return f"{unit}-{low:02d}~/{unit}-{high:02d}~"
    if re.fullmatch(r"Y?-?[0-9]+", unit):
        low, high = _PARTS_OF_A_YEAR[index]
        return f"{unit}-{low:02d}~/{unit}-{high:02d}~"
    if re.fullmatch(r"[0-9]{3}X", unit):
        low, high = _PARTS_OF_A_DECADE[index]
        return f"{unit[:3]}{low}~/{unit[:3]}{high}~"
    if re.fullmatch(r"[0-9]{2}XX", unit):
        low, high = _PARTS_OF_A_CENTURY[index]
        return f"{unit[:2]}{low:02d}~/{unit[:2]}{high:02d}~"
    return None


def _marked(mark: int, words: str) -> str:
    return ("possibly " if mark & UNCERTAIN else "") + ("about " if mark & APPROXIMATE else "") + words


def _point(text: str) -> str:
    found = _POINT.fullmatch(text)
    assert found
    words = _unmarked(found["year"], found["month"], found["day"])
    if found["time"]:
        words += ", " + re.sub(r"(?<=[0-9])(?=[+-])", " UTC", found["time"].replace("Z", " UTC"))
    parts = [(name, found[f"{name}_mark"]) for name in ("year", "month", "day")]
    if doubts := [f"{name} {MARK_NAMES[mark]}" for name, mark in parts if mark]:
        return f"{words} ({', '.join(doubts)})"
    return _marked(MARKS[found["mark"]], words)


def _unmarked(year: str, month: str | None, day: str | None) -> str:
    if "X" in year:
        return _years(year)
    told = year_words(int(year.removeprefix("Y")))
    if month is None:
        return told
    if month == "XX":
        return f"a day in {told}" if day else f"a month in {told}"
    code = int(month)
    if code > 12:
        return _part_of_year(code, told, int(year.removeprefix("Y")))
    named = f"{MONTHS[code - 1]} {told}"
    if day is None:
        return named
    return f"a day in {named}" if day == "XX" else f"{int(day)} {named}"


def year_words(year: int) -> str:
    if year <= 0:
        return f"{1 - year} BC"
    return str(year) if 1000 <= year <= 9999 else f"AD {year}"


def _years(year: str) -> str:
    """Words for a decade or century; those without a name of their own are told by their first and last year."""
    if re.fullmatch(r"[1-9][0-9][1-9]X", year):
        return f"the {year[:3]}0s"
    if re.fullmatch(r"-?[0-9]{2}XX", year) and year != "00XX":
        number = abs(int(year[:-2])) + 1
        return f"the {number}{_ordinal_ending(number)} century" + (" BC" if year[0] == "-" else "")
    ends = sorted((int(year.replace("X", "0")), int(year.replace("X", "9"))))
    unit = "decade" if year.count("X") == 1 else "century"
    return f"the {unit} {year_words(ends[0])} to {year_words(ends[1])}"


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _part_of_year(code: int, told: str, year: int) -> str:
    if code <= 32:
        prefix = "" if code <= 24 else "northern " if code <= 28 else "southern "
        if code in (24, 28, 30):
            # The season runs over New Year. "winter 2018" alone is taken for either of two winters.
            told = f"{year}–{(year + 1) % 100:02d}" if 1000 <= year < 9999 else f"{told} to {year_words(year + 1)}"
        return f"{prefix}{SEASONS[(code - 21) % 4]} {told}"
    if code <= 36:
        return f"the {ORDINALS[code - 33]} quarter of {told}"
    if code <= 39:
        return f"the {ORDINALS[code - 37]} third of {told}"
    return f"the {ORDINALS[code - 40]} half of {told}"


def _without(mark: int, text: str) -> str:
    """Take a mark off the end of a point, if it is there for the whole of it."""
    if text[-1:] in ("?", "~", "%"):
        return text[:-1] + MARK_OF[MARKS[text[-1]] & ~mark]
    return text


def _interval(start: str, end: str) -> str:
    known = [side for side in (start, end) if side not in ("", "..")]
    if all(side[-1] in "?%" for side in known):
        return "possibly " + _interval(*(_without(UNCERTAIN, side) for side in (start, end)))
    if end == "..":
        return f"since {_point(start)}"
    if end == "":
        return f"from {_point(start)} to {UNKNOWN_END}"
    if start == "":
        return f"from {UNKNOWN_END} to {_point(end)}"
    if start == "..":
        following = _following(end)
        return f"before {following}" if following else f"until {_point(end)}"
    if vague := _vague(start, end):
        return vague
    if start == end:
        return f"in the course of {_point(start)}"
    return _between("between ", [start, end], " and ")


def _following(end: str) -> str | None:
    """Words for the year, month or day after `end`: "until 2019" may leave 2019 out, "before 2020" cannot."""
    found = re.fullmatch(rf"{_YEAR}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{{2}})?)?(?P<mark>~?)", end)
    if not found or "X" in end:
        return None
    last = read(end).last_day
    assert last is not None
    year, month, day = from_day_number(last + 1)
    following = (f"{write_year(year)}-{month:02d}-{day:02d}").rsplit("-", 2 - end.lstrip("-Y").count("-"))[0]
    return _point(following + found["mark"])


def _vague(start: str, end: str) -> str | None:
    """Words for an interval that `vague_part` made, None for any other."""
    if start[-1] != "~" or end[-1] != "~":
        return None
    bare = start[:-1]
    candidates = [bare.rpartition("-")[0], *((bare[:3] + "X", bare[:2] + "XX") if len(bare) == 4 else ())]
    for unit in candidates:
        for part in VAGUE_PARTS:
            if unit and vague_part(part, unit) == f"{start}/{end}":
                words = _point(unit)
                article = "the " if words.startswith("the ") else ""
                joint = "-" if part == "mid" else " "
                return f"about {article}{part}{joint}{words.removeprefix('the ')}"
    return None


def _between(before: str, points: list[str], conjunction: str) -> str:
    """Join points, naming a month and year that all share but once."""
    shared = _shared(points)
    words = [_point(point) for point in points]
    if shared:
        words = [word.removesuffix(shared) for word in words[:-1]] + words[-1:]
    return before + ", ".join(words[:-1]) + conjunction + words[-1]


def _shared(points: list[str]) -> str:
    for pattern in (
        r"(?P<unit>[0-9]{4}-(?:0[1-9]|1[0-2]))-[0-9]{2}",
        r"(?P<unit>[0-9]{4})-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?",
    ):
        found = [re.fullmatch(pattern, point) for point in points]
        units = {match["unit"] for match in found if match}
        if all(found) and len(units) == 1:
            return " " + _point(units.pop())
    return ""


def _set(text: str) -> str:
    one_of, members = text[0] == "[", text[1:-1].split(",")
    if len(members) > 1 and not any(".." in member or "T" in member or member[0] in "?~%" for member in members):
        return _between("", members, " or " if one_of else " and ")
    told = [_range(*member.split("..")) if ".." in member else _point(member) for member in members]
    return ("one of: " if one_of else "all of: ") + "; ".join(told)


def _range(start: str, end: str) -> str:
    if not start:
        return f"{_point(end)} or earlier"
    return f"{_point(start)} to {_point(end)}" if end else f"{_point(start)} or later"
