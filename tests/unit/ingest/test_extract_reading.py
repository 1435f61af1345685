"""Who did what to whom, who says so and where: sentences that are easily read wrongly."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import ruleset
from chronology_ingest.extract import extract

RULES = ruleset.default()


def events_of(text: str, published: str = "2023-05-21") -> tuple[Event, ...]:
    id = document_id(text=text, publisher="", url="", published=published)
    return extract(Document(id=id, text=text, sha256="0" * 64, published=published, language="en"), RULES)


def named(event: Event, role: str) -> list[str]:
    return [participant.name for participant in event.participants if participant.role == role]


def only(text: str, type: str) -> Event:
    (found,) = [event for event in events_of(text) if event.type == type]
    return found


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "Police detained at least 60 people in Ilvarin on Saturday.",
            "Police detained at least 60 people in Ilvarin on Saturday",
        ),
        (
            "On 20 May 2023, police detained 112 people at a rally in Ilvarin.",
            "Police detained 112 people at a rally in Ilvarin",
        ),
        ("Police were detained on Monday.", "Police were detained on Monday"),
        (
            "In May, prosecutors charged Mirva Telen, and a court moved her to house arrest.",
            "Court moved her to house arrest",
        ),
        ("Officers beat the men on Monday, Mirva Telen said.", "Officers beat the men on Monday"),
        (
            "Mirva Telen, who heads the Tarin group, was arrested on 15 May.",
            "Mirva Telen was arrested on 15 May",
        ),
    ],
)
def test_the_line_says_who_did_it(text: str, what: str) -> None:
    assert what in [event.what for event in events_of(text)]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Officers beat the men on Monday, the Lantern Rights Centre said.", "Lantern Rights Centre"),
        ("Officers beat the men on Monday, said Mirva Telen.", "Mirva Telen"),
        ('"Officers beat the men on Monday," Mirva Telen said.', "Mirva Telen"),
        ("According to Mirva Telen, officers beat the men on Monday.", "Mirva Telen"),
    ],
)
def test_it_is_known_who_says_so(text: str, speaker: str) -> None:
    assert only(text, "ASSAULT").attributed_to == speaker


def test_the_place_in_the_sentence_goes_before_the_datelines() -> None:
    text = (
        "VELMORA, May 15 (TPA) - Police arrested Mirva Telen, a lawyer who defends dock workers, "
        "at her home in the port city of Ilvarin on Monday."
    )

    assert only(text, "COERCE").place == "Ilvarin"


def test_a_dateline_places_no_later_sentence() -> None:
    text = "VELMORA, May 15 (TPA) - Police arrested Mirva Telen.\n\nA court released Lina Orth on 12 May."

    assert [event.place for event in events_of(text)] == ["Velmora", ""]


def test_an_office_is_told_once() -> None:
    found = only("Police arrested the lawyer Mirva Telen. The lawyer Mirva Telen was freed on Monday.", "COERCE")

    assert [participant.office for participant in found.participants if participant.role == "recipient"] == ["lawyer"]


def test_one_arrest_told_three_times_is_one_event() -> None:
    text = (
        "Police arrested Mirva Telen on 15 May 2023.\n\nMirva Telen was arrested on 15 May.\n\n"
        "The arrest of Mirva Telen on 15 May 2023 shocked the city."
    )

    assert len([event for event in events_of(text) if event.type == "COERCE"]) == 1


@pytest.mark.parametrize(
    ("text", "type", "recipients"),
    [
        ("The minister demanded that the Tarin group return the money.", "REQUEST", ["Tarin"]),
        ("France rejected a Tunisian plan on Monday.", "REJECT", ["Government of Tunisia"]),
        ("France threatened to break off relations with Mali on Monday.", "THREATEN", ["Government of Mali"]),
        ("France agreed to send aid to Mali on Monday.", "AGREE", ["Government of Mali"]),
        ("France imposed a curfew in Mali on Monday.", "COERCE", ["Government of Mali"]),
    ],
)
def test_the_one_it_is_done_to_is_found_behind_the_act(text: str, type: str, recipients: list[str]) -> None:
    assert named(only(text, type), "recipient") == recipients


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("The Tarin group met on Monday. It condemned the mayor on Tuesday.", "Tarin"),
        ("Two hundred miners met on Monday. They condemned the mayor on Tuesday.", "Two hundred miners"),
        ("The Osvane Port Company grew. On Monday the company condemned the mayor.", "Osvane Port Company"),
    ],
)
def test_who_was_told_of_last_is_found_again(text: str, actor: str) -> None:
    assert named(only(text, "ACCUSE"), "actor") == [actor]


def test_a_bare_statement_is_an_event_only_where_its_sentence_tells_no_other() -> None:
    alone = events_of("Mirva Telen said on Monday that the ferry was late.")
    beside = events_of("Mirva Telen said that police had arrested Lina Orth on Monday.")

    assert [(event.type, event.attributed_to) for event in alone] == [("OTHER", "Mirva Telen")]
    assert [(event.type, event.attributed_to) for event in beside] == [("COERCE", "Mirva Telen")]


@pytest.mark.parametrize(
    "text",
    [
        "Doctors recommend ten minutes of walking a day.",
        "We demand that the law be lifted.",
        "Mirva Telen is the lawyer who represents the miners.",
        "Mirva Telen demonstrated the new engine on Monday.",
    ],
)
def test_what_is_no_act_gives_no_event(text: str) -> None:
    assert [event for event in events_of(text) if event.type != "OTHER"] == []


def test_what_is_dated_after_the_document_is_to_come() -> None:
    assert only("The trial of Mirva Telen begins on 3 October 2023.", "ACCUSE").modality == "scheduled"


def test_names_of_many_orders_stay_whole() -> None:
    text = "Abdul Rahman al-Amin, Chen Guangming and Maria del Carmen Soto were detained by police on 3 May 2023."

    assert named(only(text, "COERCE"), "recipient") == [
        "Abdul Rahman al-Amin",
        "Chen Guangming",
        "Maria del Carmen Soto",
    ]


def test_they_means_nobody_where_it_may_mean_either_of_two() -> None:
    assert [event.type for event in events_of("Police met the miners on Monday. They were beaten on Tuesday.")] == [
        "CONSULT"
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Police arrested two members of Tarin on Monday.", "Two members of Tarin"),
        ("Police arrested four supporters of Mirva Telen on Monday.", "Four supporters of Mirva Telen"),
    ],
)
def test_a_group_is_named_with_whose_it_is(text: str, name: str) -> None:
    assert named(only(text, "COERCE"), "recipient") == [name]
