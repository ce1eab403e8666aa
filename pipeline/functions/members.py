"""What a value and its members must be: each kind checks a value, and describes itself as a JSON Schema. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import fields, patterns, reasons
from .hints import amounts, types
from .hints.missing import missing
from .reasons import Reason

Schema = dict[str, Any]

Told = Callable[[Any], Reason]
"""The reason for a value of another type than a kind's."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value. `broken` returns every rule that a value breaks, with paths that begin at the value."""

    broken: Callable[[Any], list[Reason]]
    schema: Schema


def text(rule: fields.Rule, otherwise: Told = types.text, **schema: Any) -> Kind:
    """A string. `otherwise` is told of any other value; `schema` is what the schema says besides the type."""

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, str):
            return [otherwise(value)]
        return [reason] if (reason := rule(value)) else []

    return Kind(broken, {"type": "string", **schema})


def short_text(*rules: fields.Rule, **schema: Any) -> Kind:
    """A text of up to 255 characters. The rules are some of those that a plain name keeps."""

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, str):
            return [types.text(value)]
        return [] if fields.is_plain_name(value) else _broken(rules, value)

    return Kind(broken, {"type": "string", "minLength": 1, "maxLength": fields.MAX_CHARACTERS, **schema})


def or_empty(kind: Kind) -> Kind:
    """The same kind, or an empty string, which counts as absent."""
    broken_text = kind.broken

    def broken(value: Any) -> list[Reason]:
        return broken_text(value) if value != "" else []

    return Kind(broken, {"anyOf": [kind.schema, {"const": ""}]})


def amount() -> Kind:
    """An amount of anything: a number, or a string of digits."""

    def broken(value: Any) -> list[Reason]:
        number = value if isinstance(value, Decimal) else fields.amount(value)
        if number is not None:
            return [] if fields.is_plain_money(number) else _broken(fields.NUMBER, number)
        return [amounts.unread(value, lambda number: not _broken(fields.NUMBER, number), cents=False, optional=False)]

    return Kind(broken, _amount_schema(patterns.AMOUNT))


def money(*, optional: bool = False) -> Kind:
    """An amount of money. In a string with exactly three decimals it is ambiguous."""

    def broken(value: Any) -> list[Reason]:
        number = value if isinstance(value, Decimal) else fields.money(value)
        if number is not None:
            return [] if fields.is_plain_money(number) else _broken(_MONEY, number)
        if ambiguous := fields.ambiguous(value):
            return [ambiguous]
        return [amounts.unread(value, lambda number: not _broken(_MONEY, number), cents=True, optional=optional)]

    return Kind(broken, _amount_schema(patterns.MONEY, exclusiveMaximum=10**fields.MAX_INTEGER_DIGITS))


def object_of(required: dict[str, Kind], optional: dict[str, Kind], otherwise: Told = types.object_) -> Kind:
    """An object with these members; an optional one that is null is absent. It may have others, not checked."""
    members = required | optional
    needed = [(name, kind.broken) for name, kind in required.items()]
    possible = {name: kind.broken for name, kind in optional.items()}
    least = len(needed)

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, dict):
            return [otherwise(value)]
        found: list[Reason] = []
        absent = []
        for name, broken_member in needed:
            member = value.get(name)
            if member is None:
                absent.append(name)
            elif reasons := broken_member(member):
                found += [reason.inside(name) for reason in reasons]
        # Most objects have nothing else, or few of the members that they may have.
        if len(value) > least - len(absent):
            others: dict[str, list[Reason]] = {}
            for name, member in value.items():
                if name in possible and member is not None and (reasons := possible[name](member)):
                    others[name] = [reason.inside(name) for reason in reasons]
            if others:
                found += [reason for name in possible if name in others for reason in others[name]]
        return found + _absent(absent, value, members) if absent else found

    schema = {"type": "object", "required": list(required)} if required else {"type": "object"}
    properties = {name: kind.schema for name, kind in required.items()}
    properties |= {name: {"anyOf": [kind.schema, {"type": "null"}]} for name, kind in optional.items()}
    return Kind(broken, {**schema, "properties": properties})


def array_of(element: Kind, limit: int, too_long: Reason, otherwise: Told) -> Kind:
    """An array of at most `limit` elements. A longer one is `too_long`, and its elements are not checked."""
    broken_element = element.broken

    def broken(value: Any) -> list[Reason]:
        if not isinstance(value, list):
            return [otherwise(value)]
        if len(value) > limit:
            return [too_long]
        found: list[Reason] = []
        for index, one in enumerate(value):
            if reasons := broken_element(one):
                found += [reason.inside(index) for reason in reasons]
        return found

    return Kind(broken, {"type": "array", "items": element.schema, "maxItems": limit})


def _absent(names: list[str], members: dict[str, Any], known: dict[str, Kind]) -> list[Reason]:
    """The reasons for required members that are not there, or null."""
    nulls = [_NULL.inside(name) for name in names if name in members]
    return nulls + missing([name for name in names if name not in members], members, known)


def _broken(rules: tuple[fields.Rule, ...], value: Any) -> list[Reason]:
    return [reason for rule in rules if (reason := rule(value))]


_MONEY = (*fields.NUMBER, *fields.MONEY)

_NULL = reasons.broken("type", hint="null")


def _amount_schema(pattern: str, **number: Any) -> Schema:
    """What a number or a string of digits must be. There is no maximum with decimals: readers differ in what it is."""
    return {"anyOf": [{"type": "number", "minimum": 0, **number}, {"type": "string", "pattern": pattern}]}
