"""The place of an event: a name behind a preposition of place in the clause of the act, or the dateline's.

A place is told as the document spells it, most specific first, and with its country:
"Nur-Sultan, Kazakhstan". The gazetteer says which country that is; where it knows no such
place, or several that the document leaves open, the name stands alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ..gazetteer import Gazetteer, Place, default
from ..ruleset import PlaceEntry, Ruleset
from .cast import Reference
from .grammar import (
    AUXILIARIES,
    CONJUNCTIONS,
    DIRECTIONS,
    PREPOSITIONS,
    SETTLEMENTS,
    SUBORDINATORS,
    TEMPORAL,
    is_adverb,
    looks_verbal,
    words,
)
from .predicates import Trigger
from .roles import Scene
from .sentences import Token

_CHAIN_MAX: Final = 4
_SURE_POPULATION: Final = 100_000
"""A smaller town is not worth its country where nothing else in the document points there."""
_SURE_TIMES: Final = 5
_BESIDE: Final = DIRECTIONS | words("neighboring neighbouring nearby downtown rural mainland")
_AUDIENCES: Final = words(
    """
    reporters journalists conference meeting summit briefing interview rally speech session parliament address gathering
    ceremony forum talks visit congress statement hearing trial
    """
)
_WORDS_ONLY: Final = frozenset(["REQUEST", "REJECT", "THREATEN", "SUPPORT", "CONCEDE"])
"""What is asked for, refused or threatened happens elsewhere: "rejected the plan for elections in Tolmeria"."""
_HELD: Final = words("held meeting convened gathered assembled")
_DONE_TO_PLACES: Final = frozenset(["CONSULT visit", "COERCE seize", "COERCE restrict"])
_NO_PLACES: Final = words(
    """
    parliament congress senate court internet twitter facebook youtube telegram instagram arabic islam islamic
    christianity ramadan christmas easter god allah english north south east west northern southern eastern western
    central upper lower
    """
)
_OPENING: Final = frozenset([",", "“", '"', "‘", ";", ":"])


def where(
    scene: Scene, trigger: Trigger, dateline: str, rules: Ruleset, *, date: str = "", near: Collection[str] = ()
) -> tuple[str, str]:
    """The place of an act and the rule that found it; the nearest in its clause wins, then the nearest in a clause
    that goes on with it.

    `date` is the document's own, `near` are the countries that it tells of, by code.
    """
    own = scene.clause_at(trigger.first)
    found = _nearest(scene, trigger, own, rules)
    clause = scene.clauses[own]
    if found is None and clause.kind in ("participle", "coordinate") and clause.parent is not None:
        # "A bomb went off in Ilvarin, killing two": the clause that it hangs on says where.
        found = _nearest(scene, trigger, clause.parent, rules)
    if found is not None:
        return full_name(_chain(scene, found[0], rules), rules, date=date, near=near), found[1]
    return (dateline, "place.of-document") if dateline else ("", "")


def _nearest(scene: Scene, trigger: Trigger, own: int, rules: Ruleset) -> tuple[Reference, str] | None:
    """The place that a clause gives, with its rule."""
    best: tuple[tuple[int, int], Reference, str] | None = None
    for reference in scene.references:
        rule = _placing_rule(scene, trigger, reference, rules)
        if not rule:
            continue
        number = scene.clause_at(reference.mention.first)
        # What was put in between the act and its place ("X, a lawyer who …, at his home in Y") has no end of its own.
        near_by = number > own and scene.clauses[own].kind == "main" and _put_in(scene, own, number)
        if number != own and not near_by:
            continue
        rank = (number != own, abs(reference.mention.first - trigger.first))
        if best is None or rank < best[0]:
            best = (rank, reference, rule)
    return best[1:] if best is not None else None


def full_name(names: tuple[str, ...], rules: Ruleset, *, date: str = "", near: Collection[str] = ()) -> str:
    """The names, most specific first, with the country where it can be told."""
    known = rules.names.get(names[-1])
    within = known or _part_of(names[-1], rules)
    if known is not None and known.is_country:
        return ", ".join(names)
    if within is not None:
        country = within.country
    else:
        place = _sure(default(), names, date, near)
        country = rules.countries.get(place.country, "") if place is not None and place.kind != "country" else ""
    return ", ".join((*names, country) if country and country not in names else names)


def _part_of(name: str, rules: Ruleset) -> PlaceEntry | None:
    """ "West Tolmeria" lies in Tolmeria."""
    first, _, rest = name.partition(" ")
    return rules.names.get(rest) if first.lower() in DIRECTIONS else None


def _placing_rule(scene: Scene, trigger: Trigger, reference: Reference, rules: Ruleset) -> str:
    """The id of the rule by which a mention is the place of an act, "" if it is none: "in Ilvarin", "in the port
    city of Ilvarin"."""
    mention, tokens = reference.mention, scene.sentence.tokens
    if mention.shape not in ("place", "name") or mention.name in rules.demonyms or mention.name.lower() in _NO_PLACES:
        return ""
    if mention.shape == "name" and not _may_be_place(scene, reference):
        return ""
    act = f"{trigger.rule.type} {trigger.rule.mode}".rstrip()
    if _is_visited(scene, trigger, act, reference):
        return "place.goal"
    at = _preposition(tokens, mention.first, rules)
    rule = rules.place_prepositions.get(tokens[at].lower) if at >= 0 else None
    if rule is None:
        return ""
    if rule.acts and (not {act, trigger.base.split()[0]} & {*rule.acts} or _is_attached(scene, at, trigger)):
        return ""
    return rule.id if not _is_verbal(trigger) or _is_told_there(scene, trigger, at) else ""


