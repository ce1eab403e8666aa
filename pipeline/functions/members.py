"""What a value and its members must be: each kind checks a value, and describes itself as a JSON Schema. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import fields, patterns, reasons
from .reasons import Reason, pointer

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value. `broken` returns every rule that a value breaks, with paths that begin at the value."""

    broken: Callable[[Any], list[Reason]]
    schema: Schema


def text(*rules: fields.Rule, **schema: Any) -> Kind:
    """A string. `schema` is what its schema says besides the type."""

    def broken(value: Any) -> list[Reason]:
        return _broken(rules, value) if isinstance(value, str) else [_NO_STRING]

    return Kind(broken, {"type": "string", **schema})


def or_empty(kind: Kind) -> Kind:
    """The same kind, or an empty string, which counts as absent."""

    def broken(value: Any) -> list[Reason]:
        return kind.broken(value) if value != "" else []

    return Kind(broken, {"anyOf": [kind.schema, {"const": ""}]})


def amount() -> Kind:
    """An amount of anything: a number, or a string of digits."""

    def broken(value: Any) -> list[Reason]:
        number = fields.amount(value)
        return [_NO_AMOUNT] if number is None else _broken_number(fields.NUMBER, number)

    return Kind(broken, _amount_schema(patterns.AMOUNT))


def money() -> Kind:
    """An amount of money. In a string with exactly three decimals it is ambiguous."""

    def broken(value: Any) -> list[Reason]:
        number = fields.money(value)
        if number is not None:
            return _broken_number(_MONEY, number)
        ambiguous = fields.ambiguous(value)
        return [ambiguous or _NO_AMOUNT]

    return Kind(broken, _amount_schema(patterns.MONEY, exclusiveMaximum=10**fields.MAX_INTEGER_DIGITS))


def object_of(required: dict[str, Kind], optional: dict[str, Kind]) -> Kind:
    """An object with these members; an optional one that is null is absent. It may have others, not checked."""
    checks = [(name, kind.broken, name in required) for name, kind in (required | optional).items()]

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, dict):
            return [_NO_OBJECT]
        found: list[Reason] = []
        for name, broken_member, is_required in checks:
            member = value.get(name)
            if member is not None:
                if reasons := broken_member(member):
                    found += [reason.inside(name) for reason in reasons]
            elif is_required:
                found.append(_NULL.inside(name) if name in value else Reason("missing", pointer(name)))
        return found

    schema = {"type": "object", "required": list(required)} if required else {"type": "object"}
    properties = {name: kind.schema for name, kind in required.items()}
    properties |= {name: {"anyOf": [kind.schema, {"type": "null"}]} for name, kind in optional.items()}
    return Kind(broken, {**schema, "properties": properties})


def array_of(element: Kind, limit: int, too_long: Reason) -> Kind:
    """An array of at most `limit` elements. A longer one is `too_long`, and its elements are not checked."""
    broken_element = element.broken

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, list):
            return [_NO_ARRAY]
        if len(value) > limit:
            return [too_long]
        found: list[Reason] = []
        for index, one in enumerate(value):
            if reasons := broken_element(one):
                found += [reason.inside(index) for reason in reasons]
        return found

    return Kind(broken, {"type": "array", "items": element.schema, "maxItems": limit})


def _broken(rules: tuple[fields.Rule, ...], value: Any) -> list[Reason]:
    return [reason for rule in rules if (reason := rule(value))]


def _broken_number(rules: tuple[fields.Rule, ...], number: Decimal) -> list[Reason]:
    return [] if fields.is_plain_money(number) else _broken(rules, number)


_MONEY = (*fields.NUMBER, *fields.MONEY)

_NULL = reasons.broken("type", hint="null")
_NO_STRING = reasons.broken("type", hint="string")
_NO_ARRAY = reasons.broken("type", hint="array")
_NO_OBJECT = reasons.broken("type", hint="object")
_NO_AMOUNT = reasons.broken("type", hint="amount")


def _amount_schema(pattern: str, **number: Any) -> Schema:
    """What a number or a string of digits must be. There is no maximum with decimals: readers differ in what it is."""
    return {"anyOf": [{"type": "number", "minimum": 0, **number}, {"type": "string", "pattern": pattern}]}
