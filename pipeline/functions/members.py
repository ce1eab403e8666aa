"""What a value and its members must be: each kind checks a value, and describes itself as a JSON Schema. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import fields, reasons
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


def amount(*rules: fields.Rule) -> Kind:
    """An amount: a number, or a string of digits. The rules, some of those for numbers and money, get a Decimal."""

    def broken(value: Any) -> list[Reason]:
        number = fields.amount(value)
        if number is None:
            return [_NO_AMOUNT]
        return [] if fields.is_plain_money(number) else _broken(rules, number)

    return Kind(broken, _AMOUNT_SCHEMA)


def object_of(required: dict[str, Kind], optional: dict[str, Kind]) -> Kind:
    """An object with these members. It may have others, which are not checked."""
    members = required | optional
    checks = [(name, kind.broken, name in required) for name, kind in members.items()]

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, dict):
            return [_NO_OBJECT]
        found: list[Reason] = []
        for name, broken_member, is_required in checks:
            if name in value:
                if reasons := broken_member(value[name]):
                    found += [reason.inside(name) for reason in reasons]
            elif is_required:
                found.append(Reason("missing", pointer(name)))
        return found

    schema = {"type": "object", "required": list(required)} if required else {"type": "object"}
    return Kind(broken, {**schema, "properties": {name: kind.schema for name, kind in members.items()}})


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


_NO_STRING = reasons.broken("type", hint="string")
_NO_ARRAY = reasons.broken("type", hint="array")
_NO_OBJECT = reasons.broken("type", hint="object")
_NO_AMOUNT = reasons.broken("type", hint="amount")

_AMOUNT_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}
