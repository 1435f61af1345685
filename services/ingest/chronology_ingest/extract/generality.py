"""Whether what was found tells how things are, as rules, manuals and descriptions do, and not what somebody did."""

from __future__ import annotations

from typing import Final

from chronology_contracts import edtf

from .dated import Dated
from .draft import Act, Draft
from .frame import Frame
from .grammar import words
from .references import Reference

__all__ = ["is_general", "is_named", "is_of_a_time"]

_DAYS_OF_A_FORTNIGHT: Final = 14
_OPENING_SENTENCES: Final = 5
_SAME_IN_THE_PAST: Final = words("beat hit quit cut put let hurt shut set split spread shed burst bid")
_MOST: Final = words("many most some few all")
_OWN: Final = ("my ", "your ")
_RULING: Final = words("must may can should might could cannot")


def is_general(act: Act, dated: Dated) -> bool:
    """ "Doctors recommend …", "storms hit the coast in August": the present of nobody by name, on no day, tells how
    things are; so does that of one alone of whom nothing more is told: "black attacks".
    """
    draft, frame, status = act.draft, act.frame, act.status
    if _is_of_the_narrator(act) or _is_message(draft, frame) or _is_rule(draft):
        return True
    habitual = status.modality == "habitual" and status.rule != ""
    if status.speaker or status.modality == "scheduled" or draft.scene.sentence.heading:
        return False
    if habitual and any(map(_is_known, _parties(frame))):
        return False
    if not _is_present(act, habitual=habitual) or (dated.text and _names_a_day(dated)):
        return False
    if not frame.actors and draft.trigger.voice == "active" and draft.trigger.rule.subject != "recipient":
        # What stands before it is nobody who could do it: "the high over Iceland threatens Norway".
        return True
    one_sided = not frame.recipients and not dated.date and not draft.trigger.rule.speech
    known = any(_is_known(each) and not _is_capital_of_sentence(draft, each) for each in _parties(frame))
    return one_sided or not known or _is_of_one_word(frame)


def is_of_a_time(act: Act, dated: Dated) -> bool:
    """Whether it is told as of some day, or of somebody by name, even among rules and descriptions."""
    if act.status.speaker or (dated.text and dated.basis == "explicit"):
        return True
    parties, trigger = _parties(act.frame), act.draft.trigger
    over = trigger.tense in ("past", "pluperfect", "perfect") and trigger.base not in _SAME_IN_THE_PAST
    if over or act.status.modality == "scheduled":
        return any(map(is_named, parties)) or any(map(_is_power, act.frame.actors))
    # "Peru condemns the coup", "the minister thanks Mirva Telen": a statement, which may stand in the present alone.
    opens = act.draft.number < _OPENING_SENTENCES or any(map(_is_power, act.frame.recipients))
    return trigger.rule.speech and opens and any(map(_is_power, act.frame.actors))


def is_named(reference: Reference) -> bool:
    """By name, or by "he" or "she" of one who was named before."""
    mention = reference.mention
    if mention.shape == "pronoun":
        return mention.head in ("he", "she")
    named = mention.shape in ("person", "organisation", "name") or mention.office != ""
    if named or reference.actor is None or not mention.definite:
        return named
    told = reference.actor.name.split()
    if told[-1:] == mention.name.split()[-1:] and told[-1].islower():
        # "The workers", told before as "three workers", have no name.
        return False
    return reference.actor.name.lower() != mention.name.lower()


def _parties(frame: Frame) -> tuple[Reference, ...]:
    return (*frame.actors, *frame.recipients)


def _is_present(act: Act, *, habitual: bool) -> bool:
    """ "Two rooks often beat a queen", "many quit in March": what sounds the same in the past is none in a habit."""
    trigger = act.draft.trigger
    if trigger.tense == "present":
        return True
    if trigger.tense != "past" or trigger.voice != "active" or trigger.base not in _SAME_IN_THE_PAST:
        return False
    tokens = act.draft.scene.sentence.tokens
    if any(each.actor is not None and each.actor.kind == "government" for each in act.frame.actors):
        return False
    return habitual or any(tokens[each.mention.first].lower in _MOST for each in act.frame.actors)


def _is_known(reference: Reference) -> bool:
    """By name, by country, or as the state's."""
    actor, mention = reference.actor, reference.mention
    if actor is None or is_named(reference):
        return is_named(reference)
    of_state = actor.kind == "government" and mention.text.startswith(("The", "the"))
    several = mention.shape == "description" and not mention.definite and actor.kind in ("group", "unknown")
    return (bool(actor.country) and not several) or " of " in actor.name or of_state


def _is_power(reference: Reference) -> bool:
    """A country, a public body, or a person by the full name or the office: who makes statements."""
    actor = reference.actor
    if actor is None:
        return False
    if actor.kind == "person":
        return " " in actor.name and (is_named(reference) or actor.office != "")
    return actor.kind in ("government", "organisation") and (bool(actor.country) or is_named(reference))


def _is_of_one_word(frame: Frame) -> bool:
    """ "White defends the king": a word that is perhaps no name, with somebody unnamed."""
    parties = _parties(frame)
    named = [each for each in parties if each.mention.shape == "name"]
    return len(parties) > 1 and any(map(_is_bare, named)) and not any(_is_known(e) for e in parties if e not in named)


def _is_bare(reference: Reference) -> bool:
    actor = reference.actor
    return actor is not None and actor.kind == "unknown" and " " not in actor.name


def _is_capital_of_sentence(draft: Draft, reference: Reference) -> bool:
    """ "Visitors are asked …": one word that nothing but its place at the beginning makes a name."""
    mention, actor = reference.mention, reference.actor
    opens = mention.start == draft.scene.sentence.start and " " not in mention.text
    return opens and mention.shape == "name" and actor is not None and actor.kind == "unknown"


def _is_message(draft: Draft, frame: Frame) -> bool:
    """ "Permission denied", "Connection refused": one word that begins what a machine says, and a participle."""
    trigger, tokens = draft.trigger, draft.scene.sentence.tokens
    if trigger.tense != "past" or frame.recipients or len(frame.actors) != 1 or not _is_bare(frame.actors[0]):
        return False
    mention = frame.actors[0].mention
    opens = mention.first == 0 or tokens[mention.first - 1].kind == "mark"
    following = tokens[trigger.last] if trigger.last < len(tokens) else None
    closes = following is None or following.kind == "mark" or following.lower in ("for", "by")
    return opens and closes and mention.last == trigger.first


def _is_rule(draft: Draft) -> bool:
    """ "The attack must be blocked, or the attacker captured": what is left out before it is "must be"."""
    trigger, scene = draft.trigger, draft.scene
    if trigger.tense != "past" or trigger.voice != "active":
        return False
    before = [token.lower for token in scene.sentence.tokens[: trigger.group]]
    return "or" in before and not _RULING.isdisjoint(before[: len(before) - before[::-1].index("or")])


def _is_of_the_narrator(act: Act) -> bool:
    """ "My aunt always refused sugar"."""
    mine = any(each.mention.text.lower().startswith(_OWN) for each in act.frame.actors)
    return mine and act.status.modality == "habitual"


def _names_a_day(dated: Dated) -> bool:
    first, last = edtf.bounds(dated.date)
    return dated.basis == "explicit" or first is None or last is None or last - first < _DAYS_OF_A_FORTNIGHT
