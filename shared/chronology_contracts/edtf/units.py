"""One English date as EDTF: "9 March 2019", "spring 2019", "the 1990s"; `phrases` combines them.

A reader takes a phrase in lower case, with single spaces and no abbreviating dots, and returns None if it is not of
its kind. A date that is of its kind and does not exist ("30 February 2023") is an EdtfError.
"""

from __future__ import annotations

import re

from .days import MONTHS, WEEKDAYS, from_day_number, weekday
from .syntax import EdtfError, read, write_year
from .words import MARK_NAMES, ORDINALS, SEASONS

MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
MONTH_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_ORDINAL_NUMBERS = {word: number for number, word in enumerate(ORDINALS)}
_ORDINAL_NUMBERS |= {"1st": 0, "2nd": 1, "3rd": 2, "4th": 3, "last": -1}
MONTH = f"(?P<month>{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})"
_YEAR = r"(?:the )?(?:year )?(?P<year>(?:ad |ce )?[0-9]{1,13}(?: (?:bce?|ad|ce))?)"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = f"(?:(?P<weekday>{'|'.join(WEEKDAYS).lower()}),? )?"
_DAY_FIRST = re.compile(rf"{_WEEKDAY}(?:the )?{_DAY}(?: of)? {MONTH},? {_YEAR}")
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{MONTH} {_DAY},? {_YEAR}")
_MONTH_ALONE = re.compile(rf"{MONTH}(?: of|,)? {_YEAR}")
_YEAR_ALONE = re.compile(_YEAR)
_CLOCK = re.compile(
    r"(?P<day>.+?),? (?:at )?(?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
    r"(?: ?(?P<utc>utc|gmt|z)? ?(?P<offset>[+-][0-9]{2}:?[0-9]{2})?)?"
)
_SEASON = re.compile(
    r"(?:the )?(?P<side>northern |southern )?(?P<season>spring|summer|autumn|fall|winter)(?: of|,)? "
    rf"{_YEAR}(?:(?: – |/|-| to )(?P<next>(?:ad )?[0-9]{{1,13}}(?: bc)?))?"
)
_FRACTION = re.compile(
    rf"(?:the )?(?P<number>{'|'.join(_ORDINAL_NUMBERS)}) (?P<unit>quarter|third|half)(?: of|,)? (?P<of>.+)"
)
_SHORT_FRACTION = re.compile(r"(?P<unit>[qh])(?P<number>[1-4]),? (?P<year>[0-9]{4})")
_SHORT_FRACTION_LAST = re.compile(r"(?P<year>[0-9]{4}),? (?P<unit>[qh])(?P<number>[1-4])")
_FRACTIONS = {"quarter": (33, 4), "third": (37, 3), "half": (40, 2), "q": (33, 4), "h": (40, 2)}
_DECADE = re.compile(r"(?:the )?(?P<decade>[0-9]{4})'?s")
_SPAN = re.compile(rf"(?:the )?(?P<unit>decade|century) {_YEAR} to (?P<last>(?:ad )?[0-9]{{1,4}}(?: bc)?)")
_CENTURY = re.compile(r"(?:the )?(?P<number>[0-9]{1,3})(?:st|nd|rd|th)[- ]century(?: (?P<era>bce?|ad|ce))?")
_SOME = re.compile(r"(?:a|some|one) (?P<unit>day|month) (?:in|of) (?P<of>.+)")
_DOUBTED = re.compile(r"(?P<of>.+) \((?P<doubts>(?:year|month|day) (?:uncertain|approximate)[a-z, /]*)\)")


def read_unit(phrase: str) -> str | None:
    for reader in (_day, _month, _year_alone, _clock, _season, _fraction, _years, _span, _some, _doubted, _as_edtf):
        if edtf := reader(phrase):
            return edtf
    return None


def _as_edtf(phrase: str) -> str | None:
    try:
        value = read(phrase)
    except EdtfError:
        return None
    return None if value.precision in ("set", "interval") else value.text


def _year(words: str) -> str | None:
    """Read "2019", "AD 476", "44 BC". Without an era a year has four digits: "76" may be anything."""
    digits = re.search("[0-9]+", words)
    assert digits
    number, era = int(digits[0]), (words[: digits.start()] + words[digits.end() :]).strip()
    if not era:
        return write_year(number) if len(digits[0]) == 4 else None
    if number == 0 or " " in era:
        return None
    return write_year(1 - number if era in ("bc", "bce") else number)


def _day(phrase: str) -> str | None:
    found = _DAY_FIRST.fullmatch(phrase) or _MONTH_FIRST.fullmatch(phrase)
    if not found or not (year := _year(found["year"])):
        return None
    value = read(f"{year}-{MONTH_NUMBERS[found['month']]:02d}-{int(found['day']):02d}")
    assert value.first_day is not None
    if found["weekday"] and found["weekday"].title() != weekday(value.first_day):
        reason = f"{value.text} was a {weekday(value.first_day)}"
        raise EdtfError(phrase, reason, "leave the day of the week out, or look the date up again")
    return value.text


