"""Every kind of expression of time, as TIMEX3 and as EDTF, told on Wednesday 20 March 2019 unless a year says else."""

from __future__ import annotations

import pytest
from chronology_ingest.extract.dates import tag

TOLD = "2019-03-20"

CALENDAR = [
    ("They met on 9 March 2019.", "2019-03-09", "2019-03-09"),
    ("They met on Saturday, March 9th, 2019.", "2019-03-09", "2019-03-09"),
    ("They met on the ninth of March 2019.", "2019-03-09", "2019-03-09"),
    ("They met in nineteen ninety-six.", "1996", "1996"),
    ("They met in mid-2017.", "2017", "2017-05/2017-08"),
    ("They met in late March 2018.", "2018-03", "2018-03-21/2018-03-31"),
    ("They met at the end of February 2019.", "2019-02", "2019-02-21/2019-02-28"),
    ("They met in the summer of 2009.", "2009-SU", "2009-22"),
    ("They met in the second quarter of 2012.", "2012-Q2", "2012-34"),
    ("They met in the second half of 2008.", "2008-H2", "2008-41"),
    ("They met in fiscal 2010.", "2010", "2010?"),
    ("They met in the early 1990s.", "199", "1990/1993"),
    ("They met in the '80s.", "198", "198X"),
    ("They met in the nineteenth century.", "18", "18XX"),
    ("They met in 44 BC.", "BC0044", "-0043"),
    ("They met circa 1850.", "1850", "1850~"),
    ("They met at 2019-03-09T10:30Z.", "2019-03-09T10:30Z", "2019-03-09"),
    ("They met in the 470s BC.", "BC047", "-0478/-0469"),
    ("They met in AD 476.", "0476", "0476"),
    ("They met at Christmas 2007.", "2007-12-25", "2007-12-25"),
    ("They met on Good Friday 2010.", "2010-04-02", "2010-04-02"),
    ("They met on Thanksgiving 1999.", "1999-11-25", "1999-11-25"),
]
RELATIVE = [
    ("They met last June.", "2018-06", "2018-06"),
    ("They met in July last year.", "2018-07", "2018-07"),
    ("They met on March 5.", "2019-03-05", "2019-03-05"),
    ("They met in December.", "2018-12", "2018-12"),
    ("They will meet on April 8.", "2019-04-08", "2019-04-08"),
    ("They met in the early hours of Monday.", "2019-03-18", "2019-03-18"),
    ("They met last Friday night.", "2019-03-15TNI", "2019-03-15"),
    ("They met yesterday evening.", "2019-03-19TEV", "2019-03-19"),
    ("They will meet next weekend.", "2019-W13-WE", "2019-03-30/2019-03-31"),
    ("They met two weeks ago.", "2019-W10", "2019-03-04/2019-03-10"),
    ("They met about two years ago.", "2017", "2017~"),
    ("They met earlier this month.", "2019-03", "2019-03"),
    ("They met last quarter.", "2018-Q4", "2018-36"),
    ("They met this fall.", "2019-FA", "2019-23"),
    ("They meet at 5 p.m. on Friday.", "2019-03-22T17:00", "2019-03-22"),
    ("They met at noon yesterday.", "2019-03-19T12:00", "2019-03-19"),
    ("They met at 18:05 GMT.", "2019-03-20T18:05Z", "2019-03-20"),
]
PLACELESS = [
    ("They met for two and a half years.", "P2Y6M"),
    ("They met over the past three months.", "P3M"),
    ("They met for half an hour.", "PT30M"),
    ("They met for several weeks.", "PXW"),
    ("They held a two-day strike.", "P2D"),
    ("They held a year-long strike.", "P1Y"),
    ("He was 18 years old.", "P18Y"),
    ("They met every three months.", "P3M"),
    ("They met each Monday.", "XXXX-WXX-1"),
    ("They met on Tuesday nights.", "XXXX-WXX-2TNI"),
    ("They met twice a week.", "P1W"),
    ("They are now free.", "PRESENT_REF"),
    ("They met a few years ago.", "PAST_REF"),
    ("They hope for the near future.", "FUTURE_REF"),
]


@pytest.mark.parametrize(("text", "value", "date"), [*CALENDAR, *RELATIVE])
def test_a_place_in_time_has_a_value_and_an_edtf_date(text: str, value: str, date: str) -> None:
    found = [(expression.value, expression.edtf) for expression in tag(text, TOLD)]

    assert found == [(value, date)]


@pytest.mark.parametrize(("text", "value"), PLACELESS)
def test_what_is_no_place_in_time_has_a_value_only(text: str, value: str) -> None:
    found = [(expression.value, expression.edtf) for expression in tag(text, TOLD)]

    assert found == [(value, "")]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("From 2 to 5 June 2018 they met.", ["2018-06-02", "2018-06-05"]),
        ("They met on June 2-5, 2018.", ["2018-06-02", "2018-06-05"]),
        ("They met between 499 and 493 BC.", ["BC0499", "BC0493"]),
        ("They met in the winter of 1916-17.", ["1916-WI", "1917"]),
        ("They met on 30 February 2018 and 1 March 2018.", ["2018-03-01"]),
        ("They met on February 30, 31 March 2018 and in May 2018.", ["2018-03-31", "2018-05"]),
        ("They met in April and May 2016.", ["2016-04", "2016-05"]),
        ("They met from Monday to Friday.", ["2019-03-18", "2019-03-22"]),
    ],
)
def test_dates_that_stand_together_are_read_one_by_one(text: str, values: list[str]) -> None:
    found = [expression.value for expression in tag(text, TOLD)]

    assert found == values


@pytest.mark.parametrize(
    "text",
    [
        "About 2000 men came.", "It cost $1999.", "It weighs 1900 kg.", "She may march on.", "April Weber came.",
        "He read the USA Today.", "A second man came.", "Three quarters of them came.", "The fall of the city.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    found = [expression.text for expression in tag(text, TOLD)]

    assert found == []


def test_figures_are_compared_with_the_quarter_told_last() -> None:
    found = tag("Its third-quarter profit fell. A year earlier it had risen.", "2018-11-02")

    assert [expression.value for expression in found] == ["2018-Q3", "2017-Q3"]


def test_a_history_is_told_from_its_last_date_even_if_its_own_day_is_known() -> None:
    text = (
        "The war began in 1812. In June 1813 the town fell, and on 4 August it was retaken. "
        "In December 1814 came peace. The following year the army left, and in 1816 the king died."
    )
    found = [expression.value for expression in tag(text, TOLD)]

    assert found == ["1812", "1813-06", "1813-08-04", "1814-12", "1815", "1816"]


def test_the_mode_can_be_said() -> None:
    text = "It ended on 3 June 1812. On Tuesday they left."
    found = {mode: tag(text, TOLD, mode)[1].edtf for mode in ("news", "narrative")}

    assert found == {"news": "2019-03-19", "narrative": "1812-06-02"}


def test_a_line_may_be_wrapped_inside_an_expression() -> None:
    found = tag("They met on 9\n   March 2019, and not last\n\nMonday.", TOLD)

    assert [expression.edtf for expression in found] == ["2019-03-09", "2019-03-18"]


def test_reading_is_linear_in_the_length_of_hostile_text() -> None:
    found = [len(tag(text, TOLD)) for text in ("1" * 100_000, "the last the next " * 5_000, "12-" * 30_000)]

    assert found[:2] == [0, 0]
