"""A mention: a piece of a sentence that calls somebody something; and what its readers share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, Literal

from chronology_contracts.vocabulary import ParticipantKind, Sector
from msgspec import Struct

from ..ruleset import PlaceEntry, Ruleset
from .grammar import words
from .sentences import Sentence, Token

Shape = Literal["person", "organisation", "place", "people", "description", "pronoun", "name", "thing"]

POSSESSIVES: Final = frozenset(["'s", "’s"])
_PLACE_TOKENS_MAX: Final = 3
_TITLE_TOKENS_MAX: Final = 4
CALENDAR: Final = words(
    """
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec
    """
)


ADJECTIVE: Final = "adjective"
"""The `head` of a place that only says whose something is: "a Peruvian plan"."""

ONLY_KNOWN: Final = "actor.known-body"
"""The rule whose nouns are as often things: "the command" is a body only where the document has told of one."""

TIMES: Final = words("former then new current acting ousted late newly-elected outgoing deposed")
"""Words before an office that say when it is held."""


CLAIMS: Final = words(
    "allegation allegations accusation accusations claim claims criticism statement figure complaint complaints version"
)
"""What somebody has said: where it is rejected, so is he."""

VERDICTS: Final = words("verdict ruling judgment judgement sentence acquittal")
_WITH_ARTICLE: Final = ("Republic", "Islands", "Union", "Emirates", "States", "Kingdom", "Federation")
_NAMED_WITH_ARTICLE: Final = words("Netherlands Philippines Gambia Bahamas Maldives Comoros Vatican")


def government_of(country: str) -> str:
    return f"Government of {after_of(country)}"


def after_of(country: str) -> str:
    """With the article that some names of countries have inside a sentence."""
    with_article = country.endswith(_WITH_ARTICLE) or country in _NAMED_WITH_ARTICLE
    return f"the {country}" if with_article else country


class Mention(Struct, frozen=True, kw_only=True, gc=False):
    """A piece of a sentence, from token `first` up to `last`, that calls somebody something.

    `name` is what is called, without article, title or what stands before it;
    `head` the noun of a description, `tail` what stands behind it and belongs to the name,
    `owner` the pronoun before it that says whose it is, `host` the government that a visitor of the place visits.
    """

    first: int
    last: int
    start: int
    end: int
    text: str
    name: str
    shape: Shape
    kind: ParticipantKind = "unknown"
    sector: Sector = ""
    country: str = ""
    government: str = ""
    host: str = ""
    office: str = ""
    head: str = ""
    definite: bool = False
    rule: str = ""
    alias: str = ""
    tail: str = ""
    owner: str = ""


@lru_cache(maxsize=4)
def _last_words(titles: frozenset[str]) -> frozenset[str]:
    """Worked out once for each set of rules."""
    return frozenset(title.split()[-1] for title in titles)


class Reader:
    """The tokens of a sentence and how pieces of them are looked up and cut out."""

    def __init__(self, sentence: Sentence, rules: Ruleset) -> None:
        self.tokens: tuple[Token, ...] = sentence.tokens
        self.rules = rules
        self.title_ends = _last_words(rules.titles)

    def mention(self, first: int, last: int, name_first: int, **more: Any) -> Mention:
        return Mention(
            first=first,
            last=last,
            start=self.tokens[first].start,
            end=self.tokens[last - 1].end,
            text=self.text(first, last),
            name=self.text(name_first, last),
            **more,
        )

    def text(self, first: int, last: int) -> str:
        """The words between two tokens, single-spaced; what stood together stays together."""
        if last - first == 1:
            return self.tokens[first].text
        parts = [self.tokens[first].text]
        for before, token in zip(self.tokens[first:last], self.tokens[first + 1 : last], strict=False):
            parts.append(token.text if token.start == before.end else f" {token.text}")
        return "".join(parts)

    def beside(self, at: int) -> bool:
        """Whether the token stands one blank behind the one before it."""
        return 0 < at < len(self.tokens) and self.tokens[at].start - self.tokens[at - 1].end == 1

    def place_at(self, at: int) -> PlaceEntry | None:
        """The place whose name begins here, an article aside."""
        at += at < len(self.tokens) and self.tokens[at].lower == "the"
        if at >= len(self.tokens) or not (self.tokens[at].capital or "-" in self.tokens[at].text):
            return None
        for length in range(_PLACE_TOKENS_MAX, 0, -1):
            if at + length <= len(self.tokens):
                entry = self.rules.names.get(self.text(at, at + length))
                if entry is not None:
                    return entry
        return None

    def origin_before(self, end: int) -> tuple[PlaceEntry | None, int]:
        """The place or people whose name ends right before token `end`, and where it begins."""
        if not end or not (self.tokens[end - 1].capital or "-" in self.tokens[end - 1].text):
            return None, end
        for length in range(_PLACE_TOKENS_MAX, 0, -1):
            if end - length >= 0:
                said = self.text(end - length, end)
                entry = self.rules.demonyms.get(said) or self.rules.names.get(said)
                if entry is not None:
                    return entry, end - length
        return None, end

    def title_before(self, end: int, floor: int) -> int:
        """Where the longest title that ends right before token `end` begins, `end` if there is none."""
        if not end or self.tokens[end - 1].lower not in self.title_ends:
            return end
        for length in range(_TITLE_TOKENS_MAX, 0, -1):
            first = end - length
            if first >= floor and " ".join(token.lower for token in self.tokens[first:end]) in self.rules.titles:
                return first
        return end

    def is_counted(self, at: int) -> bool:
        """A numeral, in figures or words."""
        token = self.tokens[at]
        return token.kind == "number" or token.lower in self.rules.number_words or token.lower in self.rules.multipliers

    def qualified(self, first: int) -> int:
        """With the words before a number that qualify it: "at least 1.1 million people"."""
        if not self.is_counted(first):
            return first
        for length in (4, 3, 2, 1):
            said = tuple(token.lower for token in self.tokens[max(0, first - length) : first])
            if len(said) == length and said in self.rules.qualifiers.get(said[0], ()):
                return first - length
        return first
