"""Names that stand where places stand: which of them are places, and of which country."""

from __future__ import annotations

from collections.abc import Iterator

from ..gazetteer import default as gazetteer
from ..ruleset import Ruleset
from .grammar import DIRECTIONS, SETTLEMENTS
from .mentions import Reader


def country_if_placed(reader: Reader, first: int, last: int) -> str | None:
    """The country of a name that is a place where it stands, "" where several countries have one; None if it is none.

    "In San Telmo", "in the town of Ilvarin". A single word behind "in" is taken for a place that nobody knows; a name
    of several words could be somebody's, so there must be such a place.
    """
    if not _is_placed(reader, first):
        return None
    codes = _countries(reader.text(first, last), reader.rules)
    if codes is None and last - first > 1 and reader.tokens[last - 1].lower not in SETTLEMENTS:
        return None
    return next(iter(codes)) if codes is not None and len(codes) == 1 else ""


def _is_placed(reader: Reader, at: int) -> bool:
    if not at:
        return False
    before = reader.tokens[at - 1].lower
    rule = reader.rules.place_prepositions.get(before)
    return (rule is not None and not rule.acts) or (
        before == "of" and at > 1 and reader.tokens[at - 2].lower in SETTLEMENTS
    )


def _countries(name: str, rules: Ruleset) -> set[str] | None:
    for form in _forms(name):
        entry = rules.names.get(form)
        if entry is not None:
            return {entry.code}
        places = gazetteer().places(form)
        if places:
            return {place.country for place in places}
    return None


def _forms(name: str) -> Iterator[str]:
    """ "West Orsh Province", "Orsh Province", "Orsh"."""
    if name.lower() in DIRECTIONS:
        return
    yield name
    words = name.split()
    if len(words) > 1 and words[0].lower() in DIRECTIONS:
        words = words[1:]
        yield " ".join(words)
        if len(words) > 1 and words[-1].lower() in SETTLEMENTS:
            yield " ".join(words[:-1])
