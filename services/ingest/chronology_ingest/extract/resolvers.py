"""The ways of telling a date, by the names that rules/dates.toml gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from . import calendar_dates, relative_dates
from .calendar import Reading, Told

RESOLVERS: Final[dict[str, Callable[[Told], Reading | None]]] = {
    "calendar-day": calendar_dates.calendar_day,
    "day-range": calendar_dates.day_range,
    "slashed-day": calendar_dates.slashed_day,
    "month": calendar_dates.month,
    "month-range": calendar_dates.month_range,
    "season": calendar_dates.season,
    "quarter": calendar_dates.quarter,
    "year": calendar_dates.year,
    "decade": calendar_dates.decade,
    "century": calendar_dates.century,
    "which-unit": relative_dates.which_unit,
    "weekday": relative_dates.weekday,
    "deictic-day": relative_dates.deictic_day,
    "day-in-focus": relative_dates.day_in_focus,
    "day-of-month-in-focus": relative_dates.day_of_month_in_focus,
    "distance": relative_dates.distance,
    "present": relative_dates.present,
    "past": relative_dates.past,
    "clock": relative_dates.clock,
    "duration": relative_dates.duration,
    "duration-time": relative_dates.duration_time,
    "set": relative_dates.repeated,
}
"""What `resolve` in rules/dates.toml may name."""
