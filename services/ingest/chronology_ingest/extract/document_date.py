"""The document's own date: from what is known of it, else from its page, else from its dateline or head.

A day that is known is never overruled by the text; where the two are days apart, a
warning says so, for the date of every "yesterday" in the text hangs on it.
"""

from __future__ import annotations

from typing import Final

from chronology_contracts import edtf
from chronology_contracts.documents import Document, PublishedBasis
from msgspec import Struct

from ..remarks import Remark
from .calendar import exists
from .head_dates import HeadDate, head_date, head_dates

_DAYS_APART_MAX: Final = 1
"""A dateline is often of the day before."""


class DocumentDate(Struct, frozen=True, kw_only=True):
    """`date` is EDTF, "" for unknown; `warning` a sentence for people, "" where nothing disagrees."""

    date: str = ""
    basis: PublishedBasis = "none"
    warning: str = ""


def document_date(text: str, *, given: str = "", metadata: str = "", html: str = "") -> DocumentDate:
    """The first of what was given, what metadata say, what the page says and what the head of the text tells."""
    known: tuple[tuple[str, PublishedBasis], ...] = ((given, "given"), (metadata, "metadata"), (html, "html"))
    for date, basis in known:
        if date:
            return DocumentDate(date=date, basis=basis, warning=_disagreement(text, date, basis))
    told = head_date(text)
    if told is None:
        return DocumentDate()
    return DocumentDate(date=told.date, basis=told.basis, warning=_disagreement(text, told.date, told.basis))


def date_remarks(document: Document) -> tuple[Remark, ...]:
    """How the document's own date is known where nobody gave it, and what speaks against it."""
    date, basis = document.published, document.published_basis
    if not date:
        detail = (
            "Nobody says when the document was published, nor does its head, so relative dates in it (“on Monday”) "
            "are told from the dates before them, or stay unknown."
        )
        return (Remark(code="no-published-date", detail=detail),)
    found = []
    if basis in ("dateline", "head"):
        detail = f"Nobody says when the document was published; the {basis} of its text says {date}."
        found.append(Remark(code="published-date-from-text", detail=detail))
    if against := _disagreement(document.text, date, basis):
        found.append(Remark(code="published-date-disagrees", detail=against))
    return tuple(found)


def _disagreement(text: str, date: str, basis: PublishedBasis) -> str:
    """What the head of the text says against the document's date; "" where nothing, and for a date that is none."""
    heads = head_dates(text)
    try:
        against = [told for told in heads if _is_apart(date, told)]
    except edtf.EdtfError:
        return ""
    # One that was read from the head does not bear itself out.
    borne_out = basis not in ("dateline", "head") and any(
        told.rank != "updated" and not _is_apart(date, told) for told in heads
    )
    if not against or borne_out:
        return ""
    told = against[0]
    words = f"“{text[told.start : told.end].strip()}”"
    said = f"{told.date} ({words})" if told.date else words
    where = "dateline" if told.rank == "dateline" else "head"
    return (
        f"The document is dated {date} ({basis}), but the {where} of the text says {said}. "
        f"Relative dates are told from {date}."
    )


def _is_apart(known: str, told: HeadDate) -> bool:
    """Whether the day told lies outside of the known date by more than datelines do."""
    first, last = edtf.bounds(known)
    if not told.date:
        return not any(_within(first, last, day) for day in _possible(first, last, told))
    day, until = edtf.bounds(told.date)
    if day is None or until is None or (told.rank == "updated" and first is not None and until >= first):
        # A page is changed after its day.
        return False
    return not (_within(first, None, until) and _within(None, last, day))


def _within(first: int | None, last: int | None, day: int) -> bool:
    return (first is None or day >= first - _DAYS_APART_MAX) and (last is None or day <= last + _DAYS_APART_MAX)


def _possible(first: int | None, last: int | None, told: HeadDate) -> list[int]:
    """The days that a month and day without a year may be, around the known date."""
    near = first if first is not None else last
    if near is None:
        return []
    year, _, _ = edtf.from_day_number(near)
    until = year + 1 if last is None else edtf.from_day_number(last)[0] + 1
    years = range(year - 1, min(until, year + 3) + 1)
    return [edtf.day_number(at, told.month, told.day) for at in years if exists(at, told.month, told.day)]
