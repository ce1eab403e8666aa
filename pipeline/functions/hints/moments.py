"""Dates as numbers: moments as programs count them, days as spreadsheets do, and digits without dashes. Pure.

Only what falls into the years 2000 to 2099 is taken for a date: no NF-e is older.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

# Day 1 of the spreadsheets is 1900-01-01, and they have a 1900-02-29 that never was.
_DAY_ZERO = date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_FIRST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_END = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())

UNITS = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}


def of_number(number: Decimal) -> tuple[str, str] | None:
    """What a number seems to count, and the date that it is then: `("milliseconds", "2025-10-03T00:00:00Z")`.

    It counts one of UNITS since 1970, or `days` of a spreadsheet; or it has the `digits` of a date.
    """
    if not number.is_finite() or not 0 < number < Decimal("1E+20"):
        return None
    whole = int(number)
    if (_FIRST_DAY - _DAY_ZERO).days <= whole <= (_LAST_DAY - _DAY_ZERO).days:
        return "days", (_DAY_ZERO + timedelta(days=whole)).isoformat()
    for unit, in_a_second in UNITS.items():
        if _FIRST * in_a_second <= whole < _END * in_a_second and (moment := since_1970(whole, in_a_second)):
            return unit, moment
    day = of_digits(str(whole)) if number == whole else None
    return ("digits", day) if day else None


def of_digits(digits: str) -> str | None:
    """The date in eight digits, year first."""
    if len(digits) != 8 or not "2000" <= digits[:4] <= "2099":
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return None


def since_1970(count: int, in_a_second: int = 10**3) -> str | None:
    """The moment so long after 1970-01-01T00:00:00Z; None beyond the calendar."""
    seconds, rest = divmod(count, in_a_second)
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None
    fraction = f"{rest / Decimal(in_a_second):f}"[1:] if rest else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
