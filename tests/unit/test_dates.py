"""The date of issue: RFC 3339 dates, and date-times with an offset."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions import fields

from .documents import QUICK

DATES = {
    "2025-10-03": None,
    "0001-01-01": None,
    "9999-12-31": None,
    "0000-01-01": "date",
    "2024-02-29": None,
    "2025-02-29": "date",
    "2000-02-29": None,
    "1900-02-29": "date",
    "2025-04-31": "date",
    "2025-13-01": "date",
    "2025-00-01": "date",
    "2025-01-00": "date",
    "": "date_format",
    "2025-1-3": "date_format",
    "20251003": "date_format",
    "03/10/2025": "date_format",
    "2025-10-03 ": "date_format",
    "2025-10-03\n": "date_format",
    "٢٠٢٥-10-03": "date_format",
    "-2025-10-03": "date_format",
    "2025-W40-5": "date_format",
    "2025-10-03T12:00:00Z": None,
    "2025-10-03t12:00:00z": None,
    "2025-10-03T12:00:00-03:00": None,
    "2025-10-03T12:00:00+00:00": None,
    "2025-10-03T12:00:00-00:00": None,
    "2025-10-03T23:59:59+23:59": None,
    "2025-10-03T12:00:00+24:00": "time",
    "2025-10-03T12:00:00-03:60": "time",
    "2025-10-03T24:00:00Z": "time",
    "2025-10-03T12:60:00Z": "time",
    "2025-02-29T12:00:00Z": "date",
    "2025-10-03T12:00:00.1Z": None,
    "2025-10-03T12:00:00.123456789Z": None,
    "2025-10-03T12:00:00.1234567890Z": "date_format",
    "2025-10-03T12:00:00.Z": "date_format",
    "2025-10-03T12:00:00": "date_format",
    "2025-10-03T12:00Z": "date_format",
    "2025-10-03T12:00:00-0300": "date_format",
    "2025-10-03 12:00:00Z": "date_format",
    "2016-12-31T23:59:60Z": None,
    "2016-12-31T20:59:60-03:00": None,
    "2017-01-01T05:29:60+05:30": None,
    "2017-01-01T00:59:60.5+01:00": None,
    "2016-12-31T23:59:60-03:00": "time",
    "2016-12-31T20:59:60+03:00": "time",
    "2016-12-31T12:00:60Z": "time",
    "2016-12-31T23:58:60Z": "time",
    "2016-12-31T23:59:61Z": "time",
}


@pytest.mark.parametrize(("value", "expected"), DATES.items())
def test_a_date_is_one_of_the_calendar_or_an_rfc_3339_time_that_exists(value: str, expected: str | None) -> None:
    broken = fields.calendar_date(value)
    assert (broken and broken.code) == expected


@QUICK
@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert fields.calendar_date(day.isoformat()) is None


OFFSETS = st.builds(lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-1439, 1439)) | st.just(UTC)


@QUICK
@given(st.datetimes(timezones=OFFSETS))
def test_every_time_with_an_offset_is_a_date(time: datetime) -> None:
    assert fields.calendar_date(time.isoformat()) is None
