"""CNPJ and CPF of another form, and one in the place of the other. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..check_digits import check_digit
from ..reasons import Reason, broken, shortened
from ..tax_ids import CPF_POSITIONS, is_cnpj, is_cpf
from . import types
from .shown import digits, shown


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of tax id: the member that it stands under, also its code, and what it must be."""

    name: str
    positions: int
    highest_weight: int
    is_right: Callable[[str], bool]
    rounded: re.Pattern[str]
    """What spreadsheets make of its digits: 1,23457E+13. The zeros that it may begin with make it shorter."""


# What privacy hides digits behind. An X may be a letter of a CNPJ, so only several tell, with no other letter.
_MASKS = "*•●#"
_MASKED = re.compile(rf"[0-9 ./-]*(?:[{_MASKS}]|X *[./-]?X *[./-]?X)[0-9X{_MASKS} ./-]*")

_CNPJ = _Kind("cnpj", 14, 9, is_cnpj, re.compile(r"\s*[0-9][.,][0-9]{1,10}[Ee]\+?1[1-3]\s*"))
_CPF = _Kind("cpf", CPF_POSITIONS, 11, is_cpf, re.compile(r"\s*[0-9][.,][0-9]{1,10}[Ee]\+?(0?[89]|10)\s*"))


def no_cnpj(value: str) -> Reason:
    """For a string that is no CNPJ."""
    return _not_of(_CNPJ, _CPF, value)


def no_cpf(value: str) -> Reason:
    """For a string that is no CPF."""
    return _not_of(_CPF, _CNPJ, value)


def neither(value: str) -> Reason:
    """For a string that is no tax id of either kind. Its length tells which it should be."""
    if _CNPJ.rounded.fullmatch(value):
        return no_cnpj(value)
    hidden = sum(map(value.count, _MASKS))
    return no_cpf(value) if hidden + len(_characters(value)) <= CPF_POSITIONS else no_cnpj(value)


def cnpj_no_string(value: Any) -> Reason:
    """For a CNPJ that is no string."""
    if not isinstance(value, Decimal):
        return types.text(value)
    number = digits(value) or ""
    return broken("type", hint="number_cpf", found=number) if is_cpf(number) else _number(value, number, _CNPJ)


def cpf_no_string(value: Any) -> Reason:
    """For a CPF that is no string."""
    if not isinstance(value, Decimal):
        return types.text(value)
    number = digits(value) or ""
    return broken("type", hint="number_cnpj", found=number) if is_cnpj(number) else _number(value, number, _CPF)


def no_string(value: Any) -> Reason:
    """For a tax id of either kind that is no string."""
    number = (digits(value) or "") if isinstance(value, Decimal) else ""
    return cpf_no_string(value) if 0 < len(number) <= CPF_POSITIONS else cnpj_no_string(value)


def _number(value: Decimal, number: str, kind: _Kind) -> Reason:
    whole = number.zfill(kind.positions)
    if not kind.is_right(whole):
        hint = f"{kind.name}_digits_lost" if "E" in str(value) else "string"
        return broken("type", hint=hint, found=shown(value))
    if whole == number:
        return broken("type", hint="string_number", found=number, wanted=whole)
    return broken("type", hint="string_zeros", found=number, wanted=whole)


def _not_of(kind: _Kind, other: _Kind, value: str) -> Reason:
    """For a string that is no tax id of a kind. It may be one of the other kind."""
    code, found, characters = kind.name, shortened(value), _characters(value)
    whole = characters.zfill(kind.positions)
    if other.is_right(characters):
        return broken(code, hint=other.name, found=found)
    if absent := _absent(value, characters):
        return broken(code, hint=absent, found=found)
    if kind.is_right(characters):
        return broken(code, hint="written", found=found, wanted=characters)
    if kind.rounded.fullmatch(value):
        return broken(code, hint="digits_lost", found=found)
    if characters.isdigit() and len(characters) < kind.positions and kind.is_right(whole):
        return broken(code, hint="zeros", found=found, wanted=whole)
    return _of_wrong_digits(kind, found, characters)


def _absent(value: str, characters: str) -> str | None:
    """The hint for what only stands where a tax id should; None where there are digits that could be one."""
    if _MASKED.fullmatch(value.upper()):
        return "masked"
    if not any(char.isdigit() for char in characters):
        return "none"
    return None if characters.strip("0") else "zero"


def _of_wrong_digits(kind: _Kind, found: str, characters: str) -> Reason:
    # Only a CNPJ may have letters, and not in its check digits.
    digits = characters if kind is _CPF else characters[-2:]
    if len(characters) != kind.positions or not digits.isdigit():
        return broken(kind.name, hint="positions", found=found, positions=len(characters))
    root = characters[:-2]
    first = check_digit(root, kind.highest_weight)
    right = first + check_digit(root + first, kind.highest_weight)
    return broken(kind.name, hint="digits", found=found, wrong=characters[-2:], right=right)


def _characters(value: str) -> str:
    """The letters and digits of a tax id; without the name of its kind before a right one: `CPF: 123.456.789-09`."""
    characters = re.sub(r"[^0-9A-Za-z]", "", value).upper()
    unnamed = characters.removeprefix("CNPJ").removeprefix("CPF")
    return unnamed if is_cnpj(unnamed) or is_cpf(unnamed) else characters
