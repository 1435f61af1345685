"""Where an event happened: as the document spells it, most specific first, with its country."""

from __future__ import annotations

import pytest
from chronology_contracts.content_id import document_id
from chronology_contracts.documents import Document
from chronology_contracts.events import Event
from chronology_ingest import gazetteer, ruleset
from chronology_ingest.extract import code, extract

RULES = ruleset.default()


def events_of(text: str, published: str = "2019-03-20") -> tuple[Event, ...]:
    id = document_id(text=text, publisher="", url="", published=published)
    return extract(Document(id=id, text=text, sha256="0" * 64, published=published, language="en"), RULES)


def place_of(text: str, published: str = "2019-03-20") -> str:
    """Of the first event."""
    return events_of(text, published)[0].place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Police arrested Mirva Telen in Lima on 4 May.", "Lima, Peru"),
        ("Police arrested Mirva Telen in San Felipe, Chile, on 4 May.", "San Felipe, Chile"),
        ("Police arrested Mirva Telen in Springfield, Illinois, on 4 May.", "Springfield, Illinois, United States"),
        ("Police arrested Mirva Telen in the town of Ilvarin in northern Peru on 4 May.", "Ilvarin, Peru"),
        ("Police arrested Mirva Telen in western Peru on 4 May.", "Peru"),
        ("Police arrested Mirva Telen in West Kazakhstan on 4 May.", "West Kazakhstan, Kazakhstan"),
        ("Police arrested Mirva Telen in Trinidad and Tobago on 4 May.", "Trinidad and Tobago"),
        ("Police arrested Mirva Telen in the UK on 4 May.", "UK"),
        ("Police arrested Mirva Telen in Ilvarin on 4 May.", "Ilvarin"),
        ("Gunmen killed three men in Tripoli, Lebanon, on 4 May.", "Tripoli, Lebanon"),
        ("Minister Mirva Telen visited Lima on 4 May.", "Lima, Peru"),
        ("Mirva Telen returned to Peru on 4 May.", "Peru"),
        ("Rebels seized the city of Lima on 4 May.", "Lima, Peru"),
        ("A bomb exploded at a market in Lima, killing two men on 4 May.", "Lima, Peru"),
        ("Two men were arrested in Georgia, USA, on 4 May.", "Georgia, USA"),
        ("A court in Orsh District, Kenya, sentenced Mirva Telen to two years on 4 May.", "Orsh District, Kenya"),
        ("The Congress of Miners, held in Lima, condemned Mirva Telen on 4 May.", "Lima, Peru"),
    ],
)
def test_the_place_of_an_act(text: str, place: str) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "Jordan condemned the verdict on 4 May.",
        "Police arrested Paris Hilton on 4 May.",
        "Workers went on strike at the Orsh plant on 4 May.",
        "Gunmen killed two men in the East on 4 May.",
        "Police deported forty workers from Kenya on 4 May.",
        "Minister Mirva Telen condemned the treatment of miners in Peru on 4 May.",
        "Police arrested Ann Clinton on 4 May. Supporters of Clinton condemned the police in parliament on 5 May.",
    ],
)
def test_what_is_no_place_of_the_act(text: str) -> None:
    assert [event.place for event in events_of(text)] == [""] * len(events_of(text)) != []


def test_a_place_keeps_its_name_of_the_time_and_is_the_same_place() -> None:
    then = place_of("Police arrested Mirva Telen in Nur-Sultan on 4 May 2020.", "2020-05-05")
    before = place_of("Police arrested Mirva Telen in Astana on 4 May 2018.", "2018-05-05")
    places = [gazetteer.default().find(name.partition(",")[0], date="2020") for name in (then, before)]

    assert (then, before) == ("Nur-Sultan, Kazakhstan", "Astana, Kazakhstan")
    assert places[0] == places[1]


def test_a_name_of_many_places_is_told_by_the_countries_of_the_document() -> None:
    told = "Police arrested two men in Birmingham on 4 May. The United States condemned the arrests."

    assert place_of(told) == "Birmingham, United States"
    assert place_of("Police arrested two men in Hyderabad on 4 May.") == "Hyderabad"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("PORT HARCOURT, Nigeria, May 4 (TPA) - ", "Port Harcourt, Nigeria"),
        ("RIO DE JANEIRO (TPA) - ", "Rio de Janeiro, Brazil"),
        ("(Nairobi) – ", "Nairobi, Kenya"),
        ("(Mombasa, Kenya) – ", "Mombasa, Kenya"),
        ("VELMORA, May 4 (TPA) - ", "Velmora"),
        ("(Monday) – ", ""),
    ],
)
def test_a_dateline_places_what_follows(line: str, place: str) -> None:
    assert place_of(f"{line}Police arrested Mirva Telen.") == place


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Bhutanese police arrested Mirva Telen on 4 May.", "BTN"),
        ("Police in Trinidad and Tobago arrested Mirva Telen on 4 May.", "TTO"),
        ("Chechen rebels killed Mirva Telen on 4 May.", "RUS"),
        ("Thimphu condemned Mirva Telen on 4 May.", "BTN"),
        ("The Kremlin condemned Mirva Telen on 4 May.", "RUS"),
        ("Hamas condemned Mirva Telen on 4 May.", "PSE"),
        ("Zairean soldiers killed Mirva Telen on 4 May.", "COD"),
        ("The Democratic People's Republic of Korea condemned Mirva Telen on 4 May.", "PRK"),
    ],
)
def test_who_acts_has_a_country(text: str, country: str) -> None:
    assert events_of(text)[0].participants[0].country == country


def test_a_body_of_many_states_has_no_country_but_a_code() -> None:
    text = "The United Nations condemned Mirva Telen on 4 May."

    assert events_of(text)[0].participants[0].country == ""
    assert code(text)[0].actors[0].country == "IGO"
