"""Dates: recognise, normalise to EDTF and TIMEX3, resolve what is told from another day.

The patterns are data (rules/dates.toml); each names one of the resolvers of this
stage. Where two rules match at overlapping places, the longer reading wins, then the
earlier rule.
"""

from __future__ import annotations

from typing import Final, Literal

from chronology_contracts import edtf
from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from .. import ruleset
from ..ruleset import Pattern, Ruleset
from .calendar import Anchor, Reading, Told
from .resolvers import RESOLVERS

Mode = Literal["auto", "news", "narrative"]
TimexType = Literal["DATE", "TIME", "DURATION", "SET"]

EXPRESSIONS_MAX: Final = 50_000
_CUE_WINDOW: Final = 60
_FUTURE: Final = (
    " will ",
    " shall ",
    " due ",
    " scheduled ",
    " to be ",
    " upcoming ",
    " plans ",
    " next ",
    " planned ",
    " going to ",
    " expected ",
    " set to ",
    " is to ",
    " are to ",
    " no later ",
)


class TemporalExpression(Struct, frozen=True, kw_only=True):
    """`value` is TIMEX3's, `edtf` "" where the words name no place in time; `rule` is the rule that read it."""

    start: int
    end: int
    text: str
    type: TimexType
    value: str
    edtf: str
    basis: DateBasis = "explicit"
    rule: str = ""


def tag(text: str, published: str, mode: Mode = "auto", rules: Ruleset | None = None) -> list[TemporalExpression]:
    """Every temporal expression of `text`, in reading order.

    In `news` the day that relative words are told from is `published`; in
    `narrative` it is the last date that the text gave. `auto` takes news where
    there is a day of publication, else narrative.
    """
    rules = rules if rules is not None else ruleset.default()
    anchor = anchor_of(published)
    news = mode == "news" or (mode == "auto" and anchor is not None)
    focus: Anchor | None = None
    found: list[TemporalExpression] = []
    for start, end, rule, groups in _matches(text, rules):
        told = Told(
            groups=groups,
            values=rules.date_values,
            anchor=anchor if news else focus or anchor,
            focus=focus or anchor,
            future=_is_future(text, start),
            before=text[max(0, start - 16) : start].lower(),
            after=text[end : end + 16].lower(),
        )
        reading = RESOLVERS[rule.resolve](told)
        if reading is None:
            continue
        if reading.focus is not None:
            focus = reading.focus
        found.append(_expression(text, start, end, rule, reading))
    return found


def anchor_of(published: str) -> Anchor | None:
    """The day that relative words are told from: the last of `published`, which is when the text was surely there."""
    first, last = edtf.bounds(published)
    day = last if last is not None else first
    return None if day is None else Anchor.of_day(day)


def _matches(text: str, rules: Ruleset) -> list[tuple[int, int, Pattern, dict[str, str]]]:
    every: list[tuple[int, int, int, Pattern, dict[str, str]]] = []
    for number, rule in enumerate(rules.dates):
        for found in rule.regex.finditer(text):
            groups = {name: value for name, value in found.groupdict().items() if value is not None}
            start, end = found.span(rule.regex.groupindex.get("span", 0))
            every.append((start, start - end, number, rule, groups))
            if len(every) > EXPRESSIONS_MAX:
                break
    every.sort(key=lambda match: match[1:3])
    return _apart(every, len(text))


def _apart(
    every: list[tuple[int, int, int, Pattern, dict[str, str]]], length: int
) -> list[tuple[int, int, Pattern, dict[str, str]]]:
    """Longest first, each on ground that no other has taken."""
    taken = bytearray(length)
    kept = []
    for start, negative_length, _, rule, groups in every:
        end = start - negative_length
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append((start, end, rule, groups))
    kept.sort(key=lambda match: match[0])
    return kept


def _is_future(text: str, start: int) -> bool:
    before = text[max(0, start - _CUE_WINDOW) : start].lower()
    sentence = before[before.rfind(". ") + 1 :]
    return any(cue in f" {sentence}" for cue in _FUTURE)


def _expression(text: str, start: int, end: int, rule: Pattern, reading: Reading) -> TemporalExpression:
    return TemporalExpression(
        start=start,
        end=end,
        text=text[start:end],
        type="TIME" if "T" in reading.value and not reading.value.startswith("P") else rule.type,  # type: ignore[arg-type]  # a Literal in the rule file
        value=reading.value,
        edtf=_canonical(reading.edtf),
        basis=reading.basis,
        rule=rule.id,
    )


def _canonical(date: str) -> str:
    """The canonical form, or "" for what is no date after all, such as a range that ends before it begins."""
    try:
        return edtf.canonical(date) if date else ""
    except edtf.EdtfError:
        return ""
