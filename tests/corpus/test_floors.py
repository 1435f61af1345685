"""The figures of the scorecard never fall below their floors; the sets are met where they lie beside the checkout."""

from __future__ import annotations

import pytest

from tests.corpus.scorecard import guard, sets
from tests.corpus.scorecard.measures import Measure, value
from tests.corpus.scorecard.table import GROUPS, Group

TRIES = 3
SPEED_MIN = 15
"""Articles a second; far below what is printed, for machines that do other work meanwhile."""


@pytest.mark.parametrize(
    ("group", "measure"),
    [
        pytest.param(group, measure, id=f"{group.title}-{measure.label}".replace(" ", "-"))
        for group in GROUPS
        for measure in group.measures
    ],
)
def test_a_figure_is_at_least_its_floor(group: Group, measure: Measure) -> None:
    if not (sets.SHARED / group.path).exists():
        pytest.skip(f"{group.path} is not beside the checkout")
    found = value(measure, group.part("open"))

    assert round(found.figure, 1) >= measure.floor


def test_our_own_counting_of_the_records_is_the_scorers() -> None:
    if not (sets.SHARED / sets.RECORDS).exists():
        pytest.skip("the records are not beside the checkout")
    printed = sets.printed_record_figures()
    ours = {
        measure.label.removesuffix(" F1").replace(" class", ""): round(value(measure, sets.records()).figure, 1)
        for group in GROUPS
        if group.counts is sets.records
        for measure in group.measures
    }

    assert ours == {name: printed[name] for name in ours}


def test_our_own_counting_of_the_timelines_is_the_scorers() -> None:
    if not (sets.SHARED / sets.TIMELINES).exists():
        pytest.skip("the timelines are not beside the checkout")
    printed = sets.printed_timeline_figures()
    ours = {
        measure.label.split()[0]: round(value(measure, sets.timelines()).figure, 1)
        for group in GROUPS
        if group.counts is sets.timelines
        for measure in group.measures
    }

    assert ours == {name: printed[name] for name in ours}


def test_texts_without_events_give_next_to_none() -> None:
    counts = guard.event_free_counts()

    assert sum(found["words"] for found in counts.values()) >= 20_000
    assert guard.false_events(counts) <= 0.3


@pytest.mark.parametrize("name", guard.HOSTILE)
def test_hostile_text_takes_time_in_proportion_to_its_length(name: str) -> None:
    # A machine that does other work meanwhile may stretch one measurement, not three.
    tries = [guard.linearity(guard.HOSTILE[name], 60_000) for _ in range(TRIES)]

    assert min(growth for _, growth in tries) < 3.5 or min(seconds for seconds, _ in tries) < 0.2


def test_importing_the_extractor_with_its_rules_is_quick() -> None:
    assert guard.import_seconds() < 1.0


def test_the_extractor_is_not_slow() -> None:
    assert guard.articles_a_second(15) >= SPEED_MIN


def test_the_same_text_gives_the_same_events_in_every_process() -> None:
    first, *others = (guard.events_of_a_process(seed) for seed in (0, 1, 2024))

    assert first.count(b'"quote":') > 5
    assert others == [first, first]
