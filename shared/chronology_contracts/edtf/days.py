"""Days of the proleptic Gregorian calendar as integers, for any year.

Day 1 is 0001-01-01, as in `datetime.date.toordinal`; years are astronomical (0 is 1 BC, -43 is 44 BC). Python's
dates end at the years 1 and 9999, so all of it is integer arithmetic.
"""

from __future__ import annotations

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_DAYS_IN_MONTH = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_BEFORE_MONTH = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_DAYS_IN_400_YEARS = 146_097
# From 0000-03-01, where the shifted year of `from_day_number` begins, to day 0, which is 0000-12-31.
_DAYS_FROM_MARCH_OF_YEAR_0 = 305


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    return 29 if month == 2 and is_leap(year) else _DAYS_IN_MONTH[month]


def day_number(year: int, month: int, day: int) -> int:
    """Return the number of that day; ValueError if the calendar has no such day."""
    if not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        raise ValueError(f"the calendar has no day {day} in month {month} of year {year}")
    whole = year - 1
    leap_day = 1 if month > 2 and is_leap(year) else 0
    return 365 * whole + whole // 4 - whole // 100 + whole // 400 + _DAYS_BEFORE_MONTH[month] + leap_day + day


def from_day_number(number: int) -> tuple[int, int, int]:
    """Return (year, month, day) of that day: the inverse of `day_number`."""
    # Years are counted from March, so that the leap day is the last of its year (Hinnant, "chrono-compatible
    # low-level date algorithms", civil_from_days).
    era, day_of_era = divmod(number + _DAYS_FROM_MARCH_OF_YEAR_0, _DAYS_IN_400_YEARS)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * shifted_month + 2) // 5 + 1
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    return era * 400 + year_of_era + (1 if month <= 2 else 0), month, day


def weekday(number: int) -> str:
    return WEEKDAYS[(number - 1) % 7]
