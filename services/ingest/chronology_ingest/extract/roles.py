"""Roles: who does it and to whom, by the frame of the trigger and the clauses around it."""

from __future__ import annotations

from typing import Final

from .addressees import is_sufferer
from .bodies import with_body
from .cast import Actor, Reference
from .frame import Frame, Scene
from .grammar import PREPOSITIONS, is_adverb, looks_verbal
from .mentions import POSSESSIVES
from .objects import after, complement_subject, object_of, offered_by, owner_of_object, touched
from .predicates import Trigger
from .subjects import asked_before, called, first_verb, left_of, possessor, subject_of

__all__ = ["Frame", "Scene", "assign"]


_CONCEDED: Final = ("AGREE", "CONCEDE", "REJECT")
_PASSIVE_OPENERS_NOT: Final = ("to", "in", "at", "from", "near")
_TOUCHING: Final = (*_CONCEDED, "THREATEN", "RETREAT", "SANCTION")
_OF_STATES: Final = ("ASSAULT", "COERCE", "MOBILIZE", "SANCTION", "ACCUSE")
_ANSWERED: Final = ("ACCUSE", "REQUEST")


def assign(scene: Scene, trigger: Trigger, complement: Trigger | None = None) -> Frame:
    """`complement` is the act that this one speaks of: "agreed to free X"."""
    if trigger.voice == "noun":
        return _of_noun(scene, trigger)
    subject = subject_of(scene, trigger)
    rule = trigger.rule
    if trigger.voice == "passive":
        by = after(scene, trigger, ("by",))
        if rule.object != "recipient" and rule.subject != "recipient":
            return Frame(actors=by or subject)
        done_to = subject or possessor(scene, trigger)
        if not done_to:
            done_to = after(scene, trigger, [word for word in rule.after if word not in _PASSIVE_OPENERS_NOT])
        return Frame(actors=by, recipients=_without(done_to, by))
    if rule.subject == "recipient":
        return Frame(recipients=subject)
    recipients = _without(_recipients(scene, trigger, complement), subject)
    if rule.mode == "visit":
        recipients = _hosts(scene, trigger, recipients, subject)
    about: tuple[Reference, ...] = ()
    if rule.type == "REQUEST" and not recipients:
        recipients = _without(asked_before(scene, trigger), subject)
    if rule.type == "REQUEST" and not recipients:
        about = _without(_told_about(scene, trigger, complement), subject)
    if rule.speech and not rule.outranked:
        subject = with_body(scene, subject)
    return Frame(actors=subject, recipients=recipients or about, about=bool(about))


def _hosts(
    scene: Scene, trigger: Trigger, found: tuple[Reference, ...], visitors: tuple[Reference, ...]
) -> tuple[Reference, ...]:
    """ "Travelled to Lima": where nobody is met, the government of another country that the place lies in."""
    known = tuple(each for each in found if each.actor is not None and each.actor.kind != "unknown")
    if known:
        return known
    homes = {each.actor.country for each in visitors if each.actor is not None}
    last = scene.clauses[scene.clause_at(trigger.first)].last
    for reference in scene.references:
        mention = reference.mention
        if mention.shape == "place" and trigger.first <= mention.first < last:
            if not mention.host or mention.country in homes:
                return ()
            host = Actor(name=mention.host, kind="government", sector="GOV", country=mention.country)
            return (Reference(mention=mention, actor=host),)
    return ()


def _told_about(scene: Scene, trigger: Trigger, complement: Trigger | None) -> tuple[Reference, ...]:
    """ "Demanded the release of X": where nobody is asked, the one whom it is about."""
    if complement is not None:
        return assign(scene, complement).recipients
    found = object_of(scene, trigger, len(scene.sentence.tokens)) or owner_of_object(scene, trigger)
    return tuple(each for each in found if is_sufferer(scene, trigger, each))


