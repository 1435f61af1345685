"""Who acts in the name of a place: countries, their peoples and capitals, by each of their names."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from ..errors import RulesBroken
from .compiled import PlaceEntry
from .files import PlacesFile


class Gazetteer(Struct, frozen=True, kw_only=True):
    """`countries` are names of today by ISO 3166 alpha-3 code: of two with one code the first in the file."""

    names: dict[str, PlaceEntry]
    demonyms: dict[str, PlaceEntry]
    countries: dict[str, str]


def forms_of(name: str, more: str) -> list[str]:
    return [name, *(form for form in more.split("|") if form)]


def gazetteer(places: PlacesFile) -> Gazetteer:
    names: dict[str, PlaceEntry] = {}
    demonyms: dict[str, PlaceEntry] = {}
    countries: dict[str, str] = {}
    codes = {name: code for name, code, _, _ in places.countries}
    for name, code, adjectives, more in places.countries:
        countries.setdefault(code, name)
        entry = PlaceEntry(name=name, country=name, code=code, is_country=True)
        names.update(dict.fromkeys(forms_of(name, more), entry))
        demonyms.update(dict.fromkeys((form for form in adjectives.split("|") if form), entry))
    for name, country, more, capital in places.cities:
        code = _code(name, country, codes)
        for form in forms_of(name, more):
            names.setdefault(form, PlaceEntry(name=form, country=country, code=code, capital=capital == "capital"))
    for people, country in places.peoples:
        code = _code(people, country, codes)
        for form in people.split("|"):
            # Theirs is no government: the adjective only tells the country.
            demonyms.setdefault(form, PlaceEntry(name=form, country=country, code=code))
    return Gazetteer(names=names, demonyms=demonyms, countries=countries)


def by_first_words(names: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The names that hold a word without a capital, or an "'s"; as words, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(name.replace("’s", " ’s").replace("'s", " 's").split())
        if any(word[0].islower() or word in ("'s", "’s") for word in words):
            found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(ways, key=lambda way: (-len(way), way))) for first, ways in found.items()}


def _code(name: str, country: str, codes: dict[str, str]) -> str:
    if country not in codes:
        raise RulesBroken("places.toml", f"{name} lies in {country!r}, which is no country here")
    return codes[country]
