"""Clean and split: furniture aside, lines into sentences, sentences into tokens.

Every offset counts code points of the document's kept text; nothing is rewritten, so
what is cut out here is cut out by leaving it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import re2
from msgspec import Struct

from ..ruleset import Ruleset
from .furniture import Cleaned, clean

SENTENCE_TOKENS_MAX: Final = 250
"""A longer sentence is cut: no sentence of prose is, and the stages after this compare words with words."""
_HEADING_TOKENS_MAX: Final = 22

TokenKind = Literal["word", "number", "mark"]

_TOKEN: Final = re2.compile(
    r"(?:\p{L}\.){2,}"
    r"|\p{L}+n['’]t\b"
    r"|['’]s\b"
    r"|[0-9]+(?:[.,:/][0-9]+)*"
    r"|\p{L}[\p{L}\p{M}\p{N}]*(?:[-‑'’ʻ][\p{L}\p{N}][\p{L}\p{M}\p{N}]+)*"
    r"|[^\s\x{A0}]"
)
_BLANKS: Final = dict.fromkeys(map(ord, "\t\n\f\r\u00a0"), " ")
"""What RE2 takes for white space, and the no-break space."""
_LONE_MARKS: Final = ',.;:!?()[]"“”'
_CLOSERS: Final = frozenset("\"'”’)]»")
_OPENERS: Final = frozenset("\"'“‘([«")
_ENDS: Final = frozenset(".!?…")


class Token(Struct, frozen=True, gc=False):
    start: int
    end: int
    text: str
    lower: str
    kind: TokenKind
    capital: bool = False


class Sentence(Struct, frozen=True, kw_only=True, gc=False):
    """`paragraph` counts lines of the text; `heading` is a line that ends without a full stop."""

    start: int
    end: int
    tokens: tuple[Token, ...]
    paragraph: int
    heading: bool = False


def split(text: str, rules: Ruleset, cleaned: Cleaned | None = None) -> tuple[Sentence, ...]:
    """The sentences that may tell events, in reading order; `cleaned` is the text without its furniture, if at hand."""
    cleaned = clean(text, rules) if cleaned is None else cleaned
    tokens = _tokens(cleaned.text)
    sentences: list[Sentence] = []
    at = 0
    for number, line in enumerate(cleaned.lines):
        while at < len(tokens) and tokens[at].start < line.start:
            at += 1
        first = at
        while at < len(tokens) and tokens[at].start < line.end:
            at += 1
        sentences += _sentences(tokens[first:at], number, rules)
    return tuple(sentences)


def _tokens(text: str) -> list[Token]:
    """The tokens of a text.

    Plain words and numbers, with marks around them, are cut without the pattern: it would do the same and costs more.
    """
    found: list[Token] = []
    start = 0
    for piece in text.translate(_BLANKS).split(" "):
        if piece.isascii() and piece.isalpha():
            # Most pieces are a word and nothing else.
            found.append(Token(start, start + len(piece), piece, piece.lower(), "word", piece[0] <= "Z"))
        elif piece:
            found.extend(_cut(text, start, piece))
        start += len(piece) + 1
    return found


def _cut(text: str, start: int, piece: str) -> Iterator[Token]:
    core = piece.strip(_LONE_MARKS)
    stem = core[:-2] if core[-2:] in ("'s", "’s") else core
    if not (stem.isascii() and (stem.isalpha() or (stem.isdigit() and stem == core))):
        for found in _TOKEN.finditer(piece):
            yield _token(text, start + found.start(), start + found.end())
        return
    first = start + piece.index(core)
    for at in range(start, first):
        yield Token(at, at + 1, text[at], text[at], "mark")
    last = first + len(stem)
    yield Token(first, last, stem, stem.lower(), "number" if stem[0].isdigit() else "word", stem[0].isupper())
    if stem != core:
        yield _token(text, last, last + 2)
    for at in range(first + len(core), start + len(piece)):
        yield Token(at, at + 1, text[at], text[at], "mark")


def _token(text: str, start: int, end: int) -> Token:
    said = text[start:end]
    kind: TokenKind = "number" if said[0].isdigit() else "word" if said[0].isalpha() or len(said) > 1 else "mark"
    return Token(start, end, said, said.lower().replace("’", "'"), kind, said[0].isupper())


def _sentences(tokens: list[Token], paragraph: int, rules: Ruleset) -> list[Sentence]:
    found: list[Sentence] = []
    first = 0
    for at, token in enumerate(tokens):
        if at + 1 == len(tokens) or _ends_after(tokens, at, rules) or at + 1 - first >= SENTENCE_TOKENS_MAX:
            part = tuple(tokens[first : at + 1])
            found.append(Sentence(start=part[0].start, end=token.end, tokens=part, paragraph=paragraph))
            first = at + 1
    if len(found) == 1 and _is_heading(found[0]):
        return [
            Sentence(start=found[0].start, end=found[0].end, tokens=found[0].tokens, paragraph=paragraph, heading=True)
        ]
    return found


def _is_heading(sentence: Sentence) -> bool:
    last = sentence.tokens[-1]
    return (
        len(sentence.tokens) <= _HEADING_TOKENS_MAX
        and last.text not in _ENDS
        and last.text not in _CLOSERS
        and last.text not in ":;"
    )


def _ends_after(tokens: list[Token], at: int, rules: Ruleset) -> bool:
    token = tokens[at]
    if token.text in _CLOSERS and at and tokens[at - 1].text in _ENDS:
        token = tokens[at - 1]
        after = at + 1
        # A quotation mark that opens the next sentence stands apart from the full stop.
        if tokens[at].start > token.end and tokens[at].text in _OPENERS:
            return False
    elif token.text in _ENDS:
        after = at + 1
        if tokens[after].text in _CLOSERS and tokens[after].start == token.end:
            return False
        if token.text == "." and at and token.start == tokens[at - 1].end and _abbreviated(tokens[at - 1], rules):
            return False
    else:
        return False
    following = tokens[after] if after < len(tokens) else None
    if following is None:
        return True
    return (
        following.text[0].isupper()
        or following.text[0].isdigit()
        or following.text in _OPENERS
        or following.text in "-–—"
    )


def _abbreviated(token: Token, rules: Ruleset) -> bool:
    return token.lower in rules.abbreviations or (len(token.text) == 1 and token.capital)
