"""Spans: what stands around a date makes an interval of it, or a length of time added to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf

from .calendar import month_days, on_day, shifted
from .dated import Dated, Located
from .draft import Draft
from .frame import Scene
from .sentences import Token

_LENGTH: Final = re.compile(r"P([0-9]{1,3})([DWMY])$")
_MONTHS: Final = "date.months-year"
_FOLLOWED_REACH: Final = 6


def composed(scene: Scene, found: Located, located: Sequence[Located]) -> Dated:
    """The date with the words before it that make an interval of it: since, until, from … to, between … and."""
    tokens, expression = scene.sentence.tokens, found.expression
    before = tokens[found.first - 1].lower if found.first else ""
    date, start, end, rule = expression.edtf, expression.start, expression.end, expression.rule
    plain = "/" not in date
    if before == "since" and plain:
        date, start, rule = f"{date}/..", tokens[found.first - 1].start, "when.since"
    elif before in ("until", "till") and plain:
        date, start, rule = f"../{date}", tokens[found.first - 1].start, "when.until"
    elif plain and (before in ("from", "between", "and", "to", "through", "-", "–", "—") or _goes_on(tokens, found)):
        pair = _pair(tokens, found, located)
        if pair is not None:
            first, last = pair
            date, start, end, rule = (
                f"{first.expression.edtf}/{last.expression.edtf}",
                first.expression.start,
                last.expression.end,
                "when.between",
            )
    try:
        date = edtf.canonical(date)
    except edtf.EdtfError:
        # Two ends that are no interval, such as a later one first: the date itself still holds.
        date, start, end, rule = expression.edtf, expression.start, expression.end, expression.rule
    return Dated(
        date=date,
        text=_slice(scene, start, end),
        start=start,
        end=end,
        basis=expression.basis if expression.basis != "none" else "relative",
        rule=rule,
    )


def lasting(draft: Draft, dated: Dated) -> Dated:
    """ "Was freed on 4 May, followed by a two-month house arrest": what follows goes on from that day, so long."""
    trigger, tokens = draft.trigger, draft.scene.sentence.tokens
    first = max(0, trigger.first - _FOLLOWED_REACH)
    if trigger.voice != "noun" or not any(token.lower == "followed" for token in tokens[first : trigger.first]):
        return dated
    length = next(
        (
            found
            for found in draft.scene.located
            if found.expression.type == "DURATION" and first < found.first and found.last == trigger.first
        ),
        None,
    )
    end = later(dated.date, length.expression.value) if length is not None else ""
    if not end or length is None or dated.start > length.expression.start:
        return dated
    return Dated(
        date=f"{dated.date}/{end}",
        text=_slice(draft.scene, dated.start, length.expression.end),
        start=dated.start,
        end=length.expression.end,
        basis="relative",
        rule="when.lasting",
    )


def later(date: str, length: str, sign: int = 1) -> str:
    """A day so long after (before, where `sign` is -1) another, "" where either is none; `length` is TIMEX3's."""
    told = _LENGTH.match(length)
    first, last = edtf.bounds(date)
    if told is None or first is None or first != last:
        return ""
    count, unit = sign * int(told.group(1)), told.group(2)
    if unit in "DW":
        return on_day(first + count * (7 if unit == "W" else 1), "relative").edtf
    year, month, day = edtf.from_day_number(first)
    year, month = shifted(year, month, count * (12 if unit == "Y" else 1))
    return on_day(edtf.day_number(year, month, min(day, month_days(year, month))), "relative").edtf


def _goes_on(tokens: Sequence[Token], found: Located) -> bool:
    """ "2-5 June", "3 May to 7 May", "April and May 2016": what follows may be the other end."""
    if found.last >= len(tokens):
        return False
    joint = tokens[found.last].lower
    return joint in ("-", "–", "—", "to", "through") or (joint == "and" and found.expression.rule == _MONTHS)


def _pair(tokens: Sequence[Token], found: Located, located: Sequence[Located]) -> tuple[Located, Located] | None:
    for first, last in itertools.pairwise(located):
        if (
            found not in (first, last)
            or "/" in first.expression.edtf
            or "/" in last.expression.edtf
            or not first.expression.edtf
            or not last.expression.edtf
        ):
            continue
        opener = tokens[first.first - 1].lower if first.first else ""
        middle = [token.lower for token in tokens[first.last : last.first]]
        if (opener == "between" and middle == ["and"]) or (
            opener == "from" and middle in (["to"], ["until"], ["through"])
        ):
            return first, last
        alike = first.expression.rule == last.expression.rule
        if alike and middle in (["-"], ["–"], ["—"], ["to"], ["through"]):
            return first, last
        if alike and middle == ["and"] and first.expression.rule == _MONTHS:
            return first, last
    return None


def _slice(scene: Scene, start: int, end: int) -> str:
    """The words from `start` to `end` as the document has them; the sentence's tokens hold no white space of it."""
    parts: list[str] = []
    at = start
    for token in scene.sentence.tokens:
        if token.start >= start and token.end <= end:
            parts.append(" " * (token.start - at) + token.text)
            at = token.end
    return "".join(parts)
