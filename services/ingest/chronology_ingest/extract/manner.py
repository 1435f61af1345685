"""How a text speaks: whether it tells what was done, or how things are and what one does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .grammar import words
from .sentences import Sentence

_TOLD: Final = words(
    """
    was were had did said told took made came went gave began became left saw found held met died fought sent brought
    led won lost fell broke struck shot ran wrote spoke knew thought felt kept got
    """
)
"""Verbs whose past is no participle that rules and descriptions use as well, or that these seldom use."""
_WORDS_MIN: Final = 60
_TOLD_OF_A_THOUSAND: Final = 7
"""News, reports and histories have twelve and more; recipes, manuals, rules and lessons six at most."""


def is_timeless(sentences: Iterable[Sentence]) -> bool:
    """Whether a text scarcely uses the past: a recipe, a manual, the rules of a game, a lesson.

    Of a text that is too short to say, it is not said.
    """
    count = told = 0
    for sentence in sentences:
        for token in sentence.tokens:
            if token.kind == "word":
                count += 1
                told += token.lower in _TOLD
    return count >= _WORDS_MIN and told * 1_000 < count * _TOLD_OF_A_THOUSAND
