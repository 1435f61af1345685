"""Descriptions: a head noun of rules/actors.toml with what stands before it, and a name right behind it."""

from __future__ import annotations

from typing import Final

from chronology_contracts.vocabulary import ParticipantKind
from msgspec.structs import replace

from ..ruleset import ActorRule, PlaceEntry, Ruleset
from .grammar import (
    ARTICLES,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    SUBORDINATORS,
    TEMPORAL,
    is_adverb,
    looks_verbal,
    words,
)
from .mentions import ONLY_KNOWN, POSSESSIVES, TIMES, Mention, Reader, after_of, government_of
from .name_words import OF_PLACE
from .names import NameReader, joined_office
from .sentences import Sentence, Token
from .tails import tail

_MODIFIERS_MAX: Final = 7
_NAME_BEFORE_MAX: Final = 3
_QUANTITIES: Final = words("thousands hundreds dozens scores tens number crowd crowds group groups majority millions")
_ADJECTIVAL: Final = words(
    """
    official military state rebel guerrilla opposition community family press minority general police government
    court army bank company party church union media cabinet election dissident militant terrorist student
    """
)
"""Heads that as often say which thing is meant: "an official letter", "a military aid programme"."""


_PLACED: Final = ("actor.government", "actor.rebels", "actor.politics", "actor.court", "actor.police")
_OWNERS: Final = words("its his her")
_POINTING: Final = ARTICLES | words("its his her their our my your all both each every any no such own")
_ORDINALS: Final = words("first second third fourth fifth last next additional further remaining")
_ALWAYS_BEFORE: Final = words(
    """
    unidentified unarmed unnamed unknown armed masked hooded displaced retired uniformed plainclothes exiled veiled
    bereaved wounded injured disabled elected self-proclaimed undocumented
    """
)
"""Participles that say what somebody is like wherever they stand before a noun."""

_OWNER_REACH: Final = 4
_QUALITIES: Final = words("military official state general minority family media embassy consulate ministry parliament")
_WEAPONS: Final = words("bomb bombs suicide missile missiles rocket rockets mortar gun guns weapons")
_FURNISHINGS: Final = words(
    """
    station stations car cars van vehicle vehicles bus buses post posts headquarters building buildings custody base
    barracks presence convoy checkpoint cordon operation dog dogs report reports
    """
)
"""What belongs to a body and is nobody: "a police station"."""

_PARTICLES: Final = words("up off out down away back")
_AFTER_HEAD: Final = TEMPORAL | words("he she they it who also again this")


