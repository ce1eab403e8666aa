"""Dates in other forms: what each lacks, and the date written right. Day and month are never guessed."""

import json
from decimal import Decimal

import pytest

from fixtures.invoices import invoice
from pipeline.functions.attributes import parse_number
from pipeline.functions.invoice import Checked, check

from .documents import exact
from .told import told

DATES = {
    "2025/10/03": 'is "2025/10/03", without dashes between year, month and day; write "2025-10-03"',
    "2025.10.03": 'is "2025.10.03", without dashes between year, month and day; write "2025-10-03"',
    "20251003": 'is "20251003", without dashes between year, month and day; write "2025-10-03"',
    "2025-1-3": 'is "2025-1-3", where month or day lacks a zero before it; write "2025-01-03"',
    "2025/1/3": 'is "2025/1/3"; write "2025-01-03"',
    " 2025-10-03": 'is " 2025-10-03"; write "2025-10-03"',
    "25/10/2025": 'is "25/10/2025", where the year does not come first; write "2025-10-25"',
    "10/25/2025": 'is "10/25/2025", where the year does not come first; write "2025-10-25"',
    "03/03/2025": 'is "03/03/2025", where the year does not come first; write "2025-03-03"',
    "25102025": 'is "25102025", where the year does not come first; write "2025-10-25"',
    "20102025": 'is "20102025", where the year does not come first; write "2025-10-20"',
    "25/10/25": 'is "25/10/25"; write "2025-10-25"',
    "25-10-03": 'is "25-10-03", where day, month and year cannot be told apart; write it as YYYY-MM-DD',
    "1-2-3": 'is "1-2-3", where day, month and year cannot be told apart; write it as YYYY-MM-DD',
    "2025\u201110\u201103": 'is "2025\u201110\u201103"; write "2025-10-03"',
    "25/10/2025\u00a014:30:00Z": 'is "25/10/2025\\u00a014:30:00Z"; write "2025-10-25T14:30:00Z"',
    "31/02/2025": 'is "31/02/2025", which is no day of the calendar; write it as YYYY-MM-DD',
    "2025-10": 'is "2025-10", which lacks the day; write it as YYYY-MM-DD',
    "10/2025": 'is "10/2025", which lacks the day; write it as YYYY-MM-DD',
    "": 'is ""; write a date such as "2025-10-03"',
    "hoje": 'is "hoje", neither a date such as "2025-10-03" nor a time with offset such as "2025-10-03T14:30:00-03:00"',
    "3 de outubro de 2025": 'is "3 de outubro de 2025"; write "2025-10-03"',
    "1º de março de 2025": 'is "1º de março de 2025"; write "2025-03-01"',
    "sexta-feira, 3 de outubro de 2025": 'is "sexta-feira, 3 de outubro de 2025"; write "2025-10-03"',
    "Oct 3, 2025": 'is "Oct 3, 2025"; write "2025-10-03"',
    "03-Oct-25": 'is "03-Oct-25"; write "2025-10-03"',
    "2025-10-03T14:30:00-0300": 'is "2025-10-03T14:30:00-0300", without the colon in its offset; write '
    '"2025-10-03T14:30:00-03:00"',
    "2025-10-03T14:30:00-03": 'is "2025-10-03T14:30:00-03", without the minutes of its offset; write '
    '"2025-10-03T14:30:00-03:00"',
    "2025-10-03T14:30-03:00": 'is "2025-10-03T14:30-03:00", without seconds; write "2025-10-03T14:30:00-03:00"',
    "2025-10-03 14:30:00Z": 'is "2025-10-03 14:30:00Z", with no T before the time; write "2025-10-03T14:30:00Z"',
    "2025-10-03 14:30:00-0300": 'is "2025-10-03 14:30:00-0300"; write "2025-10-03T14:30:00-03:00"',
    "2025-10-03T14:30:00 UTC": 'is "2025-10-03T14:30:00 UTC"; an offset is Z, or hours and minutes: write '
    '"2025-10-03T14:30:00Z"',
    "2025-10-03T14:30:00.1234567891Z": 'is "2025-10-03T14:30:00.1234567891Z", with more than 9 digits after the '
    'second; write "2025-10-03T14:30:00.123456789Z"',
    "2025-10-03T25:30:00": 'is "2025-10-03T25:30:00", with a time of day or an offset that does not exist',
    "20251003T143000Z": 'is "20251003T143000Z"; write "2025-10-03T14:30:00Z"',
    "/Date(1759449600000)/": 'is "/Date(1759449600000)/", which seems to be milliseconds since 1970; write '
    '"2025-10-03T00:00:00Z"',
    "Date(1759449600000-0300)": 'is "Date(1759449600000-0300)", which seems to be milliseconds since 1970; write '
    '"2025-10-03T00:00:00Z"',
    "1759449600": 'is "1759449600", which seems to be seconds since 1970; write "2025-10-03T00:00:00Z"',
    "1759449600123": 'is "1759449600123", which seems to be milliseconds since 1970; write "2025-10-03T00:00:00.123Z"',
    "45933": 'is "45933", which seems to be a spreadsheet\'s count of days; write "2025-10-03"',
    "2025-02-30": 'is "2025-02-30"; 2025-02 has days 01 to 28',
    "9999-12-32": 'is "9999-12-32"; 9999-12 has days 01 to 31',
    "2025-13-10": 'is "2025-13-10"; there is no month 13: write "2025-10-13" if day and month are swapped',
    "2025-13-40": 'is "2025-13-40"; there is no month 13',
    "0000-01-01": 'is "0000-01-01"; years begin at 0001',
    "2025-10-31T24:00:00-03:00": 'is "2025-10-31T24:00:00-03:00"; midnight begins the next day: write '
    '"2025-11-01T00:00:00-03:00"',
    "2025-10-31T14:60:00Z": 'is "2025-10-31T14:60:00Z"; hours go to 23, minutes and seconds to 59, in an offset too',
    "2025-10-31T14:30:60Z": 'is "2025-10-31T14:30:60Z"; only the last minute of a day in UTC can have a second 60',
}


