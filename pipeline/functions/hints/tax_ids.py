"""CNPJ and CPF of another form, and one in the place of the other. Pure."""

import re
from decimal import Decimal
from typing import Any

from ..check_digits import check_digit
from ..reasons import Reason, broken, shortened
from ..tax_ids import CPF_POSITIONS, is_cnpj, is_cpf
from . import types
from .shown import digits, shown


def no_cnpj(value: str) -> Reason:
    """For a string that is no CNPJ."""
    characters = _characters(value)
    if is_cpf(characters):
        return broken("cnpj", hint="cpf", found=shortened(value))
    if reason := _of_another_form("cnpj", value, characters, 14):
        return reason
    if len(characters) == 14 and characters[12:].isdigit():
        return _wrong_digits("cnpj", value, characters, 9)
    return broken("cnpj", hint="positions", found=shortened(value), positions=len(characters))


def no_cpf(value: str) -> Reason:
    """For a string that is no CPF."""
    characters = _characters(value)
    if is_cnpj(characters):
        return broken("cpf", hint="cnpj", found=shortened(value))
    if reason := _of_another_form("cpf", value, characters, 11):
        return reason
    if len(characters) == 11 and characters.isdigit():
        return _wrong_digits("cpf", value, characters, 11)
    return broken("cpf", hint="positions", found=shortened(value), positions=len(characters))


def cnpj_no_string(value: Any) -> Reason:
    """For a CNPJ that is no string."""
    if not isinstance(value, Decimal):
        return types.text(value)
    number = digits(value) or ""
    return broken("type", hint="number_cpf", found=number) if is_cpf(number) else _number(value, number, 14)


def cpf_no_string(value: Any) -> Reason:
    """For a CPF that is no string."""
    if not isinstance(value, Decimal):
        return types.text(value)
    number = digits(value) or ""
    return broken("type", hint="number_cnpj", found=number) if is_cnpj(number) else _number(value, number, 11)


def no_string(value: Any) -> Reason:
    """For a tax id of either kind that is no string."""
    number = (digits(value) or "") if isinstance(value, Decimal) else ""
    return cpf_no_string(value) if 0 < len(number) <= CPF_POSITIONS else cnpj_no_string(value)


_RIGHT = {14: is_cnpj, 11: is_cpf}


def _number(value: Decimal, number: str, positions: int) -> Reason:
    whole = number.zfill(positions)
    if not _RIGHT[positions](whole):
        return broken("type", hint="string", found=shown(value))
    if whole == number:
        return broken("type", hint="string_number", found=number, wanted=whole)
    return broken("type", hint="string_zeros", found=number, wanted=whole)


def _of_another_form(code: str, value: str, characters: str, positions: int) -> Reason | None:
    if not any(char.isdigit() for char in characters):
        return broken(code, hint="none", found=shortened(value))
    if not characters.strip("0"):
        return broken(code, hint="zero", found=shortened(value))
    if _RIGHT[positions](characters):
        return broken(code, hint="written", found=shortened(value), wanted=characters)
    whole = characters.zfill(positions)
    if characters.isdigit() and len(characters) < positions and _RIGHT[positions](whole):
        return broken(code, hint="zeros", found=shortened(value), wanted=whole)
    return None


def _wrong_digits(code: str, value: str, characters: str, highest_weight: int) -> Reason:
    root = characters[:-2]
    first = check_digit(root, highest_weight)
    right = first + check_digit(root + first, highest_weight)
    return broken(code, hint="digits", found=shortened(value), wrong=characters[-2:], right=right)


def _characters(value: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", value).upper()