def _month(phrase: str) -> str | None:
    found = _MONTH_ALONE.fullmatch(phrase)
    year = _year(found["year"]) if found else None
    return f"{year}-{MONTH_NUMBERS[found['month']]:02d}" if found and year else None


def _year_alone(phrase: str) -> str | None:
    found = _YEAR_ALONE.fullmatch(phrase)
    return _year(found["year"]) if found else None


def _clock(phrase: str) -> str | None:
    found = _CLOCK.fullmatch(phrase)
    day = _day(found["day"]) if found else None
    if not found or not day:
        return None
    return f"{day}T{found['clock']}{found['offset'] or ('Z' if found['utc'] else '')}"


def _season(phrase: str) -> str | None:
    found = _SEASON.fullmatch(phrase)
    year = _year(found["year"]) if found else None
    if found and found["next"] and found["year"].isdigit() and found["next"].endswith(" bc"):
        year = _year(f"{found['year']} bc")
    if not found or not year:
        return None
    number = {"fall": 2}.get(found["season"], -1)
    number = SEASONS.index(found["season"]) if number < 0 else number
    code = {"northern ": 25, "southern ": 29}.get(found["side"] or "", 21) + number
    if found["next"]:
        following = int(year.removeprefix("Y")) + 1
        told = _year(found["next"]) or f"{year[:-2]}{found['next']}"
        # "1999–00" ends in the next century.
        if code not in (24, 28, 30) or (told != write_year(following) and found["next"] != f"{following % 100:02d}"):
            return None
    return f"{year}-{code}"


def _fraction(phrase: str) -> str | None:
    if found := _SHORT_FRACTION.fullmatch(phrase) or _SHORT_FRACTION_LAST.fullmatch(phrase):
        first, count = _FRACTIONS[found["unit"]]
        number = int(found["number"])
        return f"{found['year']}-{first + number - 1}" if number <= count else None
    if not (found := _FRACTION.fullmatch(phrase)):
        return None
    first, count = _FRACTIONS[found["unit"]]
    index = _ORDINAL_NUMBERS[found["number"]]
    if index >= count:
        return None
    if year := _year_alone(found["of"]):
        return f"{year}-{first + index % count}"
    month = _month(found["of"]) if found["unit"] == "half" else None
    if not month:
        return None
    # Half a month: its first 15 days, or the rest.
    last = from_day_number(read(month).last_day or 0)[2]
    return f"{month}-01/{month}-15" if index == 0 else f"{month}-16/{month}-{last}"


def _years(phrase: str) -> str | None:
    """Read "the 1990s" and "the 20th century"; "the 1900s" are taken for a century, which holds either reading."""
    if found := _DECADE.fullmatch(phrase):
        decade = found["decade"]
        return None if decade[3] != "0" else f"{decade[:2]}XX" if decade[2] == "0" else f"{decade[:3]}X"
    found = _CENTURY.fullmatch(phrase)
    if not found or not 1 <= int(found["number"]) <= 100:
        return None
    number = int(found["number"]) - 1
    if found["era"] in ("bc", "bce"):
        return f"-{number:02d}XX"
    return f"{number:02d}XX" if number else "0001/0099"


def _span(phrase: str) -> str | None:
    """Read "the decade 1900 to 1909", as the decades and centuries without a name are told."""
    found = _SPAN.fullmatch(phrase)
    first, last = (_year(found["year"]), _year(found["last"])) if found else (None, None)
    if not found or not first or not last:
        return None
    digits = 3 if found["unit"] == "decade" else 2
    # Before year 0 the last year has the smallest digits.
    stem = f"-{last[1:].rjust(4, '0')[:digits]}" if first[0] == "-" else first[:digits]
    if first[0] == "-" and last[0] != "-":
        stem = "-" + "0" * digits
    edtf = stem + "X" * (4 - digits)
    value = read(edtf)
    return edtf if (value.first_day, value.last_day) == (read(first).first_day, read(last).last_day) else None


def _some(phrase: str) -> str | None:
    found = _SOME.fullmatch(phrase)
    if not found:
        return None
    if year := _year_alone(found["of"]):
        return f"{year}-XX-XX" if found["unit"] == "day" else f"{year}-XX"
    month = _month(found["of"]) if found["unit"] == "day" else None
    return f"{month}-XX" if month else None


def _doubted(phrase: str) -> str | None:
    """Read "11 June 2004 (year approximate)", where marks hold for some parts only."""
    found = _DOUBTED.fullmatch(phrase)
    edtf = read_unit(found["of"]) if found else None
    parts = re.fullmatch(r"(Y?-?[0-9]+)(?:-([0-9]{2}|XX))?(?:-([0-9X]{2}(?:T.+)?))?", edtf or "")
    if not found or not parts:
        return None
    told = dict(doubt.split(" ", 1) for doubt in found["doubts"].split(", "))
    symbols = {name: symbol for symbol, name in MARK_NAMES.items()}
    if not set(told.values()) <= set(symbols):
        return None
    names = ("year", "month", "day")
    return "-".join(
        symbols.get(told.get(name, ""), "") + part for name, part in zip(names, parts.groups(), strict=True) if part
    )
