"""Actors: names and descriptions of those who can act, sentence by sentence.

Names are runs of capitals with the small words that names hold; descriptions are head
nouns of rules/actors.toml with what stands before them. `cast.py` then tells who is who
in the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from chronology_contracts.vocabulary import ParticipantKind, Sector
from msgspec import Struct
from msgspec.structs import replace

from ..ruleset import ActorRule, PlaceEntry, Ruleset
from .grammar import (
    ARTICLES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    SUBJECT_PRONOUNS,
    SUBORDINATORS,
    is_adverb,
    looks_verbal,
    words,
)
from .sentences import Sentence, Token

NAME_TOKENS_MAX: Final = 12
_MODIFIERS_MAX: Final = 5
_CALENDAR: Final = words(
    """
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec
    """
)
_NOT_NAMES: Final = words(
    """
    i the a an this that these those he she it they we you in on at by for from to with of and but or if when while
    as after before since during meanwhile however further thus instead more many most some several last next one
    two three four five six seven eight nine ten there their his her its our not no according earlier later despite
    following due although though because until under over about into through only even still also now then once
    both each every all what who where why how which whose yes so such other another first second will
    """
)

Shape = Literal["person", "organisation", "place", "people", "description", "pronoun", "name"]


class Mention(Struct, frozen=True, kw_only=True):
    """A piece of a sentence, from token `first` up to `last`, that calls somebody something.

    `name` is what is called, without article, title or what stands before it;
    `head` the noun of a description.
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
    office: str = ""
    head: str = ""
    definite: bool = False
    rule: str = ""
    alias: str = ""


def find(sentence: Sentence, rules: Ruleset, known_capitals: frozenset[str]) -> tuple[Mention, ...]:
    """The mentions of one sentence, left to right, none inside another."""
    return _Finder(sentence, rules, known_capitals).run()


