"""EDTF dates (ISO 8601-2:2019): parse, write, first and last day, words. No clock, no locale.

Read are levels 0 and 1 whole; of level 2 the sets `[…]` and `{…}` with ranges, marks on single parts
(`2004-06~-11`), and the parts of a year 25 to 41. Beyond the standard: month and day after a long year
(`Y12024-03-09`, also written `+12024-03-09`), and times without seconds. Not read: `XXXX`, `1XXX`, `2004-XX-05`,
exponents and significant digits.

Each value has one spelling, and `parse` gives it as `text`:

- no white space; capital X, T, Y, Z; `%` for `?~` and `~?`; five and more digits after Y, fewer without it
- a mark that holds for all parts stands at the end, any other on the left of each part that it holds for
- a zone as `Z` or `+hh:mm`; nothing else of a time changes, so minutes gain no seconds
- sets sorted by time and without repeats; a set of one date is that date
- an interval keeps its ends: `2019/2019`, all through 2019, is another thing than `2019`, some time in it;
  so are `/2019` (unknown start) and `../2019` (open start)

The day of a time with a zone is the day as it was written, in that zone.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache

from .days import day_number, from_day_number
from .phrases import read_phrase
from .syntax import Edtf, EdtfError, read
from .words import UNKNOWN, describe

__all__ = [
    "Edtf",
    "EdtfError",
    "bounds",
    "canonical",
    "day_number",
    "from_day_number",
    "humanize",
    "parse",
    "parse_phrase",
]

# A collection's documents tell the same few thousand dates over and over.
_CACHE_SIZE_MAX = 8192
_HINTED_LENGTH_MAX = 100  # characters
_GENERAL_HINT = "write 2019-03-09, 2019-03 or 2019, or an interval such as 2019-03/2019-05"
_SPELLINGS = (
    (r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})", (r"\1-\2-\3",)),
    (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", (r"\3-\2-\1",)),
    (r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})", (r"\3-\1-\2", r"\3-\2-\1")),
    (r"(\d{4})[-./](\d)", (r"\1-\2",)),
    (r"(\d{1,2})[-./](\d{4})", (r"\2-\1",)),
    (r"(\d{4})(\d\d)(\d\d)", (r"\1-\2-\3",)),
    (r"(\d{4})(\d\d)", (r"\1-\2",)),
    (r"Y?(\d{4})", (r"\1",)),
    (r"(\d{5})", (r"Y\1",)),
    (r"(\d{4})[-–—](\d{4})", (r"\1/\2",)),
    (r"(\d{4})-(\d\d)-00", (r"\1-\2",)),
    (r"(\d{4})-00-00", (r"\1",)),
    (r"(\d{4}-\d\d-\d\d)[ _]+(\d\d:\d\d.*)", (r"\1T\2",)),
    (r"(\d)XXX", (r"\g<1>000/\g<1>999",)),
)


def parse(text: str) -> Edtf:
    """Read one EDTF value; EdtfError, with a hint at what would be right, if it is none.

    "" is no date: where a date may be unknown, the caller says so before it parses.
    """
    return _parse(text)


def canonical(text: str) -> str:
    return _parse(text).text


def bounds(text: str) -> tuple[int | None, int | None]:
    """Return the first and last day as numbers, None where open or unknown, both None for ""."""
    if not text:
        return None, None
    value = _parse(text)
    return value.first_day, value.last_day


def humanize(text: str) -> str:
    """Return English words for an EDTF value, as exact as it is and no more; "date unknown" for ""."""
    return describe(_parse(text)) if text else UNKNOWN


def parse_phrase(text: str) -> str:
    """Return the canonical EDTF of an English phrase, or of EDTF itself; "" for "date unknown".

    "before X" ends with the unit before X, "until X" and "by X" with X; "after" and "since" likewise. "about" puts
    ~ on every date it governs, "possibly" ?. "early", "mid" and "late" are thirds, as `vague_part` says.
    """
    try:
        return read(text).text
    except EdtfError as error:
        syntax_error = error
    try:
        phrase = read_phrase(text)
        return read(phrase).text if phrase else ""
    except EdtfError as error:
        # What looks like EDTF is told what is wrong with it as EDTF; words, what is wrong with the words.
        shown = error if re.search(r"[A-WYZa-wyz]{2}", text) else syntax_error
        raise EdtfError(text, shown.reason, shown.hint or _hint(text)) from None


@lru_cache(maxsize=_CACHE_SIZE_MAX)
def _parse(text: str) -> Edtf:
    try:
        return read(text)
    except EdtfError as error:
        raise EdtfError(text, error.reason, error.hint or _hint(text)) from None


def _hint(text: str) -> str:
    """Guess what was meant. Every date that a hint names is a valid one."""
    if not text.strip():
        return "leave the field out, or empty, if the date is unknown"
    if len(text) > _HINTED_LENGTH_MAX:
        return _GENERAL_HINT
    wanted = re.sub(r"(?<=[0-9])[uU]+(?![a-zA-Z])", lambda found: "X" * len(found[0]), text.strip())
    wanted = re.sub("[\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]", "-", wanted)
    guesses = [wanted]
    for pattern, templates in _SPELLINGS:
        if found := re.fullmatch(pattern, wanted, flags=re.ASCII):
            guesses += [_padded(found.expand(template)) for template in templates]
    with contextlib.suppress(EdtfError):
        guesses.append(read_phrase(text))
    valid: list[str] = []
    for guess in guesses:
        try:
            valid.append(read(guess).text)
        except EdtfError:
            continue
    return f"did you mean {' or '.join(dict.fromkeys(valid))}?" if valid else _GENERAL_HINT


def _padded(text: str) -> str:
    return re.sub(r"(?<=-)(\d)(?=-|$)", r"0\1", text)
