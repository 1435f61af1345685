"""The document's own date: what is known of it comes first, the head of its text last, and they are compared."""

from __future__ import annotations

import pytest
from chronology_contracts.documents import Document, PublishedBasis
from chronology_ingest.extract.dates import tag
from chronology_ingest.extract.document_date import date_remarks, document_date

BODY = "Police held a man on Friday in the old town of Talvik, his wife said, after a long search of the house."
DATELINE = "TALVIK, Norland, March 9, 2019 (Fjord News) — Police held a man on Friday."


def headed(head: str) -> str:
    return f"Man held in the old town\n{head}\n\n{BODY}"


@pytest.mark.parametrize(
    "dateline",
    [
        DATELINE,
        "TALVIK (Norland), 9 March 2019 – Police held a man.",
        "(Talvik, March 9, 2019) – Police held a man.",
        "[Talvik, March 9, 2019] Police held a man.",
        "TALVIK, March 9, 2019 /FjordWire/ -- Police held a man.",
        "9 March 2019, Talvik – Police held a man.",
        "March 9, 2019 (TALVIK) – Police held a man.",
        "Talvik. 9 March 2019. FJORD NEWS - Police held a man.",
        f"Man held in the old town\n\nTALVIK: 9.3.2019: {BODY}",
    ],
)
def test_a_dateline_of_any_order_tells_the_day(dateline: str) -> None:
    found = document_date(dateline)

    assert (found.date, found.basis, found.warning) == ("2019-03-09", "dateline", "")


@pytest.mark.parametrize(
    "head",
    [
        "9 March 2019",
        "Saturday 9 March 2019 10.15 GMT",
        "Published: Saturday, 9 March 2019",
        "Published: 10:15 GMT, 9 March 2019 | Updated: 11:00 GMT, 14 March 2019",
        "First published: 9 March 2019; last modified: 14 March 2019",
        "Updated 14 March 2019. Published 9 March 2019",
        "Posted on 9 March 2019",
        "Posted on March 9, 2019 by Admin",
        "By Mirva Telen | 9 March 2019",
        "Mirva Telen - March 9, 2019",
        "9 March 2019 by Mirva Telen",
        "Mirva Telen, The Talvik Herald, 9 March 2019",
        "Mirva Telen in Talvik\nSat 9 Mar 2019 10.15 GMT\nLast modified on Thu 14 Mar 2019 09.00 GMT",
        "BY MIRVA TELEN AND JON VARG\nMARCH 9, 2019",
        "Mar 9, 2019 · 4 min read",
        "Last updated 9 March 2019, 14:05 GMT",
        "2019-03-09T10:15:00Z",
        "2019-03-09 10:15",
        "09.03.2019",
        "FOR IMMEDIATE RELEASE\nMarch 9, 2019\nContact: Mirva Telen",
        "FOR IMMEDIATE RELEASE: March 9, 2019",
        "Press release | Talvik | 9 March 2019",
        "PRESS RELEASE – 9 March 2019",
        "News release No. 12/2019, 9 March 2019",
        "Index: NOR 04/123/2019 9 March 2019",
        "Embargoed for 00:01 GMT 9 March 2019",
        "Talvik, 9 March 2019\nDear Minister,",
        "March 9, 2019 8:00AM EST | News Release",
        "9 Mar 2019 - 10:15AM\nUpdated 10 Mar 2019 - 11:00AM",
        "Written by Mirva Telen on March 9, 2019 in News",
        "Vol. 3 No. 12, 9 March 2019",
        "Location: Talvik\nDate: 9 March 2019",
    ],
)
def test_a_line_of_the_head_tells_the_day(head: str) -> None:
    found = document_date(headed(head))

    assert (found.date, found.basis) == ("2019-03-09", "head")


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        "TALVIK, March 9 (Fjord News) — Police held a man on Friday.",
        "A man came on 14 May 2023 - and left.",
        "The siege began on 3 June 1812 and ended soon.",
        "On March 9, 2019 (Saturday) – the day of the vote – they left.",
        "TALVIK, 5 May 1812 - The army stood there. In 1990 a museum was opened.",
        headed("Battle of Talvik, 5 June 1812"),
        headed("© 2019 The Talvik Herald"),
        headed("Copyright 9 March 2019"),
        headed("Deadline: 9 March 2019"),
        headed("When: 9 March 2019"),
        headed("Retrieved 9 March 2019"),
        headed("Photo taken on 9 March 2019"),
        headed("Born 3 May 1960"),
        headed("Verdict of 9 March 2019"),
        headed("Arrested: 9 March 2019"),
        headed("What happened in March 2019"),
        headed("9 March 2019 – Police arrested three men."),
        headed("Minister Telen Resigned 9 March 2019"),
        headed("04/03/2019"),
        headed("30 February 2019"),
        "What happened\n3 March 2019\nPolice held a man.\n5 March 2019\nHe was freed.",
    ],
)
def test_the_date_of_something_else_is_not_the_documents_own(text: str) -> None:
    found = document_date(text)

    assert (found.date, found.basis, found.warning) == ("", "none", "")


