"""What a whole document teaches of those it tells of: short forms of names, offices, homes, and its own country."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from ..ruleset import Ruleset
from .grammar import words
from .mentions import Mention
from .sentences import Sentence

_APPOSED: Final = words("a an the his her its")
_NAMED: Final = ("name", "person", "organisation")
_INITIALS_MIN: Final = 3
_NEARLY: Final = 2
_BETWEEN_MAX: Final = 4
_BEHIND_DATELINE: Final = (",", "(", "–", "—", "-", ":")
_TOLD_MIN: Final = 3
LEAD_SENTENCES: Final = 4


class Names(Struct, frozen=True, kw_only=True, gc=False):
    """Short forms and the full names that they stand for.

    `offices` has, by office and by its last word, all who hold it in the document; `described` the noun that says
    what an organisation is; `homes` the countries that persons are said to come from; `countries` the names and codes
    of the countries of which it tells most, the second only if it tells of it nearly as often.
    """

    persons: dict[str, str]
    organisations: dict[str, str]
    offices: dict[str, tuple[str, ...]]
    described: dict[str, str]
    homes: dict[str, str]
    countries: tuple[tuple[str, str], ...]


def learn(sentences: Sequence[Sentence], mentions: Sequence[tuple[Mention, ...]], rules: Ruleset) -> Names:
    lesson = _Lesson(rules)
    for sentence, found in zip(sentences, mentions, strict=True):
        titled = is_titled(sentence)
        for mention in found:
            lesson.take(mention, titled=titled)
    lesson.countries = with_own(lesson.countries, zip(sentences[:LEAD_SENTENCES], mentions, strict=False))
    lesson.take_appositions(_appositions(sentences, mentions))
    return lesson.learnt()


def with_own(counted: Counter[str], lead: Iterable[tuple[Sentence, Sequence[Mention]]]) -> Counter[str]:
    """How often a document tells of each country, the one that it is written from first where it tells of it at all.

    A dateline may name the seat of a foreign body as well, of whose country the text says nothing more.
    """
    for sentence, mentions in lead:
        if not mentions or mentions[0].first > 1 or mentions[0].shape != "place":
            continue
        mention = mentions[0]
        behind = sentence.tokens[mention.last].text if mention.last < len(sentence.tokens) else ""
        told, most = counted[mention.country], max(counted.values(), default=0)
        if behind in _BEHIND_DATELINE and _TOLD_MIN <= told < most and told * _NEARLY * _NEARLY >= most:
            return Counter({mention.country: _NEARLY * most}) + counted
    return counted


def is_titled(sentence: Sentence) -> bool:
    """ "Mayor Jailed for Killing": each word has its capital, and so tells no name."""
    if not sentence.heading:
        return False
    words = [token for token in sentence.tokens if token.kind == "word" and len(token.text) > _NEARLY + 1]
    return len(words) > _NEARLY and all(token.capital for token in words)


def short_forms(name: str, links: Iterable[str]) -> list[str]:
    """The words of a name that alone may stand for it, the likeliest first.

    Where the family name stands, depends on the language: last in most of Europe, first in China, last but one with
    two surnames. An Arabic article may be left out: "al-Tarini" is "Tarini".
    """
    parts = name.split()
    likely = [parts[-1], parts[0], *parts[1:-1]]
    found = [word for word in dict.fromkeys(likely) if word[:1].isupper() or "-" in word]
    for word in list(found):
        article, hyphen, rest = word.partition("-")
        if hyphen and article.lower() in links and rest[:1].isupper():
            found += [rest, f"{article.capitalize()}-{rest}", f"{article.lower()}-{rest}"]
    return found


class _Lesson:
    def __init__(self, rules: Ruleset) -> None:
        self.rules = rules
        self.persons: dict[str, str] = {}
        self.organisations: dict[str, str] = {}
        self.offices: dict[str, dict[str, None]] = {}
        self.described: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        self.known: dict[str, set[str]] = {}
        self.countries: Counter[str] = Counter()

    def take(self, mention: Mention, *, titled: bool = False) -> None:
        if mention.country in self.rules.countries:
            self.countries[mention.country] += 1
        if titled:
            return
        if mention.shape == "person" and " " in mention.name:
            self._take_person(mention)
        elif mention.shape == "organisation":
            self._take_organisation(mention)

    def _take_person(self, mention: Mention) -> None:
        parts = set(mention.name.split())
        for word in short_forms(mention.name, self.rules.person_links):
            # The first full name that holds a word keeps it; a fuller form of the same name takes it over.
            known = self.persons.get(word)
            if known is None or (mention.name != known and set(known.split()) < parts):
                self.persons[word] = mention.name
        if mention.office:
            self._take_office(mention.office.lower(), mention.name)

    def _take_office(self, office: str, name: str) -> None:
        for key in (office, office.split()[-1]):
            self.offices.setdefault(key, {})[name] = None

    def _take_organisation(self, mention: Mention) -> None:
        known = self.rules.organisations.get(mention.name)
        if known is not None:
            self.known.setdefault(known[0], set()).add(mention.name)
        self.organisations.setdefault(mention.name, mention.name)
        described = mention.text.lower().startswith(("the ", "a ", "an ")) and not mention.head.istitle()
        if described and (" " not in mention.name or mention.head not in mention.name.lower()):
            self._take_office(mention.head, mention.name)
        if mention.alias:
            self.organisations[mention.alias] = mention.name
        initials = "".join(word[0] for word in mention.name.split() if word[0].isupper())
        if len(initials) >= _INITIALS_MIN:
            self.organisations.setdefault(initials, mention.name)

    def take_appositions(self, appositions: Iterable[tuple[Mention, Mention]]) -> None:
        for name, description in appositions:
            stands_for = description.kind in ("organisation", "government") and not name.office
            if stands_for and (name.shape != "person" or description.kind == "organisation"):
                if name.shape != "person" and name.name in self.persons:
                    continue
                self.persons = {form: full for form, full in self.persons.items() if full != name.name}
                self.organisations.setdefault(name.name, name.name)
                self.described.setdefault(name.name, description.head)
            elif name.shape == "person":
                self._take_office(description.head, self.persons.get(name.name.split()[-1], name.name))
                if description.country:
                    # "Mirva Telen, a leading Peruvian poet": where she belongs.
                    self.homes.setdefault(name.name, description.country)

    def learnt(self) -> Names:
        for name, forms in self.known.items():
            # "EU", where the document also has "European Union".
            self.organisations.update(dict.fromkeys(forms, name) if name in forms else {})
        told = self.countries
        most = sorted(told, key=lambda each: (-told[each], self.rules.countries[each]))[:2]
        return Names(
            persons=self.persons,
            organisations=self.organisations,
            offices={office: tuple(holders) for office, holders in self.offices.items()},
            described=self.described,
            homes=self.homes,
            countries=tuple(
                (self.rules.countries[code], code) for code in most if _NEARLY * told[code] >= told[most[0]]
            ),
        )


def _appositions(
    sentences: Sequence[Sentence], mentions: Sequence[tuple[Mention, ...]]
) -> Iterator[tuple[Mention, Mention]]:
    """Names with what they are said to be: "Tarin, a group of lawyers", "the mayor, Mirva Telen,"."""
    for sentence, found in zip(sentences, mentions, strict=True):
        for first, second in itertools.pairwise(found):
            between = sentence.tokens[first.last : second.first + 1]
            if len(between) < 2 or len(between) > _BETWEEN_MAX or between[0].text != ",":
                continue
            if first.shape in _NAMED and second.shape == "description":
                # "Mirva Telen, a leading Peruvian poet".
                if between[1].lower in _APPOSED and all(token.kind == "word" for token in between[1:]):
                    yield first, second
            elif (
                len(between) == 2
                and first.shape == "description"
                and second.shape == "person"
                and first.kind == "person"
            ):
                last = second.last
                if last >= len(sentence.tokens) or sentence.tokens[last].text == ",":
                    yield second, first
