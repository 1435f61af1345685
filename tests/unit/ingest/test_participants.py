"""Who takes part, in which part, and by which name: sentences that leave it unsaid or say it in a roundabout way."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import ruleset
from chronology_ingest.extract import code, extract

RULES = ruleset.default()


def events_of(text: str, published: str = "2023-05-21") -> tuple[Event, ...]:
    id = document_id(text=text, publisher="", url="", published=published)
    return extract(Document(id=id, text=text, sha256="0" * 64, published=published, language="en"), RULES)


def named(event: Event, role: str) -> list[str]:
    return [participant.name for participant in event.participants if participant.role == role]


def last(text: str) -> Event:
    return events_of(text)[-1]


@pytest.mark.parametrize(
    ("text", "actors", "reason"),
    [
        ("Mirva Telen was arrested in Peru on 4 May.", ["Government of Peru"], "actor.implied-state"),
        ("The poet was released from custody in Peru on 4 May.", ["Government of Peru"], "actor.implied-custody"),
        (
            "Chile is near. Mirva Telen, a leading Peruvian poet, was sentenced to two years in prison on 4 May.",
            ["Government of Peru"],
            "actor.implied-state",
        ),
        ("Two miners were deported from the United States on 4 May.", ["Government of the United States"], ""),
    ],
)
def test_a_state_goes_without_saying_where_nobody_else_arrests(text: str, actors: list[str], reason: str) -> None:
    event = last(text)

    assert named(event, "actor") == actors
    assert reason in ("", *event.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "Mirva Telen was arrested on 4 May.",
        "Mirva Telen was abducted in Peru on 4 May.",
        "Rebels withdrew from Peru on 4 May and two miners were detained.",
        "Two soldiers were detained in Peru on 4 May.",
        "The hostages were freed in Peru on 4 May.",
        "The factory was closed down by its owners in Peru on 4 May.",
    ],
)
def test_no_state_is_implied_where_others_do_it_or_none_is_known(text: str) -> None:
    assert not [event for event in events_of(text) if any("implied" in reason for reason in event.reasons)]


def test_where_the_bombs_went_off_is_not_where_the_arrest_was() -> None:
    event = last("Peru is calm. Peru votes. Mirva Telen was arrested in connection with bombings in Chile on 4 May.")

    assert named(event, "actor") == ["Government of Peru"]


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("The Tarin Society condemned the jailing of Mirva Telen in Peru on 4 May.", ["Government of Peru"]),
        ("The Tarin Society criticised the treatment of prisoners by the army on 4 May.", ["Army"]),
        ("The Tarin Society condemned the killing of miners by soldiers on 4 May.", ["Soldiers"]),
        ("The Tarin Society condemned violence against civilians on 4 May.", []),
        ("The Tarin Society demanded the release of Mirva Telen on 4 May.", ["Mirva Telen"]),
        ("The Tarin Society demanded the release of all poets in Peru on 4 May.", ["Government of Peru"]),
        ("The minister asked that a panel be formed to look into the deaths.", []),
        ("The minister condemned attempts by Peru to silence journalists.", ["Government of Peru"]),
        ("Thousands of miners demonstrated in Peru on 4 May.", ["Government of Peru"]),
        ("Thousands of miners rallied in Peru on 4 May in support of Mirva Telen.", []),
        ("The president conceded to demands from the Tarin Front on 4 May.", ["Tarin Front"]),
        ("The minister agreed to Peruvian mediation in the talks on 4 May.", ["Government of Peru"]),
    ],
)
def test_who_is_to_answer_is_addressed_and_not_who_suffered(text: str, recipients: list[str]) -> None:
    assert named(events_of(text)[0], "recipient") == recipients


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Oskar Velm, director of the Tarin Society, criticised the mayor on 4 May.", ["Oskar Velm", "Tarin Society"]),
        (
            "The chairman of the Lima-based Tarin Forum, Oskar Velm, criticised the mayor on 4 May.",
            ["Oskar Velm", "Tarin Forum"],
        ),
        ("The Tarin Society's director, Oskar Velm, criticised the mayor on 4 May.", ["Oskar Velm", "Tarin Society"]),
        ("Oskar Velm, a critic of the Tarin Society, criticised the mayor on 4 May.", ["Oskar Velm"]),
    ],
)
def test_whoever_speaks_for_a_body_speaks_with_it(text: str, actors: list[str]) -> None:
    assert named(events_of(text)[0], "actor") == actors


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Tens of thousands of people protested on 4 May.", "Tens of thousands of people"),
        ("Several members of Peru's parliament met the mayor on 4 May.", "Several members of the Parliament of Peru"),
        ("The Polish community in Peru criticised the mayor on 4 May.", "Polish community in Peru"),
        ("Miners from Chile criticised the mayor on 4 May.", "Miners from Chile"),
        ("A court in Lima sentenced the mayor on 4 May.", "Court in Lima"),
        ("Peru's foreign ministry criticised the mayor on 4 May.", "Ministry of Foreign Affairs of Peru"),
        ("The Peruvian Foreign Ministry criticised the mayor on 4 May.", "Ministry of Foreign Affairs of Peru"),
        ("The Ministry of Justice of Peru criticised the mayor on 4 May.", "Ministry of Justice of Peru"),
        ("The Chilean embassy in Lima criticised the mayor on 4 May.", "Embassy of Chile in Peru"),
        ("Chilean-led forces attacked a village on 4 May.", "Chilean-led forces"),
        ("Two protest leaders criticised the mayor on 4 May.", "Two protest leaders"),
        ("Human rights activists criticised the mayor on 4 May.", "Human rights activists"),
        ("Unidentified gunmen attacked a village on 4 May.", "Unidentified gunmen"),
        ("Three or four men in masks attacked a village on 4 May.", "Three or four men in masks"),
        ("Two men on a scooter attacked a village on 4 May.", "Two men on a scooter"),
        ("A 31-year-old barber criticised the mayor on 4 May.", "31-year-old barber"),
        ("Fighters of the Tarin forces attacked a village on 4 May.", "Fighters of the Tarin forces"),
        ("The Chilean embassy criticised the mayor on 4 May.", "Chilean embassy"),
        ("The Voice of the Hills criticised the mayor on 4 May.", "Voice of the Hills"),
        ("Hands for Peace criticised the mayor on 4 May.", "Hands for Peace"),
        ("The Chamber of Commerce criticised the mayor on 4 May.", "Chamber of Commerce"),
        ("The Mediator-General's Office criticised the mayor on 4 May.", "Mediator-General's Office"),
        ("Tarin-e Velm, a militant faction, attacked a village on 4 May.", "Tarin-e Velm"),
    ],
)
def test_a_description_is_named_as_fully_as_the_text_does(text: str, actor: str) -> None:
    assert named(events_of(text)[0], "actor") == [actor]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("Peru's leadership tried to suppress its critics.", "Critics of the Government of Peru"),
        ("Mirva Telen resigned. Police arrested her husband on 4 May.", "Husband of Mirva Telen"),
        ("Police arrested Mirva Telen's brother on 4 May.", "Brother of Mirva Telen"),
        ("The office of the Tarin Society was searched by police on 4 May.", "Tarin Society"),
        ("A camp for refugees was attacked by soldiers on 4 May.", "Refugees"),
    ],
)
def test_whose_they_are_is_part_of_the_name(text: str, recipient: str) -> None:
    assert recipient in named(last(text), "recipient")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("President Li Taren met the mayor on 3 May. Li resigned on 4 May.", "Li Taren"),
        ("Ana Pérez Tarena met the mayor on 3 May. Pérez Tarena resigned on 4 May.", "Ana Pérez Tarena"),
        ("Ana María Pérez Tarena met the mayor on 3 May. Pérez resigned on 4 May.", "Ana María Pérez Tarena"),
        ("Abdel Karim al-Tarini met the mayor on 3 May. Tarini resigned on 4 May.", "Abdel Karim al-Tarini"),
        ("Abdel Karim al-Tarini met the mayor on 3 May. Al-Tarini resigned on 4 May.", "Abdel Karim al-Tarini"),
        ("Nurlan Askarovich Tarin met the mayor on 3 May. Nurlan Askarovich resigned.", "Nurlan Askarovich Tarin"),
        ("Ludwig van Taren met the mayor on 3 May. Van Taren resigned on 4 May.", "Ludwig van Taren"),
        ("The Interior Minister, Oskar Velm, met the mayor on 3 May. The minister resigned on 4 May.", "Oskar Velm"),
        ("Former president Oskar Velm met the mayor on 3 May. The former president resigned.", "Oskar Velm"),
        ("Rights activists met the mayor on 3 May. The activists criticised Peru on 4 May.", "Rights activists"),
    ],
)
def test_a_short_form_finds_the_full_name(text: str, name: str) -> None:
    assert named(last(text), "actor") == [name]


def test_the_two_and_they_are_those_told_of_in_one_breath() -> None:
    arrested, released, criticised = events_of(
        "Mirva Telen and Oskar Velm were arrested on 2 May. The two were released on bail on 4 May. "
        "They criticised the police."
    )
    both = ["Mirva Telen", "Oskar Velm"]

    assert named(arrested, "recipient") == both
    assert named(released, "recipient") == both
    assert named(criticised, "actor") == both


@pytest.mark.parametrize(
    ("text", "actors", "recipients"),
    [
        ("The authorities closed the office on 4 May, and all files were confiscated.", [], []),
        ("Mayors in Kenya and Uganda criticised the army on 4 May.", ["Mayors"], ["Army"]),
        ("Lawyers for the boy's family criticised the army on 4 May.", ["Lawyers"], ["Army"]),
        ("Soldiers killed twelve people, including three miners, and wounded a nurse.", ["Soldiers"], ["Nurse"]),
        ("Police opened fire on Monday, killing one man and arresting two miners.", ["Police"], ["Two miners"]),
    ],
)
def test_who_stands_nearest_is_not_always_the_subject(text: str, actors: list[str], recipients: list[str]) -> None:
    told = events_of(text)

    assert not told or (named(told[-1], "actor"), named(told[-1], "recipient")) == (actors, recipients)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Miners from Peru were arrested on 4 May.", "Miners from Peru were arrested"),
        ("Members of the Tarin Society were arrested on 4 May.", "Members of the Tarin Society were arrested"),
    ],
)
def test_the_line_agrees_with_the_noun_and_not_with_what_stands_behind_it(text: str, what: str) -> None:
    assert last(text).what.startswith(what)


def test_names_of_things_take_no_part() -> None:
    events = events_of("The Lima Treaty condemned the Tarin War on 4 May. Nothing criticised the Cold War.")

    assert [each.name for event in events for each in event.participants] == []


def test_a_coder_gives_only_those_whom_the_words_call() -> None:
    (coded,) = code("Miners condemned the jailing of a Peruvian poet on 4 May.", RULES)[:1]

    assert [actor.text for actor in coded.actors] == ["Miners"]
    assert [actor.text for actor in coded.recipients] == []


def test_what_a_press_release_demands_first_its_speaker_demands_too() -> None:
    demanded, *_ = events_of(
        "The Tarin Society demanded the release of all poets in Peru on 4 May.\n\n"
        '"This is a shame," said Oskar Velm, director of the Tarin Society.'
    )

    assert named(demanded, "actor") == ["Tarin Society", "Oskar Velm"]


@pytest.mark.parametrize(
    ("text", "actors", "recipients"),
    [
        ("Armed men abducted her husband, the poet Oskar Velm, on 4 May.", ["Armed men"], ["Oskar Velm"]),
        ("The mayor met his Chilean counterpart, Mirva Telen, on 4 May.", ["Mayor"], ["Mirva Telen"]),
        (
            "Mirva Telen, a well-known poet and rights activist criticised the army on 4 May.",
            ["Mirva Telen"],
            ["Army"],
        ),
        ("Chile banned the Tarin Party and jailed its members on 4 May.", ["Government of Chile"],
         ["Members of Tarin Party"]),
        ("The authorities must act, the Tarin Society said on 4 May.", ["Tarin Society"], ["Authorities"]),
        ("The European Union, Chile, and five other states condemned the army on 4 May.",
         ["European Union", "Government of Chile"], ["Army"]),
        ("The UN Working Group on Arbitrary Detention criticised the army on 4 May.",
         ["UN Working Group on Arbitrary Detention"], ["Army"]),
    ],
)  # fmt: skip
def test_a_name_goes_before_what_only_describes(text: str, actors: list[str], recipients: list[str]) -> None:
    event = last(text)

    assert (named(event, "actor"), named(event, "recipient")) == (actors, recipients)


def test_he_is_not_whoever_was_only_quoted_unless_he_speaks() -> None:
    events = events_of(
        'Oskar Velm was arrested on 2 May. "This is a shame," said Mirva Telen, his lawyer. He was sentenced on 4 May.'
    )

    assert named(events[-1], "recipient") == ["Oskar Velm"]


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("Peru granted her asylum on 4 May.", ["Mirva Telen"]),
        ("A court in Lima rejected her appeal on 4 May.", ["Mirva Telen"]),
        ("The army accused her National Tarin League of fraud on 4 May.", ["National Tarin League"]),
        ("Soldiers deported about half a million Chechens in May.", ["Chechens"]),
        ("The mayor condemned the crackdown at a session of the Tarin Council on 4 May.", ["Government of Peru"]),
    ],
)
def test_what_belongs_to_somebody_is_not_that_somebody(text: str, recipients: list[str]) -> None:
    event = last(f"Mirva Telen visited Lima on 2 May. {text}")

    assert named(event, "recipient") == recipients


def test_the_group_is_the_body_that_was_described_so() -> None:
    event = last("Memora, a rights group, criticised the army on 2 May. The group was dissolved by a court on 4 May.")

    assert named(event, "recipient") == ["Memora"]


def test_a_short_form_that_is_known_is_its_body_where_the_document_has_both() -> None:
    event = last("The European Union criticised Chile on 2 May. The EU condemned the army on 4 May.")

    assert named(event, "actor") == ["European Union"]


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        ("Mirva Telen told the Tarin Centre that guards had confiscated her letters on 4 May.", ["Guards"]),
        ("Reporters Without Borders criticised the army on 4 May.", ["Reporters Without Borders"]),
        ("The wife of Peruvian poet Oskar Velm criticised the army on 4 May.", ["Wife of Oskar Velm"]),
        ("Oskar Velm was killed by Peruvian partisans on 4 May.", []),
    ],
)
def test_who_acts_is_read_off_the_right_words(text: str, actors: list[str]) -> None:
    assert named(last(text), "actor") == actors


@pytest.mark.parametrize(
    "text",
    [
        "On Monday, company CEO Mirva Mills left. Mills condemned the mayor on 4 May.",
        "Tarin CEO Mirva Mills left on Monday. Mills condemned the mayor on 4 May.",
        "Mirva Mills of Consumer Help left on Monday. Mills condemned the mayor on 4 May.",
    ],
)
def test_a_surname_that_is_a_common_noun_finds_its_person(text: str) -> None:
    assert named(last(text), "actor") == ["Mirva Mills"]


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("The Tarin Society accused the mayor of theft on Monday. The mayor rejected the allegation.", "Tarin Society"),
        ("A court in Lima sentenced Oskar Velm on Monday. On 4 May the mayor criticised the verdict.", "Court in Lima"),
    ],
)
def test_what_was_claimed_or_ruled_stands_for_who_did(text: str, recipient: str) -> None:
    assert named(last(text), "recipient") == [recipient]


def test_whoever_travels_visits_the_state_that_the_town_lies_in() -> None:
    assert named(last("Chile's premier Oskar Velm visited Shanghai on 4 May."), "recipient") == ["Government of China"]


def test_a_battalion_is_a_body_where_one_was_named() -> None:
    event = last("The Tarin Border Battalion lost ten men. On 4 May the battalion condemned the mayor.")

    assert named(event, "actor") == ["Tarin Border Battalion"]


def test_who_said_the_one_thing_demands_the_other() -> None:
    text = "The Tarin Society said its lawyers had left and condemned the mayor on 4 May."

    assert named(last(text), "actor") == ["Tarin Society"]


def test_she_is_not_whoever_was_called_he() -> None:
    text = "Mirva Telen and her lawyer left. Oskar Velm said that he was ill. She condemned the mayor on 4 May."

    assert named(last(text), "actor") == ["Mirva Telen"]
