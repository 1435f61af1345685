"""Early, mid and late of a month, year, decade or century."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from .calendar import Reading, Told, month_days, year_text

_MONTH_PARTS: Final = {"START": (1, 10), "MID": (11, 20), "END": (21, 31)}
_YEAR_PARTS: Final = {"START": ("01", "03"), "MID": ("05", "08"), "END": ("10", "12")}

_DECADE_PARTS: Final = {"START": ("0", "3"), "MID": ("4", "6"), "END": ("7", "9")}
_CENTURY_PARTS: Final = {"START": ("00", "33"), "MID": ("34", "66"), "END": ("67", "99")}


def in_part(reading: Reading, told: Told) -> Reading:
    """Early, mid or late: TIMEX3's modifier, and EDTF's interval of the days, months or years that are meant."""
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
    if reading.edtf.endswith("X"):
        prefix = reading.edtf.rstrip("X")
        first, last = (_DECADE_PARTS if focus.unit == "decade" else _CENTURY_PARTS)[part]
        return replace(reading, mod=part, edtf=f"{prefix}{first}/{prefix}{last}")
    return replace(reading, mod=part)
