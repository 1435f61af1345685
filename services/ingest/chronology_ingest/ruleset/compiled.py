"""All rules in the form that extraction reads by."""

from __future__ import annotations

from typing import Literal

import re2
from msgspec import Struct

from ..inflection import Forms
from .files import ActorRule, AnchorRule, ImpliedRule, PlaceRule, PredicateRule, Rule, StatusRule, TopicRule


class Pattern(Struct, frozen=True, kw_only=True):
    """A compiled rule over raw text."""

    id: str
    regex: re2._Regexp
    resolve: str = ""
    type: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    """The names of the groups with their numbers; a name that is written twice has two."""


class Wording(Struct, frozen=True, kw_only=True):
    """One way to tell an act: words that follow each other; None stands for up to five words."""

    words: tuple[str | None, ...]
    form: Literal["base", "third", "past", "participle", "gerund", "noun"]
    base: str
    rule: PredicateRule


class PlaceEntry(Struct, frozen=True, kw_only=True):
    """A place; `country` is the country's name, and `capital` whether the name also stands for its government."""

    name: str
    country: str
    code: str
    capital: bool = False
    is_country: bool = False


class Ruleset(Struct, frozen=True, kw_only=True):
    """All rules, compiled. `rules_hash` covers the rule files and the code that reads by them."""

    rules_hash: str
    abbreviations: frozenset[str]
    furniture: tuple[Pattern, ...]
    date_values: dict[str, dict[str, int | str]]
    dates: tuple[Pattern, ...]
    date_filter: re2.Filter
    """Tells at one go which of `dates` may match a text at all: most name a word that it does not have."""
    wordings: dict[str, tuple[Wording, ...]]
    verbal: frozenset[str]
    """The forms that are verbs of the lexicon by themselves, and no nouns of it."""
    forms: dict[str, Forms]
    titles: frozenset[str]
    organisation_words: frozenset[str]
    name_links: frozenset[str]
    person_links: frozenset[str]
    heads: dict[str, ActorRule]
    head_starts: frozenset[str]
    bodies: dict[str, str]
    """What a body of a state is called before "of" and its country: "foreign ministry" is the "Ministry of …"."""
    implied: dict[str, tuple[ImpliedRule, ...]]
    """By the wording of the act."""
    names: dict[str, PlaceEntry]
    demonyms: dict[str, PlaceEntry]
    countries: dict[str, str]
    """Their names of today by ISO 3166 alpha-3 code."""
    long_names: dict[str, tuple[tuple[str, ...], ...]]
    """Names of places that hold small words, by their first word, longest first: "Trinidad and Tobago"."""
    organisations: dict[str, tuple[str, str]]
    place_prepositions: dict[str, PlaceRule]
    status: dict[str, tuple[tuple[tuple[str, ...], StatusRule], ...]]
    said: dict[str, tuple[tuple[tuple[str, ...], PredicateRule], ...]]
    """What makes another act of a plain statement, by its first word."""
    intents: dict[str, PredicateRule]
    anchors: dict[str, tuple[tuple[tuple[str, ...], AnchorRule], ...]]
    topics: tuple[TopicRule, ...]
    topic_terms: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    qualifiers: dict[str, tuple[tuple[str, ...], ...]]
    multipliers: dict[str, int]
    number_words: dict[str, int]
    rules: tuple[tuple[str, Rule], ...]
    """Each with the file that it is in."""
    added: frozenset[str] = frozenset()
    """The ids of those that are not the package's own."""
