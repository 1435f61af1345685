"""What EDTF values are read, what they span, how they are spelled, and what is told of those that are none."""

from __future__ import annotations

import pickle
from datetime import date

import pytest
from chronology_contracts.edtf import EdtfError, bounds, canonical, day_number, from_day_number, parse

Day = tuple[int, int, int]

READ: list[tuple[str, str, Day | None, Day | None, str]] = [
    # text, canonical, first day, last day, precision
    ("2019-03-09", "2019-03-09", (2019, 3, 9), (2019, 3, 9), "day"),
    ("2019-03", "2019-03", (2019, 3, 1), (2019, 3, 31), "month"),
    ("2019", "2019", (2019, 1, 1), (2019, 12, 31), "year"),
    (" 2019-03\n", "2019-03", (2019, 3, 1), (2019, 3, 31), "month"),
    ("2020-02-29", "2020-02-29", (2020, 2, 29), (2020, 2, 29), "day"),
    ("-0044", "-0044", (-44, 1, 1), (-44, 12, 31), "year"),
    ("-0043-03-15", "-0043-03-15", (-43, 3, 15), (-43, 3, 15), "day"),
    ("0000-02-29", "0000-02-29", (0, 2, 29), (0, 2, 29), "day"),
    ("Y12024", "Y12024", (12024, 1, 1), (12024, 12, 31), "year"),
    ("y12024", "Y12024", (12024, 1, 1), (12024, 12, 31), "year"),
    ("+12024-03-09", "Y12024-03-09", (12024, 3, 9), (12024, 3, 9), "day"),
    ("Y-17000", "Y-17000", (-17000, 1, 1), (-17000, 12, 31), "year"),
    ("-17000", "Y-17000", (-17000, 1, 1), (-17000, 12, 31), "year"),
    ("201X", "201X", (2010, 1, 1), (2019, 12, 31), "decade"),
    ("19xx", "19XX", (1900, 1, 1), (1999, 12, 31), "century"),
    ("-004X", "-004X", (-49, 1, 1), (-40, 12, 31), "decade"),
    ("00XX", "00XX", (0, 1, 1), (99, 12, 31), "century"),
    ("2004-XX", "2004-XX", (2004, 1, 1), (2004, 12, 31), "year"),
    ("2004-06-XX", "2004-06-XX", (2004, 6, 1), (2004, 6, 30), "month"),
    ("1985-XX-XX", "1985-XX-XX", (1985, 1, 1), (1985, 12, 31), "year"),
    ("2019-21", "2019-21", (2019, 3, 1), (2019, 5, 31), "season"),
    ("2019-24", "2019-24", (2019, 12, 1), (2020, 2, 29), "season"),
    ("2019-28", "2019-28", (2019, 12, 1), (2020, 2, 29), "season"),
    ("2019-29", "2019-29", (2019, 9, 1), (2019, 11, 30), "season"),
    ("2019-30", "2019-30", (2019, 12, 1), (2020, 2, 29), "season"),
    ("2019-32", "2019-32", (2019, 6, 1), (2019, 8, 31), "season"),
    ("2019-33", "2019-33", (2019, 1, 1), (2019, 3, 31), "quarter"),
    ("2019-36", "2019-36", (2019, 10, 1), (2019, 12, 31), "quarter"),
    ("2019-38", "2019-38", (2019, 5, 1), (2019, 8, 31), "third"),
    ("2019-41", "2019-41", (2019, 7, 1), (2019, 12, 31), "half"),
    ("2019-03-09T10:00", "2019-03-09T10:00", (2019, 3, 9), (2019, 3, 9), "time"),
    ("2019-03-09t10:00:05z", "2019-03-09T10:00:05Z", (2019, 3, 9), (2019, 3, 9), "time"),
    ("2019-03-09T10:00:05,25+01", "2019-03-09T10:00:05.25+01:00", (2019, 3, 9), (2019, 3, 9), "time"),
    ("2019-03-09T10:00:05+00:00", "2019-03-09T10:00:05Z", (2019, 3, 9), (2019, 3, 9), "time"),
    ("2016-04/2016-05", "2016-04/2016-05", (2016, 4, 1), (2016, 5, 31), "interval"),
    ("2019/2019", "2019/2019", (2019, 1, 1), (2019, 12, 31), "interval"),
    ("2019-03-09 / 2019-03", "2019-03-09/2019-03", (2019, 3, 9), (2019, 3, 31), "interval"),
    ("2017-04/..", "2017-04/..", (2017, 4, 1), None, "interval"),
    ("../2017-04", "../2017-04", None, (2017, 4, 30), "interval"),
    ("2017-04/", "2017-04/", (2017, 4, 1), None, "interval"),
    ("/2017-04", "/2017-04", None, (2017, 4, 30), "interval"),
    ("-0044/0044", "-0044/0044", (-44, 1, 1), (44, 12, 31), "interval"),
    ("[2019-03-10, 2019-03-09]", "[2019-03-09,2019-03-10]", (2019, 3, 9), (2019, 3, 10), "set"),
    ("{2019,2018,2019}", "{2018,2019}", (2018, 1, 1), (2019, 12, 31), "set"),
    ("[2019-03-09..2019-03-11]", "[2019-03-09..2019-03-11]", (2019, 3, 9), (2019, 3, 11), "set"),
    ("[1760-12..]", "[1760-12..]", (1760, 12, 1), None, "set"),
    ("{..1983-12-31,1999}", "{..1983-12-31,1999}", None, (1999, 12, 31), "set"),
    ("[2019]", "2019", (2019, 1, 1), (2019, 12, 31), "year"),
    ("[2019..2019]", "2019", (2019, 1, 1), (2019, 12, 31), "year"),
]


