"""Who is who in one document: the mentions of all sentences, each with the actor it calls.

Surnames find their full names, short forms their organisations, "the group" the
organisation told last, "he" and "she" the person told last. Nothing is merged on the
strength of similar spelling: that is done across documents, by chronology.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from chronology_contracts.vocabulary import ParticipantKind, Sector
from msgspec import Struct

from ..ruleset import Ruleset
from .grammar import PREPOSITIONS, words
from .mentions import Mention
from .sentences import Sentence

_BARE_GOVERNMENT: Final = words("government authorities leadership regime state officials administration")
_PLURALS: Final = words("people police men women children youth")
NAME_LENGTH_MAX: Final = 200


class Actor(Struct, frozen=True, kw_only=True, gc=False):
    """Somebody whom a mention calls; `name` is the fullest name in the document."""

    name: str
    kind: ParticipantKind
    sector: Sector = ""
    country: str = ""
    office: str = ""


class Reference(Struct, frozen=True, kw_only=True, gc=False):
    """A mention and whom it calls; no actor where it calls a mere place or nobody known."""

    mention: Mention
    actor: Actor | None


def _is_plural(mention: Mention) -> bool:
    """Whether "they" can mean them: a description of several, or a people."""
    told = mention.head if mention.shape == "description" else mention.name
    return mention.shape in ("description", "people") and (told.endswith("s") or told.split()[-1] in _PLURALS)


def _alone(groups: Mapping[str, Actor]) -> Actor | None:
    """Of two groups "they" may mean either: then nobody is meant for sure."""
    return next(iter(groups.values())) if len(groups) == 1 else None


class Names(Struct, frozen=True, kw_only=True, gc=False):
    """What the whole document teaches: single words that stand for fuller names, and the country it is about."""

    persons: dict[str, str]
    organisations: dict[str, str]
    offices: dict[str, str]
    described: dict[str, str]
    country: str
    country_code: str


def cast(
    sentences: Sequence[Sentence], mentions: Sequence[tuple[Mention, ...]], rules: Ruleset
) -> tuple[tuple[Reference, ...], ...]:
    names = _learn(mentions, _appositions(sentences, mentions), rules)
    resolver = _Resolver(names)
    return tuple(resolver.sentence(sentence, found) for sentence, found in zip(sentences, mentions, strict=True))


def _appositions(
    sentences: Sequence[Sentence], mentions: Sequence[tuple[Mention, ...]]
) -> Iterator[tuple[Mention, Mention]]:
    """Names with what they are said to be: "Tarin, a group of lawyers", "Mirva Telen, the mayor"."""
    for sentence, found in zip(sentences, mentions, strict=True):
        for name, description in itertools.pairwise(found):
            between = sentence.tokens[name.last : description.first]
            if (
                name.shape in ("name", "person", "organisation")
                and description.shape == "description"
                and len(between) == 1
                and between[0].text == ","
                and sentence.tokens[description.first].lower in ("a", "an", "the")
            ):
                yield name, description


def _learn(
    mentions: Sequence[tuple[Mention, ...]], appositions: Iterable[tuple[Mention, Mention]], rules: Ruleset
) -> Names:
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
    described_as: dict[str, str] = {}
    for name, description in appositions:
        if description.kind in ("organisation", "government") and name.name not in persons:
            organisations.setdefault(name.name, name.name)
            described_as.setdefault(name.name, description.head)
        elif name.shape == "person":
            offices.setdefault(description.head, name.name)
    return Names(
        persons=persons, organisations=organisations, offices=offices, described=described_as,
        country=country, country_code=code,
    )  # fmt: skip


class _Resolver:
    """Walks the document once; it holds who was told of last.

    `by_head` are the bodies by the noun that ends their name or describes them: "the court", "the Centre".
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.details: dict[str, Actor] = {}
        self.person: Actor | None = None
        self.organisation: Actor | None = None
        self.groups: dict[str, Actor] = {}
        self.body: Actor | None = None
        self.by_head: dict[str, Actor] = {}

    def sentence(self, sentence: Sentence, mentions: tuple[Mention, ...]) -> tuple[Reference, ...]:
        references = []
        told: Actor | None = None
        within: Actor | None = None
        groups: dict[str, Actor] = {}
        body: Actor | None = None
        for mention in mentions:
            if mention.shape == "pronoun":
                called = {
                    "it": body or self.body,
                    "they": _alone(groups) if groups else _alone(self.groups),
                    "them": next(reversed((groups or self.groups).values()), None),
                }
                references.append(Reference(mention=mention, actor=called.get(mention.head, within or self.person)))
                continue
            actor = self._actor(mention)
            if actor is not None:
                behind_preposition = mention.first > 0 and sentence.tokens[mention.first - 1].lower in PREPOSITIONS
                if actor.kind == "person" and mention.shape in ("person", "name") and not behind_preposition:
                    told = told or actor
                    within = actor
                elif actor.kind == "organisation" and mention.shape in ("organisation", "name"):
                    self.organisation = actor
                if _is_plural(mention):
                    groups[actor.name] = actor
                if actor.kind in ("organisation", "government") and not behind_preposition:
                    body = body or actor
                self._remember(mention, actor)
            references.append(Reference(mention=mention, actor=actor))
        self.person = told or self.person
        self.groups, self.body = groups or self.groups, body or self.body
        return tuple(references)

    def _remember(self, mention: Mention, actor: Actor) -> None:
        if mention.shape not in ("organisation", "name") or actor.kind not in ("organisation", "government"):
            return
        for head in (actor.name.split()[-1].lower(), mention.head, self.names.described.get(actor.name, "")):
            if head:
                self.by_head[head] = actor

    def _actor(self, mention: Mention) -> Actor | None:
        if mention.shape == "place":
            return self._known(mention, mention.government, "government") if mention.government else None
        if mention.shape in ("person", "name"):
            return self._named(mention)
        if mention.shape == "organisation":
            name = self.names.organisations.get(mention.name, mention.name)
            short = self.by_head.get(name.lower()) if name == mention.name else None
            return short or self._known(mention, name, mention.kind)
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
            known = self._told_before(mention)
            if known is not None:
                return known
        name = mention.name[0].upper() + mention.name[1:]
        return self._known(mention, name, mention.kind)

    def _told_before(self, mention: Mention) -> Actor | None:
        """Whom "the minister", "the group", "the court" means, if the document has told."""
        head = mention.head
        office = self.names.offices.get(head)
        if mention.kind == "person":
            return self._known(mention, office, "person") if office is not None else None
        if head in self.by_head:
            return self.by_head[head]
        if mention.kind != "organisation" or head.endswith("s"):
            return None
        return self._known(mention, office, "organisation") if office is not None else self.organisation

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
