"""How a text speaks: whether it tells what was done, or how things are and what one does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .grammar import words
from .sentences import Sentence

_TOLD: Final = words(
    """
    was were had did said took came went gave began became saw fell broke rose wrote spoke knew ran grew drew chose
    threw drove shook
    """
)
"""Verbs whose past is no participle: rules and descriptions use those as well."""
_WORDS_MIN: Final = 60
_TOLD_OF_A_THOUSAND: Final = 6
"""News, reports and histories have twelve and more; recipes, manuals, rules and lessons three at most."""


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
