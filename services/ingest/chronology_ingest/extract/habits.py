"""What goes on or repeats over a span, and what only looks as if it did."""

from __future__ import annotations

from typing import Final

from .frame import Scene
from .grammar import DETERMINERS, words
from .predicates import Trigger
from .sentences import Token

_SPANS: Final = words("year years month months week weeks decade decades")
_SPAN_REACH: Final = 6
_EACH: Final = frozenset(["every", "each"])
_TIMES: Final = words("week month year weekend morning evening night spring summer autumn winter")
_COUNTING: Final = words("documented verified recorded registered counted")
_COUNTED_BEFORE: Final = 4
_COUNTED_BEHIND: Final = 5


def is_regular(scene: Scene, first: int, last: int) -> bool:
    """ "Every Sunday"."""
    tokens = scene.sentence.tokens
    return any(
        tokens[at].lower in _EACH and at in scene.dated and at + 1 < len(tokens) and _is_time(tokens[at + 1].lower)
        for at in range(first, last)
    )


def goes_on_since(scene: Scene, first: int, last: int) -> bool:
    """ "Since the coup", "since Friday": what has been done since then goes on."""
    tokens = scene.sentence.tokens
    return any(
        tokens[at].lower == "since"
        and (at + 1 in scene.dated or tokens[at + 1].lower == "then" or tokens[at + 1].lower in DETERMINERS)
        for at in range(first, min(last, len(tokens) - 1))
    )


def for_long(tokens: tuple[Token, ...], first: int, last: int) -> bool:
    """ "Have picketed the office for more than a year"."""
    at = next((at for at in range(first, last) if tokens[at].lower == "for"), last)
    return any(token.lower in _SPANS for token in tokens[at + 1 : min(at + _SPAN_REACH, last)])


def _is_time(lower: str) -> bool:
    return lower.endswith("day") or lower in _TIMES


def is_counted(tokens: tuple[Token, ...], trigger: Trigger) -> bool:
    """ "Documented the arrest of at least 30 nurses", "recorded 12 raids": many, one after the other."""
    before = tokens[max(0, trigger.first - _COUNTED_BEFORE) : trigger.first]
    if not any(token.lower in _COUNTING for token in before):
        return False
    behind = tokens[trigger.last : trigger.last + _COUNTED_BEHIND]
    return any(token.kind == "number" for token in (*before, *behind))


def was_under_way(tokens: tuple[Token, ...], trigger: Trigger) -> bool:
    """ "Were picketing the office": under way at the time that is told of, and over since."""
    group = [token.lower for token in tokens[trigger.group : trigger.first]]
    return trigger.tense == "progressive" and trigger.voice == "active" and bool(group) and group[0] in ("was", "were")


def was_done_to_one(scene: Scene, trigger: Trigger) -> bool:
    """ "She was held in a camp": what was done to one alone was done once."""
    return trigger.tense in ("past", "pluperfect") and any(
        each.mention.last == trigger.group and (each.mention.shape == "person" or each.mention.head in ("he", "she"))
        for each in scene.references
    )
