"""What hangs on the kind of text: the tense around a day in news, the year of a story, short messages."""

from __future__ import annotations

import pytest
from chronology_ingest.extract.dates import tag

WEDNESDAY = "2013-03-20"


def values(text: str, published: str = WEDNESDAY) -> list[str]:
    return [found.value for found in tag(text, published)]


TO_COME = [
    "The committee meets again on {}.",
    "Talks resume {}.",
    "Officials said that the ministers will be in Lima by {}.",
    "The court gave the ministry until {} to answer.",
    "The union threatened to walk out on {}.",
    "The trial was due to open on {}.",
    "The mayor called an urgent sitting for {}.",
    "Prices rose ahead of {} in the capital.",
    "The hall is to stay shut, Gen. Ruiz and the U.S. envoy agreed, until {}.",
    "It is a law that takes effect {}.",
]
OVER = [
    "Police closed the bridge on {}.",
    "The minister said {} that the bridge will be closed.",
    "The envoy could not be reached {}.",
    "The rebels who took the town {} plan to stay.",
    "{}'s blast may delay the vote.",
]


@pytest.mark.parametrize("sentence", TO_COME)
def test_a_weekday_lies_ahead_where_the_verbs_look_ahead(sentence: str) -> None:
    assert values(sentence.format("Friday")) == ["2013-03-22"]


@pytest.mark.parametrize("sentence", OVER)
def test_a_weekday_is_over_where_the_verbs_look_back(sentence: str) -> None:
    assert values(sentence.format("Friday")) == ["2013-03-15"]


def test_the_name_of_a_day_or_paper_is_no_weekday() -> None:
    assert values("Bloody Sunday was told in the Sunday Courier.") == []


STORY = "In 1851 the town was founded. In May 1862 the river rose. "


@pytest.mark.parametrize(
    "aside",
    [
        "It was the worst flood since 1840.",
        "The bridge (1859) was lost.",
        "The year before, nobody had been afraid.",
        "The mill had burnt ten years ago.",
        "The 1849 dam broke.",
        "A dam was planned for 1870.",
    ],
)
def test_a_year_that_is_mentioned_in_passing_does_not_move_the_story(aside: str) -> None:
    assert tag(f"{STORY}{aside} In July it fell.", "", mode="narrative")[-1].edtf == "1862-07"


def test_a_year_that_opens_a_sentence_moves_the_story() -> None:
    assert tag(f"{STORY}In 1863 the dam was built. It broke in July.", "", mode="narrative")[-1].edtf == "1863-07"


def test_a_winter_of_a_story_is_named_by_the_year_that_it_leads_into() -> None:
    winter = tag("In October 1862 they camped. They stayed for the winter.", "", mode="narrative")[-1]

    assert (winter.value, winter.edtf) == ("1863-WI", "1862-24")


def test_the_fall_of_a_town_is_no_season() -> None:
    assert values("They fled after the fall of Vienna.") == []


def test_a_stretch_up_to_now_is_a_duration() -> None:
    assert values("Rents doubled over the past decade.") == ["P1DE"]


def test_what_was_a_year_earlier_is_told_of_one_year() -> None:
    told = "Sales rose from 4 tons a year earlier. Profit fell from 9 pence a year earlier."

    assert values(told) == ["2012", "2012"]


MESSAGES = [
    ("@ira so 2012 was fun!!", "2012-XX-XX"),
    ("@ira last week was fun!!", "2013-03-W11"),
    ("@ira day 3 of exams!!", "P1D-#3"),
]


@pytest.mark.parametrize(("text", "value"), MESSAGES)
def test_short_messages_have_values_of_their_own(text: str, value: str) -> None:
    assert value in values(text)


def test_a_weekday_of_a_message_says_that_it_was_named_and_its_date_stays() -> None:
    found = tag("@ira I miss you since Saturday!!", WEDNESDAY)[0]

    assert (found.value, found.edtf) == ("2013-03-16-WXX-6", "2013-03-16")


def test_an_hour_before_tonight_is_one_of_the_evening() -> None:
    assert values("The talks go on at 7:30 tonight.") == ["2013-03-20T19:30"]


def test_places_in_a_text_with_long_characters_are_those_of_the_text() -> None:
    text = "«Été» — à Noël, Zoë partit… On 9 March 2013 — «ça» — and on 10 March 2013 she came back."
    found = tag(text, WEDNESDAY)

    assert [text[each.start : each.end] for each in found] == ["9 March 2013", "10 March 2013"]


def test_a_history_with_one_weekday_in_a_full_date_is_still_told_from_inside() -> None:
    told = "The mill of 1805 burnt on Sunday, 22 January 1809. By 1811 and 1817 it stood again. In March it was sold."

    assert tag(told, "2009-12-19")[-1].edtf == "1817-03"


def test_the_first_year_of_a_history_is_no_aside() -> None:
    told = "The 1805 flood began in March. By 1806, 1807 and 1808 the dams stood."

    assert [found.edtf for found in tag(told, "2009-12-19")][:2] == ["1805", "1805-03"]
