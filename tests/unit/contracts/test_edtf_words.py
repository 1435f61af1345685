"""Dates in words, both ways."""

from __future__ import annotations

import pytest
from chronology_contracts.edtf import EdtfError, humanize, parse_phrase

BOTH_WAYS = [
    ("2019-03-09", "9 March 2019"),
    ("2019-03", "March 2019"),
    ("2019", "2019"),
    ("-0043-03-15", "15 March 44 BC"),
    ("0000", "1 BC"),
    ("0476-09-04", "4 September AD 476"),
    ("Y12024", "AD 12024"),
    ("2019-03-09T10:00", "9 March 2019, 10:00"),
    ("2019-03-09T10:00:05Z", "9 March 2019, 10:00:05 UTC"),
    ("2019-03-09T10:00+01:00", "9 March 2019, 10:00 UTC+01:00"),
    ("2019-21", "spring 2019"),
    ("2018-24", "winter 2018–19"),
    ("1999-24", "winter 1999–00"),
    ("2019-27", "northern autumn 2019"),
    ("2019-30", "southern summer 2019–20"),
    ("2019-33", "the first quarter of 2019"),
    ("2019-39", "the third third of 2019"),
    ("2019-41", "the second half of 2019"),
    ("199X", "the 1990s"),
    ("190X", "the decade 1900 to 1909"),
    ("-004X", "the decade 50 BC to 41 BC"),
    ("19XX", "the 20th century"),
    ("-04XX", "the 5th century BC"),
    ("00XX", "the century 1 BC to AD 99"),
    ("2004-06-XX", "a day in June 2004"),
    ("1985-XX-XX", "a day in 1985"),
    ("1985-XX", "a month in 1985"),
    ("2019-03~", "about March 2019"),
    ("2019?", "possibly 2019"),
    ("2019%", "possibly about 2019"),
    ("?2004-06-11", "11 June 2004 (year uncertain)"),
    ("~2004-~06-11", "11 June 2004 (year approximate, month approximate)"),
    ("2019-03-01~/2019-03-10~", "about early March 2019"),
    ("2019-03-11~/2019-03-20~", "about mid-March 2019"),
    ("2020-02-21~/2020-02-29~", "about late February 2020"),
    ("2019-03-11%/2019-03-20%", "possibly about mid-March 2019"),
    ("2019-01~/2019-04~", "about early 2019"),
    ("1994~/1996~", "about the mid-1990s"),
    ("1967~/1999~", "about the late 20th century"),
    ("2024-03-04/2024-03-06", "between 4 and 6 March 2024"),
    ("2024-03/2024-05-04", "between March and 4 May 2024"),
    ("2016/2018", "between 2016 and 2018"),
    ("-0044/-0043", "between 45 BC and 44 BC"),
    ("2019-03-11/2019-03-20", "between 11 and 20 March 2019"),
    ("2016~/2018", "between about 2016 and 2018"),
    ("2019/2019", "in the course of 2019"),
    ("../2019", "before 2020"),
    ("../2019-12", "before January 2020"),
    ("../2019-03-31", "before 1 April 2019"),
    ("../2019~", "before about 2020"),
    ("../2019?", "possibly before 2020"),
    ("../2019-21", "until spring 2019"),
    ("../-0001", "before 1 BC"),
    ("2017-04/..", "since April 2017"),
    ("/2024", "from an unknown date to 2024"),
    ("2024/", "from 2024 to an unknown date"),
    ("[2019-03-09,2019-03-10]", "9 or 10 March 2019"),
    ("{2018,2019,2020}", "2018, 2019 and 2020"),
    ("[2019-03-09..2019-03-11]", "one of: 9 March 2019 to 11 March 2019"),
    ("{..1984,1990,2000..}", "all of: 1984 or earlier; 1990; 2000 or later"),
    ("{0000,000X}", "1 BC and the decade 1 BC to AD 9"),
    ("", "date unknown"),
]


