"""Values of a file as messages show them: as JSON, shortened. Pure."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ..messages import quoted
from ..reasons import shortened

MOST = 60
"""Characters of a value that a message shows."""


def shown(value: Any, most: int = MOST) -> str:
    """The JSON of a value, shortened. It takes no longer for a value of megabytes."""
    text = ""
    for piece in _pieces(value, most):
        text += piece
        if len(text) > most:
            break
    return shortened(text, most)


def digits(number: Decimal) -> str | None:
    """A whole number's digits, without sign, point and exponent; None for any other, or one with over 60 digits."""
    if not number.is_finite() or number < 0 or number.adjusted() >= MOST or number != number.to_integral_value():
        return None
    return f"{number:.0f}"


def _pieces(value: Any, most: int) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for index, (name, member) in enumerate(value.items()):
            yield f"{', ' if index else ''}{_quoted(name, most)}: "
            yield from _pieces(member, most)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for index, element in enumerate(value):
            yield ", " if index else ""
            yield from _pieces(element, most)
        yield "]"
    elif isinstance(value, str):
        yield _quoted(value, most)
    elif isinstance(value, Decimal):
        yield shortened(str(value), most + 1)
    else:
        yield json.dumps(value)


def _quoted(text: str, most: int) -> str:
    return quoted(shortened(text, most))
