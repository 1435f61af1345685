"""What the doctor makes of what it sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chronology_contracts import edtf
from chronology_contracts.events import Extractor
from chronology_local.answers import Brief, TimelineEvent
from chronology_local.checkup import Finding, all_findings, clock
from chronology_local.commands.timeline import timeline_table
from chronology_local.errors import CommandError, Unreachable
from chronology_local.summary import span
from rich.console import Console

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)


def event(**fields: Any) -> TimelineEvent:
    fields = {"what": "Ann flees", "date": "2019-03-09", **fields}
    return TimelineEvent(
        id="a" * 32,
        document_id="b" * 32,
        extractor=Extractor(name="test"),
        quote="Ann fled",
        start=0,
        end=8,
        type="RETREAT",
        display=edtf.humanize(fields["date"]),
        document=Brief(id="b" * 32, publisher="The Lamp"),
        **fields,
    )


@pytest.mark.parametrize(
    ("ahead_seconds", "took_seconds", "ok"),
    [(0, 0, True), (1.9, 0, True), (2.1, 0, False), (-2.1, 0, False), (5, 10, True), (11, 5, False)],
)
def test_a_clock_is_off_by_no_less_than_question_and_answer_allow(
    ahead_seconds: float, took_seconds: float, ok: bool
) -> None:
    their = NOW + timedelta(seconds=ahead_seconds)

    found = clock("postgres", their, NOW, NOW + timedelta(seconds=took_seconds))

    assert found.ok is ok
    assert bool(found.fix) is not ok


def test_a_look_that_fails_is_a_fault_and_the_next_ones_are_taken() -> None:
    def broken() -> Iterator[Finding]:
        raise CommandError("no answer that can be read")
        yield

    def away() -> Iterator[Finding]:
        raise Unreachable("http://127.0.0.1:8400", "refused")
        yield

    def well() -> Iterator[Finding]:
        yield Finding(check="c", ok=True, detail="ready")

    found = list(all_findings([("a", broken), ("b", away), ("c", well)]))

    assert [(finding.check, finding.ok) for finding in found] == [("a", False), ("c", True)]
    assert found[0].fix


def test_a_row_says_when_in_words_what_and_who_says_so() -> None:
    table = timeline_table([event(date="2019-03", modality="alleged", what="Ann flees")], title="T")
    console = Console(width=100, record=True, file=None)
    with console.capture() as captured:
        console.print(table)

    (row,) = [line for line in captured.get().splitlines() if "Ann flees" in line]
    assert [cell.strip() for cell in row.split("│")] == ["March 2019", "Ann flees (alleged)", "The Lamp"]


def test_the_span_reaches_from_the_first_to_the_last_day_and_counts_what_has_none() -> None:
    events = [event(date="2019-03"), event(date="2018-12-30"), event(date=""), event(date="2020/..")]

    assert span(events) == "30 December 2018 to 31 March 2019, 1 without a known date"
