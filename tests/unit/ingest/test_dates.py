"""Dates by rule: what a phrase means depends on the day it is told from, and on the tense around it."""

from __future__ import annotations

import pytest
from chronology_ingest.extract.dates import tag


@pytest.mark.parametrize(
    ("text", "published", "expected"),
    [
        ("He came on Tuesday.", "2019-03-20", ["2019-03-19"]),
        ("He will come on Tuesday.", "2019-03-20", ["2019-03-26"]),
        ("He came on 29 February 2020 and on 30 February 2020.", "2020-03-20", ["2020-02-29"]),
        ("He came in December.", "2019-03-20", ["2018-12"]),
        ("He was held on 4 May 2020. The next day he was freed.", "2021-01-01", ["2020-05-04", "2020-05-05"]),
        ("About 2000 men came.", "2019-03-20", []),
        ("It was signed last month.", "2019-01-20", ["2018-12"]),
        ("She may march on.", "2019-01-20", []),
    ],
)
def test_dates_are_resolved_from_the_day_of_the_document(text: str, published: str, expected: list[str]) -> None:
    found = [expression.edtf for expression in tag(text, published) if expression.edtf]

    assert found == expected


def test_without_a_day_of_publication_relative_words_count_from_the_last_date_told() -> None:
    found = tag("The army came on 3 June 1812. Two days later the town fell.", "")

    assert [expression.edtf for expression in found] == ["1812-06-03", "1812-06-05"]


def test_today_means_nothing_where_no_day_is_known() -> None:
    found = tag("The army came today.", "")

    assert found == []


def test_every_expression_stands_in_the_text_at_its_offsets() -> None:
    text = (
        "In late 2017, on\u00a05\u00a0March 2018 and since the summer of 2019, "
        "for two months, daily, at 6:30 p.m. 🙂 today."
    )
    found = tag(text, "2020-01-02")

    assert [text[expression.start : expression.end] for expression in found] == [
        expression.text for expression in found
    ]
    assert [expression.type for expression in found] == ["DATE", "DATE", "DATE", "DURATION", "SET", "TIME", "DATE"]
