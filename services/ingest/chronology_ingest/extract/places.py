"""The place of an event: a name of the gazetteer, or a name behind a preposition of place, or the dateline's."""

from __future__ import annotations

from typing import Final

from ..ruleset import Ruleset
from .predicates import Trigger
from .roles import Scene
from .sentences import Sentence

_DATELINE_TOKENS_MAX: Final = 6


def where(scene: Scene, trigger: Trigger, dateline: str, rules: Ruleset) -> tuple[str, str]:
    """The place of an act and the rule that found it; the nearest in its clause wins."""
    tokens = scene.sentence.tokens
    clause = scene.clauses[scene.clause_at(trigger.first)]
    best: tuple[int, str] | None = None
    for reference in scene.references:
        mention = reference.mention
        before = tokens[mention.first - 1].lower if mention.first else ""
        if (
            mention.shape not in ("place", "name")
            or before not in rules.place_prepositions
            or not clause.first <= mention.first < clause.last
        ):
            continue
        if mention.shape == "name" and (reference.actor is None or reference.actor.kind != "unknown"):
            continue
        distance = abs(mention.first - trigger.first)
        if best is None or distance < best[0]:
            best = (distance, full_name(mention.name, rules))
    if best is not None:
        return best[1], "place.preposition"
    return (dateline, "place.of-document") if dateline else ("", "")


def full_name(name: str, rules: Ruleset) -> str:
    """A city with its country."""
    entry = rules.names.get(name)
    return f"{name}, {entry.country}" if entry is not None and not entry.is_country else name


def dateline(sentences: tuple[Sentence, ...], rules: Ruleset) -> str:
    """The place that opens an agency's text: "VELMORA, May 15 (TPA) - …"."""
    for sentence in sentences[:4]:
        tokens = sentence.tokens
        if len(tokens) < 4 or not tokens[0].text.isupper() or len(tokens[0].text) < 3:
            continue
        last = 1
        while (
            last < min(len(tokens), _DATELINE_TOKENS_MAX)
            and tokens[last].text.isupper()
            and tokens[last].kind == "word"
        ):
            last += 1
        if tokens[last].text in (",", "(", "-", "—", "–"):
            name = " ".join(word.capitalize() for word in (token.text for token in tokens[:last]))
            return full_name(name, rules)
    return ""
