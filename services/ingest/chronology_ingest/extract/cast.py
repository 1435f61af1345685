"""Who is who in one document: the mentions of all sentences, each with the actor it calls.

Surnames find their full names, short forms their organisations, "the group" the
organisation told last, "he" and "she" the person told last. Nothing is merged on the
strength of similar spelling: that is done across documents, by chronology.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chronology_contracts.vocabulary import ParticipantKind
from msgspec.structs import replace

from ..ruleset import Ruleset
from .apposition import is_behind_preposition, joined, owns, put_together
from .grammar import words
from .learning import Names, is_titled, learn
from .mentions import CLAIMS, ONLY_KNOWN, TIMES, VERDICTS, Mention, government_of
from .references import NAME_LENGTH_MAX, Actor, Reference
from .sentences import Sentence
from .tails import said_within

__all__ = ["Actor", "Reference", "cast"]

_BARE_GOVERNMENT: Final = words("government authorities leadership regime state officials administration") | {
    "state leadership"
}
_PLURALS: Final = words("people police men women children youth")
_SAYING: Final = words(
    """
    said says added adds told warned explained emphasized emphasised stressed stated noted criticized criticised
    demanded called urged concluded continued commented insisted argued claimed declared complained asked appealed
    """
)
_CLAIMING: Final = words(
    """
    accused accuses alleged alleges claims denied condemned blamed protested reported criticises requested proposed
    offered testified recommended called calls wrote asks demands
    """
)
_SEXES: Final = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}
_SAID_BEFORE: Final = CLAIMS | VERDICTS
_PERSONS_MAX: Final = 6
_HEARD_MAX: Final = 3
"""So many sentences back a claim is answered."""

_SEVERAL: Final = {"they": 0, "both": 2, "two": 2, "pair": 2, "couple": 2, "three": 3}
"""How many each of these calls, 0 if any number."""


def _is_plural(mention: Mention) -> bool:
    """Whether "they" can mean them: a description of several, or a people."""
    told = mention.head if mention.shape == "description" else mention.name
    return mention.shape in ("description", "people") and (told.endswith("s") or told.split()[-1] in _PLURALS)


def _is_bare(mention: Mention) -> bool:
    """ "The authorities", "the new state leadership": no other one than the country's own."""
    return all(word in ("new", "state", mention.head) for word in mention.name.lower().split())


def _bare(mention: Mention) -> str:
    """ "The former president" is "president"."""
    return " ".join(word for word in mention.name.lower().split() if word not in TIMES)


def _speaks(sentence: Sentence, pronoun: Mention) -> bool:
    """ "He demanded": whoever spoke last."""
    return any(token.lower in _SAYING for token in sentence.tokens[pronoun.last : pronoun.last + 3])


def _alone(groups: Mapping[str, Actor]) -> Actor | None:
    """Of two groups "they" may mean either: then nobody is meant for sure."""
    return next(iter(groups.values())) if len(groups) == 1 else None