@pytest.mark.parametrize(("text", "message"), DATES.items())
def test_a_date_is_told_what_it_lacks_and_written_right(text: str, message: str) -> None:
    assert told(data_emissao=text) == [message]


LOCAL = {
    "2025-10-03T14:30:00": ("without an offset", "2025-10-03T14:30:00-03:00"),
    "2025-10-03T14:30:00.5": ("without an offset", "2025-10-03T14:30:00.5-03:00"),
    "2025-10-03 14:30:00": ("with no T before the time, and without an offset", "2025-10-03T14:30:00-03:00"),
    "2025-10-03T14:30": ("without seconds and offset", "2025-10-03T14:30:00-03:00"),
    "2025-10-03 14:30": ("without an offset", "2025-10-03T14:30:00-03:00"),
    "20251003143000": ("without an offset", "2025-10-03T14:30:00-03:00"),
    "25/10/2025 14h30": ("without an offset", "2025-10-25T14:30:00-03:00"),
    "25/10/2025 02:30 PM": ("without an offset", "2025-10-25T14:30:00-03:00"),
    "25/10/2025 12:30 AM": ("without an offset", "2025-10-25T00:30:00-03:00"),
}


@pytest.mark.parametrize(("text", "lack"), LOCAL.items())
def test_a_time_without_offset_is_never_taken_for_one_of_a_place(text: str, lack: tuple[str, str]) -> None:
    missing, right = lack
    assert told(data_emissao=text) == [
        f'is "{text}", {missing}; write "{right}" if that is Brasília\'s time, or "{right[:10]}" alone'
    ]


TWO_DAYS = {
    "03/10/2025": ("2025-10-03", "2025-03-10"),
    "3-1-2025": ("2025-01-03", "2025-03-01"),
    "03.10.2025": ("2025-10-03", "2025-03-10"),
    "03/10/25": ("2025-10-03", "2025-03-10"),
    "03102025": ("2025-10-03", "2025-03-10"),
    "03/10/2025 14:30:00Z": ("2025-10-03T14:30:00Z", "2025-03-10T14:30:00Z"),
}


@pytest.mark.parametrize(("text", "days"), TWO_DAYS.items())
def test_day_and_month_are_never_guessed(text: str, days: tuple[str, str]) -> None:
    assert told(data_emissao=text) == [
        f'is "{text}"; write "{days[0]}" if the day comes first, "{days[1]}" if the month does'
    ]


def test_of_two_days_without_an_offset_both_are_told() -> None:
    assert told(data_emissao="03/10/2025 14:30") == [
        'is "03/10/2025 14:30", without an offset; write "2025-10-03T14:30:00-03:00" if the day comes first, '
        '"2025-03-10T14:30:00-03:00" if the month does, and with another offset if that is not Brasília\'s time'
    ]


NUMBERS = {
    "1759449600000": ("milliseconds since 1970", "2025-10-03T00:00:00Z"),
    "1759449600.5": ("seconds since 1970", "2025-10-03T00:00:00Z"),
    "1759449600": ("seconds since 1970", "2025-10-03T00:00:00Z"),
    "1759449600000001": ("microseconds since 1970", "2025-10-03T00:00:00.000001Z"),
    "1759449600000000001": ("nanoseconds since 1970", "2025-10-03T00:00:00.000000001Z"),
    "45933": ("a spreadsheet's count of days", "2025-10-03"),
    "45933.75": ("a spreadsheet's count of days", "2025-10-03"),
    "36526": ("a spreadsheet's count of days", "2000-01-01"),
    "73050": ("a spreadsheet's count of days", "2099-12-31"),
}


@pytest.mark.parametrize(("number", "seems"), NUMBERS.items())
def test_a_number_for_a_date_is_told_what_it_seems_to_count(number: str, seems: tuple[str, str]) -> None:
    answer = check({**exact(invoice("x")), "data_emissao": Decimal(number)})
    assert not isinstance(answer, Checked)
    [reason] = answer
    assert reason.message == f'is the number {number}, which seems to be {seems[0]}; write "{seems[1]}"'


@pytest.mark.parametrize("number", [7, -1, 36525, 73051, 10**11, 4102444800 * 10**9, 1e300, 0.5])
def test_a_number_outside_this_century_is_taken_for_no_date(number: float) -> None:
    assert told(data_emissao=number) == [
        f'is {parse_number(json.dumps(number))}, not a date in a string such as "2025-10-03"'
    ]


def test_eight_digits_as_a_number_are_a_date_without_quotes() -> None:
    assert told(data_emissao=20251003) == ['is the number 20251003; write "2025-10-03", in quotes and with dashes']
