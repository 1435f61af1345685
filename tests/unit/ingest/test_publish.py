"""A document with its events → records → batches: the order, the cut, and that the same input gives the same bytes."""

from __future__ import annotations

import pytest
from chronology_contracts import codec, content_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event, Extractor
from chronology_ingest.publish import Record, completed, cut, encode_batch, records
from chronology_ingest.refusals import MessageTooLong
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

RULES = Extractor(name="rules", version="1", rules_hash="0f")
TEXT = "Ann left on Monday. Ben stayed."


def document() -> Document:
    id = content_id.document_id(text=TEXT, publisher="", url="", published="")
    return Document(id=id, text=TEXT, sha256="0" * 64)


def event(what: str) -> Event:
    made = Event(
        id="a" * 32,
        document_id=document().id,
        extractor=RULES,
        quote="Ann left on Monday.",
        start=0,
        end=19,
        what=what,
        type="OTHER",
    )
    return replace(made, id=content_id.id_of_event(made))


def record(number: int, size: int = 1) -> Record:
    return Record(id=content_id.batch_id([(str(number), b"")]), type="event.extracted", body=b"x" * size)


def test_the_document_comes_first_and_its_completion_last() -> None:
    events = [event("Ann leaves"), event("Ben stays")]
    completion = completed(document().id, RULES, [event.id for event in events], "reading")

    types = [record.type for record in records(document(), events, completion)]

    assert types == ["document.received", "event.extracted", "event.extracted", "extraction.completed"]


def test_events_of_a_stored_document_come_without_it() -> None:
    completion = completed(document().id, RULES, [event("Ann leaves").id], "addition")

    types = [record.type for record in records(None, [event("Ann leaves")], completion)]

    assert types == ["event.extracted", "extraction.completed"]


def test_the_same_input_gives_the_same_ids_and_bodies() -> None:
    completion = completed(document().id, RULES, [event("Ann leaves").id], "reading")

    first = records(document(), [event("Ann leaves")], completion)
    second = records(document(), [event("Ann leaves")], completion)

    assert first == second


@given(
    sizes=some.lists(some.integers(0, 3_000), min_size=1, max_size=60),
    messages_max=some.integers(1, 20),
    bytes_max=some.integers(1, 8_000),
)
def test_batches_keep_every_record_in_order_and_within_the_limits(
    sizes: list[int], messages_max: int, bytes_max: int
) -> None:
    given = [record(number, size) for number, size in enumerate(sizes)]

    batches = list(cut(given, messages_max=messages_max, bytes_max=bytes_max))

    assert [record for batch in batches for record in batch] == given
    assert all(len(batch) <= messages_max for batch in batches)
    assert all(sum(len(record.body) for record in batch) <= bytes_max or len(batch) == 1 for batch in batches)


def test_a_thousand_and_one_records_are_two_batches() -> None:
    batches = list(cut([record(number) for number in range(1_001)]))

    assert [len(batch) for batch in batches] == [1_000, 1]


def test_a_message_carries_the_body_byte_for_byte_and_a_salt_of_its_own() -> None:
    body = b'{"what": "spaces  are kept"}'
    given = [Record(id=document().id, type="event.extracted", body=body)] * 2

    messages = encode_batch(given, subject="ingest.main.document", time="2024-03-09T12:00:00.000000Z", traceparent="")
    decoded = [codec.decode_message(message.data) for message in messages]

    assert [message.body for message in decoded] == [body, body]
    assert decoded[0].salt != decoded[1].salt


def test_a_record_that_fits_no_message_is_refused() -> None:
    body = b'"' + b"x" * codec.MESSAGE_BYTES_MAX + b'"'

    with pytest.raises(MessageTooLong) as raised:
        encode_batch(
            [Record(id=document().id, type="document.received", body=body)],
            subject="ingest.main.document",
            time="2024-03-09T12:00:00.000000Z",
            traceparent="",
        )

    assert raised.value.size_bytes > raised.value.size_bytes_max == codec.MESSAGE_BYTES_MAX
