"""Words that say which way an unanchored day lies: what is planned, what happened, and what only looks like either."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import re2

CueKind = Literal["none", "had", "future", "intent", "past", "going", "meet", "perhaps_past", "perhaps_future"]

_NONE: Final = (
    r"(?i:due to (?:the|a|an|its|his|her|their|this|that|lack|concerns|fears|bad|poor|heavy|[a-z]+ing)"
    r"|(?:can|could)(?:not|n['’]t| not)|(?:(?-i:may)|might|should|must|could) (?:not )?have)"
)
_HAD: Final = (
    r"(?i:had (?:been |also |already |previously )*"
    r"(?:due|scheduled|expected|planned|set|supposed|to be|to have|going to)"
    r"|(?:was|were) (?:to have|supposed to|going to)"
    r"|(?:originally|initially|previously) (?:due|scheduled|expected|planned|set))"
)
_FUTURE: Final = (
    r"(?i:(?:will|would|shall|is to|are to|was to|were to|['’]ll)(?: not| also| still| then| now)? be [a-z]+"
    r"|(?:was|were) (?:due|scheduled|expected|set|to) (?:to |for )?[a-z]*"
    r"|to be [a-z]+|will|shall|would|['’]ll|won['’]t|going to|gonna|due|scheduled|expects?"
    r"|expected (?:to|on|in|at|by|later)|upcoming|how about|see (?:you|u)|let['’]s|join (?:us|me)|forecast for|set to"
    r"|set for|is to|are to|no later|as soon as|(?:halted|postponed|delayed|closed|suspended|adjourned|extended|barred"
    r"|put off|shut|deferred|grounded) (?:until|till)"
    r"|as early as|looking forward|slated|plann(?:ed|ing) (?:a|an|the|for|in|on|at)|payable|expires|matures"
    r"|maturing|(?:un)?likely to|(?-i:may)|might|must|takes? (?:effect|place|office)|meets|begins|opens|resumes"
    r"|reconvenes|convenes|leaves|arrives|returns|starts|faces|travels|flies|appears|departs|holds its)"
)
_INTENT: Final = (
    r"(?i:(?:plan|hop|expect|intend|threaten|promis|pledg|vow|agre|prepar|order|urg|invit|aim|propos)"
    r"(?:e|es|s|ed|ing|d|ned|ning|red|ring)?(?: [a-z]+){0,3}? to [a-z]+)"
)
_PAST: Final = (
    r"(?i:was|were|had|did|been|came|went|took|began|made|won|lost|held|fell|rose|met|left|found|told|sent|gave|got"
    r"|saw|said|became|broke|brought|built|bought|caught|fought|flew|heard|kept|knew|led|paid|ran|sold|shot|spoke"
    r"|spent|stood|struck|threw|thought|wrote|ago|since)"
)
_MEET: Final = (
    r"[A-Za-z]+ (?:meet|meet again|resume|reconvene|convene|vote|go to the polls|take to the streets|releases"
    r"|publishes|plays|hosts|visits|decides|testifies|speaks|votes|goes|ends|closes|launches|reports earnings)"
)
_KINDS: Final[tuple[tuple[CueKind, str], ...]] = (
    ("none", _NONE),
    ("had", _HAD),
    ("future", _FUTURE),
    ("intent", _INTENT),
    ("past", _PAST),
    ("going", r"(?i:(?:is|are|['’]re) (?:(?:not|also|now|still) )?[a-z]+ing)"),
    ("meet", _MEET),
    ("perhaps_past", r"[a-z]+(?:[a-df-z]|re|ie)ed"),
    ("perhaps_future", r"(?i:by|until|till|before|should|could|can|tomorrow|starting|coming|ahead)"),
)
"""In the order in which they are tried; a present tense of "going" and "meet" counts only right before the day."""
_CUE: Final = re2.compile(r"\b(?:" + "|".join(pattern for _, pattern in _KINDS) + r")\b")
_EACH: Final = tuple((kind, re2.compile(pattern)) for kind, pattern in _KINDS)
_KNOWN_MAX: Final = 4_096


class Cue(NamedTuple):
    """`start` and `end` count bytes of the UTF-8 text: near enough for how far it is."""

    kind: CueKind
    start: int
    end: int
    said: str


def cues(text: str) -> Iterator[Cue]:
    """In reading order. One pattern without groups finds them, which is far faster; what was said tells the kind."""
    for found in _CUE.finditer(text.encode()):
        start, end = found.span()
        said = found.group().decode()
        yield Cue(_kind_of(said), start, end, said)


@lru_cache(_KNOWN_MAX)
def _kind_of(said: str) -> CueKind:
    return next(kind for kind, pattern in _EACH if pattern.fullmatch(said) is not None)
