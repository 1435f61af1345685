"""What stands behind a noun and says which of its kind are meant: "delegates from 39 countries", "a court in Ilvarin".

It goes into the name of whoever is described, and is no part of the mention: the place in
it may well be the place of the act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..ruleset import Ruleset
from .grammar import AUXILIARIES, SETTLEMENTS, looks_verbal, words
from .mentions import ADJECTIVE, POSSESSIVES, Mention, Reader

_MARKED_BY: Final = words("on in with")
_MARKS: Final = words(
    """
    motorcycle motorcycles motorbike motorbikes scooter scooters bicycle bicycles horseback camels foot mask masks
    uniform uniforms balaclavas plainclothes wheelchair wheelchairs disabilities
    """
)
"""What tells some people from others for a while."""

ReadAt = Callable[[int], Mention | None]

_SETTLEMENT_REACH: Final = 4
_SETTLED: Final = words("diaspora community communities minority minorities population populations people peoples")
_RELATED: Final = words(
    """
    members member supporters supporter relatives relative families family leaders leader representatives
    representative critics critic followers opponents officials residents inhabitants citizens employees friends
    colleagues victims survivors inmates students staff head director chairman chairwoman founder president lawyer
    lawyers editor wife husband widow son daughter brother sister father mother parents
    """
)


def tail(reader: Reader, found: Mention, name_at: ReadAt, described_at: ReadAt) -> str:
    """With the blank before it, "" if there is none."""
    at = found.last
    if at + 1 >= len(reader.tokens) or not reader.beside(at):
        return ""
    link = reader.tokens[at].lower
    inner = at + 1 + (reader.tokens[at + 1].lower == "the" and at + 2 < len(reader.tokens))
    if link == "of" and found.head:
        named = name_at(inner)
        if named is not None and named.head == ADJECTIVE:
            # "The wife of Peruvian poet Oskar Velm".
            named = None
        if named is not None and _names_kind(reader, named):
            # "Fighters of the Tarin forces".
            article = "the " if inner > at + 1 else ""
            return f" of {article}{named.name} {reader.tokens[named.last].text}"
        owns = named is not None and named.last < len(reader.tokens) and reader.tokens[named.last].text in POSSESSIVES
        whose = _whose(found, None if owns else named, described_at, inner)
        with_article = inner > at + 1 and named is not None and not owns and named.shape in ("organisation", "name")
        return whose.replace(" of ", " of the ", 1) if with_article and whose[:8] != " of the " else whose
    if link == "from" and found.kind == "group":
        # "Activists from the defeated Tarin Party".
        inner += reader.tokens[inner].lower.endswith("ed") and inner + 1 < len(reader.tokens)
        return _where_from(reader, name_at(inner), at)
    if link in _MARKED_BY and found.kind in ("group", "person"):
        # "Two men on a motorcycle", "men in masks".
        last = at + 1 + (reader.tokens[at + 1].lower in ("a", "an"))
        if last < len(reader.tokens) and reader.tokens[last].lower in _MARKS:
            return f" {reader.text(at, last + 1)}"
    if link == "in" and _belongs_there(found):
        place = name_at(_behind_settlement(reader, inner))
        if place is None or place.shape not in ("place", "name"):
            return ""
        if _always(found) or (place.shape == "place" and _goes_on(reader, place.last)):
            return f" in {place.text}"
    if link == "living" and reader.tokens[at + 1].lower in ("abroad", "there"):
        return f" living {reader.tokens[at + 1].lower}"
    return ""


def _names_kind(reader: Reader, named: Mention) -> bool:
    """Whether a noun for several follows right away, of which the name only says which."""
    if not reader.beside(named.last) or named.shape == "person":
        return False
    lower = reader.tokens[named.last].lower
    return lower.endswith("s") and lower in reader.rules.heads


def _whose(found: Mention, named: Mention | None, described_at: ReadAt, inner: int) -> str:
    """ "Supporters of Mirva Telen", "members of the Peruvian parliament"."""
    if named is not None and named.shape in ("person", "name", "organisation", "place"):
        plain = found.kind == "group" or (found.kind == "person" and named.shape == "organisation")
        return f" of {named.name}" if plain else ""
    if found.head.split()[-1] not in _RELATED:
        return ""
    described = named or described_at(inner)
    if described is None:
        return ""
    return f" of {said_within(described.government or described.name)}"


def said_within(name: str) -> str:
    """With the article that such a name has inside another one: "critics of the Government of Peru"."""
    return f"the {name}" if " of " in name and name[:1].isupper() else name


def _behind_settlement(reader: Reader, at: int) -> int:
    """ "The eastern city of Ilvarin": where the name begins."""
    for reach in range(at, min(at + _SETTLEMENT_REACH, len(reader.tokens) - 2)):
        if reader.tokens[reach].lower in SETTLEMENTS and reader.tokens[reach + 1].lower == "of":
            return reach + 2
        if reader.tokens[reach].capital or reader.tokens[reach].kind != "word":
            break
    return at


def _where_from(reader: Reader, place: Mention | None, at: int) -> str:
    """ "Delegates from 39 countries", "miners from Peru"."""
    if place is not None and place.shape in ("place", "organisation"):
        return f" from {place.name}"
    counted = at + 2 < len(reader.tokens) and reader.is_counted(at + 1) and reader.tokens[at + 2].lower.endswith("s")
    return f" from {reader.text(at + 1, at + 3)}" if counted else ""


def _belongs_there(found: Mention) -> bool:
    return found.shape == "people" or found.kind == "group" or found.rule == "actor.court"


def _always(found: Mention) -> bool:
    """A people, a community and a court are told from others by where they are; of others "in" may tell where it
    happened."""
    return found.shape == "people" or found.rule == "actor.court" or found.head.split()[-1] in _SETTLED


def _goes_on(reader: Reader, at: int) -> bool:
    """Whether a verb follows: then the noun with its place is the subject."""
    if at >= len(reader.tokens):
        return False
    lower = reader.tokens[at].lower
    return lower in AUXILIARIES or looks_verbal(lower) or _acts(lower, reader.rules)


def _acts(lower: str, rules: Ruleset) -> bool:
    return any(way.form in ("past", "third") for way in rules.wordings.get(lower, ()))
