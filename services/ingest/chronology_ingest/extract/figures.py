"""Figures: the numbers told of an event, with what qualifies them and what they count."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from chronology_contracts.events import Figure

from ..ruleset import Ruleset
from .grammar import CONJUNCTIONS, PREPOSITIONS
from .sentences import Token

FIGURES_EACH_MAX: Final = 8
_DIGITS_MAX: Final = 15
_COUNTED_MAX: Final = 4


def count(
    text: str, tokens: tuple[Token, ...], first: int, last: int, dated: Collection[int], rules: Ruleset
) -> tuple[Figure, ...]:
    """The figures among these tokens of a sentence; numbers of dates are none."""
    found: list[Figure] = []
    at = first
    while at < last and len(found) < FIGURES_EACH_MAX:
        if tokens[at].kind != "number" and tokens[at].lower not in rules.number_words:
            at += 1
            continue
        value = None if at in dated else _value(tokens[at], rules)
        if value is None:
            at += 1
            continue
        reach = at + 1
        while reach < last and tokens[reach].lower in rules.multipliers:
            value *= rules.multipliers[tokens[reach].lower]
            reach += 1
        figure = _figure(text, tokens, first, at, reach, last, value, rules)
        if figure is not None:
            found.append(figure)
        at = reach
    return tuple(found)


def _value(token: Token, rules: Ruleset) -> Decimal | None:
    if token.kind == "number":
        digits = token.text.replace(",", "")
        plain = digits.count(".") <= 1 and digits.replace(".", "").isascii() and digits.replace(".", "").isdigit()
        return Decimal(digits) if plain and len(digits) <= _DIGITS_MAX and not digits.endswith(".") else None
    word = rules.number_words.get(token.lower)
    return None if word is None or token.lower == "one" else Decimal(word)


def _figure(
    text: str, tokens: tuple[Token, ...], first: int, at: int, reach: int, last: int, value: Decimal, rules: Ruleset
) -> Figure | None:
    counted = []
    for token in tokens[reach : min(last, reach + _COUNTED_MAX)]:
        if (
            token.kind != "word"
            or token.lower in PREPOSITIONS
            or token.lower in CONJUNCTIONS
            or (token.lower in rules.wordings and token.lower not in rules.heads)
        ):
            break
        counted.append(token.text)
        if token.lower in rules.heads:
            break
    if not counted:
        return None
    start, qualifier = at, ""
    for length in (4, 3, 2, 1):
        words = tuple(token.lower for token in tokens[max(first, at - length) : at])
        if len(words) == length and words in rules.qualifiers.get(words[0], ()):
            start, qualifier = at - length, " ".join(words)
            break
    written = f"{value:f}"
    begin, end = tokens[start].start, tokens[reach - 1].end
    return Figure(
        value=written.rstrip("0").rstrip(".") if "." in written else written,
        qualifier=qualifier,
        of=" ".join(counted)[:200],
        text=text[begin:end],
        start=begin,
        end=end,
    )
