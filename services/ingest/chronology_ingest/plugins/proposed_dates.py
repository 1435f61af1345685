"""A proposed date, held against the words that are said to tell it and against what the rules read in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from chronology_contracts import edtf
from chronology_contracts.documents import Document
from chronology_contracts.vocabulary import DateBasis
from msgspec import Struct

from ..extract.dates import TemporalExpression
from .letters import Span

_NUMBERS: Final = re.compile(r"[0-9]+")


class Dated(Struct, frozen=True, kw_only=True, gc=False):
    """`fault` says why the date is another one than was proposed, or none."""

    date: str = ""
    span: Span | None = None
    basis: DateBasis = "none"
    rule: str = ""
    fault: str = ""


def without_words(proposed: str, document: Document) -> Dated:
    """A date for which no words are given: only the day of publication needs none."""
    date = _canonical(proposed)
    if date and date == document.published:
        return Dated(date=date, basis="document", rule="when.document")
    return Dated(fault="date-without-words" if proposed.strip() else "")


def by_words(proposed: str, span: Span, document: Document, expressions: Sequence[TemporalExpression]) -> Dated:
    """A date by the words of `span`. Where the rules read a date in them, it must be no other one."""
    date = _canonical(proposed)
    read = [each for each in expressions if each.edtf and each.start < span.end and span.start < each.end]
    if date and _borne_out(date, document.text[span.start : span.end]) and not _all_read(document.text, span, read):
        return Dated(date=date, span=span, basis="explicit")
    if read:
        return _as_read(date, span, read)
    return Dated(fault="date-not-borne-out" if proposed.strip() else "")


def _as_read(date: str, span: Span, read: Sequence[TemporalExpression]) -> Dated:
    first, last = read[0], read[-1]
    basis: DateBasis = first.basis if first.basis != "none" else "relative"
    begins, ends = edtf.bounds(first.edtf)[0], edtf.bounds(last.edtf)[1]
    if date and (_same_span(date, begins, ends) or (len(read) == 1 and _opened(date, first.edtf))):
        return Dated(date=date, span=span, basis=basis, rule=first.rule)
    fault = "date-not-borne-out"
    if len(read) > 1:
        return Dated(fault=fault)
    # The rules have the word: they are the same for every document, and can be looked up.
    return Dated(date=first.edtf, span=Span(first.start, first.end), basis=basis, rule=first.rule, fault=fault)


def _canonical(date: str) -> str:
    try:
        return edtf.canonical(date.strip()) if date.strip() else ""
    except edtf.EdtfError:
        return ""


def _same_span(date: str, begins: int | None, ends: int | None) -> bool:
    return begins is not None and ends is not None and edtf.bounds(date) == (begins, ends)


def _opened(date: str, read: str) -> bool:
    """ "Since June": the words are read as June, and the proposal goes on from there."""
    return date in (_canonical(f"{read}/.."), _canonical(f"../{read}"))


def _all_read(text: str, span: Span, read: Sequence[TemporalExpression]) -> bool:
    """Whether the rules read every number of the words: of "14 de mayo de 2023" they read the year alone."""
    numbers = [found.span() for found in _NUMBERS.finditer(text, span.start, span.end)]
    return all(any(each.start <= start and end <= each.end for each in read) for start, end in numbers)


def _borne_out(date: str, words: str) -> bool:
    """Whether words hold the years and days of a date; a month may be told by any name."""
    said = {int(number) for number in _NUMBERS.findall(words)}
    parts = [part for part in date.split("/") if part not in ("", "..")]
    for part in parts:
        numbers = [int(number) for number in _NUMBERS.findall(part)]
        if not numbers or numbers[0] not in said or (len(numbers) > 2 and numbers[2] not in said):
            return False
    return bool(parts)
