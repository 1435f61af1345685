"""Whether a text is English: by what its source says, else by its commonest words."""

from __future__ import annotations

from typing import Final

from .grammar import words

SAMPLE_LENGTH: Final = 20_000
_WORDS_MIN: Final = 20
_ENGLISH: Final = words(
    """
    the of and to in a is was for that on with as by at from it his he had are were which be this an not has have
    who said
    """
)
_OTHERS: Final = words(
    """
    der die und das ist den von mit nicht ein eine dem zu auf für sich auch im des wurde le la les et est du que
    dans qui pour une par sur au pas avec ce son el los las del y en por con para una su se no es al lo como más il
    di che è non per un della sono nel alla gli o os do da em um uma não com na mais ao dos ve bir bu için ile de
    olan olarak een het van niet zijn op te och att som är på av
    """
)
_MARKS: Final = ".,;:!?()[]\"'“”‘’«»„"


def is_english(text: str, told: str) -> bool:
    """`told` is the language tag of the source, "" where it gave none."""
    if told:
        return told.lower().split("-")[0] in ("en", "eng")
    return detect(text) in ("en", "")


def detect(text: str) -> str:
    """`en`, `und` for another language, or "" where there are too few words to tell. Cheap and coarse on purpose."""
    bare = (piece.strip(_MARKS) for piece in text[:SAMPLE_LENGTH].lower().split())
    words = [word for word in bare if word[:1].isalpha()]
    letters = sum(len(word) for word in words)
    ascii_letters = sum(len(word) for word in words if word.isascii())
    if letters and ascii_letters * 2 < letters:
        return "und"
    if len(words) < _WORDS_MIN:
        return ""
    english = sum(word in _ENGLISH for word in words)
    others = sum(word in _OTHERS and word not in _ENGLISH for word in words)
    return "en" if english > others else "und" if others else ""
