"""Early, mid and late of a month or year."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from .calendar import Reading, Told, month_days, year_text

_MONTH_PARTS: Final = {"START": (1, 10), "MID": (11, 20), "END": (21, 31)}
_YEAR_PARTS: Final = {"START": ("01", "03"), "MID": ("05", "08"), "END": ("10", "12")}


def in_part(reading: Reading, told: Told) -> Reading:
    """Early, mid or late of a month or year: TIMEX3's modifier, and EDTF's interval of its days or months."""
    part = told.text("part")
    if part is None or reading.focus is None:
        return reading
    focus = reading.focus
    if reading.edtf == year_text(focus.year):
        first, last = _YEAR_PARTS[part]
        return replace(reading, mod=part, edtf=f"{reading.edtf}-{first}/{reading.edtf}-{last}")
    if focus.unit == "month":
        start, end = _MONTH_PARTS[part]
        end = min(end, month_days(focus.year, focus.month))
        return replace(reading, mod=part, edtf=f"{reading.edtf}-{start:02d}/{reading.edtf}-{end:02d}")
    return replace(reading, mod=part)
