"""What a well-typed document or event can still get wrong: each fault by its place and its word."""

from __future__ import annotations

from typing import Any

import pytest
from chronology_contracts.documents import TEXT_BYTES_MAX
from chronology_contracts.events import Figure, Mention, Participant
from chronology_contracts.validation import Fault, document_faults, event_faults, first_control
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.factories import document, event

TEXT = "Ann met Ben on 9 March 2019."


def told(faults: list[Fault]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in faults]


def test_a_valid_document_and_a_valid_event_have_no_faults() -> None:
    valid = document(TEXT)

    assert document_faults(valid) == []
    assert event_faults(event(valid), TEXT) == []


@pytest.mark.parametrize("text", ["a\tb\nc\r\nd", "a\u0085b", "a\u2028b", "a\u200eb", "אב", "a\U0001f600"])
def test_text_of_any_language_with_its_line_ends_is_kept(text: str) -> None:
    assert document_faults(document(text)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n", "empty"),
        ("a\0", "control-character"),
        ("a\x1b[0m", "control-character"),
        ("a\x7f", "control-character"),
        ("a\u009f", "control-character"),
        ("a" * (TEXT_BYTES_MAX + 1), "too-long"),
        ("ä" * (TEXT_BYTES_MAX // 2 + 1), "too-long"),
    ],
)
def test_a_text_that_cannot_be_kept(text: str, code: str | None) -> None:
    assert told(document_faults(replace(document(TEXT), text=text))) == [("/text", code)]


def test_the_longest_text_is_counted_in_bytes_and_may_be_kept() -> None:
    assert document_faults(document("ä" * (TEXT_BYTES_MAX // 2))) == []


@given(st.text(st.characters(max_codepoint=0x2100), max_size=30))
def test_the_first_control_character_is_found(text: str) -> None:
    allowed = {9, 10, 13, 0x85}
    expected = next(
        (i for i, c in enumerate(text) if (ord(c) < 32 or 127 <= ord(c) < 160) and ord(c) not in allowed), None
    )

    assert first_control(text) == expected


@pytest.mark.parametrize(
    ("date", "code"),
    [("2023-02-30", "not-edtf"), ("yesterday", "not-edtf"), ("2023-3", "not-edtf"), ("2019-03-09T00:00:00", None)],
)
def test_a_date_must_be_edtf(date: str, code: str | None) -> None:
    faults = told(document_faults(document(TEXT, published=date)))

    assert faults == ([("/published", code)] if code else [])


def test_a_document_without_a_date_is_valid() -> None:
    assert document_faults(document(TEXT, published="")) == []


def test_a_mode_must_be_one_of_its_type() -> None:
    faults = event_faults(event(document(TEXT), type="CONSULT", mode="arrest"), TEXT)

    assert told(faults) == [("/mode", "unknown-mode")]
    assert "visit" in faults[0].hint


def test_a_type_without_modes_takes_none() -> None:
    assert told(event_faults(event(document(TEXT), type="AGREE", mode="visit"), TEXT)) == [("/mode", "unknown-mode")]


def test_only_an_event_without_a_type_has_a_kind() -> None:
    typed = event(document(TEXT), kind="died")
    other = event(document(TEXT), kind="died", type="OTHER", mode="")

    assert told(event_faults(typed, TEXT)) == [("/kind", "kind-of-typed-event")]
    assert event_faults(other, TEXT) == []


@pytest.mark.parametrize("change", [{"quote": "Ann met Bea"}, {"start": 1}, {"end": 5}])
def test_a_quote_must_stand_in_the_text(change: dict[str, Any]) -> None:
    quoted = replace(event(document(TEXT)), **change)

    assert told(event_faults(quoted, TEXT)) == [("/quote", "quote-not-in-text")]


def test_offsets_count_code_points() -> None:
    text = "\U0001f600 Ann met Ben."
    quoted = replace(event(document(text)), quote="Ann", start=2, end=5)

    assert event_faults(quoted, text) == []


def test_an_event_by_quote_needs_one_and_others_do_not() -> None:
    bare = replace(event(document(TEXT)), quote="", start=0, end=0)

    assert told(event_faults(bare, TEXT)) == [("/quote", "no-quote")]
    assert event_faults(replace(bare, evidence="record"), TEXT) == []


def test_without_the_text_only_what_needs_no_text_is_checked() -> None:
    elsewhere = replace(event(document(TEXT)), quote="Somewhere else", start=900, end=914, date="soon")

    assert told(event_faults(elsewhere, None)) == [("/date", "not-edtf")]


def test_every_span_is_checked_and_named() -> None:
    person = Participant(name="Ann", role="actor", mentions=(Mention(text="Ben", start=0, end=3),))
    wrong = replace(
        event(document(TEXT)),
        participants=(person,),
        figures=(Figure(value="9", text="9", start=900, end=901),),
        date_text="9 March 2019",
        date_start=20,
        date_end=15,
        trigger_start=4,
        trigger_end=4,
    )

    assert told(event_faults(wrong, TEXT)) == [
        ("/date_text", "empty-span"),
        ("/trigger_start", "empty-span"),
        ("/figures/0/text", "span-outside-text"),
        ("/participants/0/mentions/0/text", "span-not-in-text"),
    ]
