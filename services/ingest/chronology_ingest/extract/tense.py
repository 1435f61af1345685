"""Which way an unanchored day lies: what the verbs around it say. A guess from words; nothing is parsed."""

from __future__ import annotations

from typing import Final

import re2

from .calendar import Tense

_FUTURE: Final = (
    r"will|['’]ll|shall|won['’]t|going to|due|scheduled|expected|expects?|to be|upcoming|plans?|planned|planning|set to"
    r"|is to|are to|no later|by|until|till|before|hopes?|intends?|may|might|could|should|would|can|next|tomorrow"
    r"|looking forward|as soon as|starting|coming|ahead|pay(?:able)?|matur(?:es?|ity|ing)|expires?|gonna"
)
_PAST: Final = (
    r"was|were|had|did|been|came|went|took|began|made|won|lost|held|fell|rose|met|left|found|told|sent|gave|got|saw"
    r"|said|became|broke|brought|built|bought|caught|fought|flew|heard|hit|kept|knew|led|paid|ran|sold|shot|spoke"
    r"|spent|stood|struck|swore|threw|thought|wrote|ago|since|[a-z]{2,}ed"
)
_CUE: Final = re2.compile(rf"(?i)\b(?:(?P<future>{_FUTURE})|(?P<past>{_PAST}))\b")
_SENTENCE_END: Final = re2.compile(r"[.!?][\"'”’)]?\s+[\"'“‘(]?\p{Lu}|\n\s*\n")
WINDOW: Final = 160
"""So many characters on each side are looked at."""
_SURE_FUTURE: Final = re2.compile(
    r"(?i)\b(?:will|['’]ll|shall|won['’]t|going to|due|scheduled|expected|to be|upcoming|set to|is to|are to|no later"
    r"|plans? to|planned for|planning to|hopes? to|intends? to|gonna|payable|expires?|matures?|maturing|would)\b"
)


def sentence_around(text: str, start: int, end: int) -> tuple[str, str]:
    """The words before and after the expression, each to the end of the sentence or of the window."""
    before, after = text[max(0, start - WINDOW) : start], text[end : end + WINDOW]
    cut = 0
    for found in _SENTENCE_END.finditer(before):
        cut = found.end() - 1
    stop = _SENTENCE_END.search(after)
    return before[cut:], after[: stop.start() + 1] if stop else after


def tense_of(before: str, after: str) -> Tense:
    """The nearest verb that tells a time: the last before the expression, else the first behind it."""
    last: Tense = ""
    for found in _CUE.finditer(before):
        last = "past" if found.group("past") else "future"
    if last == "future" and not _SURE_FUTURE.search(before):
        last = ""
    if last:
        return last
    first = _CUE.search(after)
    if first is None:
        return ""
    if first.group("past"):
        return "past"
    return "future" if _SURE_FUTURE.match(first.group()) else ""
