"""Numbers as English writes them: digits, words, fractions; "a couple of" is two."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS: Final = (
    {word: value for value, word in enumerate(_SMALL)}
    | {word: 10 * (value + 2) for value, word in enumerate(_TENS)}
    | {"a": 1, "an": 1, "single": 1, "another": 1, "couple": 2, "pair": 2, "dozen": 12, "both": 2}
)
_FRACTIONS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75, "half": 0.5, "quarter": 0.25}
_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_PARTS_MAX: Final = 12


def number_of(said: str) -> float | None:
    """The number that the words stand for, None where they stand for none."""
    parts = said.lower().replace("-", " ").replace("½", " ½").replace("¼", " ¼").replace("¾", " ¾").split()
    total = current = 0.0
    known = False
    for part in parts[:_PARTS_MAX]:
        if part in ("and", "of", "the"):
            continue
        if part in _SCALES:
            current = (current or 1) * _SCALES[part]
            if part != "hundred":
                total, current = total + current, 0.0
        elif part in _FRACTIONS:
            # "two and a half" came as "two a half": the article counts nothing there.
            current = (
                current - 1 + _FRACTIONS[part]
                if parts[0] != part and _article_before(parts, part)
                else (current + _FRACTIONS[part])
            )
        else:
            value = WORDS.get(part)
            counted = _digits(part) if value is None else float(value)
            if counted is None:
                return None
            current = counted * current if part == "dozen" and current else current + counted
            if part in ("dozen", "couple", "pair") and parts[0] in ("a", "an"):
                current = float(WORDS[part])
        known = True
    return total + current if known else None


def _article_before(parts: list[str], part: str) -> bool:
    return parts[parts.index(part) - 1] in ("a", "an", "one") and parts.index(part) > 1


def _digits(part: str) -> float | None:
    if "/" in part:
        above, _, below = part.partition("/")
        return int(above) / int(below) if above.isdigit() and below.isdigit() and int(below) else None
    plain = part.replace(",", "")
    if not plain.replace(".", "", 1).isdigit() or not plain.isascii() or plain.startswith("."):
        return None
    return float(plain[:15])


def amount_text(amount: float) -> str:
    """A number as TIMEX3 writes it in a duration: no fraction where there is none."""
    return str(int(amount)) if amount == int(amount) else f"{amount:g}"
