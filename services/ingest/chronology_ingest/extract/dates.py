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
from .calendar import Anchor, Reading, Told
from .date_combine import Found, combined
from .head_dates import HEAD_LENGTH, HeadDate, told_by
from .mode import Mode, is_ancient, is_message, is_narrative
from .resolvers import RESOLVERS
from .tense import sentence_around, tense_of

__all__ = ["EXPRESSIONS_MAX", "Mode", "TemporalExpression", "TimexType", "anchor_of", "head_date", "tag"]

TimexType = Literal["DATE", "TIME", "DURATION", "SET"]

EXPRESSIONS_MAX: Final = 50_000
_TENSED: Final = frozenset(
    ["calendar-day", "month", "month-or-day", "season", "season-in-narrative", "quarter", "half", "weekday", "weekend",
     "named-day"]
)  # fmt: skip
"""The ways of telling that hang on the tense around them."""
_MONTHS: Final = re.compile(r"P(?:[69]|1[0-9])M")
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


class _Match(Struct, frozen=True, gc=False):
    """Where a rule fits; the spans are one, or two that share a month or year."""

    start: int
    end: int
    number: int
    rule: Pattern
    groups: dict[str, str]
    spans: tuple[tuple[int, int], ...]


def tag(text: str, published: str, mode: Mode = "auto", rules: Ruleset | None = None) -> list[TemporalExpression]:
    """Every temporal expression of `text`, in reading order.

    In `news` the day that relative words are told from is `published`; in
    `narrative` it is the last date that the text gave. `auto` finds out which the
    text is; without a day of publication, and none in its head, it can only be told
    from inside.
    """
    rules = rules if rules is not None else ruleset.default()
    if not published:
        head = head_date(text, rules)
        published = head.date if head is not None else ""
    anchor = anchor_of(published)
    narrative = mode == "narrative" or (mode == "auto" and is_narrative(text, anchor))
    return _read(text, rules, anchor, narrative)


def head_date(text: str, rules: Ruleset | None = None) -> HeadDate | None:
    """The day that the text gives as its own in its dateline or on a line of its head."""
    rules = rules if rules is not None else ruleset.default()
    head = text[:HEAD_LENGTH]
    return told_by(text, _read(head, rules, None, narrative=True))


def _read(text: str, rules: Ruleset, anchor: Anchor | None, narrative: bool) -> list[TemporalExpression]:
    reader = _Reader(text, rules, anchor, narrative)
    found = [item for match in _matches(text, rules) for item in reader.read(match)]
    return [_expression(text, item) for item in combined(text, found)]


def anchor_of(published: str) -> Anchor | None:
    """The day that relative words are told from: the last of `published`, which is when the text was surely there."""
    first, last = edtf.bounds(published)
    day = last if last is not None else first
    return None if day is None else Anchor.of_day(day)


class _Reader:
    """Goes through the matches in reading order and keeps what later ones are told from."""

    def __init__(self, text: str, rules: Ruleset, anchor: Anchor | None, narrative: bool) -> None:
        self._text = text
        self._values = rules.date_values
        self._anchor = anchor
        self._narrative = narrative
        self._short = is_message(text)
        self._ancient = is_ancient(text)
        self._focus: Anchor | None = None
        self._fine: Anchor | None = None
        self._period: Anchor | None = None
        self._period_at = 0

    def read(self, match: _Match) -> list[Found]:
        found = []
        for number, (start, end) in enumerate(match.spans):
            groups = match.groups
            if len(match.spans) > 1:
                groups = _of_span(groups, last=number == 1)
            told = self._told(match.rule, groups, start, end)
            reading = RESOLVERS[match.rule.resolve](told)
            if reading is not None:
                self._remember(reading, start, ahead=told.tense == "future")
                found.append(Found(start=start, end=end, rule=match.rule, reading=reading))
        return found

    def _told(self, rule: Pattern, groups: dict[str, str], start: int, end: int) -> Told:
        before, after = sentence_around(self._text, start, end)
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
            tense=tense_of(before, after) if rule.resolve in _TENSED else "",
            before=before,
            after=after,
        )

    def _remember(self, reading: Reading, start: int, *, ahead: bool) -> None:
        focus = reading.focus
        if focus is None:
            if _MONTHS.match(reading.value):
                # "In the nine months … from a year earlier": no quarter is compared any more.
                self._period = None
            return
        self._focus = focus
        if focus.has_month:
            self._fine = focus
        begun = self._anchor is None or focus.number <= self._anchor.number
        if focus.unit == "quarter" and begun and not ahead:
            # What is compared with stays the later one: "from a year earlier" is told twice of one quarter.
            if self._period is None or focus.number >= self._period.number:
                self._period = focus
            self._period_at = start


def _of_span(groups: dict[str, str], *, last: bool) -> dict[str, str]:
    """The groups of one of two expressions: `name_end` is the last one's `name`."""
    if not last:
        return groups
    return groups | {name.removesuffix("_end"): said for name, said in groups.items() if name.endswith("_end")}


def _matches(text: str, rules: Ruleset) -> list[_Match]:
    every: list[_Match] = []
    for number in sorted(rules.date_filter.Match(text, True) or ()):
        rule = rules.dates[number]
        for found in rule.regex.finditer(text):
            spans: dict[str, tuple[int, int]] = {}
            groups: dict[str, str] = {}
            for name, group in rule.groups:
                span = found.span(group)
                if span[0] >= 0:
                    groups[name] = text[span[0] : span[1]]
                    if name in _SPANS:
                        spans[name] = span
            if "last" in spans:
                parts: tuple[tuple[int, int], ...] = (spans["first"], spans["last"])
            else:
                parts = (spans.get("span", found.span()),)
            every.append(_Match(parts[0][0], parts[-1][1], number, rule, groups, parts))
            if len(every) > EXPRESSIONS_MAX:
                break
    every.sort(key=lambda match: (match.start - match.end, match.start, match.number))
    return _apart(every, len(text))


_SPANS: Final = frozenset(["span", "first", "last"])


def _apart(every: list[_Match], length: int) -> list[_Match]:
    """Longest first, each on ground that no other has taken."""
    taken = bytearray(length)
    kept = []
    for match in every:
        if not any(taken[match.start : match.end]):
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            kept.append(match)
    kept.sort(key=lambda match: match.start)
    return kept


def _expression(text: str, item: Found) -> TemporalExpression:
    reading, rule = item.reading, item.rule
    timed = rule.type == "DATE" and _CLOCK.search(reading.value) is not None
    return TemporalExpression(
        start=item.start,
        end=item.end,
        text=text[item.start : item.end],
        type=reading.type or ("TIME" if timed else rule.type),  # type: ignore[arg-type]  # a Literal in the rule file
        value=reading.value,
        edtf=_canonical(reading),
        basis=reading.basis,
        rule=rule.id,
        mod=reading.mod,
    )


_CLOCK: Final = re.compile(r"^T|[0-9X]T")


def _canonical(reading: Reading) -> str:
    """The canonical form, or "" for what is no date after all, such as a range that ends before it begins."""
    date = reading.edtf
    if date and reading.mod == "APPROX" and "/" not in date:
        date += "~"
    try:
        return edtf.canonical(date) if date else ""
    except edtf.EdtfError:
        return ""
