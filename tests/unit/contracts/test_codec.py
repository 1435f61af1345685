"""Bytes ↔ records: what goes in comes out byte for byte, and nothing that comes from outside raises anything else."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest
from chronology_contracts import codec, content_id
from chronology_contracts.errors import UnknownVersion, Unreadable
from chronology_contracts.records import RECORD_TYPES
from hypothesis import example, given
from hypothesis import strategies as st

from tests.factories import document

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(text, children, max_size=4),
    max_leaves=12,
)
ids = st.binary(min_size=20, max_size=20)
salts = st.binary(min_size=16, max_size=16)
types = st.sampled_from(sorted(RECORD_TYPES))


def envelope(**changes: Any) -> dict[str, Any]:
    valid = {
        "specversion": "1.0",
        "id": "a" * 32,
        "source": "urn:test",
        "type": "chronology.event.retracted.v1",
        "salt": base64.b64encode(bytes(16)).decode(),
        "data": {},
    }
    return {name: value for name, value in {**valid, **changes}.items() if value is not None}


def read_or_none(raw: bytes) -> codec.Message | None:
    """The message, or None where it is unreadable; anything else that is raised fails the test."""
    try:
        return codec.decode_message(raw)
    except Unreadable:
        return None


@given(id=ids, salt=salts, type=types, value=values, traceparent=text, style=st.sampled_from([None, 2]))
def test_a_message_comes_out_as_it_went_in_and_its_body_byte_for_byte(
    id: bytes, salt: bytes, type: str, value: Any, traceparent: str, style: int | None
) -> None:
    body = json.dumps(value, ensure_ascii=False, indent=style).encode()
    raw = codec.encode_message(
        id=content_id.to_text(id), type=type, body=body, salt=salt, source="urn:test", time="", traceparent=traceparent
    )

    read = codec.decode_message(raw)

    assert read == codec.Message(id=id, type=type, version=1, salt=salt, body=body, traceparent=traceparent)


@given(id=ids, type=types, value=values, position=st.integers(1, 2**63 - 1))
def test_a_record_is_json_that_says_what_it_was_given(id: bytes, type: str, value: Any, position: int) -> None:
    body = json.dumps(value).encode()
    raw = codec.encode_record(
        collection="main", lineage="l" * 32, position=position, id=content_id.to_text(id), type=type, version=1,
        recorded_at="2026-01-01T00:00:00.000000Z", body=body,
    )  # fmt: skip

    assert json.loads(raw) == {
        "specversion": "1.0", "id": content_id.to_text(id), "source": "urn:chronology:" + "l" * 32,
        "type": f"chronology.{type}.v1", "time": "2026-01-01T00:00:00.000000Z", "datacontenttype": "application/json",
        "collection": "main", "lineage": "l" * 32, "position": position, "data": value,
    }  # fmt: skip
    assert body in raw


def test_a_record_without_its_body_says_null() -> None:
    raw = codec.encode_record(
        collection="main", lineage="l" * 32, position=1, id="", type="erased", version=1, recorded_at="", body=b""
    )

    assert json.loads(raw)["data"] is None


@given(st.binary(max_size=300))
@example(b"")
@example(b"\x00")
@example(b"null")
@example(b"[" * 10_000)
@example(b'{"data":' * 10_000)
@example(b'{"data":' + b"[" * 10_000 + b"]" * 10_000 + b"}")
@example(b'\xef\xbb\xbf{"specversion":"1.0"}')
@example(b'{"specversion":"1.0","id":"\xff"}')
@example(b'{"specversion":"\\ud800","id":""}')
@example(b'{"specversion":1e999}')
def test_bytes_from_anywhere_are_unreadable_and_nothing_worse(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        codec.decode_message(raw)


@given(name=st.sampled_from(sorted(envelope())), value=values)
@example(name="id", value="ä" * 32)
@example(name="id", value="a" * 31 + "\n")
@example(name="id", value="a" * 31 + "=")
@example(name="id", value="\u2028" * 32)
@example(name="salt", value="\u00e4")
@example(name="salt", value="=" * 24)
@example(name="type", value="chronology.x.v99999")
@example(name="type", value="chronology.event.retracted.v1\n")
@example(name="type", value="chronology.event.retracted.v\u0663")
def test_an_envelope_with_anything_in_one_member_is_read_or_unreadable(name: str, value: Any) -> None:
    raw = json.dumps(envelope(**{name: value})).encode()

    read = read_or_none(raw)

    assert read is None or (len(read.id), len(read.salt)) == (20, 16)


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_message_with_one_byte_changed_is_read_or_unreadable(place: int, byte: int) -> None:
    raw = bytearray(json.dumps(envelope(data={"a": ["b", 1.5]})).encode())
    raw[place % len(raw)] = byte

    read = read_or_none(bytes(raw))

    assert read is None or (len(read.id), len(read.salt)) == (20, 16)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "data", "salt"])
def test_a_member_that_is_missing_makes_it_unreadable(name: str) -> None:
    raw = envelope()
    del raw[name]

    with pytest.raises(Unreadable):
        codec.decode_message(json.dumps(raw).encode())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"specversion": "0.3"}, "0.3"),
        ({"type": "chronology.event.extracted"}, "chronology.<record type>.v<number>"),
        ({"type": "chronology.event.extracted.v0"}, "chronology.<record type>.v<number>"),
        ({"id": "A" * 32}, "no content id"),
        ({"salt": "AAAA"}, "3 bytes instead of 16"),
        ({"salt": "not base64"}, "base64"),
    ],
)
def test_the_reason_names_what_is_wrong(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        codec.decode_message(json.dumps(envelope(**changes)).encode())

    assert said in caught.value.reason


def test_unknown_types_newer_versions_and_unknown_members_can_be_read() -> None:
    raw = json.dumps(envelope(type="chronology.weather.seen.v12", subject="x", future={"a": 1})).encode()

    read = codec.decode_message(raw)

    assert (read.type, read.version) == ("weather.seen", 12)


def test_a_body_is_read_as_the_struct_of_its_type() -> None:
    told = document("Ann met Ben.")

    assert codec.decode_body("document.received", 1, msgspec.json.encode(told)) == told


def test_a_newer_version_a_foreign_type_and_a_wrong_body_are_told_apart() -> None:
    with pytest.raises(UnknownVersion):
        codec.decode_body("document.received", 2, b"{}")
    with pytest.raises(KeyError):
        codec.decode_body("weather.seen", 1, b"{}")
    with pytest.raises(msgspec.ValidationError):
        codec.decode_body("document.received", 1, b"{}")


def test_there_is_an_upcaster_from_every_earlier_version_and_no_other() -> None:
    needed = {(type.name, version) for type in RECORD_TYPES.values() for version in range(1, type.version)}

    assert set(codec.UPCASTERS) == needed
