"""Amounts that are written as people and spreadsheets write them. Pure."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..reasons import Reason, broken, shortened
from . import extended
from .shown import shown

_MOST = 60
_MOST_EXPONENT = 20

# Of another currency than the invoice's nobody knows the rate.
_AROUND = re.compile(r"^(?:R\$|BRL)\s*|\s*(?:R\$|BRL|rea(?:l|is))$", re.IGNORECASE)
_GROUPED = re.compile(
    r"(?P<whole>[0-9]{1,3}(?P<group>[.,' _\u00a0\u202f\u2019])[0-9]{3}(?:(?P=group)[0-9]{3})*)"
    r"(?:(?!(?P=group))[.,](?P<decimals>[0-9]+))?"
)
_PLAIN = re.compile(r"(?P<whole>[0-9]*)(?:[.,](?P<decimals>[0-9]*))?")
_EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
# Before the amount or its currency, after it, or as accountants write it: (100,00).
_NEGATIVE = re.compile(r"^[-\u2212]|(?<=^R\$)\s*[-\u2212]|[-\u2212]$|^\((?=.*\)$)|(?<!^)\)$")


def unread(value: Any, accepts: Callable[[Decimal], bool], *, cents: bool, optional: bool) -> Reason:
    """For what is no amount. Only a number that the member `accepts` is said to be right; money has its `cents`."""
    if not isinstance(value, str):
        return _no_string(value, accepts)
    if not value.strip():
        return broken("type", hint="amount_none" if optional else "amount_empty", found=shortened(value))
    hint, numbers = _readings(value)
    if not numbers:
        return broken("type", hint="amount", found=shown(value))
    if len(numbers) == 2:
        one, other = numbers
        code, hints = ("ambiguous", {}) if hint == "amount_written" else ("type", {"hint": "amount_negative_two"})
        return broken(code, found=shortened(value), one=_written(one, cents=cents), other=str(other), **hints)
    if not accepts(numbers[0]):
        return broken("type", hint="amount_beyond" if cents else "amount", found=shown(value))
    return broken("type", hint=hint, found=shortened(value), wanted=_written(numbers[0], cents=cents))


def _no_string(value: Any, accepts: Callable[[Decimal], bool]) -> Reason:
    content = extended.inside(value)
    if content is None:
        return broken("type", hint="amount", found=shown(value))
    is_right = isinstance(content, Decimal) and accepts(content)
    return extended.reason(value, str(content) if is_right else None)


def _readings(text: str) -> tuple[str, list[Decimal]]:
    """The hint for a text, and the numbers that it may state, without their sign: none, one or two."""
    if len(text) > _MOST:
        return "amount", []
    unsigned = _NEGATIVE.sub("", text.strip())
    body = _AROUND.sub("", unsigned.removeprefix("+")).strip()
    if unsigned == text.strip():
        return "amount_written", _unsigned(body)
    return "amount_negative", _unsigned(body)


def _unsigned(body: str) -> list[Decimal]:
    if _EXPONENT.fullmatch(body):
        number = Decimal(body)
        return [number] if abs(number.adjusted()) <= _MOST_EXPONENT else []
    if parts := _GROUPED.fullmatch(body):
        return _grouped(parts)
    plain = _PLAIN.fullmatch(body)
    if plain and any(plain.groups()):
        return [Decimal(f"{plain['whole'] or 0}.{plain['decimals'] or ''}")]
    return []


def _grouped(parts: re.Match[str]) -> list[Decimal]:
    whole = re.sub(r"[^0-9]", "", parts["whole"])
    if parts["decimals"] is not None:
        return [Decimal(f"{whole}.{parts['decimals']}")]
    if parts["group"] in ".," and len(whole) <= 6:
        # "1,500" and, with what stands around it, "R$ 1.500": thousands, or three decimals. No thousands begin with 0.
        decimal = Decimal(f"{whole[:-3]}.{whole[-3:]}")
        return [decimal] if whole.startswith("0") else [Decimal(whole), decimal]
    return [Decimal(whole)]


def _written(number: Decimal, *, cents: bool) -> str:
    two_decimals = cents and number.adjusted() < _MOST_EXPONENT and number == round(number, 2)
    return f"{number:.2f}" if two_decimals else f"{number:f}"