class DescriptionReader(Reader):
    def __init__(self, sentence: Sentence, rules: Ruleset, names: NameReader) -> None:
        super().__init__(sentence, rules)
        self.names = names

    def read(self, at: int, *, tailed: bool = True) -> Mention | None:
        """A head noun of the rules, two or three words first, with the words before it that belong to it.

        Not `tailed`, what stands behind it is left alone: "members of members of …" would never end.
        """
        if self.tokens[at].lower not in self.rules.head_starts:
            return None
        for length in (3, 2, 1):
            last = at + length
            if last > len(self.tokens):
                continue
            said = " ".join(token.lower for token in self.tokens[at:last])
            rule = self.rules.heads.get(said)
            if rule is None:
                continue
            # Capital words beside a capital head noun are one name: "Interior Ministry".
            opens = at == 0 and not (said.endswith("s") and self.beside(last) and self.tokens[last].capital)
            if (self.tokens[at].capital and not opens) or self._is_modifier_of_next(said, last):
                return None
            if rule.id == ONLY_KNOWN and not (at and self.tokens[at - 1].lower == "the"):
                return None
            found = self._described(at, last, said, rule)
            return self._tailed(found) if tailed else found
        return None

    def _is_modifier_of_next(self, said: str, last: int) -> bool:
        if last >= len(self.tokens):
            return False
        if said in _QUANTITIES and self.tokens[last].lower == "of" and last + 1 < len(self.tokens):
            return True
        if not self.beside(last):
            return False
        following = self.tokens[last]
        if following.lower in self.rules.heads:
            return True
        if said in _QUALITIES and any(way.form == "noun" for way in self.rules.wordings.get(following.lower, ())):
            # "A new military offensive", "the embassy bombings".
            return True
        if following.lower in _WEAPONS or (said in _ADJECTIVAL and following.lower in _FURNISHINGS):
            return True
        return (
            said in _ADJECTIVAL
            and following.kind == "word"
            and not following.capital
            and _is_modifier(following, self.rules)
            and not following.lower.endswith(("ing", "ly"))
            and following.lower not in _AFTER_HEAD
        )

    def _described(self, at: int, last: int, said: str, rule: ActorRule) -> Mention:
        first, country, definite = self._before(at)
        owner = self.tokens[first].lower if self.tokens[first].lower in _OWNERS else ""
        if self.beside(last) and self.names.starts(last) and self.tokens[last].text not in self.rules.demonyms:
            named = self.names.read(last)
            if named is not None and named.shape in ("person", "name", "organisation") and not said.endswith("ies"):
                return self._joined(first, last, named, said, country, rule)
        country = country or self._country_behind(last, rule)
        government = self._body(last, said, country) if country is not None else ""
        if rule.id == "actor.government" and country is not None and (country.is_country or country.capital):
            government = government_of(country.country)
        # "At least forty miners" are told from "three miners" by their number.
        name_first = self.qualified(first)
        while name_first < at and self.tokens[name_first].lower in _POINTING:
            name_first += 1
        # "The Tarin group" is a name.
        named_so = rule.kind == "organisation" and name_first < at and self._are_names(name_first, at)
        return self.mention(
            self.qualified(first), last, name_first, shape="organisation" if named_so else "description",
            kind=_kind(said, rule), sector=rule.sector, country=country.code if country else "",
            government=government, head=said, rule=rule.id, owner=owner,
            definite=definite and all(token.lower in TIMES for token in self.tokens[name_first:at]),
        )  # fmt: skip

    def _are_names(self, first: int, last: int) -> bool:
        return all(
            token.capital and token.text not in self.rules.demonyms and token.text not in self.rules.names
            for token in self.tokens[first:last]
        ) and (first > 0 or self.names.starts(first))

    def _tailed(self, found: Mention) -> Mention:
        if found.shape != "description" or found.government:
            return found
        behind = tail(self, found, self.names.read, self._owner_described)
        return replace(found, tail=behind) if behind else found

    def _owner_described(self, at: int) -> Mention | None:
        """Who is described right behind an "of": the noun may have words before it."""
        for reach in range(at, min(at + _OWNER_REACH, len(self.tokens))):
            if self.tokens[reach].lower in PREPOSITIONS or self.tokens[reach].kind == "mark":
                return None
            found = self.read(reach, tailed=False)
            if found is not None:
                return found
        return None

    def _body(self, last: int, said: str, country: PlaceEntry) -> str:
        """ "Chile's embassy in Lima" is the "Embassy of Chile in Peru"."""
        body = self.rules.bodies.get(said)
        if body is None:
            return ""
        name = f"{body} of {after_of(country.country)}"
        if body in ("Embassy", "Consulate", "Consulate General"):
            host = self.place_at(last + 1) if last < len(self.tokens) and self.tokens[last].lower == "in" else None
            return f"{name} in {after_of(host.country)}" if host is not None else ""
        return name

    def _before(self, at: int) -> tuple[int, PlaceEntry | None, bool]:
        first, country, definite = at, None, False
        while first and at - first < _MODIFIERS_MAX:
            token = self.tokens[first - 1]
            if token.lower in ("year-old", "month-old") and first > 2 and self.tokens[first - 2].text == "-":
                # "A 27-year-old barber".
                first -= 3
                continue
            if token.kind == "mark":
                break
            ranges = token.lower in ("or", "to") and first > 1 and self.is_counted(first)
            if ranges and self.is_counted(first - 2):
                # "Eight or nine men".
                first -= 2
                continue
            if (
                first < at
                and self.is_counted(first)
                and token.lower not in DETERMINERS
                and token.lower not in _ORDINALS
                and not self.is_counted(first - 1)
            ):
                break
            entry, begins = self.origin_before(first)
            if entry is not None and not (begins and self.tokens[begins - 1].lower == "in"):
                country = country or entry
                first = begins
                continue
            if token.text in POSSESSIVES:
                owner, begins = self.origin_before(first - 1)
                if owner is None:
                    break
                country = country or owner
                first = begins
                continue
            if token.lower == "of" and first > 1 and self.tokens[first - 2].lower in _QUANTITIES:
                first -= 2
                continue
            if token.lower == "that" and self.tokens[at].lower.endswith("s"):
                # "Said that guards had …": of several it would be "those".
                break
            if token.lower in DETERMINERS:
                definite = token.lower in ("the", "this", "that")
                # "133 other people".
                first -= 1 + (token.lower in ("other", "more") and first > 1 and self.is_counted(first - 2))
                break
            if self.names.is_of_two(token.text):
                first -= 1
                continue
            if token.capital and token.lower.endswith(OF_PLACE):
                # "Chilean-led forces".
                country = country or self.rules.demonyms.get(token.text.partition("-")[0])
                first -= 1
                continue
            opens = first == 1 and not self.names.starts(0)
            if token.capital and first == at and not opens:
                # "Tarovene lawyers": the name of whoever they belong to.
                return self._named_before(first), country, definite
            describes = _is_modifier(token, self.rules) or self._is_participle(first - 1) or self._is_act(first - 1)
            if (token.capital and not opens) or not describes:
                break
            first -= 1
        return first, country, definite

    def _named_before(self, first: int) -> int:
        begins = first
        while begins and first - begins < _NAME_BEFORE_MAX and self.names.starts(begins - 1) and self.beside(begins):
            begins -= 1
        before = self.tokens[begins - 1].lower if begins else ""
        title = self.title_before(first, begins) < first
        return first if before in PREPOSITIONS or title or begins == first else begins

    def _is_act(self, at: int) -> bool:
        """ "Two protest leaders": between a number or article and a noun even an act only describes."""
        if not at or looks_verbal(self.tokens[at].lower):
            return False
        before = self.tokens[at - 1]
        named = before.lower in DETERMINERS or self.is_counted(at - 1) or before.text in self.rules.demonyms
        adjective = not before.capital and before.lower not in self.rules.heads and _is_modifier(before, self.rules)
        ways = self.rules.wordings.get(self.tokens[at].lower, ())
        return (named or adjective) and any(way.form in ("noun", "base") for way in ways)

    def _is_participle(self, at: int) -> bool:
        """ "The jailed poet": between an article or preposition and its noun a participle only describes."""
        lower = self.tokens[at].lower
        if lower in _ALWAYS_BEFORE:
            return True
        before = self.tokens[at - 1].lower if at else ""
        opened = not at or before in DETERMINERS or before in PREPOSITIONS or self.is_counted(at - 1)
        return opened and lower.endswith(("ed", "ing"))

    def _country_behind(self, last: int, rule: ActorRule) -> PlaceEntry | None:
        """ "Rebels in the Ivory Coast", "the government of Mali"."""
        if last + 1 >= len(self.tokens):
            return None
        link = self.tokens[last].lower
        if link == "of" or (link == "in" and rule.id in _PLACED):
            return self.place_at(last + 1)
        return None

    def _joined(
        self, first: int, last: int, named: Mention, said: str, country: PlaceEntry | None, rule: ActorRule
    ) -> Mention:
        """A description with the name behind it: "the rights group Tarin", "opposition leader Mirva Telen"."""
        # "Company CEO Mirva Telen": with an office of its own the name is a person's.
        body = rule.kind in ("organisation", "government") and not named.office
        organisation = body or named.shape == "organisation"
        return Mention(
            first=first,
            last=named.last,
            start=self.tokens[first].start,
            end=named.end,
            text=self.text(first, named.last),
            name=named.name,
            shape="organisation" if organisation else "person",
            kind="organisation" if organisation else "person",
            sector=rule.sector,
            country=country.code if country else named.country,
            office="" if organisation else joined_office([said, named.office]),
            head=said,
            alias=named.alias,
            rule=rule.id,
        )


def _kind(said: str, rule: ActorRule) -> ParticipantKind:
    """Several persons are a group."""
    return "group" if rule.kind == "person" and said.endswith("s") else rule.kind


def _is_modifier(token: Token, rules: Ruleset) -> bool:
    lower = token.lower
    if token.kind == "number" or lower in rules.number_words:
        return True
    if (
        lower in PREPOSITIONS
        or lower in CONJUNCTIONS
        or lower in SUBORDINATORS
        or lower in ARTICLES
        or lower in _PARTICLES
        or is_adverb(lower)
    ):
        return False
    # "Official visit" tells an act, "official" alone does not.
    acts = any(len(way.words) == 1 or way.form != "noun" for way in rules.wordings.get(lower, ()))
    return not looks_verbal(lower) and not acts
