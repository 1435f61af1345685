"""Spans: what stands around a date makes an interval of it, or a length of time added to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf

from .calendar import month_days, on_day, shifted
from .dated import Dated, Located
from .dates import TemporalExpression
from .draft import Draft
from .frame import Scene
from .sentences import Token

_LENGTH: Final = re.compile(r"P([0-9]{1,3})([DWMY])$")
_LISTED: Final = frozenset(["date.months-year", "date.month-after-preposition", "date.days-month-year"])
"""Of two such in a row something holds from the first to the last: "in April and May", "on 3 and 4 June"."""
_MONTH_OF_PART: Final = {"START": "01", "MID": "06", "END": "12"}
_YEAR: Final = re.compile(r"[0-9]{4}(?:-XX-XX)?$")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}(?:-XX)?$")
_NEARLY: Final = frozenset(["about", "around", "circa"])
_ONE_SIDED: Final = {
    "since": ("{}/..", "when.since"),
    "until": ("../{}", "when.until"),
    "till": ("../{}", "when.until"),
    "by": ("../{}", "when.by"),
}
_FOLLOWED_REACH: Final = 6


def composed(scene: Scene, found: Located, located: Sequence[Located]) -> Dated:
    """The date with the words before it that make an interval of it: since, until, by, from … to, between … and."""
    tokens, expression = scene.sentence.tokens, found.expression
    before = tokens[found.first - 1].lower if found.first else ""
    plain = about(expression)
    date, start, end = plain, expression.start, expression.end
    rule = expression.rule if plain == expression.edtf else "when.about"
    pair = _pair(tokens, found, located)
    if pair is not None:
        first, last = pair
        date, start, end, rule = (
            f"{about(first.expression).rstrip('~')}/{about(last.expression).rstrip('~')}",
            first.expression.start,
            last.expression.end,
            "when.between",
        )
    elif before in _ONE_SIDED and "/" not in plain:
        form, rule = _ONE_SIDED[before]
        date, start = form.format(plain), tokens[found.first - 1].start
    elif before in _NEARLY and expression.type == "DATE" and "/" not in plain and not plain.endswith("~"):
        date, start = f"{plain}~", tokens[found.first - 1].start
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


def about(expression: TemporalExpression) -> str:
    """ "Mid-June" is about June, "late 2017" about December of that year: no bounds are told."""
    date, part = expression.edtf, expression.mod
    if part not in _MONTH_OF_PART or "/" not in date:
        return date
    if _YEAR.match(expression.value):
        return f"{expression.value[:4]}-{_MONTH_OF_PART[part]}~"
    return f"{date[:7]}~" if _MONTH.match(expression.value) else date


def lasting(draft: Draft, dated: Dated) -> Dated:
    """ "Was freed on 4 May, followed by ten weeks of curfew": what follows goes on from that day, so long."""
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


def _pair(tokens: Sequence[Token], found: Located, located: Sequence[Located]) -> tuple[Located, Located] | None:
    """Both ends, where the date is one: "between May and July", "2-5 June", "April and May 2016"."""
    placing = [each for each in located if each.places]
    for first, last in itertools.pairwise(placing):
        if found is not first and found is not last:
            continue
        opener = tokens[first.first - 1].lower if first.first else ""
        middle = [token.lower for token in tokens[first.last : last.first]]
        if "/" in about(first.expression) or "/" in about(last.expression) or len(middle) != 1:
            continue
        joint = middle[0]
        if (opener == "between" and joint == "and") or (
            opener == "from" and joint in ("to", "until", "till", "through")
        ):
            return first, last
        if first.expression.rule != last.expression.rule:
            continue
        if joint in ("-", "–", "—", "to", "through") or (joint == "and" and first.expression.rule in _LISTED):
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
