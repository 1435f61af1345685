"""TIMEX3: what a set repeats, hours with their zone, and a text with its tags."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from chronology_ingest.extract.dates import TemporalExpression, tag
from chronology_ingest.extract.timex3 import edtf_of, repetition, timeml

PUBLISHED = "2019-03-11"


def only(text: str) -> TemporalExpression:
    found = tag(text, PUBLISHED)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value", "quant", "freq"),
    [
        ("They met every Friday.", "XXXX-WXX-5", "EVERY", ""),
        ("They met each month.", "P1M", "EACH", ""),
        ("They met thrice a year.", "P1Y", "", "3X"),
        ("They met twice a year.", "P1Y", "", "2X"),
        ("They met once every week.", "P1W", "EVERY", ""),
        ("They prayed five times a day.", "P1D", "", "5X"),
        ("They met 12 times each year.", "P1Y", "EACH", "12X"),
        ("They met on alternate days.", "P2D", "EVERY", ""),
        ("They met every other week.", "P2W", "EVERY", ""),
        ("They met on the first Monday of each month.", "XXXX-WXX-1", "EACH", ""),
        ("They met on Tuesday.", "2019-03-05", "", ""),
    ],
)
def test_a_set_says_what_it_repeats_and_how_often(text: str, value: str, quant: str, freq: str) -> None:
    found = only(text)
    again = repetition(found)

    assert (found.value, again.quant, again.freq) == (value, quant, freq)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("They met at 2:30 p.m. GMT on Saturday.", "2019-03-09T14:30Z"),
        ("They met at 0900 EST on 4 March 2019.", "2019-03-04T09:00-05:00"),
        ("They met at noon UTC on 4 March 2019.", "2019-03-04T12:00Z"),
        ("They met at 14:00 local time on 4 March 2019.", "2019-03-04T14:00"),
        ("They met at 21:00 (UTC+3) on 4 March 2019.", "2019-03-04T21:00+03:00"),
        ("They met at 5 pm IST on 4 March 2019.", "2019-03-04T17:00"),
        ("They met at 2019-03-09T14:30+06:00.", "2019-03-09T14:30+06:00"),
        ("They met at 10:15 GMT+5:30 on 4 March 2019.", "2019-03-04T10:15+05:30"),
    ],
)
def test_an_hour_has_its_zone_in_timex3_and_edtf_and_dates_an_event_by_its_day(text: str, value: str) -> None:
    found = only(text)

    assert (found.type, found.value, edtf_of(found)) == ("TIME", value, value)
    assert found.edtf == value[:10]


@pytest.mark.parametrize(
    "text", ["They met on the night of 4 May 2018.", "They met in 2018.", "They met for two days."]
)
def test_what_has_no_hour_keeps_its_edtf(text: str) -> None:
    found = only(text)

    assert edtf_of(found) == found.edtf


@pytest.mark.parametrize(
    ("text", "value", "edtf"),
    [
        ("The boy, aged 12, was hurt.", "P12Y", ""),
        ("She was jailed at the age of 19.", "P19Y", ""),
        ("They met on the tenth anniversary of the 1999 coup.", "2009", "2009"),
        ("They met on the 30th anniversary of the march of 4 June 1989.", "2019-06-04", "2019-06-04"),
        ("They met on the fiftieth anniversary of independence in July 1962.", "2012-07", "2012-07"),
        ("They met on the fourth anniversary of the fire of 29 February 2016.", "2020-02-29", "2020-02-29"),
        ("They met on the first anniversary of the fire of 29 February 2016.", "2017-02", "2017-02"),
        ("They met in Q3 2018.", "2018-Q3", "2018-35"),
        ("They sold less in the second quarter of fiscal 2019.", "2019-Q2", "2019-34?"),
        ("They met in the late 1980s.", "198", "1987/1989"),
        ("They met in the mid-19th century.", "18", "1834/1866"),
        ("They met in the latter half of the 19th century.", "18", "1850/1899"),
        ("They met in the first decade of the 21st century.", "200", "200X"),
        ("They met in the week before last.", "2019-W09", "2019-02-25/2019-03-03"),
        ("They met in H1 2018.", "2018-H1", "2018-40"),
        ("They met in AD 79.", "0079", "0079"),
        ("They met a decade ago.", "200", "200X"),
        ("They met in the early hours of Monday.", "2019-03-11", "2019-03-11"),
    ],
)
def test_ages_anniversaries_quarters_and_parts_of_long_spans(text: str, value: str, edtf: str) -> None:
    found = only(text)

    assert (found.value, found.edtf) == (value, edtf)


def test_an_anniversary_of_nobody_knows_what_day_is_no_date() -> None:
    assert tag("They met on the first anniversary of the killing.", PUBLISHED) == []


def test_timeml_holds_the_whole_text_and_each_expression_in_its_tag() -> None:
    text = 'Ann & Ben <met> twice a week since "mid-2017".'
    root = ET.fromstring(timeml("a<b", text, PUBLISHED, tag(text, PUBLISHED)))
    tags = [(found.text, found.attrib) for found in root.findall("TEXT/TIMEX3")]

    assert "".join(root.find("TEXT").itertext()) == text  # type: ignore[union-attr]
    assert root.findtext("DOCID") == "a<b"
    assert root.find("DCT/TIMEX3").attrib["value"] == PUBLISHED  # type: ignore[union-attr]
    assert tags == [
        ("twice a week", {"tid": "t1", "type": "SET", "value": "P1W", "freq": "2X", "temporalFunction": "false"}),
        ("mid-2017", {"tid": "t2", "type": "DATE", "value": "2017", "mod": "MID", "temporalFunction": "false"}),
    ]
