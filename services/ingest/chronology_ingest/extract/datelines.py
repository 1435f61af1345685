"""The place that opens an agency's text or a report: "VELMORA, May 15 (TPA) - …"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..gazetteer import default
from ..ruleset import Ruleset
from .places import full_name
from .sentences import Sentence, Token

_BRACKET_TOKENS_MAX: Final = 14
_SENTENCES: Final = 4
_WORDS_MAX: Final = 5
_BREAKS: Final = frozenset(["-", "—", "–"])


def dateline(sentences: tuple[Sentence, ...], rules: Ruleset) -> tuple[str, int]:
    """The place that opens an agency's text, and the number of its sentence: "VELMORA, May 15 (TPA) - …",
    "PORT VELMORA, Tolmeria — …", "(Velmora) – …"."""
    for number, sentence in enumerate(sentences[:_SENTENCES]):
        names = _names(sentence.tokens, rules)
        if names:
            return full_name(names, rules), number
    return "", -1


def _names(tokens: tuple[Token, ...], rules: Ruleset) -> tuple[str, ...]:
    if len(tokens) < 4:
        return ()
    if tokens[0].text == "(":
        return _bracketed(tokens, rules)
    last = _upper_run(tokens)
    if last and len(tokens[0].text) > 2 and tokens[last].text in (",", "(", *_BREAKS):
        name = _spelled(tokens[:last])
        behind = tuple(_behind(tokens, last, rules)) if tokens[last].text == "," else ()
        return (name, *behind)
    return ()


def _upper_run(tokens: tuple[Token, ...]) -> int:
    """How many words of capitals open a sentence."""
    last = 0
    while last < min(len(tokens) - 1, _WORDS_MAX) and tokens[last].kind == "word" and tokens[last].text.isupper():
        last += 1
    return last


def _behind(tokens: tuple[Token, ...], comma: int, rules: Ruleset) -> Iterator[str]:
    """The country or division between the city of a dateline and its date: ", Tolmeria, May 15"."""
    for reach in range(min(comma + 4, len(tokens) - 1), comma + 1, -1):
        said = " ".join(token.text for token in tokens[comma + 1 : reach])
        known = rules.names.get(said)
        if (known is not None and known.is_country) or any(each.kind == "division" for each in default().places(said)):
            yield said
            return


def _bracketed(tokens: tuple[Token, ...], rules: Ruleset) -> tuple[str, ...]:
    for last in range(2, min(len(tokens) - 1, _BRACKET_TOKENS_MAX)):
        if tokens[last].text == ")":
            said = [part.strip() for part in " ".join(token.text for token in tokens[1:last]).split(",")]
            known = said[0] in rules.names or default().knows(said[0])
            return tuple(said[:2]) if known and tokens[last + 1].text in _BREAKS else ()
    return ()


def _spelled(tokens: tuple[Token, ...]) -> str:
    """ "RIO DE JANEIRO" as "Rio de Janeiro"."""
    spelled = ["-".join(part.capitalize() for part in token.text.split("-")) for token in tokens]
    small = [
        spelled[0],
        *(word.lower() if word in ("De", "Of", "Al", "La", "Do", "Da", "Es") else word for word in spelled[1:]),
    ]
    return next((name for name in (" ".join(small), " ".join(spelled)) if default().knows(name)), " ".join(spelled))
