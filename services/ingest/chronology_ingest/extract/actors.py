"""Actors: names and descriptions of those who can act, sentence by sentence.

Names are runs of capitals with the small words that names hold (names.py); descriptions
are head nouns of rules/actors.toml with what stands before them (descriptions.py).
cast.py then tells who is who in the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..ruleset import Ruleset
from .descriptions import DescriptionReader
from .grammar import words
from .mentions import Mention
from .names import NameReader
from .sentences import Sentence

_PRONOUNS: Final = words("he she him his her they them it")


def find(sentence: Sentence, rules: Ruleset, known_capitals: frozenset[str]) -> tuple[Mention, ...]:
    """The mentions of one sentence, left to right, none inside another."""
    names = NameReader(sentence, rules, known_capitals)
    descriptions = DescriptionReader(sentence, rules, names)
    found: list[Mention] = []
    at = 0
    while at < len(sentence.tokens):
        mention = _pronoun(names, at) or descriptions.read(at) or names.read(at)
        if mention is None:
            at += 1
            continue
        while found and found[-1].last > mention.first:
            found.pop()
        found.append(mention)
        at = max(mention.last, at + 1)
    return tuple(found)


def capitals(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Words that stand with a capital where no sentence begins, and so are names also where one does."""
    return frozenset(
        token.text
        for sentence in sentences
        if not sentence.heading
        for token in sentence.tokens[1:]
        if token.kind == "word" and token.capital
    )


def _pronoun(reader: NameReader, at: int) -> Mention | None:
    token = reader.tokens[at]
    if token.lower not in _PRONOUNS:
        return None
    return reader.mention(at, at + 1, at, shape="pronoun", kind="person", head=token.lower)