@pytest.mark.parametrize(("text", "spelled", "first", "last", "precision"), READ, ids=[row[0] for row in READ])
def test_a_value_has_one_spelling_its_bounds_and_a_precision(
    text: str, spelled: str, first: Day | None, last: Day | None, precision: str
) -> None:
    value = parse(text)

    assert value.text == spelled
    assert value.first_day == (first and day_number(*first))
    assert value.last_day == (last and day_number(*last))
    assert value.precision == precision
    assert bounds(text) == (value.first_day, value.last_day)


MARKED = [
    # text, canonical, approximate, uncertain
    ("2019-03~", "2019-03~", True, False),
    ("2019?", "2019?", False, True),
    ("2019?~", "2019%", True, True),
    ("2019~?", "2019%", True, True),
    ("?2004-06-11", "?2004-06-11", False, True),
    ("2004-06~-11", "~2004-~06-11", True, False),
    ("2004?-06~", "%2004-~06", True, True),
    ("~2004-~06-~11", "2004-06-11~", True, False),
    ("2004-06-11~?", "2004-06-11%", True, True),
    ("2017-04~/..", "2017-04~/..", True, False),
    ("2019/2020?", "2019/2020?", False, True),
    ("[2019~,2020]", "[2019~,2020]", True, False),
    ("2019", "2019", False, False),
]


@pytest.mark.parametrize(("text", "spelled", "approximate", "uncertain"), MARKED, ids=[row[0] for row in MARKED])
def test_marks_are_kept_and_have_one_spelling(text: str, spelled: str, approximate: bool, uncertain: bool) -> None:
    value = parse(text)

    assert (value.text, value.approximate, value.uncertain) == (spelled, approximate, uncertain)


def test_two_instants_over_the_date_line_are_ordered_by_instant() -> None:
    value = parse("2019-03-10T01:00+10:00/2019-03-09T23:00-10:00")

    assert (value.first_day, value.last_day) == (day_number(2019, 3, 9), day_number(2019, 3, 10))


