"""When an event happened: its own words, other acts, what its paragraph told, the day on which a text speaks."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import ruleset
from chronology_ingest.extract import extract

RULES = ruleset.default()
WEDNESDAY = "2019-03-20"


def events_of(text: str, published: str = WEDNESDAY, publisher: str = "") -> tuple[Event, ...]:
    id = document_id(text=text, publisher=publisher, url="", published=published)
    told = Document(
        id=id, text=text, sha256="0" * 64, published=published, publisher=publisher, title="", language="en"
    )
    return extract(told, RULES)


def dates_of(text: str, published: str = WEDNESDAY, publisher: str = "") -> dict[str, str]:
    """By the word that tells the event."""
    found = events_of(text, published, publisher)
    return {text[event.trigger_start : event.trigger_end]: event.date for event in found}


def rules_of(text: str) -> list[str]:
    return [reason for event in events_of(text) for reason in event.reasons if reason.startswith("when.")]


# --- the governing expression ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word", "date"),
    [
        ("Mirva Telen was arrested on 4 March 2019 and sentenced on 15 March 2019.", "arrested", "2019-03-04"),
        ("Mirva Telen was arrested on 4 March 2019 and sentenced on 15 March 2019.", "sentenced", "2019-03-15"),
        ("Dockers rallied in Velmora in April and May 2016.", "rallied", "2016-04/2016-05"),
        ("Mirva Telen, who was arrested on 4 March 2019, was freed on 6 March 2019.", "freed", "2019-03-06"),
        ("On 4 March 2019 police arrested Mirva Telen, and officers beat Lina Orth.", "beat", "2019-03-04"),
        ("Mirva Telen was arrested in April 2009 and charged with treason.", "charged", "2009-04"),
        (
            "Activists rallied in Velmora on 4 March 2019, demanding the release of Mirva Telen.",
            "rallied",
            "2019-03-04",
        ),
    ],
)
def test_each_act_has_the_date_of_its_clause(text: str, word: str, date: str) -> None:
    assert dates_of(text)[word] == date


@pytest.mark.parametrize(
    ("text", "word", "date"),
    [
        ("The group handed a petition with 900 names to the town hall on Monday, demanding a vote.", "handed",
         "2019-03-18"),
        ("The ministry condemned the crackdown in a statement on 2 March 2019 and urged the court to free Anton Velk.",
         "condemned", "2019-03-02"),
        ("The ministry condemned the crackdown in a statement on 2 March 2019 and urged the court to free Anton Velk.",
         "urged", "2019-03-02"),
        ("Mirva Telen, speaking in Velmora on 12 March, denied the charges.", "denied", "2019-03-12"),
        ("The ministry invited the owners to join the talks in July 2018.", "invited", "2018-07"),
        ("Twelve people were killed when soldiers fired on a crowd on 9 March.", "killed", "2019-03-09"),
        ("That night, neighbours said, officers searched the newspaper. Police arrested Anton Velk on 3 May 2018.",
         "searched", "2019-03-20"),
        ("On 3 March 2019 dockers rallied in Velmora; Governor Lina Orth met them and promised to write to the owners.",
         "promised to", "2019-03-03"),
    ],
)  # fmt: skip
def test_what_is_said_or_done_on_the_day_beside_it(text: str, word: str, date: str) -> None:
    assert dates_of(text)[word] == date


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("in late 2017", "2017-12~"),
        ("in mid-June 2018", "2018-06~"),
        ("in early 2018", "2018-01~"),
        ("between November 2018 and the middle of February 2019", "2018-11/2019-02"),
        ("on 23 and 24 January 2019", "2019-01-23/2019-01-24"),
        ("on the first Friday in February", "2019-02-01"),
        ("by January 2019", "../2019-01"),
        ("from 6 p.m. to 5 a.m. on 4 March 2019", "2019-03-04"),
    ],
)
def test_the_words_around_a_date_say_how_wide_it_is(said: str, date: str) -> None:
    assert dates_of(f"Soldiers beat Mirva Telen {said}.")["beat"] == date


def test_the_day_of_saying_is_not_that_of_what_is_said() -> None:
    found = dates_of("Lina Orth said on Monday that officers had beaten Mirva Telen.")

    assert found["beaten"] == ""


def test_who_closes_a_sentence_by_saying_so_does_not_speak_on_the_day_that_it_tells() -> None:
    text = "The Tarin group criticised the court. Mirva Telen was arrested in January 2018, Lina Orth warned."

    assert dates_of(text)["arrested"] == "2018-01"
    assert dates_of(text)["warned"] == WEDNESDAY


def test_what_is_said_in_a_report_that_came_out_on_a_day_is_said_then() -> None:
    found = dates_of("The Tarin group warned in a report released on 31 January 2019 that detainees are beaten.")

    assert found["warned"] == "2019-01-31"


def test_what_was_done_was_not_done_on_a_day_to_come() -> None:
    found = dates_of("The ministry invited Mirva Telen to a ceremony in Velmora on 4 April 2019.")

    assert found["invited"] == WEDNESDAY


def test_a_house_arrest_of_three_months_has_an_end() -> None:
    found = events_of("Mirva Telen was freed on 12 March 2019, followed by a three-month house arrest.")

    assert [(event.date, event.mode) for event in found if event.mode == "arrest"] == [
        ("2019-03-12/2019-06-12", "arrest")
    ]


# --- other acts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word", "date"),
    [
        # The act that it follows may be told further down.
        ("Following her arrest, officers searched the newspaper. Police arrested Mirva Telen on 4 March 2019.",
         "searched", "2019-03"),
        ("Police arrested Mirva Telen on 28 March 2018. After her arrest, officers searched the newspaper.",
         "searched", "2018-03~"),
        ("Police arrested Mirva Telen on 28 January 2018. Officers searched the newspaper three days after her arrest.",
         "searched", "2018-01-31"),
        (("She was freed on 12 March 2019, followed by a three-month house arrest. "
          "During the house arrest, men beat her."),
         "beat", "2019-03-12/2019-03-20"),
        ("Police arrested Mirva Telen on 4 May 2018. She was freed after 10 days in custody.", "freed", "2018-05-14"),
        ("Mirva Telen met Lina Orth in May 2018.\n\nShortly after that, officers searched the newspaper.",
         "searched", "2018-06~"),
    ],
)  # fmt: skip
def test_an_act_is_dated_by_the_one_that_it_is_related_to(text: str, word: str, date: str) -> None:
    assert dates_of(text)[word] == date


@pytest.mark.parametrize(
    ("told", "then", "date"),
    [
        ("in January 2018", "Two days later", "2018-01"),
        ("in July 2018", "Three weeks later", "2018-07/2018-08"),
        ("in 2016", "Five days later", "2016"),
        ("on 4 May 2018", "Two days later", "2018-05-06"),
    ],
)
def test_so_long_after_a_vague_date_is_no_finer(told: str, then: str, date: str) -> None:
    found = dates_of(f"Police arrested Mirva Telen {told}. {then}, officers searched the newspaper.")

    assert found["searched"] == date


def test_until_a_day_goes_on_from_what_was_told_before() -> None:
    found = dates_of("Police arrested Mirva Telen on 4 March 2019. Anton Velk was detained until 9 March 2019.")

    assert found["detained"] == "2019-03-04/2019-03-09"


def test_what_has_been_done_further_down_is_of_about_the_month_of_the_text() -> None:
    text = "Police arrested Mirva Telen on Monday. Officers beat her.\n\nThe Tarin group has filed a suit."
    found = dates_of(f"{text} Anton Velk denies it.")

    assert (found["filed a suit"], found["denies"]) == ("2019-03~", "2019-03~")


def test_of_a_text_known_to_be_of_a_month_people_speak_on_the_day_that_it_tells() -> None:
    text = "Lina Orth said on 14 March 2019 that the mine is shut. Lina Orth warned the owners."

    assert dates_of(text, "2019-03")["warned"] == "2019-03-14"


def test_the_arrest_of_somebody_else_dates_nothing() -> None:
    found = dates_of("Police arrested Anton Velk on 4 May 2018.\n\nFollowing the arrest of Lina Orth, police beat men.")

    assert found["beat"] == ""


def test_protests_that_a_release_followed_lie_between_the_arrest_and_the_release() -> None:
    text = "Police arrested Mirva Telen on 9 March 2019. Following protests, Mirva Telen was freed on 11 March 2019."

    assert [event.date for event in events_of(text) if event.type == "PROTEST"] == ["2019-03-09/2019-03-11"]


# --- what the text told before --------------------------------------------------------------------------------------


def test_a_paragraph_goes_on_from_its_date_and_the_next_does_not() -> None:
    found = dates_of(
        "Police arrested Mirva Telen in May 2018. Officers searched the newspaper.\n\nSoldiers beat Anton Velk."
    )

    assert (found["searched"], found["beat"]) == ("2018-05", "")


def test_speakers_at_a_press_conference_speak_on_its_day_and_what_they_tell_happened_on_another() -> None:
    found = dates_of(
        "At a press conference in May 2017, Mirva Telen criticised the ministry. Lina Orth called on the ministry to "
        "resign. Lina Orth said that officers had beaten detainees."
    )

    assert (found["criticised"], found["called on"], found["beaten"]) == ("2017-05", "2017-05", "")


def test_the_only_date_in_what_somebody_says_is_no_date_for_the_next_speaker() -> None:
    found = dates_of("Lina Orth said the mine will close next year. Anton Velk warned the owners.")

    assert found["warned"] == WEDNESDAY


def test_what_a_cited_source_tells_is_of_about_its_month() -> None:
    found = dates_of(
        "Police beat Anton Velk (Velmora Courier, 3 May 2018). Mirva Telen criticised the ministry. Lina Orth called "
        "on the ministry to resign (Osvane Times, 28 November 2018)."
    )

    assert list(found.values()) == ["2018-05~", "2018-11~", "2018-11~"]


def test_a_vague_date_is_narrowed_by_the_source_that_tells_it() -> None:
    found = dates_of("In late 2017, police arrested Mirva Telen (Velmora Courier, 7 December 2017).")

    assert found == {"arrested": "2017-12~"}


# --- the day of the telling -----------------------------------------------------------------------------------------


def test_those_who_speak_in_a_report_speak_on_the_day_that_its_lead_gives() -> None:
    found = dates_of("Lina Orth criticised the court on Tuesday.\n\nThe mayor called on the ministry to resign.")

    assert found["called on"] == "2019-03-19"


def test_a_day_long_before_is_not_that_of_the_other_speakers() -> None:
    found = dates_of("Lina Orth criticised the court on Friday.\n\nThe mayor called on the ministry to resign.")

    assert found["called on"] == WEDNESDAY


def test_a_release_says_today_of_the_day_on_which_its_people_spoke() -> None:
    text = "Lina Orth of the Tarin League criticised the court on Tuesday.\n\nPolice arrested Mirva Telen today. {}"
    release, report = text.format("(Press release)"), text.format("")

    assert dates_of(release)["arrested"] == "2019-03-19"
    assert dates_of(report)["arrested"] == WEDNESDAY


def test_the_news_of_the_first_sentence_is_of_the_day_that_the_next_one_gives() -> None:
    found = events_of(
        "A court in Velmora has sentenced Mirva Telen.\n\nThe court sentenced Mirva Telen on 19 March. Police had "
        "arrested Mirva Telen."
    )

    assert [(event.date, event.mode) for event in found] == [("2019-03-19", "convict"), ("", "arrest")]


def test_a_case_that_goes_on_is_of_the_month_of_the_text() -> None:
    (event,) = events_of("Mirva Telen is accused of treason.")

    assert (event.date, event.date_basis) == ("2019-03", "document")


def test_what_its_leader_had_done_before_is_not_of_the_day_of_the_text() -> None:
    found = dates_of("The Tarin group was founded in 2014 after its leader Mirva Telen urged the ministry to resign.")

    assert found["urged"] == "2014~"


@pytest.mark.parametrize(
    ("published", "text", "date"),
    [
        ("2019-04", "Police arrested Mirva Telen on Tuesday.", "2019-04"),
        ("2019-04", "Police arrested Mirva Telen on 3 April.", "2019-04-03"),
        ("2019-04", "President Orth will visit Mirva Telen on 14 April.", "2019-04-14"),
        ("2019-04", "Police arrested Mirva Telen last month.", "2019-03"),
        ("2019-04-08/2019-04-11", "Police arrested Mirva Telen on Tuesday.", "2019-04-09"),
        ("2019-04-08/2019-04-11", "Police arrested Mirva Telen today.", "2019-04-08/2019-04-11"),
    ],
)
def test_no_day_is_told_from_a_day_that_is_not_known(published: str, text: str, date: str) -> None:
    (event,) = events_of(text, published)

    assert event.date == date


def test_a_date_says_by_which_rule_it_was_found() -> None:
    assert rules_of("Lina Orth criticised the court on Tuesday.\n\nThe mayor warned Anton Velk.") == ["when.speech-day"]
    assert rules_of("Lina Orth criticised the court.") == ["when.document"]
