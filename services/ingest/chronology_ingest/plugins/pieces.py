"""A text in pieces that are no longer than may be sent at once, cut at paragraph ends wherever that can be."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

HALVED_MIN: Final = 400
"""A piece that is no longer is not cut again."""
_EARLIEST: Final = 0.4
"""A cut before this share of a piece would make many small ones: then a lesser kind of end is taken."""
_ENDS: Final = (("\n\n", "\r\n\r\n"), ("\n",), (". ", "! ", "? ", ".” ", '." '), (" ",))
"""Where a text is cut, the best kind first: between paragraphs, lines, sentences, words."""


class Piece(Struct, frozen=True, gc=False):
    """The characters of a text from `start` up to `end`; white space around them is left out."""

    start: int
    end: int


def cut(text: str, length_max: int) -> tuple[Piece, ...]:
    """The pieces of a text, in its order, none longer than `length_max` and none of white space alone."""
    found = []
    at = 0
    while at < len(text):
        end = len(text) if len(text) - at <= length_max else _end(text, at, at + length_max)
        piece = _stripped(text, at, end)
        if piece is not None:
            found.append(piece)
        at = end
    return tuple(found)


def halves(text: str, piece: Piece) -> tuple[Piece, ...]:
    """The two parts of a piece; the piece alone where it is too short to be cut."""
    length = piece.end - piece.start
    if length <= HALVED_MIN:
        return (piece,)
    middle = _end(text, piece.start, piece.start + length * 2 // 3)
    parts = (_stripped(text, piece.start, middle), _stripped(text, middle, piece.end))
    return tuple(part for part in parts if part is not None)


def _end(text: str, start: int, limit: int) -> int:
    earliest = start + max(1, int((limit - start) * _EARLIEST))
    for marks in _ENDS:
        ends = [at + len(mark) for mark in marks if (at := text.rfind(mark, earliest, limit)) >= 0]
        if ends:
            return max(ends)
    return limit


def _stripped(text: str, start: int, end: int) -> Piece | None:
    part = text[start:end]
    bare = part.strip()
    if not bare:
        return None
    first = start + len(part) - len(part.lstrip())
    return Piece(first, first + len(bare))
