"""The document's own date: what is known of it comes first, the head of its text last, and they are compared."""

from __future__ import annotations

import pytest
from chronology_ingest.extract.dates import tag
from chronology_ingest.extract.document_date import document_date

DATELINE = "TALVIK, Norland, March 9, 2019 (Fjord News) — Police held a man on Friday."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DATELINE, ("2019-03-09", "dateline")),
        ("A headline\n\n9 March 2019\n\nPolice held a man.", ("2019-03-09", "head")),
        ("A headline\nPublished: Monday, 9 March 2020\nPolice held a man.", ("2020-03-09", "head")),
        ("A man came on 14 May 2023 - and left.", ("", "none")),
        ("The siege began on 3 June 1812 and ended soon.", ("", "none")),
        ("", ("", "none")),
    ],
)
def test_the_head_of_a_text_tells_its_day(text: str, expected: tuple[str, str]) -> None:
    found = document_date(text)

    assert (found.date, found.basis) == expected


def test_what_is_given_comes_before_metadata_page_and_dateline() -> None:
    day, other, third = "2019-03-10", "2019-03-11", "2019-03-12"
    found = [
        document_date(DATELINE, given=day, metadata=other, html=third),
        document_date(DATELINE, metadata=other, html=third),
        document_date(DATELINE, html=third),
        document_date(DATELINE),
    ]

    assert [date.basis for date in found] == ["given", "metadata", "html", "dateline"]


@pytest.mark.parametrize(
    ("html", "warned"), [("2019-03-10", False), ("2019-03", False), ("2019-03-14", True), ("2018", True)]
)
def test_a_dateline_of_another_day_is_warned_of(html: str, warned: bool) -> None:
    found = document_date(DATELINE, html=html)

    assert (found.date, "2019-03-09" in found.warning) == (html, warned)


def test_relative_days_are_told_from_the_dateline_where_nothing_else_is_known() -> None:
    found = tag(DATELINE, "")

    assert [expression.edtf for expression in found] == ["2019-03-09", "2019-03-08"]
