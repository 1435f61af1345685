"""Which mentions of a sentence can be nobody's subject: those behind a preposition, and those that only modify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .frame import Scene
from .grammar import (
    ARTICLES,
    AUXILIARIES,
    PREPOSITIONS,
    SUBORDINATORS,
    TEMPORAL,
    is_adverb,
    looks_verbal,
    words,
)
from .mentions import ADJECTIVE, POSSESSIVES
from .references import Reference
from .sentences import Token

JOINERS: Final = words(", and or & the as well both other also along with ethnic muslim /")
"""What may stand between two of a list."""

_DESCRIBING: Final = words("both the other a an whole entire former neighboring neighbouring new all")
_AFTER_NAME: Final = TEMPORAL | words("he she they it again")


def governed_among(tokens: Sequence[Token], references: Sequence[Reference], left: int) -> frozenset[int]:
    """The ids of those that stand behind a preposition, or are joined to one that does: "in Kenya and Tanzania"."""
    governed: set[int] = set()
    before: Reference | None = None
    for reference in references:
        joined = False
        if before is not None and id(before) in governed and before.mention.shape == reference.mention.shape:
            between = [token.lower for token in tokens[before.mention.last : reference.mention.first]]
            place = reference.mention.shape == "place"
            joined = between in (["and"], ["or"], ["and", "the"]) or (place and between in ([","], [",", "and"]))
        if joined or is_governed(tokens, reference, left):
            governed.add(id(reference))
        before = reference
    return frozenset(governed)


def is_governed(tokens: Sequence[Token], reference: Reference, left: int) -> bool:
    at = reference.mention.first - 1
    if at > left and tokens[at].text in POSSESSIVES:
        # "For the boy's family".
        at -= 2
    while at >= left and (
        tokens[at].text in ("“", '"', "(", "‘")
        or _only_describes(tokens[at].lower)
        or (at > left and tokens[at].lower.endswith("ed") and tokens[at - 1].lower in ARTICLES)
    ):
        at -= 1
    # "More than a thousand people".
    return at >= left and tokens[at].lower in PREPOSITIONS and tokens[at].lower != "than"


def _only_describes(lower: str) -> bool:
    return lower in _DESCRIBING or lower.endswith(("ern", "ous", "ish", "ese", "-based", "-called"))


def modifies(scene: Scene, reference: Reference, verb: int = -1) -> bool:
    """ "A UN report": the name only says which report; not where the word behind it is the `verb`."""
    tokens = scene.sentence.tokens
    at = reference.mention.last
    if (
        reference.mention.shape not in ("place", "organisation", "name", "people")
        or at in (verb, len(tokens))
        or at in scene.dated
    ):
        return False
    if reference.actor is not None and reference.actor.kind == "person":
        return False
    token = tokens[at]
    lower = token.lower
    plain = (
        token.kind == "word"
        and not token.capital
        and token.text not in POSSESSIVES
        and token.start - tokens[at - 1].end == 1
    )
    closed = (
        lower in PREPOSITIONS
        or lower in JOINERS
        or lower in SUBORDINATORS
        or lower in AUXILIARIES
        or is_adverb(lower)
        or looks_verbal(lower)
    )
    if plain and reference.mention.head == ADJECTIVE and lower.endswith("s"):
        # "Peruvian exports": of a people the plural would be a noun of its own.
        return not closed
    return plain and not closed and not lower.endswith(("ing", "s")) and lower not in _AFTER_NAME
