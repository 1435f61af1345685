"""The places of the world by each of their names, the likeliest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache, cached_property
from importlib.resources import files
from typing import Final, Literal

import msgspec
from chronology_contracts import edtf
from msgspec import Struct

_PACKAGE: Final = "chronology_ingest"
FILES: Final = ("countries.tsv", "names.toml", "places.tsv")

_FOUND_MAX: Final = 4_096
"""So many names are kept with their places; a document tells of few, again and again."""
_DIVISIONS: Final = frozenset(
    [
        "region", "province", "state", "oblast", "krai", "republic", "governorate", "prefecture", "department",
        "district", "county", "territory", "division",
    ]
)  # fmt: skip

_DIRECTIONS: Final = frozenset(
    ["north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "upper", "lower", "new"]
)

PlaceKind = Literal["country", "division", "city"]


class Place(Struct, frozen=True, kw_only=True, gc=False):
    """A place under its name of today.

    `id` stays when the name changes: GeoNames' number, or its code of a first-level
    division ("geonames:CN.13"). `country` is ISO 3166 alpha-3, `division` an id or "".
    """

    id: str
    name: str
    kind: PlaceKind
    country: str
    division: str = ""
    population: int = 0


class NamesFile(Struct, frozen=True, forbid_unknown_fields=True):
    former: tuple[tuple[str, str, str, str], ...]
    variants: tuple[tuple[str, str, str], ...]


class Gazetteer:
    """Names to places. The cities are read when the first name is asked that is no country's."""

    def __init__(self, countries: str, names: NamesFile, places: str) -> None:
        self.names = names
        self.text = places
        self._found: dict[str, tuple[Place, ...]] = {}
        self._countries = {name: place for line in countries.splitlines() for name, place in _country(line)}
        self._codes = {place.country: place for place in self._countries.values()}

    def places(self, name: str) -> tuple[Place, ...]:
        """All places that are or were called so: countries first, then by population."""
        found = self._found.get(name)
        if found is None:
            if len(self._found) >= _FOUND_MAX:
                self._found.clear()
            found = self._found[name] = self._read(self._key(_plain(name)))
        return found

    def _read(self, name: str) -> tuple[Place, ...]:
        found = [each for each in (self._countries.get(name),) if each is not None]
        found += [place for place, _ in self._other_names.get(name, ())]
        found += [self._row(number) for number in _numbers(self._index.get(name))]
        return tuple(dict.fromkeys(found))

    def find(self, name: str, *, date: str = "", country: str = "", near: Collection[str] = ()) -> Place | None:
        """The place that is meant by a name; None if no place has it.

        `date` is when it was said (EDTF): a name that was official then goes before one that was not, but an
        anachronistic name still finds its place. `country` (alpha-3) leaves no other; a place in one of the
        countries `near` goes before the others. What is left is told by population.
        """
        found = [place for place in self.places(name) if country in ("", place.country)]
        if len(found) < 2:
            return found[0] if found else None
        said = {place.id: self._was_official(name, place, date) for place in found}
        renamed = {place.country for place in found if place.kind == "city" and not said[place.id]}
        cities = {place.division for place in found if place.kind == "city"}
        return min(
            found,
            key=lambda place: (
                # The region around a city kept the name that the city lost: Leningrad is the city still.
                place.kind == "division" and place.country in renamed,
                not said[place.id],
                place.country not in near,
                place.kind != "country",
                # A city and the division around it have one name: the city is meant.
                place.id in cities,
                -place.population,
            ),
        )

    def knows(self, name: str) -> bool:
        return self._has(self._key(_plain(name)))

    def name_of(self, place: Place, date: str) -> str:
        """What a place was officially called then; its name of today where nothing else is known."""
        for former, valid in self._former.get(place.id, ()):
            if _touches(valid, date):
                return former
        return place.name

    def country(self, code: str) -> Place | None:
        """The country of an ISO 3166 alpha-3 code."""
        return self._codes.get(code)

    def countries(self) -> tuple[Place, ...]:
        return tuple(self._codes.values())

    def _was_official(self, name: str, place: Place, date: str) -> bool:
        valid = next((valid for each, valid in self._other_names.get(self._key(_plain(name)), ()) if each == place), "")
        return not valid or (date != "" and _touches(valid, date))

    def _has(self, name: str) -> bool:
        return name in self._countries or name in self._other_names or name in self._index

    def _key(self, name: str) -> str:
        """The name, or what is left of it where no place has it in full: "Orsh" of "Orsh Autonomous Region"."""
        words = name.split()
        if len(words) < 2 or words[-1].lower() not in _DIVISIONS or self._has(name):
            return name
        stems = (" ".join(words[:length]) for length in range(len(words) - 1, 0, -1))
        return next((stem for stem in stems if self._has(stem) and stem.lower() not in _DIRECTIONS), name)

    @cached_property
    def _lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def _index(self) -> dict[str, int | tuple[int, ...]]:
        """Each name with the number of its line, or the numbers where several places have it."""
        index: dict[str, int | tuple[int, ...]] = {}
        for number, line in enumerate(self._lines):
            names = line[: line.index("\t")]
            for name in names.split("|") if "|" in names else (names,):
                before = index.setdefault(name, number)
                if before is not number:
                    index[name] = (*_numbers(before), number)
        return index

    @cached_property
    def _other_names(self) -> dict[str, list[tuple[Place, str]]]:
        """Former names with their EDTF, variants with ""."""
        found: dict[str, list[tuple[Place, str]]] = {}
        for name, today, country, valid in (*self.names.former, *((*each, "") for each in self.names.variants)):
            place = self._today(today, country)
            if place is not None:
                found.setdefault(name, []).append((place, valid))
        return found

    @cached_property
    def _former(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for name, places in self._other_names.items():
            for place, valid in places:
                if valid:
                    found.setdefault(place.id, []).append((name, valid))
        return found

    def _today(self, name: str, country: str) -> Place | None:
        if not name:
            return self._codes.get(country)
        rows = [self._row(number) for number in _numbers(self._index.get(name))]
        here = [place for place in rows if place.country == country]
        cities = [place for place in here if place.kind == "city"]
        return next(iter(cities or here), None)

    def _row(self, number: int) -> Place:
        names, id, country, division, population = self._lines[number].split("\t")
        return Place(
            id=f"geonames:{id}",
            name=names.partition("|")[0],
            kind="city" if id.isdigit() else "division",
            country=country,
            division=f"geonames:{division}" if division else "",
            population=int(population),
        )


@cache
def default() -> Gazetteer:
    """The gazetteer that comes with the package; its files are read once in a process."""
    folder = files(_PACKAGE) / "gazetteer"
    countries, names, places = ((folder / name).read_bytes() for name in FILES)
    return Gazetteer(countries.decode(), msgspec.toml.decode(names, type=NamesFile), places.decode())


def _country(line: str) -> Iterator[tuple[str, Place]]:
    names, id, code, _, population = line.split("\t")
    place = Place(
        id=f"geonames:{id}",
        name=names.partition("|")[0],
        kind="country",
        country=code,
        population=int(population),
    )
    for name in names.split("|"):
        yield name, place


def _plain(name: str) -> str:
    return name.replace("’", "'")


def _numbers(found: int | tuple[int, ...] | None) -> tuple[int, ...]:
    if found is None:
        return ()
    return found if isinstance(found, tuple) else (found,)


@cache
def _bounds(date: str) -> tuple[int | None, int | None]:
    return edtf.bounds(date)


def _touches(valid: str, date: str) -> bool:
    """Whether two EDTF spans have a day in common; an unknown date has none."""
    if not date:
        return False
    (first, last), (since, until) = _bounds(date), _bounds(valid)
    return (until is None or first is None or first <= until) and (since is None or last is None or since <= last)