REFUSED = [
    # text, part of the reason, part of the hint
    ("2023-02-30", "February 2023 has 28 days", "did you mean 2023-02-28 or 2023-02?"),
    ("2019-04-31/..", "April 2019 has 30 days", "2019-04-30"),
    ("2019-13", "no month 13", "01 to 12"),
    ("2019-13-09", "no month 13", "2019-09-13"),
    ("2019-00-00", "no month 00", "did you mean 2019?"),
    ("2019-03-00", "31 days", "did you mean 2019-03?"),
    ("2019-21-01", "takes no day", "2019-21?"),
    ("2019-03-09T24:00", "23:59:59", "next day"),
    ("2019-03-09T23:60", "no such time", "59"),
    ("2019-03-09T10:00:60Z", "no such time", "59"),
    ("2019-03-09T10:00+25:00", "no such zone", "UTC"),
    ("2019-03-09T10:00-00:00", "no sign", "Z"),
    ("2019-03-09T10", "no time", "hh:mm"),
    ("2019-03T10:00", "no EDTF date", ""),
    ("2019-03-09 10:00", "no EDTF date", "2019-03-09T10:00"),
    ("03/09/2019", "neither a date", "2019-03-09 or 2019-09-03"),
    ("13/09/2019", "neither a date", "did you mean 2019-09-13?"),
    ("3.9.2019", "no EDTF date", "did you mean 2019-09-03?"),
    ("2019-3-9", "no EDTF date", "2019-03-09"),
    ("2019/03/09", "neither a date", "2019-03-09"),
    ("20190309", "no EDTF date", "2019-03-09"),
    ("12024", "no EDTF date", "Y12024"),
    ("Y2024", "no EDTF date", "did you mean 2024?"),
    ("Y0012024", "no EDTF date", ""),
    ("Y1234567890123", "no EDTF date", ""),
    ("-0000", "1 BC", "0000"),
    ("199u", "no EDTF date", "199X"),
    ("1XXX", "no EDTF date", "1000/1999"),
    ("XXXX", "no EDTF date", ""),
    ("201X-03", "takes no month", "201X"),
    ("2004-XX-05", "unspecified month", "2004-XX-XX"),
    ("2019–2020", "plain digits", "2019/2020"),
    ("٢٠١٩", "plain digits", ""),
    ("March 2019", "no EDTF date", "2019-03"),
    ("2019/2018", "2019 is later than 2018", "2018/2019"),
    ("2019-03-09T12:00/2019-03-09T10:00", "later than", ""),
    ("[2019..2018]", "later than", "2018..2019"),
    ("../..", "one known end", "empty"),
    ("/", "one known end", "empty"),
    ("[..]", "two ends", ""),
    ("[2019,]", "empty members", ""),
    ("{2019]", "not closed", ""),
    ("[[2019]]", "no EDTF date", ""),
    ("garbage", "no EDTF date", "2019-03-09"),
    ("", "empty", "unknown"),
    ("  ", "empty", "unknown"),
    ("2019-03-09\x00", "no EDTF date", ""),
    ("1" * 513, "at most 512", ""),
    ("[" + ",".join(["2019"] * 65) + "]", "at most 64", ""),
]


@pytest.mark.parametrize(("text", "reason", "hint"), REFUSED, ids=[ascii(row[0])[:30] for row in REFUSED])
def test_what_is_no_date_is_refused_with_a_reason_and_a_hint(text: str, reason: str, hint: str) -> None:
    with pytest.raises(EdtfError) as caught:
        parse(text)

    assert caught.value.text == text
    assert reason in caught.value.reason
    assert caught.value.hint
    assert hint in caught.value.hint


def test_an_error_survives_the_way_between_processes() -> None:
    with pytest.raises(EdtfError) as caught:
        parse("2023-02-30")
    copied = pickle.loads(pickle.dumps(caught.value))

    assert (copied.text, copied.reason, copied.hint) == (
        caught.value.text,
        caught.value.reason,
        caught.value.hint,
    )
    assert str(copied) == "'2023-02-30': February 2023 has 28 days: did you mean 2023-02-28 or 2023-02?"


def test_an_empty_date_has_no_bounds() -> None:
    assert bounds("") == (None, None)


def test_days_are_numbered_as_python_numbers_them() -> None:
    days = [date.min, date(1, 12, 31), date(1600, 2, 29), date(1900, 3, 1), date(2019, 3, 9), date.max]

    assert [day_number(d.year, d.month, d.day) for d in days] == [d.toordinal() for d in days]


@pytest.mark.parametrize("day", [(2023, 2, 29), (1900, 2, 29), (2019, 13, 1), (2019, 0, 1), (2019, 3, 0)])
def test_a_day_that_the_calendar_lacks_has_no_number(day: Day) -> None:
    with pytest.raises(ValueError, match="no day"):
        day_number(*day)


def test_days_before_year_1_follow_each_other() -> None:
    assert from_day_number(0) == (0, 12, 31)
    assert from_day_number(day_number(0, 3, 1) - 1) == (0, 2, 29)
    assert from_day_number(day_number(-43, 1, 1) - 1) == (-44, 12, 31)


def test_canonical_is_the_text_of_parse() -> None:
    assert canonical("[2019-03-10,2019-03-09]") == "[2019-03-09,2019-03-10]"
