"""Roles: who does it and to whom, by the frame of the trigger and the clauses around it."""

from __future__ import annotations

from .cast import Reference
from .frame import Frame, Scene
from .grammar import PREPOSITIONS, is_adverb, looks_verbal
from .mentions import POSSESSIVES
from .objects import after, complement_subject, object_of, owner_of_object
from .predicates import Trigger
from .subjects import called, first_verb, left_of, subject_of

__all__ = ["Frame", "Scene", "assign"]


def assign(scene: Scene, trigger: Trigger, complement: Trigger | None = None) -> Frame:
    """`complement` is the act that this one speaks of: "agreed to free X"."""
    if trigger.voice == "noun":
        return _of_noun(scene, trigger)
    subject = subject_of(scene, trigger)
    rule = trigger.rule
    if trigger.voice == "passive":
        by = after(scene, trigger, ("by",))
        return (
            Frame(actors=by, recipients=_without(subject or after(scene, trigger, rule.after), by))
            if rule.object == "recipient" or rule.subject == "recipient"
            else Frame(actors=by or subject)
        )
    if rule.subject == "recipient":
        return Frame(recipients=subject)
    return Frame(actors=subject, recipients=_without(_recipients(scene, trigger, complement), subject))


def _recipients(scene: Scene, trigger: Trigger, complement: Trigger | None) -> tuple[Reference, ...]:
    """The object, else what a preposition brings, else who stands in what is demanded, promised or refused."""
    rule = trigger.rule
    found: tuple[Reference, ...] = ()
    right = complement.first if complement is not None else len(scene.sentence.tokens)
    if rule.object == "recipient":
        found = object_of(scene, trigger, right)
    if not found and rule.after:
        found = after(scene, trigger, rule.after)
    if not found and rule.governs:
        found = complement_subject(scene, trigger)
    if not found and rule.object == "recipient":
        found = tuple(each for each in owner_of_object(scene, trigger) if each.mention.first < right)
    if not found and complement is not None:
        found = assign(scene, complement).recipients
    return found


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
        if mention.last == at + 1 and (mention.shape == "pronoun" and mention.head in ("his", "her")):
            return called([reference])
    return ()
