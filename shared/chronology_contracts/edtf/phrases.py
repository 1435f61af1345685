"""English phrases as EDTF: `parse_phrase` of the package, the way back from `words`.

A phrase is read from the outside in: doubt ("possibly"), vagueness ("about"), relation ("before", "between … and"),
then the date itself. What is not understood whole is refused, never guessed at: a day without a year, or 03/09/2019.
"""

from __future__ import annotations

import re

from .days import from_day_number
from .syntax import MARK_OF, MARKS, EdtfError, read, write_year
from .units import MONTH, MONTH_NUMBERS, read_unit
from .words import UNKNOWN_END, vague_part

PHRASE_LENGTH_MAX = 200  # characters
_UNKNOWN = {"date unknown", "unknown", "unknown date", "undated", "no date"}
_PARTS = {"early": "early", "mid": "mid", "middle": "mid", "late": "late", "end": "late"}
_PARTS |= {"beginning": "early", "start": "early"}
_WITHOUT_YEAR = re.compile(rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th)? )?{MONTH}(?: [0-9]{{1,2}}(?:st|nd|rd|th)?)?")
_VAGUE = re.compile(
    r"(?:the )?(?:(?P<adjective>early|mid|late)(?:-| )|(?P<noun>beginning|start|middle|end) of )(?P<of>.+)"
)
_UNCERTAIN = re.compile(r"(?:possibly|perhaps|probably|maybe) (?P<of>.+)")
_UNCERTAIN_AFTER = re.compile(r"(?P<of>.+?) ?(?:\?|\(\?\))")
_APPROXIMATE = re.compile(
    r"(?:(?:some time |sometime )?(?:about|around|circa|approximately|approx|roughly|ca|c) |~ ?)(?P<of>.+)"
)
_OPEN = re.compile(r"(?P<word>before|prior to|after|since|until|till|by|up to|no later than|not before) (?P<of>.+)")
_ONWARDS = re.compile(r"(?:from )?(?P<of>.+?) (?:on|onwards?)")
_BETWEEN = re.compile(r"(?:some time |sometime )?between (?P<a>.+?)(?: and | – )(?P<b>.+)")
_FROM_TO = re.compile(r"(?:from )?(?P<a>.+?) (?:to|until|till|through|–) (?P<b>.+)")
_FROM_UNKNOWN = re.compile(f"from {UNKNOWN_END} to (?P<of>.+)")
_TO_UNKNOWN = re.compile(f"from (?P<of>.+) to {UNKNOWN_END}")
_HYPHEN = re.compile(r"(?P<a>[0-9]{1,2}|[0-9]{4})-(?P<b>[0-9]{1,2} .+|[0-9]{4})")
_COURSE = re.compile(r"in the course of (?P<of>.+)")
_MEMBERS = re.compile(r"(?P<word>one|all) of: (?P<members>.+)")
_CHOICE = re.compile(r"(?:either )?(?P<first>.+?),? (?P<word>or|and) (?P<last>.+)")


def read_phrase(text: str) -> str:
    """Return the EDTF of a phrase, not yet in canonical form; "" for "date unknown"."""
    if len(text) > PHRASE_LENGTH_MAX:
        raise EdtfError(text, f"a date in words has at most {PHRASE_LENGTH_MAX} characters")
    phrase = re.sub(r"[–—]", " – ", text.lower().replace("’", "'"))
    phrase = re.sub(r"(?<![0-9.])\.(?!\.)|(?<=[0-9])\.(?![0-9.])", "", phrase)
    phrase = re.sub(r"^(?:on|in|during) (?!the course)", "", " ".join(phrase.split()))
    if phrase in _UNKNOWN:
        return ""
    edtf = _expression(phrase)
    if edtf is None:
        hint = (
            "write for example 9 March 2019, March 2019, about mid-March 2019, before 2020, between 4 and 6 March 2024"
        )
        if _WITHOUT_YEAR.fullmatch(phrase):
            raise EdtfError(text, "the year is missing", hint)
        raise EdtfError(text, "this is not understood as a date", hint)
    return edtf


def _expression(phrase: str) -> str | None:
    mark, rest = _peeled(phrase)
    edtf = _bare(rest) or _relation(rest)
    return edtf and _mark(edtf, mark)


def _simple(phrase: str) -> str | None:
    """Read one date, or one vague part of a unit, with its doubts."""
    mark, rest = _peeled(phrase)
    edtf = _bare(rest)
    return edtf and _mark(edtf, mark)


def _peeled(phrase: str) -> tuple[str, str]:
    """Take off the words of doubt and vagueness, each once: (mark, the rest)."""
    mark = 0
    for pattern, symbol in ((_UNCERTAIN_AFTER, "?"), (_UNCERTAIN, "?"), (_APPROXIMATE, "~")):
        if found := pattern.fullmatch(phrase):
            phrase, mark = found["of"], mark | MARKS[symbol]
    return MARK_OF[mark], phrase


