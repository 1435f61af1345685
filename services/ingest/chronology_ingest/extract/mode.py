"""News or narrative: what the words of a text are told from, and whether it is a short message."""

from __future__ import annotations

from typing import Final, Literal

import re2

from .calendar import Anchor

Mode = Literal["auto", "news", "narrative"]

_YEAR: Final = re2.compile(r"\b(?:(1[0-9]{3}|20[0-9]{2})\b|[0-9]{1,4}[ \x{A0}](?:BCE?\b|B\.C\.))")
_DEICTIC: Final = re2.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?i:today|yesterday|tomorrow|tonight"
    r"|(?:last|this|next)[ \n](?:week|month|year|night|morning|quarter)|ago))\b"
)
_BEFORE_CHRIST: Final = re2.compile(r"[0-9][ \x{A0}](?:BCE?\b|B\.C\.)")
_MESSAGE: Final = re2.compile(
    r"(?:^|\s)[@#]\p{L}|https?://|\p{L}[!?]{2,}|\.{3}|[:;]-?[()DPp/](?:\s|$)|\p{So}|\p{L}{2,}\.\p{L}{2,}/"
    r"|(?i)\b(?:lol|haha+|omg|tmr|tmrw|gonna|wanna|u|ur|im|dont|cant|pls|plz|thx|rt)\b"
)
_SAMPLE: Final = 60_000
_YEARS_MIN: Final = 4
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
    deictic = sum(1 for _ in _DEICTIC.finditer(sample))
    return far > 3 * deictic


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
