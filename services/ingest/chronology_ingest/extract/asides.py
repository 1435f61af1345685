"""Which years of a narrative are only mentioned in passing, so that the story's own year stays what it is."""

from __future__ import annotations

from typing import Final

import re2

from .calendar import Reading, Told
from .grammar import words
from .tense import told_before

_LIMITS: Final = re2.compile(r"(?i)\b(?:since|until|till)\s+$")
_BACK: Final = words("ago earlier before previously prior")
_ELSEWHEN: Final = frozenset(
    ["the previous", "previous", "the preceding", "last", "the last", "past", "the past", "next", "coming",
     "this coming", "the coming", "before", "earlier"]
)  # fmt: skip
_THE: Final = re2.compile(r"(?i)\bthe\s+$")
_WAR_OF: Final = re2.compile(r"(?i)\bthe\s+(?:\p{L}+\s+){1,2}of\s+$")
_WORD_AFTER: Final = re2.compile(r"^\s+([a-z]+)")
_NO_NOUN: Final = words(
    "and or to of in at on by for from with when while after before until through over under between during where "
    "as but that which who he she they it there this these was were is are had has would the a an its their his her"
)


def is_aside(reading: Reading, told: Told) -> bool:
    """Whether a story that was in another year goes on there.

    A year in brackets, one since or until which something lasted, the year before, two
    years ago, "the 1614 rules", "the war of 1831", and a year ahead of the story that is planned for.
    """
    focus, story = reading.focus, told.fine or told.focus
    if focus is None or story is None or focus.year == story.year:
        return False
    if _LIMITS.search(told.before) or told.word("direction").partition(" ")[0] in _BACK:
        return True
    if reading.basis == "relative" and told.word("which") in _ELSEWHEN:
        return True
    if focus.unit == "year" and told.before.endswith("(") and told.after.startswith(")"):
        return True
    if focus.unit == "year" and focus.number < story.number and _WAR_OF.search(told.before):
        return True
    if focus.unit in ("year", "month") and _THE.search(told.before):
        following = _WORD_AFTER.match(told.after)
        return following is not None and following.group(1) not in _NO_NOUN
    ahead = focus.number > story.number and not focus.has_month
    return ahead and told_before(told.before)[0] == "future"
