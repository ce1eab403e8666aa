"""The rules for single fields of an invoice. Pure.

A rule takes a value of the right type and returns what is broken, seen from the value, or None. Where Brazil's tax
authorities set the rule, it is the one of the NF-e (Manual de Orientação do Contribuinte).
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from . import access_key
from .attributes import UnstorableError, number_text
from .hints import dates, keys, numbers, tax_ids
from .reasons import Reason, broken, shortened
from .tax_ids import compact, is_cnpj, is_cpf

Rule = Callable[[Any], Reason | None]

MAX_CHARACTERS = 255
MAX_INTEGER_DIGITS = 13
MAX_DECIMALS = 2

_CONTROLS = r"\x00-\x1f\x7f-\x9f"
_CONTROL = re.compile(f"[{_CONTROLS}]")
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_CNPJ = re.compile(r"[0-9A-Z ./-]+")
_CPF = re.compile(r"[0-9 .-]+")
# RFC 3339, section 5.6. Fractions of a second stop at nanoseconds, because DynamoDB's sort keys stop at 1,024 bytes.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = re.compile(
    rf"{_DAY.pattern}"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<off_hour>[0-9]{2}):(?P<off_minute>[0-9]{2})))?"
)


def is_plain_name(value: str) -> bool:
    """Whether a text is as nearly all names are. Then it keeps each of the next four rules."""
    return 0 < len(value) <= MAX_CHARACTERS and value.isprintable() and value == value.strip()


def length(value: str) -> Reason | None:
    """1 to 255 characters."""
    if 1 <= len(value) <= MAX_CHARACTERS:
        return None
    if not value:
        return broken("length", hint="empty", most=MAX_CHARACTERS)
    return broken("length", found=len(value), least=1, most=MAX_CHARACTERS)


def not_blank(value: str) -> Reason | None:
    """Not white space alone. An empty value passes here; where it may not, `length` refuses it."""
    return broken("blank", found=shortened(value)) if value and not value.strip() else None


def no_control_characters(value: str) -> Reason | None:
    """No character of Unicode's category Cc."""
    found = _CONTROL.search(value)
    return broken("control_character", found=f"U+{ord(found[0]):04X}") if found else None


def trimmed(value: str) -> Reason | None:
    """No white space at either end."""
    wanted = value.strip()
    if value == wanted:
        return None
    if not wanted:
        return broken("white_space", hint="only", found=shortened(value))
    return broken("white_space", found=shortened(value), wanted=shortened(wanted))


