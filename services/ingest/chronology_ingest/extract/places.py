"""The place of an event: a name of the gazetteer, or a name behind a preposition of place, or the dateline's."""

from __future__ import annotations

from typing import Final

from ..ruleset import Ruleset
from .cast import Reference
from .grammar import words
from .predicates import Trigger
from .roles import Scene
from .sentences import Sentence

_DATELINE_TOKENS_MAX: Final = 6
_PUT_IN_MAX: Final = 4
_SETTLEMENTS: Final = words("city town village region province district capital port state suburb island county area")


def where(scene: Scene, trigger: Trigger, dateline: str, rules: Ruleset) -> tuple[str, str]:
    """The place of an act and the rule that found it; the nearest in its clause wins, then the nearest in a clause
    that goes on with it."""
    own = scene.clause_at(trigger.first)
    best: tuple[tuple[int, int], str] | None = None
    for reference in scene.references:
        if not _is_placing(scene, reference, rules):
            continue
        number = scene.clause_at(reference.mention.first)
        # What was put in between the act and its place ("X, a lawyer who …, at his home in Y") has no end of its own.
        near = number > own and scene.clauses[own].kind == "main" and _put_in(scene, own, number)
        if number != own and not near:
            continue
        rank = (number != own, abs(reference.mention.first - trigger.first))
        if best is None or rank < best[0]:
            best = (rank, full_name(reference.mention.name, rules))
    if best is not None:
        return best[1], "place.preposition"
    return (dateline, "place.of-document") if dateline else ("", "")


def _is_placing(scene: Scene, reference: Reference, rules: Ruleset) -> bool:
    """ "In Ilvarin", "in the port city of Ilvarin"."""
    mention, tokens = reference.mention, scene.sentence.tokens
    if mention.shape not in ("place", "name") or mention.name in rules.demonyms:
        return False
    if mention.shape == "name" and (reference.actor is None or reference.actor.kind != "unknown"):
        return False
    before = tokens[mention.first - 1].lower if mention.first else ""
    if before == "the" and mention.first > 1:
        before = tokens[mention.first - 2].lower
    if before == "of" and mention.first > 1 and tokens[mention.first - 2].lower in _SETTLEMENTS:
        return any(
            token.lower in rules.place_prepositions for token in tokens[max(0, mention.first - 7) : mention.first]
        )
    return before in rules.place_prepositions


def _put_in(scene: Scene, own: int, number: int) -> bool:
    """Whether only clauses that are put in stand between two."""
    between = scene.clauses[own + 1 : number + 1]
    return all(
        clause.kind in ("relative", "aside") or (clause.opener == "" and clause.last - clause.first <= 4)
        for clause in between
    )


def full_name(name: str, rules: Ruleset) -> str:
    """A city with its country."""
    entry = rules.names.get(name)
    return f"{name}, {entry.country}" if entry is not None and not entry.is_country else name


def dateline(sentences: tuple[Sentence, ...], rules: Ruleset) -> tuple[str, int]:
    """The place that opens an agency's text, and the number of its sentence: "VELMORA, May 15 (TPA) - …"."""
    for number, sentence in enumerate(sentences[:4]):
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
            return full_name(name, rules), number
    return "", -1
