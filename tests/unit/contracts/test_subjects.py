"""Stream and subject names: what collections may be called, and that nothing else gets into a subject."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from chronology_contracts import subjects
from chronology_contracts.records import RECORD_TYPES
from chronology_contracts.vocabulary import EVENT_TYPES
from hypothesis import given
from hypothesis import strategies as st

names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True)
GOOD = ["a", "0", "main", "a-b", "a--b", "a-", "9" * 40]
BAD = ["", "-a", "A", "a_b", "a.b", "a*", ">", "a b", "ä", "a" * 41, "a\n", "a/b", "LOG_a"]


@pytest.mark.parametrize("name", GOOD)
def test_a_collection_may_be_called(name: str) -> None:
    assert subjects.is_collection_name(name)


@pytest.mark.parametrize("name", [*BAD, "_audit"])
def test_people_may_not_call_a_collection(name: str) -> None:
    assert not subjects.is_collection_name(name)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(
    "build",
    [
        subjects.ingest_stream,
        subjects.log_stream,
        subjects.log_subjects,
        lambda name: subjects.lane_subject(name, "document"),
        lambda name: subjects.log_subject(name, "event.extracted"),
    ],
)
def test_no_subject_is_made_of_what_is_no_name(build: Callable[[str], str], name: str) -> None:
    with pytest.raises(ValueError):
        build(name)


def test_the_systems_own_collections_have_streams_too() -> None:
    assert subjects.ingest_stream("_audit") == "INGEST__audit"
    assert subjects.collection_of_ingest_stream("INGEST__audit") == "_audit"


@given(names)
def test_a_stream_names_its_collection(name: str) -> None:
    assert subjects.collection_of_ingest_stream(subjects.ingest_stream(name)) == name


@pytest.mark.parametrize("stream", ["", "main", "LOG_main", "INGEST_", "INGEST_Main", "INGEST_a.b", "KV_INGEST_a"])
def test_other_streams_are_nobodys(stream: str) -> None:
    assert subjects.collection_of_ingest_stream(stream) is None


@pytest.mark.parametrize("lane", subjects.LANES)
def test_a_lane_is_read_off_its_subject(lane: subjects.Lane) -> None:
    assert subjects.lane_of(subjects.lane_subject("main", lane)) == lane


@pytest.mark.parametrize("subject", ["", "document.", "ingest.main", "ingest.main.documents", "ingest.main.document.x"])
def test_other_subjects_have_no_lane(subject: str) -> None:
    assert subjects.lane_of(subject) is None


@pytest.mark.parametrize("record_type", sorted(RECORD_TYPES))
@pytest.mark.parametrize("event_type", ["", *EVENT_TYPES])
def test_a_record_is_republished_under_four_tokens(record_type: str, event_type: str) -> None:
    subject = subjects.log_subject("main", record_type, event_type)

    assert subject.count(".") == 3
    assert all(subject.split("."))
    assert subject.startswith(subjects.log_subjects("main").removesuffix(">"))


def test_a_subject_for_example() -> None:
    assert subjects.log_subject("main", "event.extracted", "COERCE") == "chronology.main.event-extracted.coerce"
    assert subjects.log_subject("main", "document.received") == "chronology.main.document-received._"