def amount(value: object) -> Decimal | None:
    """The number in `value`, a JSON number or a string of digits such as "1500.00"; None if it is neither."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    return None


def money(value: object) -> Decimal | None:
    """The number in `value`, as `amount` reads it; None where it is `ambiguous`, too."""
    return None if isinstance(value, str) and value[-4:-3] == "." else amount(value)


def ambiguous(value: object) -> Reason | None:
    """Not a string with exactly three decimals: "1.500" is 1500 to who groups digits by dots, and 1.50 to others."""
    if not isinstance(value, str) or value[-4:-3] != "." or not _AMOUNT.fullmatch(value):
        return None
    digits = (value[:-4] + value[-3:]).lstrip("0") or "0"
    readings = {"one": shortened(f"{digits}.00"), "other": shortened(str(Decimal(value)))}
    return broken("ambiguous", found=shortened(value), **readings)


def storable(value: Decimal) -> Reason | None:
    """A number that DynamoDB can hold."""
    try:
        number_text(value)
    except UnstorableError as error:
        return broken("number", **error.values)
    return None


def not_negative(value: Decimal) -> Reason | None:
    """0 or more."""
    return numbers.negative(value) if value < 0 else None


def integer_digits(value: Decimal) -> Reason | None:
    """At most 13 integer digits (NF-e's 13v2), counted by value: 1E+2 has three."""
    digits = value.adjusted() + 1
    if not value or not value.is_finite() or digits <= MAX_INTEGER_DIGITS:
        return None
    return numbers.integer_digits(value, digits, MAX_INTEGER_DIGITS)


def decimals(value: Decimal) -> Reason | None:
    """At most 2 decimals (NF-e's 13v2), counted by value: 1500.000 has none."""
    _, digits, exponent = value.as_tuple()
    if not value or not isinstance(exponent, int) or exponent >= -MAX_DECIMALS:
        return None
    trailing_zeros = len(digits) - len(bytes(digits).rstrip(b"\0"))
    found = -exponent - trailing_zeros
    return numbers.decimals(value, found, MAX_DECIMALS) if found > MAX_DECIMALS else None


NUMBER: tuple[Rule, ...] = (storable, not_negative)
MONEY: tuple[Rule, ...] = (integer_digits, decimals)

_PLAIN_MONEY = re.compile(rf"(?:0|[1-9][0-9]{{0,{MAX_INTEGER_DIGITS - 1}}})(?:\.[0-9]{{1,{MAX_DECIMALS}}})?")


def is_plain_money(value: Decimal) -> bool:
    """Whether a number is written as most amounts are, such as `2878.1`. Then it keeps all those rules."""
    return _PLAIN_MONEY.fullmatch(str(value)) is not None


_OF_DAY = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_PLAIN_TIME = re.compile(rf"[Tt]{_OF_DAY}:[0-5][0-9](?:\.[0-9]{{1,9}})?(?:[Zz]|[+-]{_OF_DAY})")


@lru_cache(maxsize=4_096)
def _is_day(ten_characters: str) -> bool:
    """Whether this is YYYY-MM-DD of a day that exists. Remembered, since the invoices of a file share few days."""
    # Only then may `fromisoformat` be asked: it also takes ISO 8601's other forms, such as 2026-W40-6.
    if not _DAY.fullmatch(ten_characters):
        return False
    try:
        date.fromisoformat(ten_characters)
    except ValueError:
        return False
    return True


def calendar_date(value: str) -> Reason | None:
    """YYYY-MM-DD, or an RFC 3339 date-time with offset; a day and a time that exist."""
    # As nearly all dates are. The others, and leap seconds, are looked at more closely.
    if _is_day(value[:10]) and (len(value) == 10 or _PLAIN_TIME.fullmatch(value, 10)):
        return None
    parts = _DATE.fullmatch(value)
    if parts is None:
        return dates.misread(value)
    if not _is_day(value[:10]):
        return dates.no_day(value)
    if parts["hour"] is not None and not _exists(parts):
        return dates.no_time(value)
    return None


def _exists(time: re.Match[str]) -> bool:
    hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"])
    off_hour, off_minute = int(time["off_hour"] or 0), int(time["off_minute"] or 0)
    if hour > 23 or minute > 59 or second > 60 or off_hour > 23 or off_minute > 59:
        return False
    offset = (off_hour * 60 + off_minute) * (-1 if time["sign"] == "-" else 1)
    # A leap second is the last second of a day in UTC.
    return second < 60 or (hour * 60 + minute - offset) % 1440 == 1439


def nfe_key(value: str) -> Reason | None:
    """An NF-e access key with the right check digit."""
    if not access_key.FORMAT.fullmatch(value):
        return keys.misread(value)
    expected = access_key.check_digit(value[:-1])
    return None if value[-1] == expected else broken("check_digit", found=value[-1], wanted=expected)


_REMEMBERED = 20
"""Characters of the longest tax id that is remembered. With its punctuation a CNPJ has 18."""


def _remembered(is_right: Callable[[str], bool]) -> Callable[[str], bool]:
    """The same question, with its answers remembered: the same issuers and customers come again and again."""
    remembered = lru_cache(maxsize=4_096)(is_right)
    # Texts of any length would take any memory.
    return lambda value: remembered(value) if len(value) <= _REMEMBERED else is_right(value)


@_remembered
def _is_cnpj(value: str) -> bool:
    return is_cnpj(compact(value)) and _CNPJ.fullmatch(value) is not None


@_remembered
def _is_cpf(value: str) -> bool:
    return is_cpf(compact(value)) and _CPF.fullmatch(value) is not None


def tax_id_cnpj(value: str) -> Reason | None:
    """A CNPJ with the right check digits, numeric or alphanumeric; punctuation is allowed."""
    return None if _is_cnpj(value) else tax_ids.no_cnpj(value)


def tax_id_cpf(value: str) -> Reason | None:
    """A CPF with the right check digits; punctuation is allowed."""
    return None if _is_cpf(value) else tax_ids.no_cpf(value)


def tax_id(value: str) -> Reason | None:
    """A CNPJ or a CPF, as systems export them that have one column for both."""
    return None if _is_cnpj(value) or _is_cpf(value) else tax_ids.neither(value)
