"""The sum of an invoice: what its lines and the five amounts beside them must add up to. Pure.

It is NF-e's own rule for vNF (Manual de Orientação do Contribuinte, field W16), with all the taxes that are added on
top (ST, FCP-ST, II, IPI, …) in one amount.
"""

from collections.abc import Mapping
from decimal import Context, Decimal
from functools import reduce
from typing import Any

from . import fields
from .hints.names import folded, listed, words
from .reasons import Reason, pointer

TAKEN_OFF = "desconto"
ADDED = ("frete", "seguro", "outras_despesas", "impostos")

AMOUNTS = (TAKEN_OFF, *ADDED)
"""The amounts beside the lines. One that is absent counts as 0."""

# A line takes at least 59 bytes of an item's 400 KB, so a longer list could never be stored.
MAX_LINES = 7_000

# Enough for every digit that `_readable` lets through: the sum is exact.
_SUM = Context(prec=300)


def agrees(invoice: Mapping[str, Any]) -> Reason | None:
    """`valor` is what the lines and the amounts add up to, where there are lines and every number can be read."""
    lines = invoice.get("itens")
    if not isinstance(lines, list) or len(lines) > MAX_LINES:
        return None
    valor = _readable(invoice, "valor")
    numbers = [_readable(line, "valor_total") for line in lines]
    present = [name for name in AMOUNTS if name in invoice and invoice[name] is not None]
    for name in present:
        number = _readable(invoice, name)
        # Not `-number`: that would round to the 28 digits of Python's own context.
        numbers.append(number.copy_negate() if number is not None and name == TAKEN_OFF else number)
    readable = [number for number in numbers if number is not None]
    if valor is None or len(readable) < len(numbers):
        return None
    total = reduce(_SUM.add, readable, Decimal(0))
    return None if total == valor else _differs(total, valor, present, invoice)


def _readable(members: object, name: str) -> Decimal | None:
    value = members.get(name) if isinstance(members, dict) else None
    number = value if isinstance(value, Decimal) else fields.money(value)
    if number is None or fields.is_plain_money(number):
        return number
    return None if fields.storable(number) or fields.integer_digits(number) else number


def _differs(total: Decimal, valor: Decimal, present: list[str], invoice: Mapping[str, Any]) -> Reason:
    values: dict[str, str | int] = {"found": f"{total:f}", "wanted": f"{valor:f}"}
    if others := [name for name, value in invoice.items() if _sounds_like_one(name) and fields.amount(value)]:
        values |= {"hint": "unknown", "names": listed(others), "known": ", ".join(AMOUNTS)}
    elif present:
        values |= {"hint": "amounts", "counted": ", ".join(present)}
    else:
        values |= {"known": ", ".join(AMOUNTS)}
    return Reason("sum", pointer("itens"), values)


# What such amounts are called elsewhere: in NF-e's own layout, in exports of shops and of other programs. The taxes are
# those that are added to the price; ICMS, PIS and COFINS are in it.
_PARTS = ("descont", "frete", "segur", "despesa", "acrescim", "impost", "tribut", "discount", "shipping", "freight")
_WORDS = {"desc", "outro", "outros", "ipi", "st", "fcp", "ii", "taxa", "taxas", "tax", "taxes", "insurance", "fees"}


def _sounds_like_one(name: str) -> bool:
    if name in AMOUNTS:
        return False
    plain = folded(name)
    return any(part in plain for part in _PARTS) or not _WORDS.isdisjoint(words(name))
