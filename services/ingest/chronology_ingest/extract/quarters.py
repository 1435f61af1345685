"""Quarters and halves of years, and the periods of figures that are compared with them."""

from __future__ import annotations

from typing import Final

import re2
from chronology_contracts.vocabulary import DateBasis

from .calendar import Reading, Told, of_half, of_quarter, of_year, shifted
from .calendar_parts import in_part
from .years import said_year, year_told_from

_OF_A_GAME: Final = (" of the game", " of the match", " against", " of play")


def quarter(told: Told) -> Reading | None:
    number = told.number("ordinal")
    if number is None or not 1 <= number <= 4 or told.after.startswith(_OF_A_GAME):
        return None
    year, basis = _year_of_part(told, 3 * number - 2)
    return None if year is None else in_part(of_quarter(year, number, basis), told)


def half(told: Told) -> Reading | None:
    said = told.word("ordinal")
    if said and told.after.startswith((*_OF_A_GAME, " of a ")):
        return None
    number = {"1": 1, "2": 2, "first": 1, "1st": 1, "second": 2, "2nd": 2, "last": 2, "latter": 2, "other": 2}.get(said)
    year, basis = _year_of_part(told, 1 if number == 1 else 7)
    if number is None or year is None:
        return None
    return of_half(year, number, basis)


def _year_of_part(told: Told, first_month: int) -> tuple[int | None, DateBasis]:
    """The year of a quarter or half: as said, as told from another, else the one whose part lies nearest."""
    year = said_year(told)
    if year is not None:
        return year, "explicit"
    year = year_told_from(told)
    if year is not None or told.anchor is None:
        return year, "relative"
    if told.narrative:
        return told.anchor.year, "relative"
    ended = quarter_that_ended(told)
    if ended is not None and ended.focus is not None:
        return ended.focus.year, "relative"
    ahead = first_month - told.anchor.month
    if told.tense == "future" and ahead < -8:
        return told.anchor.year + 1, "relative"
    # Figures are told of a quarter that has ended or begun; one that lies ahead is one of last year, unless near.
    return told.anchor.year - (ahead > (2 if told.tense == "past" else 6)), "relative"


def period(told: Told) -> Reading | None:
    """The year-earlier quarter, the 1988 period: the quarter told nearby, in the year that is said."""
    year = said_year(told)
    if year is not None:
        if told.period is not None and told.groups.get("named") is None:
            return of_quarter(year, (told.period.month + 2) // 3, "relative")
        return of_year(year, "explicit")
    if told.period is not None:
        back = 0 if told.groups.get("latest") else 1
        return of_quarter(told.period.year - back, (told.period.month + 2) // 3, "relative")
    if told.anchor is None:
        return None
    if told.groups.get("latest") or "quarter" in told.word("named"):
        back = 0 if told.groups.get("latest") else 1
        year, month = shifted(told.anchor.year - back, (told.anchor.month - 1) // 3 * 3 + 1, -3)
        return of_quarter(year, (month + 2) // 3, "relative")
    return of_year(told.anchor.year - 1, "relative")


_ENDED: Final = re2.compile(
    r"^ (?:that )?end(?:ed|ing|s) (?:on )?(?:[0-9]{1,2} )?(\p{Lu}\p{Ll}+)\.?(?: [0-9]{1,2})?,?(?: ([0-9]{4}))?"
)


def quarter_that_ended(told: Told) -> Reading | None:
    """The quarter ended June 30: the one that this month is in, of the last such month where no year is told."""
    found = _ENDED.match(told.after)
    month = None if found is None else told.look_up("month", found.group(1))
    if found is None or not isinstance(month, int) or told.anchor is None:
        return None
    said = found.group(2)
    year = int(said) if said else told.anchor.year - (month > told.anchor.month)
    return of_quarter(year, (month + 2) // 3, "relative")
