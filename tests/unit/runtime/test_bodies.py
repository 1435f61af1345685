"""Bodies: what is refused before parsing, and how decoding names its faults."""

from __future__ import annotations

import contextlib
import json
import time
from typing import Annotated, Literal

import pytest
from chronology_runtime.bodies import decode
from chronology_runtime.json_text import check_json, nested_deeper
from chronology_runtime.problems import Problem
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    date: Annotated[str, Meta(max_length=10)]
    mode: Literal["a", "b"] = "a"
    count: Annotated[int, Meta(ge=0)] = 0
    names: dict[str, int] = {}


class Batch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    events: list[Event]
    number: int = 0


def refused(body: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        decode(body, Batch)
    return caught.value


def read(body: bytes) -> Batch:
    """As a route reads it."""
    check_json(body)
    return decode(body, Batch)


def test_a_valid_body_is_decoded() -> None:
    assert decode(b'{"events":[{"date":"2019"}]}', Batch) == Batch(events=[Event(date="2019")])


def test_a_number_of_four_hundred_digits_is_an_integer() -> None:
    assert decode(b'{"events":[],"number":1' + b"0" * 400 + b"}", Batch).number == 10**400


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b'{"events":[{"date":1}]}', "/events/0/date", "wrong-type"),
        (b'{"events":[{"date":"2019"},{}]}', "/events/1/date", "missing-field"),
        (b'{"events":[{"date":"2019","x/y~":1}]}', "/events/0/x~1y~0", "unknown-field"),
        (b'{"a ` - at `$.z`":1}', "/a ` - at `$.z`", "unknown-field"),
        (b'{"events":[{"date":"2019-02-30T"}]}', "/events/0/date", "wrong-length"),
        (b'{"events":[{"date":"","mode":"c"}]}', "/events/0/mode", "not-one-of"),
        (b'{"events":[{"date":"","count":-1}]}', "/events/0/count", "out-of-range"),
        (b'{"events":[{"date":"","names":{"k":"v"}}]}', "/events/0/names", "wrong-type"),
        (b"[]", "", "wrong-type"),
        (b"null", "", "wrong-type"),
    ],
)
def test_a_wrong_field_is_named_by_pointer(body: bytes, pointer: str, code: str) -> None:
    problem = refused(body)

    assert [(error.pointer, error.code) for error in problem.errors] == [(pointer, code)]
    assert problem.type.slug == "invalid"


def test_a_misspelt_field_is_told_the_right_name() -> None:
    assert refused(b'{"events":[{"dat":"2019"}]}').errors[0].hint == "Did you mean `date`?"


class Joined(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="joined"):
    names: list[str]


class Added(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="added"):
    event: str


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"type":"joined","event":1}', "Remove it, or see the documentation for the names."),
        (b'{"type":"joined","name":1}', "Did you mean `names`?"),
        (b'{"type":"joined","name":1, no json', "Remove it, or see the documentation for the names."),
        (b'{"type":"left"}', "One of: added, joined."),
    ],
)
def test_a_hint_is_of_the_kind_that_was_given(body: bytes, hint: str) -> None:
    with pytest.raises(Problem) as caught:
        decode(body, Joined | Added)  # type: ignore[arg-type]  # A union is no class, but can be read.

    assert caught.value.errors[0].hint == hint


def test_what_may_stand_there_is_listed() -> None:
    assert refused(b'{"events":[{"date":"","mode":"c"}]}').errors[0].hint == "One of: a, b."


def test_a_fault_in_a_value_that_is_given_twice_is_no_crash() -> None:
    assert refused(b'{"events":[{"dat":""}],"events":5}').errors[0].pointer == "/events/0/dat"


@pytest.mark.parametrize(
    "body",
    [b"", b"  ", b"{", b"\xef\xbb\xbf{}", b'{"events":["\\ud800"]}', b'{"number":NaN}', b"{} x", b'{"events":[],}'],
)
def test_what_is_no_json_says_so(body: bytes) -> None:
    assert refused(body).type.slug in ("malformed-json", "invalid")