def _may_be_place(scene: Scene, reference: Reference) -> bool:
    """Not who is known to be somebody, not a letter or two, and not what only says which thing is meant ("the Orsh
    plant")."""
    mention, tokens = reference.mention, scene.sentence.tokens
    if reference.actor is None or reference.actor.kind != "unknown" or len(mention.name) < 3:
        return False
    if mention.last >= len(tokens) or mention.last in scene.dated:
        return True
    after = tokens[mention.last]
    lower = after.lower
    closed = lower in PREPOSITIONS or lower in CONJUNCTIONS or lower in SUBORDINATORS or lower in AUXILIARIES
    return (
        after.kind != "word" or after.capital or closed or is_adverb(lower) or looks_verbal(lower) or lower in TEMPORAL
    )


def _is_visited(scene: Scene, trigger: Trigger, act: str, reference: Reference) -> bool:
    """ "Visited the Vatican", "bombed Ilvarin", "seized the city of Ilvarin": what is done to a place is done there."""
    mention, tokens = reference.mention, scene.sentence.tokens
    done = act in _DONE_TO_PLACES or trigger.rule.type == "ASSAULT"
    if not done or trigger.voice != "active" or mention.first < trigger.last:
        return False
    between = [token.lower for token in tokens[trigger.last : mention.first]]
    known = mention.shape == "place" or default().knows(mention.name)
    return known and (
        between in ([], ["the"]) or (between[:1] == ["the"] and between[2:] == ["of"] and between[1] in SETTLEMENTS)
    )


def _preposition(tokens: tuple[Token, ...], first: int, rules: Ruleset) -> int:
    """Where the preposition before a name stands, -1 if there is none."""
    at = first - 1
    if at > 0 and tokens[at].lower == "of" and tokens[at - 1].lower in SETTLEMENTS:
        for reach in range(at - 1, max(-1, at - 7), -1):
            if tokens[reach].lower in rules.place_prepositions:
                return reach
        return -1
    while at > 0 and (tokens[at].lower in _BESIDE or tokens[at].lower == "the"):
        at -= 1
    return at


def _is_attached(scene: Scene, at: int, trigger: Trigger) -> bool:
    """Whether what stands right before the preposition is somebody: "workers from Tolmeria" came to no Tolmeria."""
    return any(
        reference.mention.last == at and reference.mention.first >= trigger.last for reference in scene.references
    )


def _is_verbal(trigger: Trigger) -> bool:
    return trigger.rule.speech or trigger.rule.type in _WORDS_ONLY


def _is_told_there(scene: Scene, trigger: Trigger, at: int) -> bool:
    """Whether a place is that of the words, not of what they tell: "In Ilvarin she said …", "told a meeting in …"."""
    tokens = scene.sentence.tokens
    if at < trigger.first:
        opens = at == scene.clauses[scene.clause_at(at)].first or tokens[at - 1].text in _OPENING
        return opens or tokens[at - 1].lower in _HELD
    before = at - 1
    return before < trigger.last or before in scene.dated or tokens[before].lower in _AUDIENCES


def _put_in(scene: Scene, own: int, number: int) -> bool:
    """Whether only clauses that are put in stand between two."""
    between = scene.clauses[own + 1 : number + 1]
    return all(
        clause.kind in ("relative", "aside") or (clause.opener == "" and clause.last - clause.first <= 4)
        for clause in between
    )


def _chain(scene: Scene, reference: Reference, rules: Ruleset) -> tuple[str, ...]:
    """A place with those that the text says it lies in: "Ilvarin, Orsh Province", "the town of Ilvarin in northern
    Tolmeria". A list of places is no chain."""
    tokens = scene.sentence.tokens
    starts = {other.mention.first: other.mention for other in scene.references}
    names = [reference.mention.name]
    at = reference.mention.last
    while len(names) < _CHAIN_MAX and at < len(tokens):
        comma = tokens[at].text == ","
        following = at + comma
        inside = following < len(tokens) and tokens[following].lower == "in"
        if not comma and not inside:
            break
        following += inside
        while following < len(tokens) and tokens[following].lower in (*_BESIDE, "the"):
            following += 1
        mention = starts.get(following)
        if mention is None or not _holds(mention.name, names[-1], rules):
            break
        names.append(mention.name)
        at = mention.last
    return tuple(names)


def _holds(outer: str, inner: str, rules: Ruleset) -> bool:
    """Whether one place may lie in another: a city in its country or division, an unknown one in any country."""
    known, within = rules.names.get(inner), rules.names.get(outer)
    gazetteer = default()
    if known is not None and known.is_country:
        # "Georgia, USA" is not the country; of "France, Germany" neither lies in the other.
        return within is not None and any(place.country == within.code for place in gazetteer.places(inner))
    codes = {place.country for place in gazetteer.places(inner)} | ({known.code} if known is not None else set())
    if within is not None and within.is_country:
        return not codes or within.code in codes
    return any(place.kind == "division" and (not codes or place.country in codes) for place in gazetteer.places(outer))


def _sure(gazetteer: Gazetteer, names: tuple[str, ...], date: str, near: Collection[str]) -> Place | None:
    """The place that is meant, if the document's countries, the division behind it or its size make it sure."""
    wanted = {place.country for place in gazetteer.places(names[-1]) if place.kind == "division"}
    if len(names) > 1 and len(wanted) == 1:
        return gazetteer.find(names[0], date=date, near=wanted) or gazetteer.find(names[-1], near=wanted)
    place = gazetteer.find(names[-1], date=date, near=near)
    if place is None or place.country in near:
        return place
    others = [other.population for other in gazetteer.places(names[-1]) if other.country != place.country]
    sure = place.population >= _SURE_POPULATION and place.population >= _SURE_TIMES * max(others, default=0)
    return place if sure else None
