"""Dates in other forms than RFC 3339's: what each form lacks, and the date written right. Pure.

Which of two numbers is the day and which the month is never guessed: both readings are named.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ..reasons import Reason, broken, shortened
from . import extended, moments
from .months import MONTHS
from .names import folded
from .shown import shown

_MOST = 100

# Dashes and spaces that look like the plain ones: word processors and web pages write them.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-") | dict.fromkeys("\u00a0\u202f", " "))

BRASILIA = "-03:00"
"""The offset that examples have. Brasília has had no other since summer time ended there (Decreto 9.772/2019)."""

_TIME = (
    r"(?:(?P<joint>[Tt]|[ ,]+(?:às |as |at )?| - )(?P<hour>[0-9]{1,2})[:hH](?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)? ?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r" ?(?P<offset>[Zz]|(?:UTC|GMT)?(?P<sign>[+-])(?P<off_hour>[0-9]{2})(?::?(?P<off_minute>[0-9]{2}))?|UTC|GMT)?"
    r"(?: ?\([^)]*\))?)?"
)
# As texts: `re` compiles each when it is asked for, which takes longer than checking a file without such dates.
_NUMBERS = r"(?P<one>[0-9]{1,4})(?P<sep>[-/. ])(?P<two>[0-9]{1,2})(?P=sep)(?P<three>[0-9]{1,4})" + _TIME
_YEAR_FIRST = r"(?P<one>[0-9]{4})(?P<two>[0-9]{2})(?P<three>[0-9]{2})" + _TIME
_YEAR_LAST = r"(?P<one>[0-9]{2})(?P<two>[0-9]{2})(?P<three>[0-9]{4})" + _TIME
_WEEKDAY = r"(?:[^\W\d]+(?:-[^\W\d]+)?,? )?"
_DAY_FIRST = (
    _WEEKDAY + r"(?P<day>[0-9]{1,2})(?:º|st|nd|rd|th)?(?:[-/ ]|\. )(?:de )?(?P<month>[^\W\d_]{3,})\.?"
    r"(?:[-/ ]|, )(?:de )?(?P<year>[0-9]{4}|[0-9]{2})" + _TIME
)
_MONTH_FIRST = (
    _WEEKDAY + r"(?P<month>[^\W\d_]{3,})\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4}|[0-9]{2})" + _TIME
)
_DOTNET = re.compile(r"\\?/?(?:new )?Date\((?P<count>-?[0-9]{1,14})(?:[+-][0-9]{4})?\)\\?/?;?")
_MONTH_ONLY = re.compile(r"[0-9]{4}[-/][0-9]{1,2}|[0-9]{1,2}[-/][0-9]{4}")
# ISO 8601's basic format, and what programs make of it.
_DIGITS_ONLY = re.compile(r"^([0-9]{4})([0-9]{2})([0-9]{2})T?([0-9]{2})([0-9]{2})([0-9]{2})(?![0-9])")
_NUMBER = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?")
_MOST_MILLISECONDS = 10**15
_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z")


@dataclass(frozen=True, slots=True)
class _Time:
    """The time of day in a date: as RFC 3339 has it, without its offset; its offset; what it lacks. "" for none."""

    text: str = ""
    offset: str = ""
    lacks: tuple[str, ...] = ()


def misread(value: str) -> Reason:
    """For a string that is no date in one of the two forms."""
    text, found = value.strip().translate(_DASHES), shortened(value)
    if not text:
        return broken("date_format", hint="empty", found=found)
    if len(text) <= _MOST:
        for read in (_number, _dotnet, _numbers, _words, _eight_digits):
            if reason := read(text, found):
                return reason
        if _MONTH_ONLY.fullmatch(text):
            return broken("date_format", hint="no_day", found=found)
    return broken("date_format", found=found)


def no_string(value: Any) -> Reason:
    """For a date that is no string."""
    if isinstance(value, Decimal) and (seems := moments.of_number(value)):
        return broken("type", hint=f"date_{seems[0]}", found=shown(value), wanted=seems[1])
    if (content := extended.inside(value)) is not None:
        moment = _moment(content)
        return extended.reason(value, f'"{moment}"' if moment else None)
    return broken("type", hint="date", found=shown(value))


def _moment(content: str | Decimal) -> str | None:
    """The time in a `$date` of MongoDB, which counts milliseconds or has the form of RFC 3339."""
    if isinstance(content, Decimal):
        return moments.since_1970(int(content)) if 0 <= content < _MOST_MILLISECONDS else None
    return content if _UTC.fullmatch(content) and _day(*map(int, content[:10].split("-"))) else None


def no_day(value: str) -> Reason:
    """For `YYYY-MM-DD`, with a time or not, of no day of the calendar."""
    year, month, day = int(value[:4]), int(value[5:7]), int(value[8:10])
    if not year:
        return broken("date", hint="year", found=shortened(value))
    if not 1 <= month <= 12:
        swapped = _day(year, day, month)
        if swapped:
            return broken("date", hint="swapped", found=shortened(value), month=value[5:7], wanted=swapped + value[10:])
        return broken("date", hint="month", found=shortened(value), month=value[5:7])
    last = calendar.monthrange(year, month)[1]
    return broken("date", hint="day", found=shortened(value), month=value[:7], last=last)


def no_time(value: str) -> Reason:
    """For a date-time whose time of day or offset does not exist."""
    if value[11:13] == "24" and not value[14:19].strip("0:") and value[:10] < "9999-12-31":
        wanted = (date.fromisoformat(value[:10]) + timedelta(days=1)).isoformat()
        rest = value[19:].lstrip(".0123456789")
        return broken("time", hint="midnight", found=shortened(value), wanted=f"{wanted}T00:00:00{rest}")
    return broken("time", hint="leap" if value[17:19] == "60" else "range", found=shortened(value))


def _number(text: str, found: str) -> Reason | None:
    seems = moments.of_number(Decimal(text)) if _NUMBER.fullmatch(text) else None
    return broken("date_format", hint=seems[0], found=found, wanted=seems[1]) if seems else None


def _dotnet(text: str, found: str) -> Reason | None:
    parts = _DOTNET.fullmatch(text)
    wanted = moments.since_1970(int(parts["count"])) if parts else None
    return broken("date_format", hint="milliseconds", found=found, wanted=wanted) if wanted else None


def _numbers(text: str, found: str) -> Reason | None:
    parts = re.fullmatch(_NUMBERS, _DIGITS_ONLY.sub(r"\1-\2-\3T\4:\5:\6", text))
    if parts is None:
        return None
    one, sep, two, three = parts.group("one", "sep", "two", "three")
    if 4 not in (len(one), len(three)) and len(three) != 2:
        return broken("date_format", hint="unclear", found=found)
    if parts.string != text:
        hint = "form"
    elif len(one) != 4:
        hint = "order" if len(three) == 4 else "form"
    elif len(two) == len(three) == 2:
        hint = "" if sep == "-" else "dashes"
    else:
        hint = "zeros" if sep == "-" else "form"
    return _of_readings(_readings(one, two, three, sep), parts, hint, found)


def _words(text: str, found: str) -> Reason | None:
    parts = re.fullmatch(_DAY_FIRST, text) or re.fullmatch(_MONTH_FIRST, text)
    month = MONTHS.get(folded(parts["month"])[:3]) if parts else None
    if parts is None or month is None:
        return None
    day = _day(int(f"20{parts['year']}"[-4:]), month, int(parts["day"]))
    return _of_readings([day] if day else [], parts, "form", found)


def _eight_digits(text: str, found: str) -> Reason | None:
    for form, hint in ((_YEAR_FIRST, "dashes"), (_YEAR_LAST, "order")):
        parts = re.fullmatch(form, text)
        days = _readings(*parts.group("one", "two", "three")) if parts else []
        if parts and days:
            return _of_readings(days, parts, hint, found)
    return None


def _readings(one: str, two: str, three: str, sep: str = "") -> list[str]:
    """The days that three numbers may mean: day first, month first, and of two digits each also year first."""
    a, b, c = int(one), int(two), int(three)
    if len(one) == 4:
        orders = [(a, b, c)]
    elif len(three) == 4:
        orders = [(c, b, a), (c, a, b)]
    elif len(one) <= 2 and len(three) == 2:
        orders = [(2000 + c, b, a), (2000 + c, a, b), *([(2000 + a, b, c)] if sep != "/" and len(one) == 2 else [])]
    else:
        orders = []
    return list(dict.fromkeys(day for order in orders if (day := _day(*order))))


def _of_readings(days: list[str], parts: re.Match[str], hint: str, found: str) -> Reason:
    """The reason for a text that may mean these days. `hint` says what its day lacks, "" if nothing."""
    time = _time(parts)
    if time is None or not days:
        return broken("date_format", hint="no_such_day" if time else "no_time", found=found)
    wanted = [day + time.text + (time.offset or (BRASILIA if time.text else "")) for day in days]
    local = "offset" in time.lacks
    if len({day[:4] for day in days}) > 1:
        return broken("date_format", hint="unclear", found=found)
    if len(wanted) > 1:
        one, other = wanted
        return broken("date_format", hint="two_no_offset" if local else "two", found=found, one=one, other=other)
    lacks = [hint] * bool(hint) + [f"no_{name}" for name in time.lacks if name != "offset"]
    # Of several more, the date that is written right shows what is lacking.
    only = lacks[0] if len(lacks) == 1 else "form"
    if not local:
        return broken("date_format", hint=only, found=found, wanted=wanted[0])
    key = f"no_offset_{only[3:]}" if only in ("no_t", "no_seconds") else "no_offset"
    return broken("date_format", hint=key, found=found, wanted=wanted[0], day=days[0])


def _time(parts: re.Match[str]) -> _Time | None:
    """The time of day, which may be none at all; None for one that does not exist."""
    if parts["hour"] is None:
        return _Time()
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    half = (parts["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    offset, off_hour, off_minute = parts["offset"] or "", int(parts["off_hour"] or 0), int(parts["off_minute"] or 0)
    if hour > 23 or minute > 59 or second > 59 or off_hour > 23 or off_minute > 59:
        return None
    lacks = {
        "offset": not offset,
        "t": parts["joint"] not in ("T", "t"),
        "seconds": parts["second"] is None,
        "colon": len(offset) == 5,
        "minutes": len(offset) == 3 and bool(parts["sign"]),
        "z": offset in ("UTC", "GMT") or offset[:3] in ("UTC", "GMT"),
        "fraction": len(parts["fraction"] or "") > 9,
    }
    if parts["sign"]:
        offset = f"{parts['sign']}{off_hour:02}:{off_minute:02}"
    elif offset:
        offset = "Z"
    fraction = f".{parts['fraction'][:9]}" if parts["fraction"] else ""
    missing = [name for name, lack in lacks.items() if lack]
    return _Time(f"T{hour:02}:{minute:02}:{second:02}{fraction}", offset, tuple(missing))


def _day(year: int, month: int, day: int) -> str | None:
    if not 1900 <= year <= 2099:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
