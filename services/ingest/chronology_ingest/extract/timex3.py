"""TIMEX3 of TimeML: what a set repeats, and a text with its temporal expressions as tags in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import re2
from chronology_contracts import edtf
from msgspec import Struct

from .dates import TemporalExpression
from .number_words import number_of

_TIMES: Final = re2.compile(r"(?i)\b(?:once|twice|thrice|(?P<count>[a-z]+|[0-9]{1,3}) times)\b")
_COUNTS: Final = {"once": 1, "twice": 2, "thrice": 3}
_EACH: Final = re2.compile(r"(?i)\b(?:(?P<each>each)|(?P<every>every|per|an?))\b")


class Repetition(Struct, frozen=True, kw_only=True):
    """TIMEX3's `quant` (EVERY, EACH) and `freq` (2X: twice in each); "" for none."""

    quant: str = ""
    freq: str = ""


def repetition(expression: TemporalExpression) -> Repetition:
    """How a set repeats; nothing for what is no set."""
    if expression.type != "SET":
        return Repetition()
    text = expression.text
    times = _TIMES.search(text)
    each = _EACH.search(text)
    quant = "EACH" if each is not None and each.group("each") else "EVERY"
    if times is None:
        return Repetition(quant=quant)
    if each is None or not (each.group("each") or each.group("every").lower() == "every"):
        quant = ""
    word = times.group().lower()
    count = _COUNTS[word] if word in _COUNTS else number_of(times.group("count"))
    return Repetition(quant=quant, freq="" if count is None else f"{int(count)}X")


_INSTANT: Final = re2.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def edtf_of(expression: TemporalExpression) -> str:
    """EDTF with the hour where one is told; the expression's own is of the day, as dates of events are."""
    if expression.type != "TIME" or _INSTANT.fullmatch(expression.value) is None:
        return expression.edtf
    try:
        return edtf.canonical(expression.value)
    except edtf.EdtfError:
        return expression.edtf


def attributes(expression: TemporalExpression) -> Iterator[tuple[str, str]]:
    """Those of the tag that have a value, in the order of the standard."""
    repeats = repetition(expression)
    yield "type", expression.type
    for name, value in (
        ("value", expression.value),
        ("mod", expression.mod),
        ("quant", repeats.quant),
        ("freq", repeats.freq),
    ):
        if value:
            yield name, value


def timeml(name: str, text: str, published: str, expressions: Iterable[TemporalExpression]) -> str:
    """A document of TimeML: the whole text, each expression in its tag; `published` is "" where nobody knows it."""
    value = published or "XXXX-XX-XX"
    creation = f'type="DATE" value={quoteattr(value)} temporalFunction="false" functionInDocument="CREATION_TIME"'
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<TimeML>\n',
        f"<DOCID>{escape(name)}</DOCID>\n",
        f'<DCT><TIMEX3 tid="t0" {creation}>{escape(value)}</TIMEX3></DCT>\n<TEXT>',
    ]
    at = 0
    for number, expression in enumerate(expressions, 1):
        told = [*attributes(expression), ("temporalFunction", "true" if expression.basis == "relative" else "false")]
        tag = " ".join(f"{key}={quoteattr(said)}" for key, said in told)
        parts += [
            escape(text[at : expression.start]),
            f'<TIMEX3 tid="t{number}" {tag}>',
            escape(expression.text),
            "</TIMEX3>",
        ]
        at = expression.end
    return "".join([*parts, escape(text[at:]), "</TEXT>\n</TimeML>\n"])
