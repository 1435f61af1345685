"""Cursors and ETags: nothing is believed that was not signed."""

from __future__ import annotations

from typing import Any

import pytest
from chronology_runtime.http import etag_matches, query_hash, read, sign, weak_etag
from chronology_runtime.problems import Problem
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

SECRET = b"s" * 32
QUERY = query_hash("timeline", "main", None, ["b", "a"])


class Place(Struct, frozen=True, kw_only=True):
    first_day: int
    id: str


PLACE = Place(first_day=-44, id="abc")


def fault(text: str, **other: Any) -> str:
    with pytest.raises(Problem) as caught:
        read(SECRET, text, Place, **{"query": QUERY, "version": "1", **other})
    return caught.value.errors[0].code


@given(st.integers(-(2**60), 2**60), st.text())
def test_a_cursor_is_read_back(day: int, id: str) -> None:
    place = Place(first_day=day, id=id)

    assert read(SECRET, sign(SECRET, place, query=QUERY, version="1"), Place, query=QUERY, version="1") == place


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_changed_cursor_is_refused(at: int) -> None:
    text = sign(SECRET, PLACE, query=QUERY, version="1")
    changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]

    assert fault(changed) == "tampered"


@given(st.text(max_size=200))
def test_any_text_is_refused_as_a_cursor(text: str) -> None:
    assert fault(text) in ("tampered", "malformed")


def test_a_cursor_belongs_to_its_query_version_and_server() -> None:
    text = sign(SECRET, PLACE, query=QUERY, version="1")
    codes = [fault(text, query=query_hash("other")), fault(text, version="2"), fault("A" * 4000)]

    assert codes == ["other-query", "stale", "malformed"]
    assert fault(sign(b"t" * 32, PLACE, query=QUERY, version="1")) == "tampered"


def test_etags_are_weak_and_safe() -> None:
    assert weak_etag("timelines", 3, 120) == 'W/"timelines-3-120"'
    assert weak_etag('a"b').isascii()
    assert '"' not in weak_etag('a"b')[3:-1]


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        ('W/"a-1"', True),
        ('"a-1"', True),
        ('"x", W/"a-1"', True),
        ("*", False),
        ('"a-2"', False),
        ("", False),
        (None, False),
    ],
)
def test_an_etag_is_found_in_the_header(header: str | None, matches: bool) -> None:
    assert etag_matches(header, 'W/"a-1"') is matches
