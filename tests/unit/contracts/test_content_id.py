"""Ids follow from content, and never change: the vectors were computed with the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import json
from random import Random
from typing import Any

import msgspec
import pytest
from chronology_contracts import content_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor, Figure
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.factories import document, event

OTHERS: dict[str, Any] = {
    "evidence": "record", "quote": "x", "start": 1, "end": 2, "trigger_start": 1, "trigger_end": 2, "what": "x",
    "date": "2020", "date_text": "x", "date_start": 1, "date_end": 2, "date_basis": "relative", "type": "OTHER",
    "mode": "x", "kind": "died", "participants": (), "place": "x", "topics": (), "attributed_to": "x",
    "attributed_start": 1, "attributed_end": 2, "modality": "denied", "document_id": "b" * 32,
    "figures": (Figure(value="2"),),
}  # fmt: skip


def test_the_id_of_a_document_is_this_one_for_ever() -> None:
    found = content_id.document_id(text="Ann met Ben.", publisher="The Lamp", url="", published="2019-03-20")

    assert found == "ljhwson7tg43rrn2o5bwoqqa45rz7uyr"


def test_the_ids_of_batches_and_commands_are_these_for_ever() -> None:
    batch = content_id.batch_id([("b" * 32, b"{}"), ("a" * 32, b"{}")])
    command = content_id.command_id(principal="ann", idempotency_key="k-1")

    assert batch == "lfabpm45xheuzgir53px3lpw3efite6v"
    assert command == "pijryu5a74ri7x4pj33dp5zcvts4zo74"


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(what=text, quote=text, place=text, start=st.integers(0, 2_097_152))
def test_the_form_that_is_hashed_is_what_the_standard_library_makes_of_it(
    what: str, quote: str, place: str, start: int
) -> None:
    read = event(document("Ann met Ben."), what=what, place=place, trigger_start=start)
    read = replace(read, quote=quote)
    fields = {name: value for name, value in msgspec.to_builtins(read).items() if name not in content_id.NOT_IDENTITY}
    form = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    expected = hashlib.sha256(b"event.v1\0" + form.encode()).digest()[:20]

    assert content_id.to_bytes(content_id.id_of_event(read)) == expected


@pytest.mark.parametrize(
    "change",
    [{"extractor": Extractor(name="another", version="9")}, {"reasons": ("rule.other",)}, {"confidence": "check"}],
    ids=lambda change: next(iter(change)),
)
def test_the_same_reading_has_the_same_id_whoever_made_it(change: dict[str, Any]) -> None:
    read = event(document("Ann met Ben."))

    assert content_id.id_of_event(replace(read, **change)) == read.id


@pytest.mark.parametrize("field", sorted(OTHERS))
def test_a_reading_that_differs_anywhere_has_another_id(field: str) -> None:
    read = event(document("Ann met Ben."))

    assert content_id.id_of_event(replace(read, **{field: OTHERS[field]})) != read.id


def test_every_field_of_an_event_is_either_identity_or_named_as_not() -> None:
    names = {field.name for field in msgspec.structs.fields(Event)}

    assert names == set(OTHERS) | set(content_id.NOT_IDENTITY)


@pytest.mark.parametrize("field", ["text", "publisher", "url", "published"])
def test_another_source_or_text_is_another_document(field: str) -> None:
    first = document("Ann met Ben.")

    assert content_id.id_of_document(replace(first, **{field: "2001"})) != first.id


@pytest.mark.parametrize("field", ["title", "credit", "published_basis", "language", "raw", "provenance", "sha256"])
def test_what_is_only_said_about_a_document_does_not_change_its_id(field: str) -> None:
    first: Document = document("Ann met Ben.")

    assert content_id.id_of_document(replace(first, **{field: "none"})) == first.id


def test_fields_do_not_run_into_each_other() -> None:
    ids = {
        content_id.document_id(text="a", publisher="b", url="", published=""),
        content_id.document_id(text="a", publisher="", url="b", published=""),
        content_id.document_id(text="ab", publisher="", url="", published=""),
        content_id.document_id(text='a","url":"b', publisher="", url="", published=""),
    }

    assert len(ids) == 4


@given(st.lists(st.text("abc234", min_size=32, max_size=32), unique=True, max_size=8), st.randoms())
def test_a_completion_does_not_depend_on_the_order_of_its_events_but_a_batch_does(
    ids: list[str], random: Random
) -> None:
    shuffled = list(ids)
    random.shuffle(shuffled)

    def completion(event_ids: list[str]) -> str:
        extractor = Extractor(name="rules")
        return content_id.completion_id(document_id="a" * 32, extractor=extractor, event_ids=event_ids, role="reading")

    assert completion(shuffled) == completion(ids)
    batches = [content_id.batch_id((id, b"{}") for id in given) for given in (shuffled, ids)]
    assert (batches[0] == batches[1]) == (shuffled == ids)


def test_a_batch_with_another_body_is_another_batch() -> None:
    assert content_id.batch_id([("a" * 32, b"{}")]) != content_id.batch_id([("a" * 32, b"[]")])


@given(st.binary(min_size=20, max_size=20))
def test_bytes_to_text_and_back(raw: bytes) -> None:
    written = content_id.to_text(raw)

    assert content_id.to_bytes(written) == raw
    assert written == base64.b32encode(raw).decode().lower()


@pytest.mark.parametrize("bad", ["", "a" * 31, "a" * 33, "A" * 32, "0" * 32, "a" * 31 + "=", "ä" * 32, "a" * 31 + "\n"])
def test_what_is_no_id_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        content_id.to_bytes(bad)
