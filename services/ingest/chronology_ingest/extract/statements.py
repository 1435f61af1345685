"""What bare words do: to claim that others did harm is to accuse them, and mere talk is no act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from ..ruleset import Ruleset
from .attribution import beside
from .frame import Scene
from .grammar import NEGATIONS, words
from .predicates import Trigger

ADVERSE: Final = frozenset(["COERCE", "ASSAULT", "SANCTION"])
_CLAIMS: Final = words("claim maintain insist allege testify complain state")
_TALK: Final = words(
    "say tell add note explain argue insist stress emphasise emphasize recall comment joke reply respond maintain warn"
)
"""Verbs that only report words; to announce or to admit something is more."""
_AUDIENCES: Final = words(
    """
    reporters journalists newspaper newspapers radio television broadcaster interview statement listeners viewers
    readers website site magazine weekly daily channel agency press parliament lawmakers
    """
)
_AUDIENCE_REACH: Final = 7
_STATE: Final = frozenset(["COP", "GOV", "JUD", "LEG", "MIL", "SPY"])
_HARMS: Final = frozenset(["ASSAULT", "PROTEST", "REJECT"])
"""What no state owns up to, and a state as well may accuse others of."""
_QUOTED_REACH: Final = 5
_WITNESSED: Final = words("seen saw heard witnessed ordered paid against")
MARKS: Final = frozenset('“”«»"')
WILL: Final = words("will would shall 'll")
SPEAKERS: Final = words("i we he she it they")
_NEAR: Final = 4
_BEHIND: Final = 10


def by_denial(
    scene: Scene, trigger: Trigger, inner: Sequence[Trigger], rules: Ruleset
) -> tuple[Trigger, Trigger | None] | None:
    """ "Said that no miner had been beaten", "said police had not beaten anybody"."""
    rule = next((rule for _, rule in rules.said.get("nobody", ()) if rule.needs_adverse), None)
    tokens = scene.sentence.tokens
    for each in inner:
        if rule is None or each.voice == "noun" or each.rule.type not in ADVERSE or each.first < trigger.last:
            continue
        told = tokens[trigger.last : each.first]
        near = [token.lower for token in told[:_NEAR]] + [token.lower for token in tokens[each.group : each.first]]
        if not NEGATIONS.isdisjoint(near) and not any(token.text in MARKS for token in told):
            return replace(trigger, rule=rule, stated=True), each
    return None


def by_accusation(
    scene: Scene, trigger: Trigger, inner: Sequence[Trigger], rules: Ruleset
) -> tuple[Trigger, Trigger | None] | None:
    """Who claims, maintains or testifies that others did harm accuses them of it, and so does who tells the public."""
    tokens = scene.sentence.tokens
    claims = trigger.base.split()[0] in _CLAIMS
    told = {token.lower for token in tokens[trigger.last : trigger.last + _AUDIENCE_REACH]}
    rule = rules.intents.get("accuse")
    if rule is None or trigger.voice != "active" or not (claims or told & _AUDIENCES):
        return None
    speaker = beside(scene, trigger.first)
    if speaker is None or speaker.actor is None:
        return None
    if _is_witness(scene, trigger):
        return replace(trigger, rule=rule, stated=True), None
    state = speaker.actor.kind == "government" or speaker.actor.sector in _STATE
    for each in inner:
        hostile = each.rule.type in _HARMS or (claims and each.rule.type in ADVERSE and not state)
        if not hostile or each.first < trigger.last or any(t.text in MARKS for t in tokens[trigger.last : each.first]):
            continue
        group = {token.lower for token in tokens[each.group : each.first]}
        own = each.voice == "active" and each.group and tokens[each.group - 1].lower in SPEAKERS
        if (claims or each.voice != "noun") and not own and group.isdisjoint(WILL) and group.isdisjoint(NEGATIONS):
            return replace(trigger, rule=rule, stated=True), each
    return None


def _is_witness(scene: Scene, trigger: Trigger) -> bool:
    """ "Testified that she had seen the mayor …": a witness is against somebody."""
    behind = {token.lower for token in scene.sentence.tokens[trigger.last : trigger.last + _BEHIND]}
    return trigger.base == "testify" and bool(behind & _WITNESSED)


def is_mere_talk(scene: Scene, trigger: Trigger) -> bool:
    """Words that somebody is quoted with, an opinion in the present tense, and what is said by a mere "he": a
    chronology wants none of them, where they do nothing else."""
    tokens = scene.sentence.tokens
    if trigger.base.split()[0] not in _TALK:
        return False
    if trigger.voice == "passive":
        return trigger.base == "say"
    behind = tokens[trigger.last : trigger.last + _QUOTED_REACH]
    if any(token.text in MARKS for token in tokens[: trigger.group]) or any(token.text in MARKS for token in behind):
        return True
    if scene.dated:
        return False
    if trigger.tense == "present" and trigger.base.split()[0] not in _CLAIMS:
        return True
    speaker = beside(scene, trigger.first)
    return speaker is not None and speaker.mention.shape == "pronoun"
