"""What somebody does by speaking, who speaks where a quotation goes on, and how surely a thing is said."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import extractors

PUBLISHED = "2019-03-20"


def events_of(text: str) -> tuple[Event, ...]:
    id = document_id(text=text, publisher="", url="", published=PUBLISHED)
    read = Document(id=id, text=text, sha256="0" * 64, published=PUBLISHED, language="en")
    return extractors.read(read, extractors.get())


def types(text: str) -> list[tuple[str, str]]:
    return [(event.type, event.mode) for event in events_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“The mayor must release the miners,” Mirva Telen said on Monday.", ("REQUEST", "yield")),
        ("Mirva Telen said on Monday that the council should return the money.", ("REQUEST", "change")),
        ("“We reject these claims,” Mirva Telen said on Monday.", ("REJECT", "")),
        ("The ministry said there was no torture in its prisons.", ("REJECT", "")),
        ("“This sentence is a travesty,” Mirva Telen said on Monday.", ("ACCUSE", "disapprove")),
        ("“We stand with the miners,” Mirva Telen said on Monday.", ("SUPPORT", "")),
        ("Mirva Telen said she would visit Tolmeria.", ("AGREE", "")),
        ("The opposition said it would boycott the vote.", ("THREATEN", "")),
        (
            "Mirva Telen, an activist, said that soldiers were beating villagers in the north.",
            ("ACCUSE", "allege"),
        ),
        ("The ministry said in a statement that miners had blocked a road.", ("ACCUSE", "allege")),
        ("Mirva Telen told a radio station that soldiers had beaten her brother.", ("ACCUSE", "allege")),
        ("Mirva Telen testified in May that she had seen the mayor beside the car.", ("ACCUSE", "allege")),
        ("The ministry said that no miner had been beaten.", ("REJECT", "")),
        ("Mirva Telen described the arrest as “an abuse of the law”.", ("ACCUSE", "disapprove")),
    ],
)
def test_a_statement_is_what_it_does(text: str, expected: tuple[str, str]) -> None:
    assert expected in types(text)


@pytest.mark.parametrize(
    "text",
    [
        "“We must be patient,” Mirva Telen said on Monday.",
        "Mirva Telen said the fire must have begun in the kitchen.",
        "Mirva Telen said on Monday that the bread was fresh.",
    ],
)
def test_a_bare_statement_stays_one(text: str) -> None:
    assert {type for type, _ in types(text)} <= {"OTHER"}


@pytest.mark.parametrize(
    "text",
    [
        "“That was not his voice,” said Mirva Telen.",
        "“The bread was fresh,” Mirva Telen told reporters on Monday.",
        "Mirva Telen argues that the bread was fresh.",
        "Mirva Telen came home. She said that the bread was fresh.",
    ],
)
def test_mere_talk_is_no_event(text: str) -> None:
    assert types(text) == []


def test_what_is_done_after_a_refusal_is_an_act_of_its_own() -> None:
    found = types("Mirva Telen rejected the report on Monday and accused the police of negligence.")

    assert [type for type, _ in found] == ["REJECT", "ACCUSE"]


def test_what_a_speaker_of_the_next_clause_says_is_not_of_this_one() -> None:
    (freed, *_) = events_of("Mirva Telen was freed on Monday, but prosecutors said they would appeal.")

    assert freed.attributed_to == ""


def test_what_is_asked_for_is_no_act_of_its_own() -> None:
    found = types("“Tolmeria must respond and impose travel bans on the ministers,” Mirva Telen said on Monday.")

    assert found == [("REQUEST", "change")]


def test_what_is_denied_is_none_either() -> None:
    found = types("The premier said he had not heard of any miners being beaten in Tolmeria.")

    assert found == [("REJECT", "")]


def test_a_quotation_of_two_sentences_is_one_act_of_its_speaker() -> None:
    (event,) = events_of("“The mayor must free the miners. Time is short,” Mirva Telen said on Monday.")

    assert (event.type, event.attributed_to) == ("REQUEST", "")
    assert event.quote.startswith("“The mayor must free the miners")


def test_what_a_speaker_goes_on_to_ask_for_in_a_sentence_of_its_own_is_found() -> None:
    found = types("“The winter was long,” said Mirva Telen. “The mayor must free the miners.”")

    assert found == [("REQUEST", "yield")]


def test_the_head_of_a_group_who_is_quoted_after_it_asks_for_nothing_new() -> None:
    text = (
        "The Tarin Society demanded the release of the miners on Monday. "
        "“The mayor must free them at once,” said Mirva Telen, director of the Tarin Society."
    )

    assert [type for type, _ in types(text)].count("REQUEST") == 1


def test_acts_of_a_quotation_are_told_by_whom_its_last_sentence_names() -> None:
    text = "“Officers arrested Lina Orth on Monday. She was released on Tuesday,” Mirva Telen said."
    told = {event.mode: event.attributed_to for event in events_of(text)}

    assert told["arrest"] == told["release"] == "Mirva Telen"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Police arrested Lina Orth on Monday, residents of Ilvarin said.", "Residents of Ilvarin"),
        ("Mirva Telen, who lives abroad, says officers arrested Lina Orth on Monday.", "Mirva Telen"),
        ("The Tarin Society criticised the mayor, stating that police beat the miners on Monday.", "Tarin Society"),
        ("Police in the United States arrested Lina Orth on Monday.", ""),
        ("Lina Orth, who was arrested on Monday, said she was well.", ""),
        ("Lina Orth is reported to have been arrested on Monday.", ""),
    ],
)
def test_who_says_so(text: str, speaker: str) -> None:
    told = [event for event in events_of(text) if event.type in ("COERCE", "ASSAULT")]

    assert [event.attributed_to for event in told] == [speaker]


@pytest.mark.parametrize(
    ("text", "type", "modality"),
    [
        ("Police have detained dozens of miners since the coup.", "COERCE", "habitual"),
        ("Former prisoners are threatened with deportation, Mirva Telen said.", "THREATEN", "habitual"),
        ("The authorities have repeatedly refused to register the Tarin group.", "REJECT", "habitual"),
        ("Mirva Telen was fined on Friday for repeatedly parking there.", "SANCTION", "asserted"),
        ("The Tarin group merely campaigned for the rights of the miners.", "SUPPORT", "habitual"),
        ("Lina Orth accused the army. Soldiers beat villagers in May, Orth said.", "ASSAULT", "asserted"),
        ("Lina Orth said in an interview that soldiers had beaten villagers in May.", "ASSAULT", "alleged"),
        ("The Tarin Society accused the guards of beating Mirva Telen in May.", "ASSAULT", "alleged"),
        ("Mirva Telen was tortured in a police station, Lina Orth said.", "ASSAULT", "alleged"),
        ("Police have detained more than 400 miners.", "COERCE", "habitual"),
        ("Nurses have gathered every Sunday outside the ministry.", "PROTEST", "habitual"),
        ("Nurses were picketing the ministry.", "PROTEST", "asserted"),
        ("The Tarin Society recorded 30 killings of teachers.", "ASSAULT", "habitual"),
        ("Lina Orth says she was held in a camp for 15 months.", "COERCE", "asserted"),
        ("Mirva Telen announced that she would travel to Tolmeria in November.", "CONSULT", "scheduled"),
        ("Lina Orth accused the army. Soldiers beat Mirva Telen in May, Orth said.", "ASSAULT", "asserted"),
        ("She claims that guards tortured the miners.", "ASSAULT", "alleged"),
        ("Norish officials deny that they deported Mirva Telen.", "COERCE", "denied"),
        ("Mirva Telen is due to appear in court on Friday.", "ACCUSE", "scheduled"),
        ("Mirva Telen resigned on Monday due to a strike.", "RETREAT", "asserted"),
    ],
)
def test_how_surely_it_is_said(text: str, type: str, modality: str) -> None:
    assert modality in [event.modality for event in events_of(text) if event.type == type]


@pytest.mark.parametrize(
    "text",
    [
        "Police met the men who were detained there.",
        "There were rumours that Mirva Telen had been arrested.",
        "The panel found no evidence that Mirva Telen had been beaten.",
        "Mirva Telen is seeking the release of the miners.",
        "The Tolmerian-backed plan pleased the miners.",
        "The ministry declined to comment on Monday.",
        "No member of the council had been arrested.",
        "“It was raining that morning,” Mirva Telen said. She added that it was cold.",
    ],
)
def test_what_is_only_spoken_of_is_no_event(text: str) -> None:
    assert [event for event in events_of(text) if event.type in ("COERCE", "ASSAULT", "RETREAT", "SUPPORT")] == []


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Mirva Telen – who had ruled for years – surprisingly stepped down on Monday.", "Mirva Telen"),
        ("Miners who fled Ilvarin in May have asked for help.", "Miners"),
    ],
)
def test_the_clause_before_what_is_put_in_goes_on_behind_it(text: str, actor: str) -> None:
    last = events_of(text)[-1]

    assert [each.name for each in last.participants if each.role == "actor"] == [actor]


def test_a_date_may_stand_inside_a_wording() -> None:
    assert ("REQUEST", "change") in types("The envoy called on Monday on the rebels to leave.")