def test_a_parser_that_runs_out_of_stack_is_no_crash() -> None:
    assert refused(b'{"events":' + b"[" * 100_000).status == 400


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b'{"a":"\xff"}', "invalid-utf-8"),
        (b'{"a":"\xed\xa0\x80"}', "invalid-utf-8"),
        (b'{"a":"\0"}', "null-character"),
        (b"[" * 10_000 + b"]" * 10_000, "too-deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep"),
    ],
)
def test_what_parsers_take_badly_is_refused_first(body: bytes, slug: str) -> None:
    with pytest.raises(Problem) as caught:
        check_json(body)

    assert caught.value.type.slug == slug


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "malformed-json"),
        (b'{"events":', "", "malformed-json"),
        (b'{"a":[0,"\xff"]}', "/a/1", "invalid-utf-8"),
        (b'{"a":"\xff"', "", "invalid-utf-8"),
        (b'{"a":{"b":"\0"}}', "/a/b", "null-character"),
        (b'{"a":1}\0', "", "null-character"),
        (b"[" * 10_000 + b"]" * 10_000, "", "too-deep"),
        (b"[" * 10_000 + b'"\xff"' + b"]" * 10_000, "", "invalid-utf-8"),
        (rb'{"a":["\ud83d\ude00",{"b":"x\ud800"}]}', "/a/1/b", "lone-surrogate"),
        (rb'{"a":"\uDC00"}', "/a", "lone-surrogate"),
        (rb'{"a":"\ud800\ud800\udc00"}', "/a", "lone-surrogate"),
        (rb'{"a":"\ud83d\ude00\ude00"}', "/a", "lone-surrogate"),
        (rb'{"a":"\\ud83d\ude00"}', "/a", "lone-surrogate"),
        (rb'{"a":"\ud83d\\\ude00"}', "/a", "lone-surrogate"),
        (rb'{"\ud800":1}', "", "lone-surrogate"),
        (rb'{"\ud800":"\u0000"}', "/?", "null-character"),
        (rb'{"a":"\ud800', "", "lone-surrogate"),
    ],
)
def test_every_fault_of_a_text_names_a_place(body: bytes, pointer: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(body)

    assert [(error.pointer, error.code) for error in caught.value.errors] == [(pointer, code)]
    assert caught.value.errors[0].hint
    assert caught.value.body()


@pytest.mark.parametrize("text", [rb"\ud83d\ude00", rb"\uD83D\uDE00\u00e9", rb"\\ud800", rb"\\\\udc00", rb"\ue000"])
def test_whole_pairs_and_escaped_backslashes_are_taken(text: bytes) -> None:
    body = b'{"a":"' + text + b'"}'
    check_json(body)

    assert decode(body, dict[str, str]) == json.loads(body)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a":[1,{"b/c":"x\\u0000"}]}', "/a/1/b~1c"),
        (b'{"a":"\\\\\\u0000"}', "/a"),
    ],
)
def test_an_escaped_null_is_named_by_pointer(body: bytes, pointer: str) -> None:
    with pytest.raises(Problem) as caught:
        check_json(body)

    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_an_escaped_backslash_before_u0000_is_no_null() -> None:
    check_json(rb'{"a":"\\u0000"}')

    assert decode(rb'{"a":"\\u0000"}', dict[str, str]) == {"a": "\\u0000"}


def depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


TEXT = st.text(alphabet='[]{}"\\a\n', max_size=6)
JSON = st.recursive(
    TEXT | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=30,
)


@given(JSON, st.integers(0, 6))
def test_depth_is_that_of_brackets_outside_of_strings(value: object, limit: int) -> None:
    assert nested_deeper(json.dumps(value).encode(), limit) is (depth(value) > limit)


@pytest.mark.parametrize(
    "unit",
    [
        b"[],",
        b'"",',
        b'"[",',
        rb'"\\\"[",',
        b"[[[[]]]],",
        b'{"a":1},',
        b"a",
        rb"\u0000 \\",
        b"]",
        rb"\\",
        rb"\ud83d\ude00",
        rb"\ud83d\\",
        rb"\ud83",
    ],
)
def test_ten_megabytes_are_scanned_in_less_than_a_second(unit: bytes) -> None:
    body = b"[" * 31 + unit * (10_000_000 // len(unit)) + b"]" * 31
    began = time.process_time()

    with contextlib.suppress(Problem):
        check_json(body)

    assert time.process_time() - began < 1
