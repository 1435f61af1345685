"""The state that goes without saying: who else would arrest somebody, and at whom else is a protest?

Only where the sentence names nobody in that part, and only in the acts of `[[implied]]` in
rules/actors.toml. Which state is meant follows from the place of the act, else from the
countries that the document tells of and from where the victim belongs; where these leave it
open, nobody is implied. The event's reasons name the rule, so that a reader sees that the
words do not say it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from chronology_contracts.vocabulary import Role
from msgspec import Struct

from ..ruleset import ImpliedRule, Ruleset
from .cast import Actor
from .frame import Frame, Scene
from .grammar import DETERMINERS, words
from .learning import LEAD_SENTENCES, with_own
from .mentions import government_of
from .predicates import Trigger

_ARMED: Final = ("MIL", "COP", "REB")
_OF_PERSONS: Final = ("arrest", "deport", "convict", "allege")
_OF_COURTS: Final = ("allege", "convict")
_SPEECH: Final = ("ACCUSE", "REQUEST")
_OF_TRIALS: Final = words("court trial tried jury judge tribunal")
_REASONS: Final = words("connection for over with of after way route")
_SHARE: Final = 0.3
"""Of all that a document tells of countries so much must be of its own."""

_AHEAD: Final = 1.3
"""So many times as often as any other."""


class Unsaid(Struct, frozen=True, kw_only=True):
    actor: Actor
    role: Role
    rule: str


def state(
    scene: Scene, trigger: Trigger, frame: Frame, place: str, countries: Counter[str], rules: Ruleset
) -> Unsaid | None:
    """The government that must take part, and the rule that says so.

    `place` is the event's; `countries` how often the document tells of each, by code.
    """
    rule = _rule(scene, trigger, frame, rules)
    if rule is None or not _may(scene, trigger, frame, rule.role):
        return None
    court = _court(scene, trigger) if rule.role == "actor" and trigger.rule.mode in _OF_COURTS else None
    if court is not None:
        return Unsaid(actor=court, role="actor", rule=rule.id)
    if trigger.rule.type in _SPEECH and not _is_trial(scene):
        # Where it is said is not where it is done.
        code = _told_behind(scene, trigger) or _own(frame, countries)
    elif place and not _is_of_reason(scene, trigger, place):
        code = _code_of(place, rules)
    else:
        code = _own(frame, countries)
    if code not in rules.countries:
        return None
    name = government_of(rules.countries[code])
    others = (*frame.actors, *frame.recipients)
    if any(each.actor is not None and each.actor.name == name for each in others):
        return None
    actor = Actor(name=name, kind="government", sector="GOV", country=code)
    return Unsaid(actor=actor, role=rule.role, rule=rule.id)


def _court(scene: Scene, trigger: Trigger) -> Actor | None:
    """ "Will stand trial at the Ilvarin City Court": the court that stands behind the act."""
    tokens = scene.sentence.tokens
    for reference in scene.references:
        mention = reference.mention
        if mention.first > trigger.first and reference.actor is not None and mention.shape == "organisation":
            if "Court" not in mention.name:
                continue
            at = mention.first - 1
            at -= at > 0 and tokens[at].lower in ("the", "a")
            return reference.actor if tokens[at].lower in ("at", "in", "before", "by") else None
    return None


def told_of(read: Iterable[Scene]) -> Counter[str]:
    """How often the document tells of each country, by code, those told of first before others."""
    found = list(read)
    counted = Counter(
        reference.mention.country for scene in found for reference in scene.references if reference.mention.country
    )
    heads = ((scene.sentence, [each.mention for each in scene.references[:1]]) for scene in found[:LEAD_SENTENCES])
    return with_own(counted, heads)


def _rule(scene: Scene, trigger: Trigger, frame: Frame, rules: Ruleset) -> ImpliedRule | None:
    first = trigger.base.partition(" *")[0]
    found = rules.implied.get(trigger.base, ()) + rules.implied.get(trigger.rule.id, ())
    if first != trigger.base:
        # "Charge * with" is "charge".
        found += rules.implied.get(first, ())
    asked = frame.recipients and not frame.about
    free = [rule for rule in found if not (frame.actors if rule.role == "actor" else asked)]
    if not free:
        return None
    said = {token.lower for token in scene.sentence.tokens}
    for rule in free:
        if (not rule.beside or not said.isdisjoint(rule.beside)) and said.isdisjoint(rule.unless):
            return rule
    return None


def _may(scene: Scene, trigger: Trigger, frame: Frame, role: Role) -> bool:
    """Whether nobody else may be meant: the words leave the part open, and are of persons where only they will do."""
    if any(each.mention.sector == "REB" for each in scene.references):
        # Rebels take prisoners too.
        return False
    if role == "recipient":
        return trigger.rule.type != "PROTEST" or _are_protesters(trigger, frame)
    if trigger.voice == "active" and trigger.rule.subject != "recipient" and trigger.rule.object != "none":
        # Somebody is told of as doing it who was not understood.
        return False
    persons = trigger.rule.mode in _OF_PERSONS
    if (trigger.reduced and not persons) or _is_done_by(scene, trigger):
        return False
    done_to = [each.actor for each in frame.recipients if each.actor is not None]
    if persons and not done_to:
        return False
    return not any(
        actor.sector in _ARMED or (persons and actor.kind in ("organisation", "government")) for actor in done_to
    )


def _is_done_by(scene: Scene, trigger: Trigger) -> bool:
    """ "Closed by its owners": somebody is told of, though nobody who is known; "by force" tells nobody."""
    tokens = scene.sentence.tokens
    last = scene.clauses[scene.clause_at(trigger.first)].last
    return any(
        tokens[at].lower == "by"
        and at + 1 not in scene.dated
        and (tokens[at + 1].lower in DETERMINERS or tokens[at + 1].capital or tokens[at + 1].lower.endswith("s"))
        for at in range(trigger.last, min(last, len(tokens) - 1))
    )


def _are_protesters(trigger: Trigger, frame: Frame) -> bool:
    """Neither an army on its march nor the friends of a candidate at a rally."""
    if not frame.actors:
        return trigger.base in ("protest", "demonstration", "mass protest", "riot")
    return all(
        each.actor is not None and each.actor.kind == "group" and each.actor.sector not in _ARMED
        for each in frame.actors
    )


def _is_trial(scene: Scene) -> bool:
    return any(token.lower in _OF_TRIALS for token in scene.sentence.tokens)


def _is_of_reason(scene: Scene, trigger: Trigger, place: str) -> bool:
    """ "Arrested in connection with bombings in Lima", "deported to Lima": it was done elsewhere."""
    tokens = scene.sentence.tokens
    first = place.partition(",")[0].split()[0]
    at = next((at for at in range(trigger.last, len(tokens)) if tokens[at].text == first), trigger.last)
    between = [token.lower for token in tokens[trigger.last : at]]
    return any(word in _REASONS for word in between) or between[-1:] == ["to"]


def _code_of(place: str, rules: Ruleset) -> str:
    """ "Ilvarin, Tolmeria": the country comes last."""
    entry = rules.names.get(place.rpartition(", ")[2])
    return entry.code if entry is not None else ""


def _told_behind(scene: Scene, trigger: Trigger) -> str:
    """ "Condemned the jailing of miners in Peru"; of an accusation it is what the accused did."""
    if trigger.rule.mode == "allege":
        return ""
    own = scene.clause_at(trigger.first)
    last = own + 1 if own + 1 < len(scene.clauses) and scene.clauses[own + 1].opener == "that" else own
    return next(
        (
            each.mention.country
            for each in scene.references
            if each.mention.shape == "place"
            and each.mention.country
            and each.mention.first >= trigger.last
            and scene.clause_at(each.mention.first) <= last
        ),
        "",
    )


def _own(frame: Frame, countries: Counter[str]) -> str:
    """Of the two countries that the document tells of most the one where the victim belongs, else the one of which it
    tells by far the most."""
    if any(each.mention.shape == "people" for each in frame.recipients):
        # A people may be held anywhere: only a place can tell.
        return ""
    most = countries.most_common(2)
    victims = {each.actor.country for each in frame.recipients if each.actor is not None and each.actor.country}
    if len(victims) == 1 and any(code in victims for code, _ in most):
        return next(iter(victims))
    if not most:
        return ""
    if len(most) > 1 and most[0][1] < _AHEAD * most[1][1]:
        # Two are told of about as often: what is told first is the document's own.
        return next(iter(countries)) if next(iter(countries)) in dict(most) else ""
    code, times = most[0]
    return code if times > _SHARE * countries.total() else ""
