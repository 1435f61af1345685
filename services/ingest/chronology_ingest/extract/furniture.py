"""Furniture of the page that a text came from: what is cut out before anything is read.

What the rules name, what stands there twice, what a heading such as "Most read" leads
to, and what readers wrote below. Nothing is moved: where furniture stood there are
blanks, so every offset still counts code points of the document's text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import re2
from msgspec import Struct

from ..ruleset import Pattern, Ruleset

LIST_HEADING: Final = "furniture.list-heading"
COMMENTS_HEADING: Final = "furniture.comments-heading"
INLINE: Final = "furniture.inline"
"""Rules that do more than name a line: what follows is furniture, too, or a part of a line is."""

_LINE_LENGTH_MAX: Final = 300
_NONE: Final[frozenset[str]] = frozenset()
_TITLE_LINES: Final = 3
_LISTED_LENGTH_MAX: Final = 200
_LISTED_MAX: Final = 15

_LINE: Final = re.compile(r"[^\n\r]+")
_CREDIT: Final = re2.compile(
    r"(?i)[ \x{A0}]*(?:"
    r"[(\[][^()\[\]]*\b(?:photo|image|picture|getty|afp|reuters|epa|ap)\b[^()\[\]]*[)\]]\W*"
    r"|(?:[(\[|/©–—-]\s*)?(?:\b(?:file )?(?:photo(?:graph)?|image|picture|credit|foto)s?\s*(?::|by\b|courtesy).*"
    r"|\b(?:\p{L}+[ /])?(?:getty images|afp|reuters|epa|ap)(?:[ /].*)?|©.*)"
    r")$"
)
_CREDITED: Final = ("photo", "image", "picture", "credit", "foto", "©", "afp", "reuters", "epa", "getty", " ap", "/ap")
"""One of these is in every credit: most lines need not be searched for one."""
_LISTED_END: Final = re2.compile(r"(?:[^.!:;,”\"]|\.\.\.|…|\[…\]|\.\.\.\]|[\p{L}]\.[\p{L}]\.)$")
_PROSE_END: Final = re2.compile(r"[.!?][”\"’)]?$")
_NOT_BREAKS: Final = re.compile(r"[^\n\r]")


class Line(Struct, frozen=True, gc=False):
    start: int
    end: int
    text: str


class Cleaned(Struct, frozen=True, kw_only=True):
    """A text with blanks for its furniture, and the lines that are left."""

    text: str
    lines: tuple[Line, ...]


def clean(text: str, rules: Ruleset) -> Cleaned:
    lines = [line for line in _lines(text) if line.text]
    lines = _unwrapped(text, lines)
    named = _named_by(tuple(rule for rule in rules.furniture if rule.id != INLINE))
    names = [named(line) for line in lines]
    cut = _repeated(lines) | {number for number, named in enumerate(names) if named}
    cut |= _listed(lines, names) | _comments(lines, names)
    spans = [(lines[number].start, lines[number].end) for number in sorted(cut)]
    inline = next((rule.regex for rule in rules.furniture if rule.id == INLINE), None)
    if inline is not None:
        spans += [found.span() for found in inline.finditer(text)]
    kept = tuple(line for number, line in enumerate(lines) if number not in cut)
    return Cleaned(text=_blanked(text, spans), lines=kept)


def _lines(text: str) -> Iterator[Line]:
    for found in _LINE.finditer(text):
        yield Line(found.start(), found.end(), found.group().strip())


def _unwrapped(text: str, lines: list[Line]) -> list[Line]:
    """Join the lines of a text that is wrapped at a fixed width: most of them are of one length and end midway."""
    if len(lines) < 4 or max(len(line.text) for line in lines) > 120:
        return lines
    midway = sum(line.text[-1] not in '.!?:"”' and len(line.text) > 50 for line in lines)
    if midway * 2 < len(lines):
        return lines
    joined: list[Line] = []
    for line in lines:
        gap = text[joined[-1].end : line.start] if joined else "\n\n"
        if gap.count("\n") > 1 or gap.strip() or len(joined[-1].text) < 50:
            joined.append(line)
        else:
            joined[-1] = Line(joined[-1].start, line.end, line.text)
    return joined


class _Named:
    """Tells which rules say that a line is furniture, all of them at one go: a text may have a million lines."""

    def __init__(self, rules: tuple[Pattern, ...]) -> None:
        self._ids = tuple(rule.id for rule in rules)
        self._every = re2.Set.SearchSet()
        for rule in rules:
            self._every.Add(rule.regex.pattern)
        if rules:
            self._every.Compile()

    def __call__(self, line: Line) -> frozenset[str]:
        if not self._ids or len(line.text) > _LINE_LENGTH_MAX:
            return _NONE
        found = self._every.Match(line.text)
        return frozenset(self._ids[number] for number in found) if found else _NONE


_named_by = lru_cache(maxsize=4)(_Named)


def _repeated(lines: Sequence[Line]) -> set[int]:
    """The lines that stand there twice, whatever credit they bear; but not a title in its first place."""
    plain = [_without_credit(line.text) for line in lines]
    keys = [said.strip(" .").replace("’", "'") or said for said in plain]
    times = Counter(keys)
    seen: set[str] = set()
    cut = set()
    for number, key in enumerate(keys):
        titled = number < _TITLE_LINES and key not in seen and not _PROSE_END.search(plain[number])
        seen.add(key)
        if times[key] > 1 and not titled:
            cut.add(number)
    return cut


def _without_credit(said: str) -> str:
    if len(said) > _LINE_LENGTH_MAX or not any(word in said.lower() for word in _CREDITED):
        return said
    return _CREDIT.sub("", said) or said


def _listed(lines: Sequence[Line], names: Sequence[frozenset[str]]) -> set[int]:
    """The headlines and openings of other stories that stand below a heading such as "Most read".

    The last of those above the story itself is its own title.
    """
    cut: set[int] = set()
    prose = next((number for number, line in enumerate(lines) if _PROSE_END.search(line.text)), len(lines))
    for number, named in enumerate(names):
        if LIST_HEADING not in named:
            continue
        until = number + 1
        while until < len(lines) and until - number <= _LISTED_MAX and (names[until] or _is_listed(lines[until].text)):
            until += 1
        cut |= set(range(number, until - 1 if number <= prose and until < len(lines) else until))
    return cut


def _is_listed(said: str) -> bool:
    return len(said) <= _LISTED_LENGTH_MAX and _LISTED_END.search(said) is not None


def _comments(lines: Sequence[Line], names: Sequence[frozenset[str]]) -> set[int]:
    """What stands below the heading of the readers' comments, if the most of the text stands above it."""
    whole, above = sum(len(line.text) for line in lines), 0
    for number, (line, named) in enumerate(zip(lines, names, strict=True)):
        if COMMENTS_HEADING in named and above * 2 >= whole:
            return set(range(number, len(lines)))
        above += len(line.text)
    return set()


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            start = max(start, at)
            parts += [text[at:start], _NOT_BREAKS.sub(" ", text[start:end])]
            at = end
    return "".join([*parts, text[at:]]) if parts else text