@pytest.mark.parametrize("head", ["March 2019", "Report | March 2019", "Talvik, March 2019"])
def test_a_report_of_a_month_is_dated_by_its_month(head: str) -> None:
    found = document_date(headed(head))

    assert (found.date, found.basis, found.warning) == ("2019-03", "head", "")


def test_the_days_of_a_chronicle_do_not_speak_against_its_date() -> None:
    text = "What happened\n3 March 2019\nPolice held a man.\n5 March 2019\nHe was freed."

    assert document_date(text, given="2021-01-01").warning == ""


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


@pytest.mark.parametrize(
    ("given", "warned"),
    [("2019-03-10", False), ("2018-03-09", False), ("2019-03-14", True), ("2019-03-14/..", False), ("../2019", False)],
)
def test_a_dateline_without_its_year_is_compared_with_the_date_that_is_given(given: str, warned: bool) -> None:
    found = document_date("TALVIK, March 9 (Fjord News) — Police held a man.", given=given)

    assert ("March 9" in found.warning) == warned


@pytest.mark.parametrize(
    ("head", "warned"),
    [
        ("Updated 20 March 2019", False),
        ("Updated 20 February 2019", True),
        ("Published 1 March 2019 | Updated 9 March 2019", True),
        ("Posted on 9 March 2019\nLast updated 1 May 2019", False),
    ],
)
def test_a_page_may_be_changed_after_its_day_and_not_before(head: str, warned: bool) -> None:
    found = document_date(headed(head), given="2019-03-09")

    assert bool(found.warning) == warned


def test_a_dateline_and_a_line_of_the_head_that_are_days_apart_are_warned_of() -> None:
    found = document_date(f"Man held\nPublished on 20 March 2019\n\n{DATELINE}")

    assert (found.date, found.basis) == ("2019-03-20", "head")
    assert "March 9, 2019" in found.warning


def test_a_date_that_is_none_is_left_for_others_to_complain_of() -> None:
    found = document_date(DATELINE, given="last week")

    assert (found.date, found.warning) == ("last week", "")


def test_relative_days_are_told_from_the_dateline_where_nothing_else_is_known() -> None:
    found = tag(DATELINE, "")

    assert [expression.edtf for expression in found] == ["2019-03-09", "2019-03-08"]


def test_without_any_day_of_its_own_relative_days_are_told_from_the_dates_before_them_as_people_are_told() -> None:
    text = "Police arrested Ann Lee on 9 June 2023. On Monday they arrested Bob Ray."
    found = tag(text, document_date(text).date)
    alone = tag("On Monday they arrested Bob Ray.", "")

    assert [expression.edtf for expression in found] == ["2023-06-09", "2023-06-05"]
    assert [expression.edtf for expression in alone] == [""]
    assert "told from the dates before them, or stay unknown" in date_remarks(document(text, "", "none"))[0].detail


def document(text: str, published: str, basis: PublishedBasis) -> Document:
    return Document(id="a" * 32, text=text, sha256="0" * 64, published=published, published_basis=basis, language="en")


@pytest.mark.parametrize(
    ("text", "published", "basis", "codes"),
    [
        (BODY, "", "none", ["no-published-date"]),
        (BODY, "2019-03-09", "given", []),
        (DATELINE, "2019-03-09", "dateline", ["published-date-from-text"]),
        (DATELINE, "2019-03-20", "html", ["published-date-disagrees"]),
        (f"Published 20 March 2019\n{DATELINE}", "2019-03-20", "head",
         ["published-date-from-text", "published-date-disagrees"]),
    ],
)  # fmt: skip
def test_people_are_told_how_a_date_is_known_and_what_speaks_against_it(
    text: str, published: str, basis: PublishedBasis, codes: list[str]
) -> None:
    found = date_remarks(document(text, published, basis))

    assert [remark.code for remark in found] == codes
