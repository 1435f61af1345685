"""Triggers: the words that tell an act, and how they tell it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from msgspec import Struct

from ..ruleset import PredicateRule, Ruleset, Wording
from . import verbs
from .frame import Scene
from .grammar import ARTICLES, AUXILIARIES, BE, DETERMINERS, HAVE, PREPOSITIONS, is_adverb, looks_verbal, words
from .mentions import POSSESSIVES
from .sentences import Sentence
from .verbs import Around, Tense, Voice

_GAP_MAX: Final = 5
_ADDRESSED_MAX: Final = 7
"""Before "to": "asked the Court of Human Rights to …"."""
_OPENING_MARKS: Final = '"“‘:•'
_COMPOUNDS: Final = words(
    """
    officers camps camp bid center centers centre warrant case law laws leader leaders organizers movement movements
    campaign record records rate rates team teams plan plans report reports order orders engine query queries results
    site sites price prices date point points area facility facilities house houses engines party parties
    police gear squad squads
    """
)
"""Nouns that make a mere adjective of the act before them: "an arrest warrant", "protest leaders"."""


class Trigger(Struct, frozen=True, kw_only=True, gc=False):
    """Tokens `first` up to `last` tell an act by `rule`; `group` is where its verb group begins ("had been …").

    `stated` marks an act that a plain statement is by what it says, and `cue` the word of it that says so, if it
    stands in the same sentence (else -1). `opening` and `closing` are where in the text the quotation
    begins or ends that says so, if that is another sentence.
    """

    first: int
    last: int
    group: int
    base: str
    rule: PredicateRule
    voice: Voice
    tense: Tense
    governed: bool = False
    reduced: bool = False
    stated: bool = False
    cue: int = -1
    opening: int = -1
    closing: int = -1


def find(
    sentence: Sentence,
    mention_starts: Collection[int],
    mention_ends: Collection[int],
    dated: Collection[int],
    rules: Ruleset,
) -> tuple[Trigger, ...]:
    """The triggers of a sentence, left to right, none inside another; longer wordings first."""
    around = Around(tokens=sentence.tokens, starts=mention_starts, ends=mention_ends, dated=dated, rules=rules)
    said = {token.lower for token in sentence.tokens}
    found: list[Trigger] = []
    verb: Trigger | None = None
    at = 0
    while at < len(sentence.tokens):
        trigger = _at(around, at, verb, said)
        if trigger is not None and not trigger.rule.silent:
            found.append(trigger)
            verb = trigger if trigger.voice != "noun" else verb
        at = trigger.last if trigger is not None else at + 1
    return tuple(found)


def _at(around: Around, at: int, before: Trigger | None, said: Collection[str]) -> Trigger | None:
    token = around.tokens[at]
    ways = around.rules.wordings.get(token.lower)
    if ways is None or at in around.dated:
        return None
    if at and around.tokens[at - 1].text == "-" and around.tokens[at - 1].end == token.start:
        # "The U.S.-backed plan".
        return None
    if token.capital and at and token.kind == "word" and around.tokens[at - 1].text not in _OPENING_MARKS:
        return None
    for way in ways:
        if way.words[-1] not in said:
            # Most wordings of several words fall here.
            continue
        last = _match(around, at, way)
        trigger = _read(around, at, last, way, before) if last is not None else None
        if trigger is not None:
            return trigger
    return None


def _match(around: Around, at: int, way: Wording) -> int | None:
    """Where the wording ends; the words between are free only at a star, but a date may stand anywhere."""
    tokens = around.tokens
    reach = at + 1
    free = False
    for place, word in enumerate(way.words[1:], 1):
        if word is None:
            free = True
            continue
        reach = around.after_date(reach)
        limit = reach + (_ADDRESSED_MAX if free and word == "to" else _GAP_MAX if free else 0)
        while reach < len(tokens) and reach <= limit and tokens[reach].lower != word:
            if place == 2 and way.base[:3] == "be " and not is_adverb(tokens[reach].lower):
                return None
            if tokens[reach].text in (".", ";", ":", ","):
                return None
            reach += 1
        if reach >= len(tokens) or reach > limit or tokens[reach].lower != word:
            return None
        reach += 1
        free = False
    return reach


def _read(around: Around, at: int, last: int, way: Wording, before: Trigger | None) -> Trigger | None:
    # The words of a wording with a gap stand apart: the object is between them, so the trigger is its first word.
    # Of a wording that is no act all is passed over.
    if None in way.words and not way.rule.silent:
        last = at + 1 + (way.base[:3] == "be " and way.words[1] is not None)
    if way.form == "noun":
        if not _is_noun(around, at, last):
            return None
        return Trigger(first=at, last=last, group=at, base=way.base, rule=way.rule, voice="noun", tense="none")
    coordinated, gap = None, 0
    if before is not None:
        # "Were brought before a judge and fined".
        undergone = before.base[:3] == "be " and before.rule.subject == "recipient"
        voice: Voice = "passive" if undergone else before.voice
        coordinated = verbs.Verb(group=before.group, voice=voice, tense=before.tense)
        gap = at - before.last
    verb = verbs.read(around, at, last, way, coordinated, gap)
    bare = len(way.words) == 1
    if verb is None or (bare and way.rule.intransitive and verb.voice == "active" and around.takes_object(last)):
        return None
    return Trigger(
        first=at, last=last, group=verb.group, base=way.base, rule=way.rule,
        voice=verb.voice, tense=verb.tense, governed=verb.governed, reduced=verb.reduced,
    )  # fmt: skip


def _is_noun(around: Around, at: int, last: int) -> bool:
    tokens = around.tokens
    following = tokens[last] if last < len(tokens) else None
    if following is not None:
        beside = following.start - tokens[last - 1].end == 1
        if last in around.starts and beside and following.lower not in ARTICLES:
            return False
        if following.kind == "word" and following.lower in _COMPOUNDS:
            return False
    if at == 0:
        return following is not None and (following.lower in PREPOSITIONS or looks_verbal(following.lower))
    word = tokens[at - 1]
    if word.lower in ("to", "not") or (word.lower in AUXILIARIES and word.lower not in BE):
        return word.lower in HAVE and tokens[at].lower.endswith("s")
    # "Police arrest": a description before the word makes it a verb.
    described = at in around.ends and word.lower not in DETERMINERS and word.text not in POSSESSIVES
    return not described or word.capital


def is_restrictive(scene: Scene, trigger: Trigger) -> bool:
    """Whether the act only says which ones are meant: "those who were freed", "the men held there"; not with a day."""
    clause = scene.clauses[scene.clause_at(trigger.first)]
    tokens = scene.sentence.tokens
    if any(at in scene.dated for at in range(max(clause.first, trigger.group), clause.last)):
        return False
    if trigger.reduced:
        return trigger.group > 0 and tokens[trigger.group - 1].text != ","
    relative = clause.kind == "relative" and clause.opener in ("who", "that", "which", "whom")
    return relative and clause.first > 0 and tokens[clause.first - 1].kind == "word"
