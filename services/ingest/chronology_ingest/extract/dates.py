"""Dates: recognise, normalise to EDTF and TIMEX3, resolve what is told from another day.

The patterns are data (rules/dates.toml); each names one of the resolvers of this
stage. Where two rules match at overlapping places, the longer reading wins, then the
earlier rule. What a resolver refuses, such as 30 February, is no date, and its words
are given to no other rule.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from chronology_contracts import edtf
from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from .. import ruleset
from ..ruleset import Pattern, Ruleset
from .asides import is_aside
from .calendar import Anchor, Reading, Tense, Told
from .date_combine import Found, combined
from .date_matches import EXPRESSIONS_MAX, Match, matches
from .head_dates import head_date
from .mode import Mode, as_in_messages, is_ancient, is_message, is_narrative
from .resolvers import RESOLVERS
from .tense import breaks_of, sentence_around, tense_of

__all__ = ["EXPRESSIONS_MAX", "Mode", "TemporalExpression", "TimexType", "anchor_of", "tag"]

TimexType = Literal["DATE", "TIME", "DURATION", "SET"]

_TENSED: Final = frozenset(
    ["calendar-day", "month", "month-or-day", "season", "season-in-narrative", "quarter", "half", "weekday", "weekend",
     "named-day", "nth-weekday"]
)  # fmt: skip
"""The ways of telling that hang on the tense around them."""
_IN_MESSAGES: Final = frozenset(["short-unit"])
_NOT_IN_NEWS: Final = _IN_MESSAGES | {"season-in-narrative", "past-in-narrative", "future-in-narrative"}
"""The ways of telling that one kind of text has alone."""
_COMPARING: Final = ("ago", "earlier")
_MONTHS: Final = re.compile(r"P(?:[69]|1[0-9])M")
_QUARTER_DAYS: Final = 92
_PERIOD_REACH: Final = 2_000
"""A quarter told so many characters ago is still the one that "a year earlier" is compared with."""


class TemporalExpression(Struct, frozen=True, kw_only=True):
    """`value` is TIMEX3's, `edtf` "" where the words name no place in time; `rule` is the rule that read it.

    `mod` is TIMEX3's modifier (START, MID, END, APPROX, MORE_THAN …), "" for none.
    """

    start: int
    end: int
    text: str
    type: TimexType
    value: str
    edtf: str
    basis: DateBasis = "explicit"
    rule: str = ""
    mod: str = ""


def tag(text: str, published: str, mode: Mode = "auto", rules: Ruleset | None = None) -> list[TemporalExpression]:
    """Every temporal expression of `text`, in reading order.

    In `news` the day that relative words are told from is `published`; in
    `narrative` it is the last date that the text gave. `auto` finds out which the
    text is; without a day of publication, and none in its head, it can only be told
    from inside.
    """
    rules = rules if rules is not None else ruleset.default()
    if not published:
        head = head_date(text)
        published = head.date if head is not None else ""
    anchor = anchor_of(published)
    narrative = mode == "narrative" or (mode == "auto" and is_narrative(text, anchor))
    return _read(text, rules, anchor, narrative)


def _read(text: str, rules: Ruleset, anchor: Anchor | None, narrative: bool) -> list[TemporalExpression]:
    short = is_message(text)
    reader = _Reader(text, rules, anchor, narrative=narrative, short=short)
    without = _NOT_IN_NEWS if not narrative and not short else frozenset() if short else _IN_MESSAGES
    found = [item for match in matches(text, rules, without) for item in reader.read(match)]
    return [_expression(text, item) for item in combined(text, found)]


def anchor_of(published: str) -> Anchor | None:
    """The day that relative words are told from: the last of `published`, which is when the text was surely there."""
    first, last = edtf.bounds(published)
    day = last if last is not None else first
    return None if day is None else Anchor.of_day(day)


class _Reader:
    """Goes through the matches in reading order and keeps what later ones are told from."""

    def __init__(self, text: str, rules: Ruleset, anchor: Anchor | None, *, narrative: bool, short: bool) -> None:
        self._text = text
        self._values = rules.date_values
        self._anchor = anchor
        self._narrative = narrative
        self._short = short
        self._ancient = is_ancient(text)
        self._breaks = breaks_of(text)
        self._focus: Anchor | None = None
        self._fine: Anchor | None = None
        self._period: Anchor | None = None
        self._period_at = 0

    def read(self, match: Match) -> list[Found]:
        found: list[Found] = []
        if self._short and self._text[: match.spans[0][0]].endswith("#"):
            # A hashtag is a name.
            return found
        for number, (start, end) in enumerate(match.spans):
            groups = match.groups
            if len(match.spans) > 1:
                groups = _of_span(groups, last=number == 1)
            told = self._told(match.rule, groups, start, end)
            reading = RESOLVERS[match.rule.resolve](told)
            if reading is not None:
                if self._short:
                    reading = as_in_messages(reading, match.rule.resolve)
                self._remember(reading, start, told)
                found.append(Found(start=start, end=end, rule=match.rule, reading=reading))
        return found

    def _told(self, rule: Pattern, groups: dict[str, str], start: int, end: int) -> Told:
        before, after = sentence_around(self._text, self._breaks, start, end)
        near = self._period is not None and start - self._period_at <= _PERIOD_REACH
        return Told(
            groups=groups,
            values=self._values,
            anchor=self._focus or self._anchor if self._narrative else self._anchor,
            focus=self._focus or self._anchor,
            fine=self._fine,
            period=self._period if near else None,
            narrative=self._narrative,
            short=self._short,
            ancient=self._ancient,
            tense=_tense(before, after) if rule.resolve in _TENSED and "year" not in groups else "",
            before=before,
            after=after,
        )

    def _remember(self, reading: Reading, start: int, told: Told) -> None:
        focus = reading.focus
        if _CITATION.search(told.before):
            return
        if focus is None:
            if _MONTHS.match(reading.value):
                # "In the nine months … from a year earlier": no quarter is compared any more.
                self._period = None
            return
        if self._narrative and self._focus is not None and is_aside(reading, told):
            return
        if not self._narrative and not focus.has_month and told.word("direction") in _COMPARING:
            # "From a year earlier" is told again and again of one period; it is compared with, not gone on from.
            return
        self._focus = focus
        if focus.has_month:
            self._fine = focus
        if focus.unit == "quarter" and self._is_told_of(focus, told):
            # What is compared with stays the later one: "from a year earlier" is told twice of one quarter.
            if self._period is None or focus.number >= self._period.number:
                self._period = focus
            self._period_at = start

    def _is_told_of(self, quarter: Anchor, told: Told) -> bool:
        """Whether figures can be told of it: it is over, or has begun and is not spoken of as one to come."""
        if self._anchor is None:
            return True
        over = quarter.number + _QUARTER_DAYS <= self._anchor.number
        return over or (quarter.number <= self._anchor.number and told.tense != "future")


def _tense(before: str, after: str) -> Tense:
    """A source that is given in brackets is out already: "(Velmora Courier, May 3)"."""
    return "past" if _CITATION.search(before) else tense_of(before, after)


_CITATION: Final = re.compile(r"\([A-Z][^()]{2,60}, $")


def _of_span(groups: dict[str, str], *, last: bool) -> dict[str, str]:
    """The groups of one of two expressions: `name_end` is the last one's `name`."""
    if not last:
        return groups
    return groups | {name.removesuffix("_end"): said for name, said in groups.items() if name.endswith("_end")}


