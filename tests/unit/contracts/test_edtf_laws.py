"""Laws that hold for every EDTF value, and another parser's word on the plain ones."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date

import edtf as oracle
import pytest
from chronology_contracts.edtf import (
    EdtfError,
    bounds,
    canonical,
    day_number,
    from_day_number,
    humanize,
    parse,
    parse_phrase,
)
from chronology_contracts.edtf.phrases import PHRASE_LENGTH_MAX
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

marks = st.sampled_from(["", "", "", "?", "~", "%", "?~", "~?"])
years = st.one_of(
    st.integers(-9999, 9999).map(lambda year: f"{'-' if year < 0 else ''}{abs(year):04d}"),
    st.integers(1900, 2030).map(str),
    st.integers(10_000, 10**12 - 1).map(lambda year: f"Y{year}"),
    st.integers(10_000, 10**12 - 1).map(lambda year: f"Y-{year}"),
)
decades = st.tuples(st.sampled_from(["", "-"]), st.integers(0, 999)).map(lambda p: f"{p[0]}{p[1]:03d}X")
centuries = st.tuples(st.sampled_from(["", "-"]), st.integers(0, 99)).map(lambda p: f"{p[0]}{p[1]:02d}XX")
months = st.one_of(st.integers(1, 12), st.integers(21, 41)).map(lambda month: f"{month:02d}")
days = st.one_of(st.integers(1, 28).map(lambda day: f"{day:02d}"), st.just("XX"))
zones = st.sampled_from(["", "Z", "+01:00", "-03:30", "+00", "+1400"])
clocks = st.times().map(lambda time: time.isoformat()) | st.times().map(
    lambda time: f"{time.hour:02d}:{time.minute:02d}"
)


@st.composite
def plain_dates(draw: DrawFn) -> str:
    kind = draw(st.sampled_from(["year", "part", "unspecified", "day", "time"]))
    year = draw(years)
    if kind == "year":
        return draw(years | decades | centuries)
    if kind == "part":
        return f"{year}-{draw(months)}"
    if kind == "unspecified":
        return f"{year}-XX{draw(st.sampled_from(['', '-XX']))}"
    month = draw(st.integers(1, 12))
    if kind == "day":
        return f"{year}-{month:02d}-{draw(days)}"
    return f"{year}-{month:02d}-{draw(st.integers(1, 28)):02d}T{draw(clocks)}{draw(zones)}"


@st.composite
def marked_dates(draw: DrawFn) -> str:
    """Dates with marks anywhere that they may stand."""
    text = draw(plain_dates())
    if draw(st.booleans()) or "T" in text:
        return text + draw(marks)
    sign = "-" if text.startswith("-") else ""
    head, *rest = text.removeprefix("-").replace("Y-", "Y_").split("-")
    parts = [sign + head.replace("Y_", "Y-"), *rest]
    return "-".join(draw(marks) + part + draw(marks) for part in parts)


def error_of(function: Callable[[str], object], text: str) -> EdtfError | None:
    try:
        function(text)
    except EdtfError as error:
        return error
    return None


def readable(text: str) -> bool:
    return error_of(parse, text) is None


intervals = (
    st.tuples(marked_dates(), st.sampled_from(["..", ""])).map("/".join)
    | st.tuples(st.sampled_from(["..", ""]), marked_dates()).map("/".join)
    | st.tuples(marked_dates(), marked_dates()).map("/".join)
).filter(readable)
ranges = (
    marked_dates().map(lambda text: f"{text}..")
    | marked_dates().map(lambda text: f"..{text}")
    | st.tuples(marked_dates(), marked_dates()).map("..".join)
)
sets = (
    st.tuples(st.booleans(), st.lists(marked_dates() | ranges, min_size=1, max_size=4))
    .map(lambda pair: f"[{','.join(pair[1])}]" if pair[0] else f"{{{','.join(pair[1])}}}")
    .filter(readable)
)
values = marked_dates() | intervals | sets


@given(values)
def test_canonical_is_idempotent_and_the_same_value(text: str) -> None:
    spelled = canonical(text)

    assert canonical(spelled) == spelled
    assert parse(spelled) == parse(text)


@given(values)
def test_bounds_are_ordered(text: str) -> None:
    first, last = bounds(text)

    assert first is None or last is None or first <= last


@given(values)
def test_spelling_in_lower_case_with_white_space_is_the_same_value(text: str) -> None:
    assert parse(f" {text.lower()}\t") == parse(text)


@given(values)
def test_words_say_what_the_value_says(text: str) -> None:
    value, words = parse(text), humanize(text)
    assume(len(words) <= PHRASE_LENGTH_MAX)
    again = parse(parse_phrase(words))

    assert (again.first_day, again.last_day) == (value.first_day, value.last_day)
    assert (again.approximate, again.uncertain) == (value.approximate, value.uncertain)


@given(values.filter(lambda text: parse(text).precision not in ("day", "time", "interval", "set")))
def test_words_of_a_coarse_date_name_no_day(text: str) -> None:
    assert parse(parse_phrase(humanize(text))).precision == parse(text).precision


@given(st.integers(-(10**15), 10**15))
def test_a_day_and_its_number_go_both_ways(number: int) -> None:
    assert day_number(*from_day_number(number)) == number


@given(st.integers(-(10**6), 10**6))
def test_the_next_number_is_the_next_day(number: int) -> None:
    year, month, day = from_day_number(number)
    following = from_day_number(number + 1)

    assert following in {(year, month, day + 1), (year, month + 1, 1), (year + 1, 1, 1)}


@given(st.dates())
def test_days_are_those_of_the_standard_library(day: date) -> None:
    assert from_day_number(day.toordinal()) == (day.year, day.month, day.day)
    assert bounds(day.isoformat()) == (day.toordinal(), day.toordinal())
    assert parse_phrase(f"{day:%A} {humanize(day.isoformat())}") == day.isoformat()


@given(st.text(alphabet="0123456789-/.,[]{}?~%XYTZ:+ ", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_value_or_an_edtf_error(text: str) -> None:
    errors = [error for error in (error_of(parse, text), error_of(parse_phrase, text)) if error]

    assert all(error.reason and error.hint for error in errors)


@given(
    st.text(alphabet=st.sampled_from("0123456789 -/,."), max_size=12)
    | st.dates().map(lambda day: f"{day:%d/%m/%Y}")
    | plain_dates()
)
def test_every_date_in_a_hint_is_one(text: str) -> None:
    error = error_of(parse, text)
    guesses = []
    if error and error.hint.startswith("did you mean "):
        guesses = error.hint.removeprefix("did you mean ").removesuffix("?").split(" or ")

    assert [guess for guess in guesses if not readable(guess)] == []


ORACLE_DATES = [
    "0001",
    "1985",
    "1900-02",
    "2000-02",
    "2019-03",
    "2019-03-09",
    "2020-02-29",
    "1985~",
    "2004-06?",
    "2004-06-11%",
]
ORACLE_DATES += [
    "201X",
    "19XX",
    "2004-XX",
    "2004-06-XX",
    "1985-XX-XX",
    "1964/2008",
    "2004-06/2006-08",
    "2004-02-01/2005",
]


@pytest.mark.parametrize("text", ORACLE_DATES)
def test_plain_dates_span_what_another_parser_says(text: str) -> None:
    other = oracle.parse_edtf(text)
    first, last = other.lower_strict(), other.upper_strict()

    assert bounds(text) == (date(*first[:3]).toordinal(), date(*last[:3]).toordinal())


@pytest.mark.parametrize("year", [1900, 2000, 2019, 2020])
def test_months_are_as_long_as_the_calendar_says(year: int) -> None:
    lengths = [bounds(f"{year}-{month:02d}") for month in range(1, 13)]

    assert [(last or 0) - (first or 0) + 1 for first, last in lengths] == [
        calendar.monthrange(year, m)[1] for m in range(1, 13)
    ]