def _recipients(scene: Scene, trigger: Trigger, complement: Trigger | None) -> tuple[Reference, ...]:
    """The object, else what a preposition brings, else who stands in what is demanded, promised or refused."""
    rule = trigger.rule
    found: tuple[Reference, ...] = ()
    right = complement.first if complement is not None else len(scene.sentence.tokens)
    if rule.object == "recipient":
        found = object_of(scene, trigger, right)
    if not found and rule.after:
        found = after(scene, trigger, rule.after)
    if not found and rule.type in _CONCEDED:
        found = offered_by(scene, trigger)
    if not found and rule.governs:
        found = complement_subject(scene, trigger)
    if not found and rule.object == "recipient":
        found = tuple(each for each in owner_of_object(scene, trigger) if each.mention.first < right)
    if rule.type in _ANSWERED:
        return _answering(scene, trigger, found, complement)
    if not found and complement is not None:
        found = assign(scene, complement).recipients
    return found or (touched(scene, trigger) if rule.type in _TOUCHING and rule.mode != "resign" else ())


def _answering(
    scene: Scene, trigger: Trigger, found: tuple[Reference, ...], complement: Trigger | None
) -> tuple[Reference, ...]:
    """Of those found the ones who are to answer; else who is said to have done what is criticised."""
    answering = tuple(each for each in found if not is_sufferer(scene, trigger, each))
    if answering or (not found and complement is None):
        return answering
    done_by = after(scene, trigger, ("by",))
    criticised = complement is not None and trigger.rule.type == "ACCUSE"
    return done_by or (assign(scene, complement).actors if criticised and complement is not None else ())


def _without(references: tuple[Reference, ...], others: tuple[Reference, ...]) -> tuple[Reference, ...]:
    names = {reference.actor.name for reference in others if reference.actor is not None}
    return tuple(
        reference for reference in references if reference.actor is not None and reference.actor.name not in names
    )


def _directly_of(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """An "of" that stands right behind the noun, or behind its date: any later one belongs to another noun."""
    reach = trigger.last
    while reach in scene.dated:
        reach += 1
    return after(scene, trigger, ("of",), reach=reach - trigger.last + 1)


def _of_noun(scene: Scene, trigger: Trigger) -> Frame:
    """ "The arrest of X by Y", "X's March arrest", "the raid on X"."""
    rule = trigger.rule
    owner, of = _owner(scene, trigger), _directly_of(scene, trigger)
    others = after(scene, trigger, ("by",))
    actors: list[Reference] = list(others)
    recipients: list[Reference] = []
    (actors if rule.owner == "actor" or (of and rule.of == "recipient") else recipients).extend(owner)
    if rule.of == "recipient":
        recipients.extend(of)
    elif rule.of == "actor":
        actors.extend(of)
    if rule.after:
        recipients.extend(after(scene, trigger, [word for word in rule.after if word != "in"]))
    actors.extend(after(scene, trigger, ("between",)))
    if not actors and not recipients:
        recipients.extend(_followed(scene, trigger))
    return Frame(actors=tuple(actors), recipients=_without(tuple(recipients), tuple(actors)))


def _followed(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    """ "X was freed, followed by a house arrest": it happens to the subject of the sentence."""
    words = [token.lower for token in scene.sentence.tokens[max(0, trigger.first - 6) : trigger.first]]
    if "followed" not in words or "by" not in words:
        return ()
    main = next((clause for clause in scene.clauses if clause.kind == "main"), scene.clauses[0])
    return left_of(scene, main.first, first_verb(scene, main))


def _owner(scene: Scene, trigger: Trigger) -> tuple[Reference, ...]:
    tokens = scene.sentence.tokens
    at = trigger.first - 1
    while at >= 0 and (
        at in scene.dated
        or (
            tokens[at].kind == "word"
            and not tokens[at].capital
            and not looks_verbal(tokens[at].lower)
            and tokens[at].lower not in PREPOSITIONS
            and tokens[at].text not in POSSESSIVES
            and tokens[at].lower not in ("his", "her", "the", "a", "an")
            and trigger.first - at < 4
            and not is_adverb(tokens[at].lower)
        )
    ):
        at -= 1
    for reference in scene.references:
        mention = reference.mention
        if mention.last == at and tokens[at].text in POSSESSIVES:
            return called([reference])
        states = mention.shape == "place" and trigger.rule.owner == "actor" and trigger.rule.type in _OF_STATES
        if mention.last == trigger.first and states:
            # "An Iraqi attack on …".
            return called([reference])
        if mention.last == at + 1 and (mention.shape == "pronoun" and mention.head in ("his", "her")):
            return called([reference])
    return ()
