"""Which place a name means: then and now, here and elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from chronology_contracts import edtf
from chronology_ingest import gazetteer, ruleset
from chronology_ingest.gazetteer import build
from chronology_ingest.gazetteer.build import City, Country, country_lines, folded, place_lines

PLACES = gazetteer.default()


def id_of(name: str, **known: str) -> str:
    place = PLACES.find(name, **known)
    return place.id if place is not None else ""


@pytest.mark.parametrize("date", ["", "1975", "1995", "2018", "2020-05-01", "2024"])
@pytest.mark.parametrize("name", ["Nur-Sultan", "Akmola", "Tselinograd", "Akmolinsk"])
def test_a_former_name_is_the_same_place_whenever_it_is_said(name: str, date: str) -> None:
    assert id_of(name, date=date) == id_of("Astana") != ""


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("Leningrad", "Saint Petersburg"), ("Saigon", "Ho Chi Minh City"), ("Rangoon", "Yangon"), ("Bombay", "Mumbai"),
        ("Burma", "Myanmar"), ("Zaire", "Democratic Republic of the Congo"), ("Swaziland", "Eswatini"),
        ("Kiev", "Kyiv"), ("Constantinople", "Istanbul"), ("Peking", "Beijing"),
    ],
)  # fmt: skip
def test_names_of_one_place(former: str, today: str) -> None:
    assert id_of(former) == id_of(today) != ""


def test_a_name_that_another_place_has_today_is_told_by_its_time() -> None:
    then, now = PLACES.find("Salisbury", date="1975-11-11"), PLACES.find("Salisbury", date="2018-03-04")

    assert then is not None
    assert now is not None
    assert (then.name, then.country, now.country) == ("Harare", "ZWE", "GBR")


@pytest.mark.parametrize(
    ("date", "name"),
    [("1970", "Tselinograd"), ("1995", "Akmola"), ("2018", "Astana"), ("2020-05", "Nur-Sultan"), ("2023", "Astana")],
)
def test_the_official_name_of_a_time(date: str, name: str) -> None:
    astana = PLACES.find("Astana")

    assert astana is not None
    assert PLACES.name_of(astana, date) == name


def test_the_greatest_place_of_a_name_is_meant_unless_something_points_elsewhere() -> None:
    countries = [
        PLACES.find("Birmingham"),
        PLACES.find("Birmingham", near=["USA"]),
        PLACES.find("Paris", country="USA"),
        PLACES.find("Georgia"),
        PLACES.find("Georgia", country="USA"),
    ]

    assert [place.country if place else "" for place in countries] == ["GBR", "USA", "USA", "GEO", "USA"]


def test_a_city_goes_before_the_division_around_it() -> None:
    place = PLACES.find("Homs")

    assert place is not None
    assert (place.kind, place.division.startswith("geonames:SY.")) == ("city", True)


def test_a_division_may_be_called_by_its_kind() -> None:
    assert id_of("Xinjiang Uighur Autonomous Region") == id_of("Xinjiang") != ""
    assert PLACES.places("Autonomous Region") == ()


def test_what_is_no_place_is_none() -> None:
    assert PLACES.find("Velmora") is None
    assert not PLACES.knows("Velmora")


def test_every_name_that_is_kept_by_hand_has_its_place_and_its_time() -> None:
    names = PLACES.names
    lost = [name for name, *_ in (*names.former, *names.variants) if not PLACES.places(name)]
    unordered = [
        name
        for name, _, _, valid in names.former
        for first, last in [edtf.bounds(valid)]
        if last is None or (first is not None and first > last)
    ]

    assert (lost, unordered) == ([], [])


def test_every_country_of_the_gazetteer_can_act_unless_nobody_governs_it() -> None:
    # Antarctica, islands without people of their own, and parts of others that no text tells as states.
    unruled = {
        "ATA", "ATF", "BES", "BLM", "BVT", "CCK", "CXR", "HMD", "IOT", "MAF", "SGS", "UMI",
    }  # fmt: skip
    codes = {place.country for place in PLACES.countries()}
    rules = ruleset.default()

    assert codes - rules.countries.keys() == unruled
    assert {place.country for name in ("Lima", "Bonn", "Gaza City") for place in PLACES.places(name)} <= codes


def test_the_table_is_in_order_and_small() -> None:
    lines = [line.split("\t") for line in PLACES.text.splitlines()]
    people = [int(line[4]) for line in lines]

    assert people == sorted(people, reverse=True)
    assert len({line[1] for line in lines}) == len(lines)
    assert len(PLACES.text.encode()) < 3_000_000


ORSH = City(
    geonameid=7, name="Örsh", latitude=1.0, longitude=2.0, countrycode="TO", population=90_000, admin1code="03",
    alternatenames=["Orshe", "ORS", "orusu", "Орш", "Kaltenbrunn"],
)  # fmt: skip
TOLMERIA = Country(geonameid=1, name="Tolmeria", iso="TO", iso3="TOL", capital="Orsh", population=500_000)


def test_a_row_has_the_spellings_that_english_texts_have() -> None:
    rows = list(place_lines({"TO": TOLMERIA}, [ORSH], {("TO", "03"): "Vel"}))

    assert rows == ["Vel\tTO.03\tTOL\t\t90000", "Örsh|Orsh|Orshe\t7\tTOL\tTO.03\t90000"]


def test_letters_lose_their_marks() -> None:
    assert [folded(name) for name in ("Ürümqi", "São Tomé", "N’Djamena")] == ["Urumqi", "Sao Tome", "N'Djamena"]


def test_a_country_has_its_capital() -> None:
    rows = list(country_lines({"TO": TOLMERIA}, [ORSH], {"TO": "Tolmeria & Vel"}))

    assert rows == ["Tolmeria|Tolmeria & Vel|Tolmeria and Vel\t1\tTOL\t7\t500000"]


def test_without_its_sources_the_table_is_not_made_and_what_is_missing_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(build, "SOURCES", {"chronology-has-no-such-source": "1.0"})
    code = build.main([str(tmp_path)])

    assert (code, list(tmp_path.iterdir())) == (1, [])
    assert "chronology-has-no-such-source is not installed" in capsys.readouterr().err
