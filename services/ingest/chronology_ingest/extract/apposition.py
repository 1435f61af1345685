"""What stands beside a mention and bears on it: owners, lists, and names with what they are said to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from .grammar import ARTICLES, DETERMINERS, PREPOSITIONS, looks_verbal, words
from .mentions import POSSESSIVES, Mention
from .references import Actor, Reference
from .sentences import Sentence

_CLOSING: Final = frozenset(",.;)")
_PARTS: Final = words("some many most several all none both each one two three four five six seven eight nine ten few")


def is_behind_preposition(sentence: Sentence, mention: Mention) -> bool:
    tokens, at = sentence.tokens, mention.first - 1
    at -= at >= 0 and tokens[at].lower == "the"
    if at > 0 and tokens[at].lower == "of" and (tokens[at - 1].kind == "number" or tokens[at - 1].lower in _PARTS):
        # "Seven of her students".
        return False
    return at >= 0 and tokens[at].lower in PREPOSITIONS


def owns(sentence: Sentence, owner: Mention, mention: Mention) -> bool:
    """ "Mirva Telen's brother": whose brother it is stands before him."""
    return (
        mention.shape == "description"
        and owner.last == mention.first - 1
        and owner.shape in ("person", "name", "organisation")
        and sentence.tokens[owner.last].text in POSSESSIVES
    )


def joined(sentence: Sentence, references: Sequence[Reference]) -> tuple[Actor, ...]:
    """The first persons whom a sentence names in one breath: "Mirva Telen and Oskar Velm"."""
    joined: list[Actor] = []
    last = -1
    for reference in references:
        if reference.actor is None or reference.actor.kind != "person" or reference.mention.shape == "pronoun":
            continue
        between = [token.lower for token in sentence.tokens[last : reference.mention.first]] if joined else []
        if joined and not (between and all(word in ("and", ",") for word in between)):
            if len(joined) > 1:
                break
            joined = []
        if reference.actor not in joined:
            joined.append(reference.actor)
        last = reference.mention.last
    return tuple(joined) if len(joined) > 1 else ()


def put_together(sentence: Sentence, references: Sequence[Reference]) -> Iterator[Reference]:
    """ "The mayor, Mirva Telen," and "Mirva Telen, the mayor,": the description calls the one who is named."""
    explained: Reference | None = None
    for number, reference in enumerate(references):
        before = references[number - 1] if number else None
        if explained is not None and before is not None and _goes_on(sentence, before.mention, reference.mention):
            yield replace(reference, actor=explained.actor)
            continue
        explained = None
        behind = references[number + 1] if number + 1 < len(references) else None
        if behind is not None and _explains(sentence, reference.mention, behind.mention, behind.mention):
            yield replace(reference, actor=behind.actor)
        elif before is not None and _explains(sentence, before.mention, reference.mention, before.mention):
            yield replace(reference, actor=before.actor)
            explained = before
        else:
            yield reference


def _goes_on(sentence: Sentence, first: Mention, second: Mention) -> bool:
    """ "…, a well-known poet and rights activist": one more thing that the same person is."""
    between = [token.lower for token in sentence.tokens[first.last : second.first]]
    singular = second.shape == "description" and second.kind in ("person", "group") and not second.head.endswith("s")
    return between == ["and"] and singular and sentence.tokens[second.first].lower not in ARTICLES


def _explains(sentence: Sentence, first: Mention, second: Mention, named: Mention) -> bool:
    """Whether one of two mentions that stand beside each other only says who the `named` other is."""
    described = first if named is second else second
    if described.shape != "description" or described.government or described.head.endswith("s"):
        return False
    body = described.kind == "organisation" and (
        named.shape in ("name", "organisation") or (named.shape == "person" and named is first and not named.office)
    )
    if not body and (named.shape != "person" or described.kind not in ("person", "group")):
        return False
    tokens = sentence.tokens
    between = [token.lower for token in tokens[first.last : second.first]]
    if named is first and len(between) > 2 and between[0] == "," and between[-1] == "and":
        # "Mirva Telen, a well-known poet and rights activist".
        return between[1] in ARTICLES and "," not in between[1:] and not any(looks_verbal(word) for word in between)
    if between != [","]:
        return False
    if second.last >= len(tokens) or tokens[second.last].text in _CLOSING:
        return True
    following = tokens[second.last + 1] if second.last + 1 < len(tokens) else None
    if named is first and tokens[second.last].lower == "and" and following is not None:
        return tokens[second.first].lower in ARTICLES and not following.capital and following.lower not in DETERMINERS
    return named is first and tokens[second.last].lower in ("of", "for", "at", "in", "who", "from")
