"""Where words that somebody claims to have read stand in a text: letter by letter, whatever white space is between."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

_PLACES_MAX: Final = 1_000


class Span(Struct, frozen=True, gc=False):
    start: int
    end: int


class Letters:
    """A part of a text in which words are looked up; what is found are offsets in the whole text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        folded: list[str] = []
        places: list[int] = []
        blank = True
        for at in range(start, end):
            char = text[at]
            if not char.isspace():
                folded.append(char)
            elif blank:
                continue
            else:
                folded.append(" ")
            blank = char.isspace()
            places.append(at)
        self._folded = "".join(folded)
        self._places = places

    def find(self, words: str, near: Span | None = None) -> Span | None:
        """The place of these words, whole words only: inside `near` or else next to it, else the first."""
        sought = " ".join(words.split())
        if not sought:
            return None
        best: tuple[int, Span] | None = None
        at = self._folded.find(sought)
        for _ in range(_PLACES_MAX):
            if at < 0:
                break
            span = Span(self._places[at], self._places[at + len(sought) - 1] + 1)
            if self._is_whole(span):
                far = 0 if near is None else _distance(span, near)
                if best is None or far < best[0]:
                    best = (far, span)
                if far == 0:
                    break
            at = self._folded.find(sought, at + 1)
        return best[1] if best is not None else None

    def _is_whole(self, span: Span) -> bool:
        text = self._text
        begins = span.start == 0 or not (text[span.start - 1].isalnum() and text[span.start].isalnum())
        ends = span.end == len(text) or not (text[span.end - 1].isalnum() and text[span.end].isalnum())
        return begins and ends


def _distance(span: Span, near: Span) -> int:
    if near.start <= span.start and span.end <= near.end:
        return 0
    return max(near.start - span.start, span.end - near.end, 1)