def _expression(text: str, item: Found) -> TemporalExpression:
    reading, rule = item.reading, item.rule
    timed = rule.type == "DATE" and _CLOCK.search(reading.value) is not None
    return TemporalExpression(
        start=item.start,
        end=item.end,
        text=text[item.start : item.end],
        type=reading.type or ("TIME" if timed else rule.type),  # type: ignore[arg-type]  # a Literal in the rule file
        value=reading.value,
        edtf=_canonical(reading, fiscal=_FISCAL.search(text[item.start : item.end]) is not None),
        basis=reading.basis,
        rule=rule.id,
        mod=reading.mod,
    )


_CLOCK: Final = re.compile(r"^T|[0-9X]T")


_FISCAL: Final = re.compile(r"\b(?:fiscal|financial|FY)(?:\b|[0-9])", re.IGNORECASE)


def _canonical(reading: Reading, *, fiscal: bool) -> str:
    """The canonical form, or "" for what is no date after all, such as a range that ends before it begins.

    Whose fiscal year it is decides when it begins, so it is marked as uncertain.
    """
    date = reading.edtf
    if date and fiscal and "/" not in date:
        date += "?"
    if date and reading.mod == "APPROX" and "/" not in date:
        date += "~"
    try:
        return edtf.canonical(date) if date else ""
    except edtf.EdtfError:
        return ""
