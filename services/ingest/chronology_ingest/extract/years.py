"""Years: as digits or words, with an era or two digits, and what four digits are when they are no year."""

from __future__ import annotations

from typing import Final

import re2
from msgspec.structs import replace

from .calendar import Reading, Told, of_year
from .calendar_parts import in_part
from .number_words import number_of

_ERAS_BEFORE: Final = ("bc", "bce")
_ERAS_AFTER: Final = ("ad", "ce")
_PIVOT: Final = 30
"""Two digits up to this many years after the anchor are of its century."""
_YEAR_MIN: Final = 1700
"""In a short message 1435 is a time of day, if anything; in news it is often a count."""
_PLACED: Final = re2.compile(
    r"(?i)(?:\b(?:in|since|by|until|till|from|to|of|before|after|circa|during|between|and)\s+|[(–-])$"
)


def said_year(told: Told, group: str = "year") -> int | None:
    """The year of a group, astronomical; None without one. Two digits take the century of what is near."""
    said = told.groups.get(group)
    if said is None:
        return None
    digits = said.lstrip("'’‘")
    number = int(digits) if digits.isdigit() else _spelled_year(said)
    if number is None:
        return None
    era = told.word("era").replace(".", "")
    if era in _ERAS_BEFORE:
        return 1 - number
    if len(digits) == 2 and digits.isdigit() and told.word("said").replace(".", "") not in _ERAS_AFTER:
        return _full_year(number, told)
    return number


def _full_year(two_digits: int, told: Told) -> int:
    near = told.focus if told.narrative and told.focus is not None else told.anchor
    if near is None:
        return (1900 if two_digits > _PIVOT else 2000) + two_digits
    year = near.year // 100 * 100 + two_digits
    if told.narrative:
        return year
    return year - 100 if year > near.year + _PIVOT else year


def _spelled_year(said: str) -> int | None:
    """Nineteen ninety-six; two thousand and four."""
    first, _, rest = " ".join(said.lower().split()).partition(" ")
    if first in ("nineteen", "eighteen", "seventeen", "twenty"):
        century, years = number_of(first), number_of(rest)
        return None if century is None or years is None else int(century * 100 + years)
    value = number_of(said)
    return None if value is None else int(value)


def year_told_from(told: Told) -> int | None:
    """The year of "June last year", "August of that year", "this past spring"; None where no such word stands there."""
    which = told.word("which_year")
    if which in ("that", "the same", "the following", "the next", "the previous", "the preceding"):
        origin = told.focus or told.anchor
    else:
        origin = told.anchor
    if not which or origin is None:
        return None
    return origin.year + _STEPS.get(which, 0)


_STEPS: Final = {
    "last": -1, "the previous": -1, "the preceding": -1, "next": 1, "the next": 1, "the following": 1,
}  # fmt: skip


_COUNTING: Final = (
    "about", "around", "some", "than", "least", "nearly", "almost", "over", "approximately", "$", "€", "£", "#", "no.",
    "article", "room", "flight", "law", "decree", "resolution", "section", "route", "highway", "page", "chapter",
    "crowd of", "total of", "closed at", "number", "channel", "model", "series", "windows", "version", "was up", "to a",
)  # fmt: skip
_COUNTED: Final = (
    "people", "men", "women", "km", "kilom", "miles", "meters", "metres", "troops", "soldiers", "tons", "tonnes",
    "dollars", "euros", "percent", "per cent", "%", "feet", "kg", "hectares", "points", "shares", "jobs", "workers",
    "members", "pounds", "yards", "acres", "votes", "cases", "rounds", "prisoners", "casualties", "civilians", "ships",
    "aircraft", "tanks", "guns", "horses", "cavalry", "infantry", "dead", "killed", "wounded", "deaths", "units",
    "calories", "words", "students", "employees", "years", "days", "hours", "hoplites", "warriors", "fighters",
)  # fmt: skip


def year(told: Told) -> Reading | None:
    number = said_year(told)
    if number is None:
        return None
    sure = any(told.groups.get(name) for name in ("era", "part", "said", "fiscal"))
    if not sure and (_is_a_count(told) or (number < _YEAR_MIN and not _is_placed(told))):
        return None
    reading = of_year(number, "explicit")
    return replace(reading, mod="APPROX") if "approx" in told.groups else in_part(reading, told)


def _is_placed(told: Told) -> bool:
    """Long before our day four digits are a year where history is told, or where a preposition says so."""
    if told.short:
        return False
    return told.narrative or _PLACED.search(told.before) is not None


_OF_A_TELEPHONE: Final = re2.compile(r"(?:^|[^0-9])[0-9]{3}-$")


def _is_a_count(told: Told) -> bool:
    before, after = told.before.lower(), told.after.lower()
    if before.rstrip().endswith(_COUNTING) or before.endswith((".", ":", "$")):
        return True
    if _OF_A_TELEPHONE.search(before):
        return True
    if before.endswith(("-", "–", "/")) and not before[-2:-1].isdigit():
        return before[-2:-1].isspace() is False and not before.endswith(("post-", "pre-", "mid-", "since-"))
    if before.endswith(",") or (before.endswith("-") and before[-3:-2] == "-"):
        return True
    return (
        after.lstrip(" \n").startswith(_COUNTED)
        or (after[:1] in ",." and after[1:2].isdigit())
        or after[:2] in ("th", "nd", "rd")
        or after[:1] in "%°"
    ) and bool(after)


def short_year(told: Told) -> Reading | None:
    """The second of "1916-17", the "99" of "'99"."""
    number = said_year(told)
    if number is None:
        return None
    first = told.groups.get("year_start")
    if first is not None:
        number = int(first) // 100 * 100 + number % 100
        if number <= int(first):
            return None
    return of_year(number, "explicit")


def ancient_year(told: Told) -> Reading | None:
    """Three digits after "in" are a year in a text that tells of the years before our era."""
    number = told.number("year")
    if number is None or not told.ancient or _is_a_count(told):
        return None
    return of_year(1 - number, "explicit")
