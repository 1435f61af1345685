"""Topics: what an event is about, by weighted words of its sentence and of the text around, and by its type."""

from __future__ import annotations

from collections import Counter
from typing import Final, cast

from chronology_contracts.vocabulary import EventType, Topic

from ..ruleset import Ruleset
from .sentences import Token

_OWN_WEIGHT: Final = 2
_AROUND_WEIGHT: Final = 1
_ACT_WEIGHT: Final = 4
_THRESHOLD: Final = 2
TOPICS_EACH_MAX: Final = 4


def terms(tokens: tuple[Token, ...], rules: Ruleset) -> Counter[str]:
    """How often the terms of each topic stand among these tokens."""
    counted: Counter[str] = Counter()
    known = rules.topic_terms
    for at, token in enumerate(tokens):
        if token.lower not in known:
            continue
        for words, topic in known[token.lower]:
            if len(words) == 1 or all(
                at + step < len(tokens) and tokens[at + step].lower == word for step, word in enumerate(words)
            ):
                counted[topic] += 1
    return counted


def about(own: Counter[str], around: Counter[str], type: EventType, mode: str, rules: Ruleset) -> tuple[Topic, ...]:
    """The topics of an event, strongest first."""
    scores: Counter[str] = Counter()
    for topic, times in own.items():
        scores[topic] += _OWN_WEIGHT * min(times, 2)
    for topic, times in around.items():
        scores[topic] += _AROUND_WEIGHT * min(times, 1)
    for rule in rules.topics:
        if type in rule.acts or (mode and f"{type} {mode}" in rule.acts):
            scores[rule.topic] += _ACT_WEIGHT
    ordered = sorted(
        (topic for topic, score in scores.items() if score >= _THRESHOLD), key=lambda topic: (-scores[topic], topic)
    )
    return cast("tuple[Topic, ...]", tuple(ordered[:TOPICS_EACH_MAX]))