@pytest.mark.parametrize(("edtf", "words"), BOTH_WAYS, ids=[row[1] for row in BOTH_WAYS])
def test_a_value_goes_to_words_and_back(edtf: str, words: str) -> None:
    assert humanize(edtf) == words
    assert parse_phrase(words) == edtf


PHRASES = [
    ("mid-March 2019", "2019-03-11~/2019-03-20~"),
    ("mid March 2019", "2019-03-11~/2019-03-20~"),
    ("the middle of March 2019", "2019-03-11~/2019-03-20~"),
    ("since mid-March 2019", "2019-03-11~/.."),
    ("before mid-March 2019", "../2019-03-10~"),
    ("until mid-March 2019", "../2019-03-20~"),
    ("March 9th, 2019", "2019-03-09"),
    ("on Saturday, 9 March 2019", "2019-03-09"),
    ("9th of March, 2019", "2019-03-09"),
    ("Sept. 2019", "2019-09"),
    ("44 B.C.", "-0043"),
    ("476 CE", "0476"),
    ("circa 1850", "1850~"),
    ("c. 1850", "1850~"),
    ("1990 (?)", "1990?"),
    ("2019-03~", "2019-03~"),
    ("Q1 2019", "2019-33"),
    ("2019 H2", "2019-41"),
    ("the last quarter of 2019", "2019-36"),
    ("the first half of March 2019", "2019-03-01/2019-03-15"),
    ("the second half of February 2020", "2020-02-16/2020-02-29"),
    ("fall of 2019", "2019-23"),
    ("winter 2018", "2018-24"),
    ("winter of 2018/19", "2018-24"),
    ("the 1900s", "19XX"),
    ("after 2020", "2021/.."),
    ("after 31 December 2019", "2020-01-01/.."),
    ("after the 1990s", "2000/.."),
    ("before spring 2019", "../2019-02"),
    ("before January 2020", "../2019-12"),
    ("by 2020", "../2020"),
    ("from 2019 onwards", "2019/.."),
    ("from March to May 2019", "2019-03/2019-05"),
    ("4-6 March 2024", "2024-03-04/2024-03-06"),
    ("4–6 March 2024", "2024-03-04/2024-03-06"),
    ("March 4 to 6, 2024", "2024-03-04/2024-03-06"),
    ("2016-2018", "2016/2018"),
    ("circa 2016–2018", "2016~/2018~"),
    ("early 2018 to late 2019", "2018-01~/2019-12~"),
    ("March 4, 2024 or March 5, 2024", "[2024-03-04,2024-03-05]"),
    ("8, 9 or 10 March 2019", "[2019-03-08,2019-03-09,2019-03-10]"),
]


@pytest.mark.parametrize(("phrase", "edtf"), PHRASES, ids=[row[0] for row in PHRASES])
def test_a_phrase_is_read(phrase: str, edtf: str) -> None:
    assert parse_phrase(phrase) == edtf


REFUSED = [
    ("9 March", "the year is missing"),
    ("30 February 2023", "February 2023 has 28 days"),
    ("Friday 9 March 2019", "2019-03-09 was a Saturday"),
    ("between 2019 and 2016", "2019 is later than 2016"),
    ("76", "no EDTF date"),
    ("03/09/2019", "neither a date"),
    ("last week", "not understood"),
    ("winter 2018–20", "not understood"),
    ("spring 2018–19", "not understood"),
    ("0 BC", "not understood"),
    ("about", "not understood"),
    ("possibly possibly 2019", "not understood"),
    ("Q5 2019", "no EDTF date"),
    ("?" * 200, "no EDTF date"),
    ("about " * 100, "at most 200"),
    ("", "empty"),
]


@pytest.mark.parametrize(("phrase", "reason"), REFUSED, ids=[row[0][:30] for row in REFUSED])
def test_a_phrase_that_is_not_understood_whole_is_refused(phrase: str, reason: str) -> None:
    with pytest.raises(EdtfError) as caught:
        parse_phrase(phrase)

    assert reason in caught.value.reason
    assert caught.value.hint
