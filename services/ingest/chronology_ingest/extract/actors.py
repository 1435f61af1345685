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
from .grammar import AUXILIARIES, looks_verbal, words
from .mentions import CLAIMS, VERDICTS, Mention
from .names import NameReader, Spelled
from .sentences import Sentence

_PRONOUNS: Final = words("he she him his her they them it")
_OPENING: Final = _PRONOUNS | words("the both this these those")
_OF_WHOM: Final = words("of from by for against")
_NUMBERED: Final = words("two three pair couple")


def find(sentence: Sentence, rules: Ruleset, seen: Spelled) -> tuple[Mention, ...]:
    """The mentions of one sentence, left to right, none inside another."""
    names = NameReader(sentence, rules, seen)
    descriptions = DescriptionReader(sentence, rules, names)
    found: list[Mention] = []
    at = 0
    while at < len(sentence.tokens):
        token = sentence.tokens[at]
        mention = _pronoun(names, at) if token.lower in _OPENING else None
        if mention is None and token.lower in rules.head_starts:
            mention = descriptions.read(at)
        if mention is None and token.capital:
            mention = names.read(at)
        if mention is None:
            at += 1
            continue
        while found and found[-1].last > mention.first:
            found.pop()
        found.append(mention)
        at = max(mention.last, at + 1)
    return tuple(found)


def spelled(sentences: Sequence[Sentence]) -> Spelled:
    """How the document spells its words, headings aside."""
    inside = [token for each in sentences if not each.heading for token in each.tokens[1:] if token.kind == "word"]
    return Spelled(
        capitals=frozenset(token.text for token in inside if token.capital),
        commons=frozenset(token.text for token in inside if not token.capital),
    )


def _pronoun(reader: NameReader, at: int) -> Mention | None:
    token = reader.tokens[at]
    if token.lower in ("the", "this", "these", "those"):
        claim = _claim(reader, at)
        if claim is not None:
            return claim
    if token.lower in _PRONOUNS:
        return reader.mention(at, at + 1, at, shape="pronoun", kind="person", head=token.lower)
    if token.lower == "the" and at + 2 < len(reader.tokens) and reader.tokens[at + 1].lower in _NUMBERED:
        last = at + 2
    elif token.lower == "both" and at + 1 < len(reader.tokens):
        last = at + 1
    else:
        return None
    following = reader.tokens[last].lower
    if following not in AUXILIARIES and not looks_verbal(following):
        # "The two men", "both sides": a noun says who.
        return None
    return reader.mention(at, last, last - 1, shape="pronoun", kind="person", head=reader.tokens[last - 1].lower)


def _claim(reader: NameReader, at: int) -> Mention | None:
    """ "Rejected the allegation": a claim stands for whoever made it, a verdict for the court."""
    if not at or at + 1 >= len(reader.tokens):
        return None
    noun = reader.tokens[at + 1].lower
    if noun not in CLAIMS and noun not in VERDICTS:
        return None
    ways = reader.rules.wordings.get(reader.tokens[at - 1].lower, ())
    if not any(way.form != "noun" for way in ways):
        return None
    following = reader.tokens[at + 2].lower if at + 2 < len(reader.tokens) else ""
    if following in _OF_WHOM:
        return None
    return reader.mention(at, at + 2, at + 1, shape="pronoun", kind="unknown", head=noun)
