"""Quotations: which words of a sentence are quoted, and whose they are where a quotation goes on over sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from .attribution import Status, quoted_speaker
from .frame import Scene
from .sentences import Token

_OPENERS: Final = frozenset("“«")
_CLOSERS: Final = frozenset("”»")
_MARKS: Final = frozenset('“”«»"')
_APPOSED_MAX: Final = 10


class Quotations:
    """Of each sentence which of its tokens are quoted, whose words they are, and where the quotation began.

    `after` has the sentences that only go on with the words of whom a sentence quotes.
    """

    def __init__(self, scenes: Sequence[Scene]) -> None:
        self.tokens: list[frozenset[int]] = []
        self.speakers: list[Status | None] = []
        self.began: list[int] = []
        self.after: dict[int, list[int]] = {}
        last: Status | None = None
        told_at = -1
        for chain in self._chains(scenes):
            found = next((told for at in chain if (told := quoted_speaker(scenes[at])) is not None), None)
            if found is None and self.tokens[chain[0]] and _is_whole(scenes[chain[0]], self.tokens[chain[0]]):
                found = last
                self.after.setdefault(told_at, []).extend(chain)
            elif found is not None:
                told_at = chain[-1]
            self.speakers += [found] * len(chain)
            self.began += [chain[0]] * len(chain)
            if found is not None or not self.tokens[chain[0]]:
                # What is told between two quotations may be told of anybody.
                last = found or (last if _is_short(scenes[chain[0]]) else None)

    def _chains(self, scenes: Sequence[Scene]) -> Iterator[list[int]]:
        """The sentences that one quotation holds together; most stand alone."""
        chain: list[int] = []
        inside = False
        for at, scene in enumerate(scenes):
            if inside and scene.sentence.paragraph != scenes[at - 1].sentence.paragraph:
                # A quotation over several paragraphs opens again in each of them.
                inside = False
                if scene.sentence.tokens[0].text not in _MARKS:
                    yield chain
                    chain = []
            elif chain and not inside:
                yield chain
                chain = []
            chain.append(at)
            found, inside = _quoted(scene.sentence.tokens, inside)
            self.tokens.append(found)
        if chain:
            yield chain


def _quoted(tokens: Sequence[Token], inside: bool) -> tuple[frozenset[int], bool]:
    if not inside and not any(token.text in _MARKS for token in tokens):
        return frozenset(), False
    found = set()
    for at, token in enumerate(tokens):
        if token.text in _OPENERS:
            inside = True
        elif token.text in _CLOSERS:
            inside = False
        elif token.text == '"':
            inside = not inside
        elif inside:
            found.add(at)
    return frozenset(found), inside


def _is_whole(scene: Scene, quoted: Collection[int]) -> bool:
    """Whether nothing stands outside the quotation."""
    return all(at in quoted or token.kind == "mark" for at, token in enumerate(scene.sentence.tokens))


def _is_short(scene: Scene) -> bool:
    return len(scene.sentence.tokens) <= _APPOSED_MAX