def cast(
    sentences: Sequence[Sentence], mentions: Sequence[tuple[Mention, ...]], rules: Ruleset
) -> tuple[tuple[Reference, ...], ...]:
    resolver = _Resolver(learn(sentences, mentions, rules))
    return tuple(resolver.sentence(sentence, found) for sentence, found in zip(sentences, mentions, strict=True))


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
        self.owners: dict[str, Actor | None] = {}
        self.ahead: tuple[tuple[Mention, ...], int] = ((), 0)
        self.speaker: Actor | None = None
        self.named: Actor | None = None
        self.together: tuple[Actor, ...] = ()
        self.in_office: dict[str, Actor] = {}
        self.spoke: tuple[Actor | None, ...] = ()
        self.court: Actor | None = None
        self.titled = False
        self.before_last: Actor | None = None
        self.sexes: dict[str, str] = {}
        self.persons: dict[str, Actor] = {}
        self.same_head: dict[str, dict[str, Actor]] = {}

    def sentence(self, sentence: Sentence, mentions: tuple[Mention, ...]) -> tuple[Reference, ...]:
        references: list[Reference] = []
        self.titled = is_titled(sentence)
        told: Actor | None = None
        within: Actor | None = None
        groups: dict[str, Actor] = {}
        body: Actor | None = None
        owning: Actor | None = None
        speaker: Actor | None = None
        governed_end = -1
        for number, mention in enumerate(mentions):
            self.ahead = (mentions, number + 1)
            if mention.shape == "pronoun" and mention.head in _SAID_BEFORE:
                references.append(Reference(mention=mention, actor=self._claimant(mention, references)))
                continue
            if mention.shape == "pronoun":
                speaker_meant = self.speaker if _speaks(sentence, mention) else None
                person = within or speaker_meant or self.person or self.speaker or self.named
                called = self._pronoun(mention, groups or self.groups, person, body)
                if called.actor is not None and called.actor.kind == "group":
                    groups[called.actor.name] = called.actor
                references.append(called)
                continue
            before = references[-1] if references else None
            if mention.owner:
                self.owners = {"its": owning or body, "his": within or self.person, "her": within or self.person}
            if before is not None and owns(sentence, before.mention, mention):
                self.owners = {"'s": before.actor}
                mention = replace(mention, owner="'s")
            actor = self._actor(mention)
            if actor is not None:
                # "According to her lawyer, Mirva Telen, …": the name is as little told of as what it explains.
                behind_preposition = is_behind_preposition(sentence, mention) or (
                    mention.first == governed_end + 1 and sentence.tokens[governed_end].text == ","
                )
                somebody = mention.shape == "description" and mention.kind in ("person", "group")
                governed_end = mention.last if behind_preposition and somebody else -1
                if actor.kind == "person" and mention.shape in ("person", "name"):
                    self.named = actor
                    self.persons.pop(actor.name, None)
                    self.persons = {actor.name: actor, **self.persons}
                    if len(self.persons) > _PERSONS_MAX:
                        self.persons.popitem()
                if actor.kind == "person" and mention.shape in ("person", "name") and not behind_preposition:
                    if mention.first and sentence.tokens[mention.first - 1].lower in _SAYING:
                        # "…," said X: of whom the text goes on to tell, is another.
                        speaker = actor
                    else:
                        told = told or actor
                    within = actor
                elif actor.kind == "organisation" and mention.shape in ("organisation", "name", "person"):
                    self.organisation = actor
                    # "Chile banned the Tarin Party and jailed its members".
                    owning = actor
                if _is_plural(mention) and not behind_preposition:
                    groups[actor.name] = actor
                if actor.kind in ("organisation", "government") and not behind_preposition:
                    body = body or actor
                self._remember(mention, actor)
            references.append(Reference(mention=mention, actor=actor))
        self.before_last = self.person if any(each.actor == self.person for each in references) else None
        self.person, self.speaker = told or self.person, speaker or (None if told else self.speaker)
        self.groups, self.body = groups or self.groups, body or self.body
        again = self.together if any(reference.also for reference in references) else ()
        self.together = joined(sentence, references) or again
        told_by = tuple(put_together(sentence, references))
        self._hear(sentence, told_by)
        return told_by

    def _hear(self, sentence: Sentence, references: Sequence[Reference]) -> None:
        """Remembers who has claimed something in the last few sentences, and which court was told of last."""
        tokens = sentence.tokens
        spoke = None
        for reference in references:
            actor, first, last = reference.actor, reference.mention.first, reference.mention.last
            if actor is None:
                continue
            if "court" in actor.name.lower() or "tribunal" in actor.name.lower():
                self.court = actor
            inverted = first > 1 and tokens[first - 1].lower in _SAYING and tokens[first - 2].kind == "mark"
            behind = tokens[last : last + 2]
            if inverted or any(token.lower in _SAYING or token.lower in _CLAIMING for token in behind):
                spoke = actor
        self.spoke = (*self.spoke[1 - _HEARD_MAX :], spoke)

    def _claimant(self, mention: Mention, references: Sequence[Reference]) -> Actor | None:
        if mention.head in VERDICTS:
            return self.court
        here = {reference.actor.name for reference in references if reference.actor is not None}
        return next((each for each in reversed(self.spoke) if each is not None and each.name not in here), None)

    def _pronoun(
        self, mention: Mention, groups: dict[str, Actor], person: Actor | None, body: Actor | None
    ) -> Reference:
        if mention.head == "it":
            return Reference(mention=mention, actor=body or self.body)
        if mention.head == "them":
            return Reference(mention=mention, actor=next(reversed(groups.values()), None))
        if mention.head not in _SEVERAL:
            return Reference(mention=mention, actor=self._of_sex(mention.head, person))
        count = _SEVERAL[mention.head]
        if self.together and count in (0, len(self.together)):
            return Reference(mention=mention, actor=self.together[0], also=self.together[1:])
        return Reference(mention=mention, actor=None if count else _alone(groups))

    def _of_sex(self, head: str, likely: Actor | None) -> Actor | None:
        """The likely one, unless the text has called that one otherwise, or another the same just before."""
        sex = _SEXES.get(head, "")
        if likely is None or likely.kind != "person" or not sex:
            return likely
        known = self.sexes.get(likely.name, "")
        if known != sex:
            other = next((each for each in self.persons.values() if self.sexes.get(each.name) == sex), None)
            before = self.before_last
            if known:
                return other or next((each for each in self.persons.values() if each.name not in self.sexes), likely)
            if head in ("he", "she") and other is not None and before is not None and before.name == other.name:
                return other
        self.sexes.setdefault(likely.name, sex)
        return likely

    def _remember(self, mention: Mention, actor: Actor) -> None:
        if self.titled or actor.kind not in ("organisation", "government"):
            return
        if mention.shape == "description" and actor.kind == "organisation" and _bare(mention) != mention.head:
            # "A Lima-based rights group … The group".
            self.by_head[mention.head.split()[-1]] = actor
        if mention.shape not in ("organisation", "name"):
            return
        # "The Union of Miners" is "the union", "Border Battalion No. 4" "the battalion".
        for head in (*actor.name.lower().split(), mention.head, self.names.described.get(actor.name, "")):
            if head:
                self.by_head[head] = actor

    def _actor(self, mention: Mention) -> Actor | None:
        if mention.shape == "place":
            full = self.names.persons.get(mention.name, "")
            if full.endswith(f" {mention.name}") and mention.government != government_of(mention.name):
                # "Washington" is the general, where the document tells of "George Washington".
                return self._known(mention, full, "person")
            return self._known(mention, mention.government, "government") if mention.government else None
        if mention.shape == "thing":
            return None
        if mention.shape in ("person", "name"):
            return self._named(mention)
        if mention.shape == "organisation":
            name = self.names.organisations.get(mention.name, mention.name)
            short = self.by_head.get(name.lower()) if name == mention.name else None
            return short or self._known(mention, name, mention.kind)
        if mention.shape == "description":
            return self._described(mention)
        return self._known(mention, mention.name + mention.tail, mention.kind)

    def _named(self, mention: Mention) -> Actor | None:
        words = mention.name.split()
        full = self.names.persons.get(mention.name) or self.names.persons.get(words[-1])
        if full is not None and (len(words) == 1 or set(words) <= set(full.split())):
            return self._known(mention, full, "person")
        if mention.shape == "person":
            # "Tarin Velm, a militant group".
            body = not mention.office and mention.name in self.names.described
            return self._known(mention, mention.name, "organisation" if body else "person")
        organisation = self.names.organisations.get(mention.name)
        if organisation is not None:
            return self._known(mention, organisation, "organisation")
        return self._known(mention, mention.name, mention.kind)

    def _described(self, mention: Mention) -> Actor | None:
        if mention.government:
            return self._known(mention, mention.government, "government")
        if self.names.countries and mention.head in _BARE_GOVERNMENT and _is_bare(mention):
            # "Accused the government of selling out to Chile": it is not Chile's.
            every, behind = self.ahead
            later = {each.country for each in every[behind:]}
            countries = self.names.countries
            country, code = next((each for each in countries if each[1] not in later), countries[0])
            actor = self._known(mention, government_of(country), "government")
            return Actor(name=actor.name, kind="government", sector="GOV", country=actor.country or code)
        if mention.definite and _bare(mention) == mention.head:
            known = self._told_before(mention)
            if known is not None:
                return known
        if mention.rule == ONLY_KNOWN:
            return None
        name = mention.name[0].upper() + mention.name[1:] + (mention.tail or self._owned(mention))
        same = self.same_head.setdefault(mention.head, {})
        if mention.definite and mention.kind == "group" and _bare(mention) == mention.head == name.lower() and same:
            # "Rights activists … The activists": of two such groups either may be meant.
            return next(iter(same.values())) if len(same) == 1 else self._known(mention, name, mention.kind)
        actor = self._known(mention, name, mention.kind)
        same[name] = actor
        return actor

    def _owned(self, mention: Mention) -> str:
        """ "Its critics", "her husband": of whom, where that is known."""
        owner = self.owners.get(mention.owner) if mention.kind in ("person", "group") else None
        return f" of {said_within(owner.name)}" if owner is not None else ""

    def _told_before(self, mention: Mention) -> Actor | None:
        """Whom "the minister", "the group", "the court" means, if the document has told."""
        head = mention.head
        holders = self.names.offices.get(head, ())
        if mention.kind == "person":
            # Of several who hold such an office the one told of last is meant.
            last = self.in_office.get(head)
            holder = last.name if last is not None else holders[0] if len(holders) == 1 else ""
            return self._known(mention, holder, "person") if holder else None
        known = self.by_head.get(head) or self.by_head.get(head.split()[-1])
        if known is not None:
            return known
        if mention.kind != "organisation" or head.endswith("s"):
            return None
        return self._known(mention, holders[0], "organisation") if len(holders) == 1 else self.organisation

    def _known(self, mention: Mention, name: str, kind: ParticipantKind) -> Actor:
        """The actor of this name, with whatever the document has told of it so far."""
        name = name[:NAME_LENGTH_MAX]
        before = self.details.get(name)
        actor = Actor(
            name=name,
            kind=before.kind if before and before.kind != "unknown" else kind,
            sector=(before.sector if before else "") or mention.sector,
            country=(before.country if before else "") or mention.country or self.names.homes.get(name, ""),
            office=((before.office if before else "") or mention.office)[:NAME_LENGTH_MAX],
        )
        self.details[name] = actor
        if kind == "person" and actor.office:
            office = actor.office.lower()
            self.in_office[office] = self.in_office[office.split()[-1]] = actor
        return actor
