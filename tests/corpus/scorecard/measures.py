"""A figure, its counts by document, and how far they bear."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from tests.corpus.aside import is_aside

RESAMPLES: Final = 400
Part = Literal["all", "open", "aside"]


class Measure(Struct, frozen=True, kw_only=True):
    """100 × F1 of `found` in `given` and `hit` in `gold`, or 100 × the share of `found` in `given` without a `gold`.

    `floor` is what the open two thirds must reach, `reach` and `aim` what is wanted of the third set aside.
    """

    label: str
    found: str
    given: str
    hit: str = ""
    gold: str = ""
    floor: float = 0.0
    reach: float = 0.0
    aim: float = 0.0

    def counted(self, counts: Mapping[str, int]) -> tuple[int, int, int, int]:
        hit = self.hit or self.found
        return counts.get(self.found, 0), counts.get(self.given, 0), counts.get(hit, 0), counts.get(self.gold, 0)

    def of(self, counted: Sequence[float]) -> float:
        found, given, hit, gold = counted
        precision = found / given if given else 0.0
        if not self.gold:
            return 100 * precision
        recall = hit / gold if gold else 0.0
        return 200 * precision * recall / (precision + recall) if precision + recall else 0.0


class Value(Struct, frozen=True, kw_only=True):
    """A figure with its interval; `documents` is how many it was counted over."""

    figure: float
    low: float
    high: float
    documents: int


Counts = Mapping[str, Counter[str]]
"""What was counted, by document."""


def part_of(counts: Counts, part: Part) -> Counts:
    if part == "all":
        return counts
    return {name: found for name, found in counts.items() if is_aside(name) == (part == "aside")}


def value(measure: Measure, counts: Counts) -> Value:
    rows = [measure.counted(found) for _, found in sorted(counts.items())]
    figure = measure.of([sum(column) for column in zip(*rows, strict=True)] if rows else (0, 0, 0, 0))
    chance = random.Random(1)
    drawn = sorted(
        measure.of([sum(column) for column in zip(*chance.choices(rows, k=len(rows)), strict=True)])
        for _ in range(RESAMPLES if len(rows) > 1 else 0)
    )
    low, high = (drawn[len(drawn) // 40], drawn[-len(drawn) // 40 - 1]) if drawn else (figure, figure)
    return Value(figure=figure, low=low, high=high, documents=len(rows))
