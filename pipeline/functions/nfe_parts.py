"""The parts of an NF-e as a nested dict, as xmltodict makes it of XML. Pure.

Members go by element name, attributes as `@Id`. An element that repeats is a list. One that holds no other is its text,
or has it as `#text` beside its attributes. JSON from elsewhere may hold anything in their place.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

# How the layout writes numbers: with a decimal point, which makes them unambiguous. Anything else stays a text, and the
# invoice's own rules say what is wrong with it.
NUMBER = re.compile(r"[0-9]{1,30}(?:\.[0-9]{1,30})?")
MONEY = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,2})?")

Amount = Decimal | str | None
"""A number; a text that is none; None where there is nothing."""


def part(parent: Any, *names: str) -> Mapping[str, Any]:
    """The element that these names lead to, if it holds others; else an empty one."""
    for name in names:
        parent = parent.get(name) if isinstance(parent, dict) else None
    return parent if isinstance(parent, dict) else {}


def listed(value: Any) -> list[Any]:
    """The elements of one name: there may be none, one, or a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(parent: Mapping[str, Any], name: str) -> str | None:
    """The text of the element of this name; None where it is not there, or empty."""
    value = parent.get(name)
    if isinstance(value, dict):
        value = value.get("#text")
    if isinstance(value, Decimal):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def amount(parent: Mapping[str, Any], name: str, form: re.Pattern[str] = MONEY) -> Amount:
    """The number in the element of this name, or its text if that has another form."""
    found = text(parent, name)
    return Decimal(found) if found and form.fullmatch(found) else found
