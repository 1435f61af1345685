"""Who is who in one document: the mentions of all sentences, each with the actor it calls.

Surnames find their full names, short forms their organisations, "the group" the
organisation told last, "he" and "she" the person told last. Nothing is merged on the
strength of similar spelling: that is done across documents, by chronology.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from chronology_contracts.vocabulary import ParticipantKind, Sector
from msgspec import Struct

from ..ruleset import Ruleset
from .mentions import Mention
from .grammar import PREPOSITIONS, words
from .sentences import Sentence

_BARE_GOVERNMENT: Final = words("government authorities leadership regime state officials administration")
NAME_LENGTH_MAX: Final = 200


class Actor(Struct, frozen=True, kw_only=True):
    """Somebody whom a mention calls; `name` is the fullest name in the document."""

    name: str
    kind: ParticipantKind
    sector: Sector = ""
    country: str = ""
    office: str = ""


class Reference(Struct, frozen=True, kw_only=True):
    """A mention and whom it calls; no actor where it calls a mere place or nobody known."""

    mention: Mention
    actor: Actor | None


class Names(Struct, frozen=True, kw_only=True):
    """What the whole document teaches: single words that stand for fuller names, and the country it is about."""

    persons: dict[str, str]
    organisations: dict[str, str]
    offices: dict[str, str]
    country: str
    country_code: str


def cast(
    sentences: Sequence[Sentence], mentions: Sequence[tuple[Mention, ...]], rules: Ruleset
) -> tuple[tuple[Reference, ...], ...]:
    names = _learn(mentions, rules)
    resolver = _Resolver(names)
    return tuple(resolver.sentence(sentence, found) for sentence, found in zip(sentences, mentions, strict=True))


def _learn(mentions: Sequence[tuple[Mention, ...]], rules: Ruleset) -> Names:
    persons: dict[str, str] = {}
    organisations: dict[str, str] = {}
    offices: dict[str, str] = {}
    countries: Counter[tuple[str, str]] = Counter()
    by_code = {entry.code: entry.country for entry in rules.names.values()}
    every = [mention for found in mentions for mention in found]
    for mention in every:
        words = mention.name.split()
        if mention.country and mention.country in by_code:
            countries[(by_code[mention.country], mention.country)] += 1
        if mention.shape == "person" and len(words) > 1:
            for word in (words[-1], words[0]):
                # The first full name that holds a word keeps it; a fuller form of the same name takes it over.
                known = persons.get(word)
                if known is None or (mention.name != known and set(known.split()) < set(words)):
                    persons[word] = mention.name
            if mention.office:
                offices.setdefault(mention.office.lower().split()[-1], mention.name)
        elif mention.shape == "organisation":
            organisations.setdefault(mention.name, mention.name)
            described = (
                mention.head
                if mention.text.lower().startswith(("the ", "a ", "an ")) and not mention.head.istitle()
                else ""
            )
            if (described and " " not in mention.name) or (described and mention.head not in mention.name.lower()):
                offices.setdefault(mention.head, mention.name)
            if mention.alias:
                organisations[mention.alias] = mention.name
            initials = "".join(word[0] for word in words if word[0].isupper())
            if len(initials) > 2:
                organisations.setdefault(initials, mention.name)
    country, code = min(countries, key=lambda key: (-countries[key], key)) if countries else ("", "")
    return Names(persons=persons, organisations=organisations, offices=offices, country=country, country_code=code)


class _Resolver:
    """Walks the document once; it holds who was told of last."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.details: dict[str, Actor] = {}
        self.person: Actor | None = None
        self.organisation: Actor | None = None

    def sentence(self, sentence: Sentence, mentions: tuple[Mention, ...]) -> tuple[Reference, ...]:
        references = []
        told: Actor | None = None
        within: Actor | None = None
        for mention in mentions:
            if mention.shape == "pronoun":
                references.append(Reference(mention=mention, actor=within or self.person))
                continue
            actor = self._actor(mention)
            if actor is not None:
                behind_preposition = mention.first > 0 and sentence.tokens[mention.first - 1].lower in PREPOSITIONS
                if actor.kind == "person" and mention.shape in ("person", "name") and not behind_preposition:
                    told = told or actor
                    within = actor
                elif actor.kind == "organisation" and mention.shape in ("organisation", "name"):
                    self.organisation = actor
            references.append(Reference(mention=mention, actor=actor))
        self.person = told or self.person
        return tuple(references)

    def _actor(self, mention: Mention) -> Actor | None:
        if mention.shape == "place":
            return self._known(mention, mention.government, "government") if mention.government else None
        if mention.shape in ("person", "name"):
            return self._named(mention)
        if mention.shape == "organisation":
            name = self.names.organisations.get(mention.name, mention.name)
            return self._known(mention, name, mention.kind)
        if mention.shape == "description":
            return self._described(mention)
        return self._known(mention, mention.name, mention.kind)

    def _named(self, mention: Mention) -> Actor | None:
        words = mention.name.split()
        full = self.names.persons.get(mention.name) or self.names.persons.get(words[-1])
        if full is not None and (len(words) == 1 or set(words) <= set(full.split())):
            return self._known(mention, full, "person")
        if mention.shape == "person":
            return self._known(mention, mention.name, "person")
        organisation = self.names.organisations.get(mention.name)
        if organisation is not None:
            return self._known(mention, organisation, "organisation")
        return self._known(mention, mention.name, mention.kind)

    def _described(self, mention: Mention) -> Actor | None:
        if mention.government:
            return self._known(mention, mention.government, "government")
        if mention.head in _BARE_GOVERNMENT and len(mention.name.split()) == 1 and self.names.country:
            actor = self._known(mention, f"Government of {self.names.country}", "government")
            return Actor(
                name=actor.name, kind="government", sector="GOV", country=actor.country or self.names.country_code
            )
        if mention.definite and mention.name.lower() == mention.head:
            if mention.kind == "person" and mention.head in self.names.offices:
                return self._known(mention, self.names.offices[mention.head], "person")
            if mention.kind == "organisation" and mention.head in self.names.offices:
                return self._known(mention, self.names.offices[mention.head], "organisation")
            if mention.kind == "organisation" and not mention.head.endswith("s") and self.organisation is not None:
                return self.organisation
        name = mention.name[0].upper() + mention.name[1:]
        return self._known(mention, name, mention.kind)

    def _known(self, mention: Mention, name: str, kind: ParticipantKind) -> Actor:
        """The actor of this name, with whatever the document has told of it so far."""
        name = name[:NAME_LENGTH_MAX]
        before = self.details.get(name)
        actor = Actor(
            name=name,
            kind=before.kind if before and before.kind != "unknown" else kind,
            sector=(before.sector if before else "") or mention.sector,
            country=(before.country if before else "") or mention.country,
            office=((before.office if before else "") or mention.office)[:NAME_LENGTH_MAX],
        )
        self.details[name] = actor
        return actor
