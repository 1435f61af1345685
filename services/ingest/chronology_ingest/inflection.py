"""English inflection of the lexicon's words, so that no lemmatiser runs over documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

FormName = Literal["base", "third", "past", "participle", "gerund", "noun"]
_VOWELS = "aeiou"


class Forms(Struct, frozen=True, kw_only=True):
    """The forms of a verb."""

    base: str
    third: str
    past: str
    participle: str
    gerund: str

    def named(self) -> tuple[tuple[FormName, str], ...]:
        """Participle before past: where both are spelled alike, the text around must tell them apart."""
        return (
            ("base", self.base),
            ("third", self.third),
            ("participle", self.participle),
            ("past", self.past),
            ("gerund", self.gerund),
        )


def inflect(base: str, irregular: Mapping[str, tuple[str, str]]) -> Forms:
    past, participle = irregular.get(base, (_past(base), _past(base)))
    doubled = past == base + base[-1] + "ed" or _doubles(base, past)
    return Forms(base=base, third=plural(base), past=past, participle=participle, gerund=_gerund(base, doubled))


def plural(word: str) -> str:
    """Also the third person of a verb; of several words the last one changes."""
    if word.endswith(("s", "sh", "ch", "x", "z", "o")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    return base + "ed"


def _gerund(base: str, doubled: bool) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")) and base != "be":
        return base[:-1] + "ing"
    return base + (base[-1] if doubled else "") + "ing"


def _doubles(base: str, past: str) -> bool:
    """An irregular verb of one short syllable doubles its last letter as well: put, set, shut, quit."""
    short = len(base) >= 3 and base[-1] not in "wxy" + _VOWELS and base[-2] in _VOWELS and base[-3] not in _VOWELS
    return short and not past.endswith("ed") and len(base) <= 5 and base not in ("bear", "hear")
