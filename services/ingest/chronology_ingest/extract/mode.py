"""News or narrative: what the words of a text are told from, and whether it is a short message."""

from __future__ import annotations

from typing import Final, Literal

import re2
from chronology_contracts.edtf import day_number
from msgspec.structs import replace

from .calendar import Anchor, Reading, day_of_week

Mode = Literal["auto", "news", "narrative"]

_YEAR: Final = re2.compile(r"\b(?:(1[0-9]{3}|20[0-9]{2})\b|[0-9]{1,4}[ \x{A0}](?:BCE?\b|B\.C\.))")
_DEICTIC: Final = re2.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"(?P<dated>,? (?:the )?(?:[0-9]{1,2}\b|\p{Lu}\p{Ll}{2,8}\.? [0-9]))?"
    r"|(?i:today|yesterday|tomorrow|tonight"
    r"|(?:last|this|next)[ \n](?:week|month|year|night|morning|quarter)|ago))\b"
)
_BEFORE_CHRIST: Final = re2.compile(r"[0-9][ \x{A0}](?:BCE?\b|B\.C\.)")
_MESSAGE: Final = re2.compile(
    r"(?:^|\s)[@#]\p{L}|https?://|\p{L}[!?]{2,}|\.{3}|[:;]-?[()DPp/](?:\s|$)|\p{So}|\p{L}{2,}\.\p{L}{2,}/"
    r"|\b(?:I|I['’](?:m|ll|ve|d))\b|![\s]*$|^(?i:my|me|just|happy|good|good morning)\b"
    r"|\b(?:u|ur)\b|(?i)\b(?:lol|haha+|omg|tmr|tmrw|gonna|wanna|im|dont|cant|pls|plz|thx|rt|my|we|wtf|hehe|tdy|didnt|havent)\b"
)
_SAMPLE: Final = 60_000
_YEARS_MIN: Final = 4
_FAR_FOR_EACH_DEICTIC: Final = 4
_MESSAGE_LENGTH_MAX: Final = 200
_WORDS_MIN: Final = 7


def is_narrative(text: str, anchor: Anchor | None) -> bool:
    """Whether the text tells of years long past rather than of the days before its own.

    A text without a day of its own can only be told from inside. Of the others a
    narrative is one whose years mostly lie well before that day, and that seldom says
    yesterday, Monday or last week.
    """
    if anchor is None:
        return True
    sample = text[:_SAMPLE]
    years = [int(found.group(1) or 0) for found in _YEAR.finditer(sample)]
    far = sum(year < anchor.year - 1 for year in years)
    if far < _YEARS_MIN or far <= len(years) - far:
        return False
    deictic = sum(found.group("dated") is None for found in _DEICTIC.finditer(sample))
    return far > _FAR_FOR_EACH_DEICTIC * deictic


def is_ancient(text: str) -> bool:
    """Whether years before our era are told, so that three digits after "in" may be one."""
    return _BEFORE_CHRIST.search(text) is not None


def is_message(text: str) -> bool:
    """Whether people write it to each other of their day: short, with the marks of such writing or no full stop."""
    if len(text) > _MESSAGE_LENGTH_MAX:
        return False
    stripped = text.strip()
    open_ended = stripped.count(" ") >= _WORDS_MIN and not stripped.endswith((".", "?", ":", ";", '"', "”"))
    return open_ended or _MESSAGE.search(text) is not None


_DAY: Final = re2.compile(r"^(\d{4})-(\d\d)-(\d\d)(T.*)?$")
_WEEK: Final = re2.compile(r"^\d{4}-W\d\d$")
_YEAR_ALONE: Final = re2.compile(r"^\d{4}$")
_THURSDAY: Final = 3


def as_in_messages(reading: Reading, resolve: str) -> Reading:
    """As short messages are annotated: the value also says that a weekday was named, or how much of a year is open.

    2014-04-26-WXX-6 is a Saturday that was called so, 2014-07-W27 a week with the month of its Thursday, and
    2014-XX-XX some day of that year. The date in EDTF stays what it is.
    """
    value = reading.value
    if _YEAR_ALONE.match(value) and reading.basis == "explicit":
        return replace(reading, value=f"{value}-XX-XX")
    if _WEEK.match(value) and reading.focus is not None:
        thursday = Anchor.of_day(reading.focus.number + _THURSDAY)
        return replace(reading, value=f"{thursday.year:04d}-{thursday.month:02d}-{value[5:]}")
    day = _DAY.match(value) if resolve == "weekday" else None
    if day is None:
        return reading
    year, month, of_month, time = day.groups()
    weekday = day_of_week(day_number(int(year), int(month), int(of_month)))
    return replace(reading, value=f"{year}-{month}-{of_month}-WXX-{weekday}{time or ''}")
