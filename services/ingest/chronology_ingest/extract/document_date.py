"""The document's own date: from what is known of it, else from its page, else from its dateline or head.

A day that is known is never overruled by the text; where the two are days apart, a
warning says so, for the date of every "yesterday" in the text hangs on it.
"""

from __future__ import annotations

from typing import Final

from chronology_contracts import edtf
from chronology_contracts.documents import PublishedBasis
from msgspec import Struct

from ..ruleset import Ruleset
from .dates import head_date

_DAYS_APART_MAX: Final = 1
"""A dateline is often of the day before."""


class DocumentDate(Struct, frozen=True, kw_only=True):
    """`date` is EDTF, "" for unknown; `warning` a sentence for people, "" where nothing disagrees."""

    date: str = ""
    basis: PublishedBasis = "none"
    warning: str = ""


def document_date(
    text: str, *, given: str = "", metadata: str = "", html: str = "", rules: Ruleset | None = None
) -> DocumentDate:
    """The first of what was given, what metadata say, what the page says and what the head of the text tells."""
    told = head_date(text, rules)
    known: tuple[tuple[str, PublishedBasis], ...] = ((given, "given"), (metadata, "metadata"), (html, "html"))
    for date, basis in known:
        if date:
            apart = told is not None and _apart(date, told.date)
            warning = ""
            if told is not None and apart:
                where = "dateline" if told.basis == "dateline" else "head"
                warning = (
                    f"The document is dated {date} ({basis}), but the {where} of the text says {told.date} "
                    f"(“{text[told.start : told.end]}”). Relative dates are told from {date}."
                )
            return DocumentDate(date=date, basis=basis, warning=warning)
    return DocumentDate() if told is None else DocumentDate(date=told.date, basis=told.basis)


def _apart(known: str, told: str) -> bool:
    """Whether the day told lies outside of the known date by more than datelines do."""
    first, last = edtf.bounds(known)
    day, _ = edtf.bounds(told)
    if day is None:
        return False
    return (first is not None and day < first - _DAYS_APART_MAX) or (last is not None and day > last + _DAYS_APART_MAX)
