"""Which way an unanchored day lies: what the verbs around it say. A guess from words; nothing is parsed."""

from __future__ import annotations

from typing import Final

import re2

from .calendar import Tense

_CUE: Final = re2.compile(
    r"\b(?:"
    r"(?P<had>(?i:had been|had|was|were) (?:due|scheduled|expected|planned|to be|to have|set to|going to))"
    r"|(?P<future_be>(?i:(?:will|would|shall|is to|are to|['’]ll)(?: not| also| still| then| now)? be [a-z]+))"
    r"|(?P<future>(?i:will|shall|would|won['’]t|going to|gonna|due|scheduled|expects?|expected (?:to|on|in|at|by|later)"
    r"|upcoming|set to|set for|is to|are to|no later|plans to|planned|planning|hopes? to|hoping|intends? to|payable"
    r"|expires|matures|maturing|as soon as|looking forward|slated)|['’]ll)"
    r"|(?P<past>(?i:was|were|had|did|been|came|went|took|began|made|won|lost|held|fell|rose|met|left|found|told|sent"
    r"|gave|got|saw|said|became|broke|brought|built|bought|caught|fought|flew|heard|kept|knew|led|paid|ran|sold|shot"
    r"|spoke|spent|stood|struck|threw|thought|wrote|ago|since))"
    r"|(?P<perhaps_past>[a-z]+(?:[a-df-z]|re|ie)ed)"
    r"|(?P<perhaps_future>(?i:by|until|till|before|may|might|could|should|can|tomorrow|starting|coming|ahead))"
    r")\b"
)
_SENTENCE_END: Final = re2.compile(r"[.!?][\"'”’)]?\s+[\"'“‘(]?\p{Lu}|\n\s*\n")
_BESIDE: Final = 4
"""A word in -ed so near is the verb of the day: "closed on Friday"."""
WINDOW: Final = 160
"""So many characters on each side are looked at."""


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words before and after the expression, each to the end of the sentence or of the window."""
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    cut = 0
    for found in _SENTENCE_END.finditer(before):
        cut = found.end() - 1
    stop = _SENTENCE_END.search(after)
    return before[cut:], after[: stop.start() + 1] if stop else after


def tense_of(before: str, after: str) -> Tense:
    """What the nearest sure cue says: the last before the expression, else the first behind it.

    A word in -ed is a participle as often as a verb, so it decides only where nothing
    else does.
    """
    perhaps: Tense = ""
    sure: Tense = ""
    for found in _CUE.finditer(before):
        kind = found.lastgroup
        if kind in ("future", "future_be", "past", "had"):
            sure = "future" if kind in ("future", "future_be") else "past"
        else:
            perhaps = "past" if kind == "perhaps_past" else ""
            if perhaps and len(before) - found.end() <= _BESIDE:
                sure = "past"
    if sure:
        return sure
    if perhaps:
        return perhaps
    first = _CUE.search(after)
    kind = first.lastgroup if first is not None else None
    if kind in ("future", "future_be"):
        return "future"
    return "" if kind is None or kind == "perhaps_future" else "past"
