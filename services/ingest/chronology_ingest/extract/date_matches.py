"""Where the patterns of the rules fit a text, and which of two that overlap is kept."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Final

import re2
from msgspec import Struct

from ..ruleset import Pattern, Ruleset

EXPRESSIONS_MAX: Final = 50_000


class Match(Struct, frozen=True, gc=False):
    """Where a rule fits; the spans are one, or two that share a month or year."""

    rule: Pattern
    groups: dict[str, str]
    spans: tuple[tuple[int, int], ...]


def matches(text: str, rules: Ruleset, without: frozenset[str]) -> list[Match]:
    # RE2 works on bytes: the text is encoded once here, and not again by each of the patterns.
    encoded = text.encode()
    every: list[_Raw] = []
    for number in sorted(rules.date_filter.Match(encoded, True) or ()):
        rule = rules.dates[number]
        if rule.resolve in without:
            continue
        marks = [(name, group) for name, group in rule.groups if name in _SPANS]
        for found in rule.regex.finditer(encoded):
            parts = _parts(found, marks)
            every.append((parts[0][0] - parts[-1][1], parts[0][0], number, parts, found))
            if len(every) > EXPRESSIONS_MAX:
                break
    every.sort(key=_longest_first)
    place = _places(text, encoded)
    return [_match(raw, rules, encoded, place) for raw in _apart(every, len(encoded))]


_SPANS: Final = frozenset(["span", "first", "last"])
_Spans = tuple[tuple[int, int], ...]
_Raw = tuple[int, int, int, _Spans, "re2._Match"]
"""Its length below zero, where it starts, the number of its rule, its spans, and what the rule found; in bytes."""


def _longest_first(raw: _Raw) -> tuple[int, int, int]:
    return raw[:3]


def _parts(found: re2._Match, marks: Sequence[tuple[str, int]]) -> _Spans:
    spans = {name: span for name, group in marks if (span := found.span(group))[0] >= 0}
    return (spans["first"], spans["last"]) if "last" in spans else (spans.get("span", found.span()),)


def _apart(every: list[_Raw], length: int) -> list[_Raw]:
    """Longest first, each on ground that no other has taken."""
    taken = bytearray(length)
    kept = []
    for raw in every:
        start, end = raw[1], raw[1] - raw[0]
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append(raw)
    kept.sort(key=_START)
    return kept


_START: Final = itemgetter(1)


def _match(raw: _Raw, rules: Ruleset, encoded: bytes, place: Callable[[int], int]) -> Match:
    _, _, number, parts, found = raw
    rule = rules.dates[number]
    groups = {}
    for name, group in rule.groups:
        start, end = found.span(group)
        if start >= 0:
            groups[name] = encoded[start:end].decode()
    return Match(rule, groups, tuple((place(start), place(end)) for start, end in parts))


def _places(text: str, encoded: bytes) -> Callable[[int], int]:
    """From a place in the bytes to the one in the text."""
    if len(encoded) == len(text):
        return int
    # Where each character begins that is longer than a byte, and by how much all up to it are longer.
    starts, longer = [], [0]
    for found in _LONG_CHARACTER.finditer(text):
        starts.append(found.start() + longer[-1])
        longer.append(longer[-1] + len(found.group().encode()) - 1)
    return lambda place: place - longer[bisect_left(starts, place)]


_LONG_CHARACTER: Final = re.compile(r"[^\x00-\x7f]")