def _relation(phrase: str) -> str | None:
    if found := _MEMBERS.fullmatch(phrase):
        members = [_range(member) for member in found["members"].split("; ")]
        told = ",".join(member or "" for member in members)
        return None if None in members else f"[{told}]" if found["word"] == "one" else f"{{{told}}}"
    if found := _OPEN.fullmatch(phrase):
        return _open(found["word"], found["of"])
    if found := _COURSE.fullmatch(phrase):
        inner = _simple(found["of"])
        return f"{inner}/{inner}" if inner and "/" not in inner else None
    if found := _FROM_UNKNOWN.fullmatch(phrase) or _TO_UNKNOWN.fullmatch(phrase):
        known = _simple(found["of"])
        if not known or "/" in known:
            return None
        return f"{known}/" if phrase.endswith(UNKNOWN_END) else f"/{known}"
    found = _BETWEEN.fullmatch(phrase) or _FROM_TO.fullmatch(phrase) or _HYPHEN.fullmatch(phrase)
    # "1 BC or the decade 1 BC to AD 9" has a "to" and is no interval.
    if found and (edtf := _closed(found["a"], found["b"])):
        return edtf
    if found := _ONWARDS.fullmatch(phrase):
        return _open("since", found["of"])
    if found := _CHOICE.fullmatch(phrase):
        return _choice(found["first"], found["word"], found["last"])
    return None


def _bare(phrase: str) -> str | None:
    if found := _VAGUE.fullmatch(phrase):
        unit = read_unit(found["of"])
        return unit and vague_part(_PARTS[found["adjective"] or found["noun"]], unit)
    return read_unit(phrase)


def _range(phrase: str) -> str | None:
    """Read a member of a set: a date, "A to B", "A or earlier", "A or later"."""
    if edtf := _simple(phrase):
        return None if "/" in edtf else edtf
    if phrase.endswith((" or earlier", " or later")):
        known = _simple(phrase.rpartition(" or ")[0])
        return known and (f"..{known}" if phrase.endswith("earlier") else f"{known}..")
    # A date may have a "to" of its own.
    for found in re.finditer(" to ", phrase):
        start, end = _simple(phrase[: found.start()]), _simple(phrase[found.end() :])
        if start and end:
            return f"{start}..{end}"
    return None


def _mark(edtf: str, mark: str) -> str:
    """Put a mark on every date of a value."""

    def marked(found: re.Match[str]) -> str:
        return found["date"] + MARK_OF[MARKS[found["mark"]] | MARKS[mark]]

    return re.sub(r"(?P<date>(?:[0-9YTXZ:+-]|\.(?!\.))*[0-9XZ])(?P<mark>[?~%]?)", marked, edtf) if mark else edtf


def _open(word: str, of: str) -> str | None:
    edtf = _simple(of)
    if not edtf or edtf[0] in "[{":
        return None
    start, end = edtf.split("/") if "/" in edtf else (edtf, edtf)
    match word:
        case "since" | "not before":
            return f"{start}/.."
        case "after":
            return f"{_beside(end, 1)}/.."
        case "before" | "prior to":
            return f"../{_beside(start, -1)}"
        case _:
            return f"../{end}"


def _beside(edtf: str, step: int) -> str:
    """Return the year, month or day right before (-1) or after (1) a date, whichever unit tells it no closer."""
    value = read(edtf)
    first, last = value.first_day, value.last_day
    assert first is not None
    assert last is not None
    year, month, day = from_day_number(last + 1 if step > 0 else first - 1)
    mark = edtf[-1] if edtf[-1] in "?~%" else ""
    if value.precision in ("year", "decade", "century"):
        return write_year(year) + mark
    if value.precision in ("day", "time"):
        return f"{write_year(year)}-{month:02d}-{day:02d}{mark}"
    return f"{write_year(year)}-{month:02d}{mark}"


def _closed(a: str, b: str) -> str | None:
    ends = _alike([a, b])
    if not ends:
        return None
    return f"{ends[0].split('/')[0]}/{ends[1].split('/')[-1]}"


def _choice(first: str, word: str, last: str) -> str | None:
    members = _alike([first, last]) or _alike([*(part.strip() for part in first.split(",")), last])
    if not members or any("/" in member for member in members):
        return None
    return f"[{','.join(members)}]" if word == "or" else f"{{{','.join(members)}}}"


def _alike(phrases: list[str]) -> list[str] | None:
    """Read dates that leave what they share to the last ("4 and 6 March 2019") or the first ("March 4 to 6, 2019")."""
    *others, last = phrases
    if not (final := _simple(last)):
        head = others[0].split()[0]
        last = f"{head} {last}"
        if head not in MONTH_NUMBERS or not (final := _simple(last)):
            return None
    words = last.split()
    read_ones = []
    for other in others:
        tails = ["", *(" " + " ".join(words[index:]) for index in range(1, len(words)))]
        edtf = next((edtf for tail in tails if (edtf := _simple(other + tail))), None)
        if not edtf:
            return None
        read_ones.append(edtf)
    return [*read_ones, final]