def capitals(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Words that stand with a capital where no sentence begins, and so are names also where one does."""
    return frozenset(
        token.text
        for sentence in sentences
        if not sentence.heading
        for token in sentence.tokens[1:]
        if token.kind == "word" and token.capital
    )


class _Finder:
    """One walk over a sentence; it only holds what the steps of the walk share."""

    def __init__(self, sentence: Sentence, rules: Ruleset, known_capitals: frozenset[str]) -> None:
        self.tokens = sentence.tokens
        self.rules = rules
        self.known = known_capitals
        self.heading = sentence.heading
        self.found: list[Mention] = []

    def run(self) -> tuple[Mention, ...]:
        at = 0
        while at < len(self.tokens):
            mention = self._pronoun(at) or self._description(at) or self._name(at)
            if mention is None:
                at += 1
                continue
            while self.found and self.found[-1].first >= mention.first:
                self.found.pop()
            self.found.append(mention)
            at = max(mention.last, at + 1)
        return tuple(self.found)

    def _mention(self, first: int, last: int, name_first: int, **more: Any) -> Mention:
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        return Mention(
            first=first,
            last=last,
            start=start,
            end=end,
            text=self._text(first, last),
            name=self._text(name_first, last),
            **more,
        )

    def _text(self, first: int, last: int) -> str:
        """The words between two tokens, single-spaced; what stood together stays together."""
        parts = [self.tokens[first].text]
        for before, token in zip(self.tokens[first:last], self.tokens[first + 1 : last], strict=False):
            parts.append(token.text if token.start == before.end else f" {token.text}")
        return "".join(parts)

    def _pronoun(self, at: int) -> Mention | None:
        token = self.tokens[at]
        if token.lower not in SUBJECT_PRONOUNS and token.lower not in ("his", "her", "him"):
            return None
        return self._mention(at, at + 1, at, shape="pronoun", kind="person", head=token.lower)

    # --- names ---------------------------------------------------------------------------------------------------

    def _starts_name(self, at: int) -> bool:
        token = self.tokens[at]
        if token.kind != "word" or not token.capital or token.lower in _CALENDAR or token.text == "I":
            return False
        if token.lower in _NOT_NAMES:
            return False
        opens = at == 0 or (self.tokens[at - 1].kind == "mark" and self.tokens[at - 1].text in "\"“‘'.:•–—-")
        if not opens or token.text in self.known or token.text in self.rules.names or token.text in self.rules.demonyms:
            return True
        following = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if following is None or following.kind != "word" or not following.capital:
            return (
                (token.text.isupper() and len(token.text) > 1)
                or (following is not None and following.text in ("'s", "’s"))
                or (
                    not looks_verbal(token.lower)
                    and not is_adverb(token.lower)
                    and following is not None
                    and looks_verbal(following.lower)
                    and token.lower not in self.rules.heads
                )
            )
        return not is_adverb(token.lower)

    def _name(self, at: int) -> Mention | None:
        if not self._starts_name(at):
            return None
        last = self._name_end(at)
        first = name_first = at
        office, country = [], None
        # "Polish Foreign Minister Jan …": all up to the last title is no part of the name.
        titled = [reach for reach in range(at, last - 1) if self.tokens[reach].lower in self.rules.titles]
        if titled and all(token.kind == "mark" or token.capital for token in self.tokens[at : titled[-1]]):
            name_first = titled[-1] + 1 + (self.tokens[titled[-1] + 1].text == "." and titled[-1] + 2 < last)
        for token in self.tokens[at:name_first]:
            country = self.rules.demonyms.get(token.text) or country
            office.append(token.text)
        while (
            first
            and self.tokens[first - 1].lower in self.rules.titles
            and self.tokens[first - 1].text not in self.rules.names
        ):
            first -= 1
            office.insert(0, self.tokens[first].text)
        named = self._named(first, name_first, last, " ".join(office), country)
        return self._with_head(named) if named is not None and named.shape == "name" else named

    def _with_head(self, named: Mention) -> Mention:
        """ "The Tarin group": the noun behind the name says what it is."""
        if named.last >= len(self.tokens) or self.tokens[named.last].start - named.end != 1:
            return named
        head = self.tokens[named.last]
        rule = self.rules.heads.get(head.lower)
        if rule is None or rule.kind != "organisation":
            return named
        return replace(
            named,
            last=named.last + 1,
            end=head.end,
            text=f"{named.text} {head.text}",
            shape="organisation",
            kind="organisation",
            sector=rule.sector,
            head=head.lower,
            rule=rule.id,
        )

    def _name_end(self, at: int) -> int:
        last = at + 1
        organisation = self._is_organisation_word(at)
        while last < len(self.tokens) and last - at < NAME_TOKENS_MAX:
            token = self.tokens[last]
            gap = token.start - self.tokens[last - 1].end
            if gap > 2:
                break
            if (
                token.kind == "word"
                and token.capital
                and token.lower not in _CALENDAR
                and token.lower not in _NOT_NAMES
                and token.text not in ("'s", "’s")
            ):
                organisation = organisation or self._is_organisation_word(last)
                last += 1
                continue
            if token.text == "." and len(self.tokens[last - 1].text) == 1 and gap == 0:
                last += 1
                continue
            reach = self._link(at, last, organisation)
            if reach == last:
                break
            last = reach
        return last

    def _link(self, at: int, last: int, organisation: bool) -> int:
        """Where the name goes on behind small words, if it does: "Society for …", "Ludwig van …"."""
        links = self.rules.name_links if organisation else self.rules.person_links
        reach = last
        while reach < len(self.tokens) and reach - last < 2 and self.tokens[reach].lower in links:
            if self.tokens[reach].lower in ("and", "in", "on") and not any(
                token.lower in ("of", "for") for token in self.tokens[at:last]
            ):
                return last
            reach += 1
        if reach == last or reach >= len(self.tokens):
            return last
        token = self.tokens[reach]
        follows = (
            token.kind == "word" and token.capital and token.lower not in _CALENDAR and token.lower not in _NOT_NAMES
        )
        return reach if follows else last

    def _is_organisation_word(self, at: int) -> bool:
        return self.tokens[at].lower in self.rules.organisation_words

    def _named(self, first: int, name_first: int, last: int, office: str, country: PlaceEntry | None) -> Mention | None:
        name = self._text(name_first, last)
        shown = {"country": country.code if country else "", "office": office}
        place = self.rules.names.get(name)
        if place is not None and not office:
            government = f"Government of {place.country}" if place.is_country or place.capital else ""
            return self._mention(
                first,
                last,
                name_first,
                shape="place",
                kind="government" if government else "unknown",
                sector="GOV" if government else "",
                government=government,
                country=place.code,
            )
        if name in self.rules.organisations:
            return self._mention(
                first,
                last,
                name_first,
                shape="organisation",
                kind="organisation",
                head=self.rules.organisations[name][0],
            )
        entry = self.rules.demonyms.get(name)
        if entry is not None:
            plural = name.endswith("s") or (
                last >= len(self.tokens)
                or self.tokens[last].kind != "word"
                or self.tokens[last].lower in CONJUNCTIONS
                or self.tokens[last].lower in PREPOSITIONS
                or looks_verbal(self.tokens[last].lower)
            )
            return (
                self._mention(first, last, name_first, shape="people", kind="group", sector="CVL", country=entry.code)
                if plural
                else None
            )
        if any(self._is_organisation_word(at) for at in range(name_first, last)) and not office:
            inside = next(
                (
                    self.rules.names.get(self.tokens[at].text) or self.rules.demonyms.get(self.tokens[at].text)
                    for at in range(name_first, last)
                    if self.tokens[at].text in self.rules.names or self.tokens[at].text in self.rules.demonyms
                ),
                None,
            )
            return self._organisation(first, name_first, last, inside)
        length = sum(self.tokens[at].kind == "word" for at in range(name_first, last))
        if office or 2 <= length <= 5:
            return self._mention(first, last, name_first, shape="person", kind="person", **shown)
        return self._mention(first, last, name_first, shape="name", **shown)

    def _organisation(self, first: int, name_first: int, last: int, inside: PlaceEntry | None) -> Mention:
        """With its short form, where one follows in brackets."""
        head = self.tokens[last - 1].lower
        rule = next(
            (
                self.rules.heads[token.lower]
                for token in self.tokens[name_first:last]
                if token.lower in self.rules.heads
            ),
            None,
        )
        alias = ""
        if (
            last + 2 < len(self.tokens)
            and self.tokens[last].text == "("
            and self.tokens[last + 2].text == ")"
            and self.tokens[last + 1].text.isupper()
        ):
            alias = self.tokens[last + 1].text
        return self._mention(
            first, last, name_first, shape="organisation",
            kind=rule.kind if rule and rule.kind == "government" else "organisation",
            sector=rule.sector if rule else "", country=inside.code if inside else "", head=head, alias=alias,
        )  # fmt: skip

    # --- descriptions --------------------------------------------------------------------------------------------

    def _description(self, at: int) -> Mention | None:
        """A head noun of the rules, two or three words first, with the words before it that belong to it."""
        for length in (3, 2, 1):
            if at + length > len(self.tokens):
                continue
            words = " ".join(token.lower for token in self.tokens[at : at + length])
            rule = self.rules.heads.get(words)
            if rule is None:
                continue
            if self._is_inside_name(at, at + length):
                return None
            first, country, definite = self._before(at)
            last = at + length
            if (
                last < len(self.tokens)
                and self.tokens[last].lower in self.rules.heads
                and self.tokens[last].start - self.tokens[last - 1].end == 1
            ):
                return None
            if (
                last < len(self.tokens)
                and self._starts_name(last)
                and self.tokens[last].text not in self.rules.demonyms
                and self.tokens[last].start - self.tokens[last - 1].end == 1
            ):
                named = self._name(last)
                if (
                    named is not None
                    and named.shape in ("person", "name", "organisation")
                    and not words.endswith("ies")
                ):
                    return self._joined(first, last, named, words, country, rule)
            government = ""
            if rule.id == "actor.government":
                country = country or self._country_after(last)
                government = f"Government of {country.country}" if country is not None else ""
            name_first = first
            while name_first < at and (
                self.tokens[name_first].lower in DETERMINERS
                or self.tokens[name_first].kind == "number"
                or self.tokens[name_first].lower in self.rules.number_words
                or self.tokens[name_first].lower in self.rules.multipliers
            ):
                name_first += 1
            return self._mention(
                self._qualified(first), last, name_first, shape="description",
                kind=rule.kind, sector=rule.sector, country=country.code if country else "",
                government=government, head=words, definite=definite and name_first == at, rule=rule.id,
            )  # fmt: skip
        return None

    def _is_inside_name(self, first: int, last: int) -> bool:
        """Capital words beside a capital head noun are one name: "Interior Ministry"."""
        return not (not self.tokens[first].capital or first == 0)

    def _before(self, at: int) -> tuple[int, PlaceEntry | None, bool]:
        first, country, definite = at, None, False
        while first and at - first < _MODIFIERS_MAX:
            token = self.tokens[first - 1]
            if token.kind == "mark" or token.start - token.end > 2:
                break
            entry = self.rules.demonyms.get(token.text) or self.rules.names.get(token.text)
            if entry is not None and not (first >= 2 and self.tokens[first - 2].lower == "in"):
                country = country or entry
            elif token.text in ("'s", "’s"):
                owner = self.rules.names.get(self.tokens[first - 2].text) if first >= 2 else None
                if owner is None:
                    break
                country = country or owner
                first -= 1
            elif token.lower in DETERMINERS:
                definite = token.lower in ("the", "this", "that")
                first -= 1
                break
            elif token.capital or not (_is_modifier(token, self.rules) or self._is_participle(first - 1)):
                break
            first -= 1
        return first, country, definite

    def _is_participle(self, at: int) -> bool:
        """ "The jailed poet": between an article or preposition and its noun a participle only describes."""
        token = self.tokens[at]
        before = self.tokens[at - 1].lower if at else ""
        return (before in DETERMINERS or before in PREPOSITIONS) and token.lower.endswith("ed")

    def _qualified(self, first: int) -> int:
        """With the words before a number that qualify it: "at least 1.1 million people"."""
        if (
            self.tokens[first].kind != "number"
            and self.tokens[first].lower not in self.rules.number_words
            and self.tokens[first].lower not in self.rules.multipliers
        ):
            return first
        for length in (4, 3, 2, 1):
            words = tuple(token.lower for token in self.tokens[max(0, first - length) : first])
            if len(words) == length and words in self.rules.qualifiers.get(words[0], ()):
                return first - length
        return first

    def _country_after(self, last: int) -> PlaceEntry | None:
        if last + 1 < len(self.tokens) and self.tokens[last].lower == "of":
            return self.rules.names.get(self.tokens[last + 1].text)
        return None

    def _joined(
        self, first: int, last: int, named: Mention, words: str, country: PlaceEntry | None, rule: ActorRule
    ) -> Mention:
        """A description with the name behind it: "the rights group Tarin", "opposition leader Mirva Telen"."""
        organisation = rule.kind in ("organisation", "government") or named.shape == "organisation"
        office = " ".join(part for part in (words, named.office) if part and not organisation)
        return Mention(
            first=first,
            last=named.last,
            start=self.tokens[first].start,
            end=named.end,
            text=self._text(first, named.last),
            name=named.name,
            shape="organisation" if organisation else "person",
            kind="organisation" if organisation else "person",
            sector=rule.sector,
            country=country.code if country else named.country,
            office=office,
            head=words,
            alias=named.alias,
            rule=rule.id,
        )


def _is_modifier(token: Token, rules: Ruleset) -> bool:
    lower = token.lower
    if token.kind == "number" or lower in rules.number_words:
        return True
    if (
        lower in PREPOSITIONS
        or lower in CONJUNCTIONS
        or lower in SUBORDINATORS
        or lower in ARTICLES
        or is_adverb(lower)
    ):
        return False
    return not looks_verbal(lower) and lower not in rules.wordings
