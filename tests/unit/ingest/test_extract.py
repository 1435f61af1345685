"""From a text to its events: what is read, who is who, when it was, and what is no event."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import extractors, ruleset
from chronology_ingest.extract import code, extract
from chronology_ingest.extract.language import is_english
from chronology_ingest.extract.sentences import split

PUBLISHED = "2019-03-20"


def document(text: str, language: str = "en", published: str = PUBLISHED) -> Document:
    id = document_id(text=text, publisher="", url="", published=published)
    return Document(id=id, text=text, sha256="0" * 64, published=published, language=language)


def events_of(text: str, language: str = "en") -> tuple[Event, ...]:
    return extractors.read(document(text, language), extractors.get())


def shape(event: Event) -> tuple[str, str, str, list[str], list[str]]:
    names = {role: [one.name for one in event.participants if one.role == role] for role in ("actor", "recipient")}
    return event.type, event.mode, event.date, names["actor"], names["recipient"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Police arrested Mirva Telen on 4 March 2019.",
            ("COERCE", "arrest", "2019-03-04", ["Police"], ["Mirva Telen"]),
        ),
        (
            "Mirva Telen was arrested by police on 4 March 2019.",
            ("COERCE", "arrest", "2019-03-04", ["Police"], ["Mirva Telen"]),
        ),
        (
            "Mirva Telen, founder of the rights group Tarin, was released on Monday.",
            ("RETREAT", "release", "2019-03-18", [], ["Mirva Telen"]),
        ),
        (
            "The Tarin group, which was founded by two lawyers, condemned Anna Orth on Monday.",
            ("ACCUSE", "disapprove", "2019-03-18", ["Tarin"], ["Anna Orth"]),
        ),
        (
            "On Monday, Anna Orth and Lina Vell accused Mirva Telen of fraud.",
            ("ACCUSE", "allege", "2019-03-18", ["Anna Orth", "Lina Vell"], ["Mirva Telen"]),
        ),
    ],
)
def test_who_did_what_to_whom_and_when(text: str, expected: tuple[str, str, str, list[str], list[str]]) -> None:
    assert expected in [shape(event) for event in events_of(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Police did not arrest Mirva Telen.",
        "Police may arrest Mirva Telen on Friday.",
        "If police arrest Mirva Telen, she will appeal.",
        "Stir the sauce, release the lid and beat the eggs for two minutes.",
        "The jailed poet is well known.",
    ],
)
def test_what_did_not_happen_is_no_event(text: str) -> None:
    assert [event for event in events_of(text) if event.mode in ("arrest", "release", "beat")] == []


def test_a_demand_swallows_what_is_demanded() -> None:
    found = events_of("The Tarin group urged police to release Mirva Telen.")

    assert [event.type for event in found] == ["REQUEST"]


def test_a_surname_and_a_pronoun_find_the_full_name() -> None:
    found = events_of("Police arrested Mirva Telen on 4 March. Telen was beaten. She was released on 6 March.")

    assert [shape(event)[4] for event in found] == [["Mirva Telen"]] * 3


def test_one_happening_told_twice_is_one_event_with_the_explicit_date() -> None:
    found = events_of("Police arrested Mirva Telen. Lina Orth protested.\n\nMirva Telen was arrested on 4 March 2019.")

    assert [event.date for event in found if event.mode == "arrest"] == ["2019-03-04"]


def test_what_since_a_day_goes_on_has_an_open_end_and_is_habitual() -> None:
    (event,) = events_of("Mirva Telen has been detained since April 2017.")

    assert (event.date, event.modality) == ("2017-04/..", "habitual")


def test_every_quote_and_span_stands_in_the_text_also_behind_characters_of_more_bytes() -> None:
    text = (
        "🙂 «Ünïcode» —\r\n\r\nPolice\u00a0arrested at least 1.1 million people in Berlin "
        "on 4\u00a0March 2019, Anna Orth said."
    )
    (event,) = events_of(text)

    assert text[event.start : event.end] == event.quote
    assert text[event.date_start : event.date_end] == event.date_text == "4\u00a0March 2019"
    assert text[event.attributed_start : event.attributed_end] == event.attributed_to == "Anna Orth"
    assert [(figure.value, figure.qualifier) for figure in event.figures] == [("1100000", "at least")]
    assert event.place == "Berlin, Germany"


def test_furniture_of_a_page_tells_nothing() -> None:
    text = "Police arrested Anna Orth\n\nRead more: Police arrested Mirva Telen\n\nThe sun shone on Monday.\n"
    repeated = (
        "Rain fell.\n\nThe sun shone.\n\nWind blew.\n\nPolice arrested Lina Vell.\n\nPolice arrested Lina Vell.\n"
    )

    assert events_of(text) == ()
    assert events_of(repeated) == ()


@pytest.mark.parametrize(("language", "count"), [("en", 1), ("en-GB", 1), ("", 1), ("de", 0), ("fr", 0)])
def test_documents_in_another_language_give_no_events(language: str, count: int) -> None:
    assert len(events_of("Police arrested Mirva Telen on Monday.", language)) == count


def test_another_language_is_noticed_by_its_commonest_words() -> None:
    german = "Die Polizei hat am Montag den Leiter der Gruppe und eine Anwältin festgenommen, wie es hiess. "
    english = "The police have arrested the head of the group and a lawyer in the city, it was said on Monday. "

    assert (is_english(german * 2, ""), is_english(english * 2, "")) == (False, True)


def test_the_same_document_gives_the_same_events_and_ids() -> None:
    text = "Police arrested Mirva Telen on Monday. Thousands protested against the government on Tuesday."

    assert extract(document(text), ruleset.default()) == extract(document(text), ruleset.load(ruleset.folder()))


def test_a_sentence_alone_is_coded_with_country_and_sector() -> None:
    (coded,) = code("German police arrested two French journalists.")

    assert (coded.event_type, coded.mode) == ("COERCE", "arrest")
    assert [(actor.country, actor.sector) for actor in coded.actors] == [("DEU", "COP")]
    assert [(actor.country, actor.sector) for actor in coded.recipients] == [("FRA", "JRN")]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000,
        "“" * 20_000,
        "1" * 60_000,
        "Police arrested " * 4_000,
        "Aa Bb " * 10_000,
        "on March 9, 2019 " * 4_000,
    ],
    ids=["one word", "quotes", "digits", "triggers", "names", "dates"],
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert len(events_of(text)) <= 5_000


def test_sentences_end_where_they_end_and_not_at_abbreviations() -> None:
    text = "Mr. Orth met Dr. A. Vell in the U.S. capital. “It rained.” They left."
    found = split(text, ruleset.default())

    assert [text[sentence.start : sentence.end] for sentence in found] == [
        "Mr. Orth met Dr. A. Vell in the U.S. capital.",
        "“It rained.”",
        "They left.",
    ]
