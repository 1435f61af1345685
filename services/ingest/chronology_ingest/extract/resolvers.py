"""The ways of telling a date, by the names that rules/dates.toml gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from . import (
    anniversaries,
    calendar_dates,
    clock_times,
    durations,
    further_dates,
    named_days,
    periods,
    quarters,
    relative_dates,
    years,
)
from .calendar import Reading, Told

RESOLVERS: Final[dict[str, Callable[[Told], Reading | None]]] = {
    "calendar-day": calendar_dates.calendar_day,
    "slashed-day": calendar_dates.slashed_day,
    "day-of-month-in-focus": relative_dates.day_of_month_in_focus,
    "month": calendar_dates.month,
    "month-or-day": calendar_dates.month_or_day,
    "season": periods.season,
    "season-in-narrative": periods.season_in_narrative,
    "quarter": quarters.quarter,
    "half": quarters.half,
    "period": quarters.period,
    "fiscal-year": periods.fiscal_year,
    "year": years.year,
    "short-year": years.short_year,
    "ancient-year": years.ancient_year,
    "unit-of-year": periods.unit_of_year,
    "decade": periods.decade,
    "decade-bc": periods.decade_before_christ,
    "century": periods.century,
    "which-unit": periods.which_unit,
    "part-of-unit": periods.part_of_unit,
    "weekend": periods.weekend,
    "weekday": relative_dates.weekday,
    "deictic-day": relative_dates.deictic_day,
    "day-in-focus": relative_dates.day_in_focus,
    "distance": relative_dates.distance,
    "moment": relative_dates.moment,
    "present": relative_dates.present,
    "past": relative_dates.past,
    "past-in-narrative": relative_dates.past_in_narrative,
    "future": relative_dates.future,
    "future-in-narrative": relative_dates.future_in_narrative,
    "clock": clock_times.clock,
    "part-of-some-day": clock_times.part_of_some_day,
    "century-part": further_dates.century_part,
    "twice-away": further_dates.twice_away,
    "nth-weekday": further_dates.nth_weekday,
    "week-from-day": further_dates.week_from_day,
    "anniversary": anniversaries.anniversary,
    "named-day": named_days.named_day,
    "duration": durations.duration,
    "part-duration": durations.part,
    "age": durations.age,
    "duration-one": durations.one,
    "unit-alone": durations.unit_alone,
    "short-unit": relative_dates.short_unit,
    "vague-while": durations.vague_while,
    "set": durations.repeated,
}
"""What `resolve` in rules/dates.toml may name."""
