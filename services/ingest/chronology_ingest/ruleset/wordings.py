"""Words of rules, by the first of them, so that a text is looked through once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from ..inflection import Forms, plural
from .compiled import Wording
from .files import PredicateRule

Item = TypeVar("Item")


def bases(rules: Iterable[PredicateRule]) -> list[str]:
    return sorted({verb.split()[0] for rule in rules for verb in rule.verbs})


_BE: Final = (
    ("base", "be"),
    ("third", "is"),
    ("third", "are"),
    ("third", "am"),
    ("past", "was"),
    ("past", "were"),
    ("participle", "been"),
    ("gerund", "being"),
)


def wordings(rules: Iterable[PredicateRule], forms: Mapping[str, Forms]) -> dict[str, tuple[Wording, ...]]:
    """Every wording under its first word, longest first, so that the first that fits is the best."""
    found: dict[str, dict[tuple[object, ...], Wording]] = {}
    for rule in rules:
        for verb in rule.verbs:
            base, *rest = verb.split()
            words = tuple(None if word == "*" else word for word in rest)
            for form, first in _BE if base == "be" else forms[base].named():
                wording = Wording(words=(first, *words), form=form, base=verb, rule=rule)
                found.setdefault(first, {}).setdefault((wording.words, form), wording)
        for noun in rule.nouns:
            for text in (noun, plural(noun)):
                first, *rest = text.split()
                wording = Wording(words=(first, *rest), form="noun", base=noun, rule=rule)
                found.setdefault(first, {}).setdefault((wording.words, "noun"), wording)
    return {first: tuple(sorted(ways.values(), key=_looseness)) for first, ways in found.items()}


def verbal(ways: Mapping[str, tuple[Wording, ...]]) -> frozenset[str]:
    """The single words that are forms of verbs: pasts and participles, and third persons that are no nouns."""
    found = set()
    for word, told in ways.items():
        single = {way.form for way in told if len(way.words) == 1}
        if single & {"past", "participle"} or ("third" in single and "noun" not in single):
            found.add(word)
    return frozenset(found)


def _looseness(way: Wording) -> tuple[int, int]:
    """The most literal wording first, then the one without a gap."""
    gaps = way.words.count(None)
    return gaps - len(way.words), gaps


def by_first_word(
    phrases: Iterable[tuple[tuple[str, ...], Item]],
) -> dict[str, tuple[tuple[tuple[str, ...], Item], ...]]:
    found: dict[str, list[tuple[tuple[str, ...], Item]]] = {}
    for words, item in phrases:
        found.setdefault(words[0], []).append((words, item))
    return {first: tuple(sorted(ways, key=lambda way: -len(way[0]))) for first, ways in found.items()}
