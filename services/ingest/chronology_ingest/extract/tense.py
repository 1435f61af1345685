"""Which way an unanchored day lies: what the verbs around it say. A guess from words; nothing is parsed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

from msgspec import Struct

from .calendar import Tense
from .cues import cues
from .grammar import DETERMINERS, words

_SENTENCE_END: Final = re.compile(r"[.!?][\"'”’)]{0,2}\s++[\"'“‘(`]{0,2}(\w)|\n[^\S\n]*+\n")
_ABBREVIATED: Final = re.compile(
    r"(?:^|[^a-z])(?:[a-z]|[ap]\.m|mr|mrs|ms|dr|prof|sen|rep|gov|gen|col|lt|sgt|capt|adm|maj|rev|st|jr|sr|inc|ltd|co"
    r"|corp|no|vs|jan|feb|mar|apr|aug|sept?|oct|nov|dec)$",
    re.IGNORECASE,
)
_ABBREVIATION_LENGTH: Final = 6
_BESIDE: Final = 4
"""A word in -ed so near is the verb of the day: "closed on Friday"."""
_NEAR: Final = 30
"""So many characters before the expression a present tense is still the verb of it."""
WINDOW: Final = 160
"""So many characters on each side are looked at."""


class Breaks(Struct, frozen=True, kw_only=True):
    """Where the sentences of a text end and the next begin, roughly: both lists are in step."""

    ends: tuple[int, ...]
    starts: tuple[int, ...]


def breaks_of(text: str) -> Breaks:
    ends, starts = [], []
    for found in _SENTENCE_END.finditer(text):
        letter = found.group(1)
        if letter is not None and (not letter.isupper() or _is_abbreviation(text, found.start())):
            continue
        ends.append(found.start() + 1)
        starts.append(found.end() - 1)
    return Breaks(ends=tuple(ends), starts=tuple(starts))


def _is_abbreviation(text: str, stop: int) -> bool:
    """Whether the stop at that place is that of "p.m." or "Gen." rather than of a sentence."""
    return text[stop] == "." and _ABBREVIATED.search(text[max(0, stop - _ABBREVIATION_LENGTH) : stop]) is not None


def sentence_around(text: str, breaks: Breaks, start: int, end: int) -> tuple[str, str]:
    """The words before and after the expression, each to the end of the sentence or of the window."""
    first, last = max(0, start - WINDOW), end + WINDOW
    before = bisect_right(breaks.starts, start)
    if before:
        first = max(first, breaks.starts[before - 1])
    after = bisect_left(breaks.ends, end + 1)
    if after < len(breaks.ends):
        last = min(last, breaks.ends[after])
    return text[first:start], text[end:last]


_AHEAD: Final = re.compile(r"\bahead of (?:the |a |an )?(?:[a-z]+ (?:on )?)?$", re.IGNORECASE)
_LIMIT: Final = re.compile(r"\b(?:by|until|till|starting|beginning|effective)(?: on)?\s+$", re.IGNORECASE)
_IS: Final = re.compile(r"\b(?:is|are)(?: on| in)?\s+$", re.IGNORECASE)
_TO_DO: Final = re.compile(r"\s+to [a-z]")
_LIMIT_LENGTH: Final = 40


def tense_of(before: str, after: str) -> Tense:
    """What the nearest sure cue says: the last before the expression, else the first behind it.

    A word in -ed is a participle as often as a verb, so it decides only where nothing
    else does.
    """
    beside = before[-_LIMIT_LENGTH:]
    limit = _LIMIT.search(beside)
    if _AHEAD.search(beside) or _IS.search(beside) or (limit is not None and _TO_DO.match(after)):
        return "future"
    sure, perhaps = told_before(before)
    if limit is not None and sure == "past" and _is_to_do(before):
        return "future"
    if sure:
        return sure
    if limit is not None and not perhaps:
        first = next(cues(after), None)
        return "past" if first is not None and first.kind in ("had", "past") else "future"
    return perhaps or _told_behind(after)


_INFINITIVE: Final = re.compile(r"\bto ([a-z]+)")


def _is_to_do(before: str) -> bool:
    """Whether an infinitive is the last verb: "it agreed to pay by March"."""
    at = before.rfind(" to ")
    found = None if at < 0 else _INFINITIVE.search(before, at)
    if found is None or found.group(1) in DETERMINERS:
        return False
    return not any(cue.kind in ("past", "had") for cue in cues(before[found.end() :]))


_NO_SUBJECT: Final = DETERMINERS | words(
    "to not never did does do don't didn't could cannot can of for in on by with and or"
)


def told_before(before: str) -> tuple[Tense, Tense]:
    """What is sure and what is likely."""
    perhaps: Tense = ""
    sure: Tense = ""
    length = len(before.encode())
    going = -1
    for cue in cues(before):
        distance = length - cue.end
        if cue.kind == "going":
            going = cue.end
        elif cue.kind == "perhaps_past" and cue.start - going == 1:
            # "Is getting married".
            continue
        if cue.kind == "future" or (cue.kind == "intent" and cue.said.rpartition(" ")[2] not in DETERMINERS):
            sure = "future"
        elif cue.kind in ("past", "had"):
            sure = "past"
        elif cue.kind in ("going", "meet"):
            if distance <= _NEAR and not (cue.kind == "meet" and cue.said.partition(" ")[0] in _NO_SUBJECT):
                sure = "future"
        elif cue.kind != "none":
            perhaps = "past" if cue.kind in ("perhaps_past", "intent") else ""
            if perhaps and distance <= _BESIDE:
                sure = "past"
    return sure, perhaps


def _told_behind(after: str) -> Tense:
    first = None if after.startswith(("'s", "’s")) else next(cues(after), None)
    if first is None:
        return ""
    if first.kind == "future" or (first.kind == "intent" and not first.said.partition(" ")[0].endswith("ed")):
        return "" if " that " in after.encode()[: first.start].decode(errors="ignore") else "future"
    return "past" if first.kind in ("past", "had", "perhaps_past") else ""
