"""JSON values as DynamoDB attribute values, within DynamoDB's limits. Pure.

The limits and the sizes are AWS's published ones, checked here because emulators differ from AWS at the edges:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

from .reasons import Reason, pointer

Attribute = dict[str, Any]
"""An attribute value in DynamoDB's wire form: `{"S": "NF-8"}`, `{"N": "2878.1"}`, `{"M": {…}}`, …"""

MAX_DIGITS = 38
MAX_MAGNITUDE = 125
MIN_MAGNITUDE = -130
MAX_LEVELS = 32
MAX_NAME_BYTES = 65_535
MAX_ITEM_BYTES = 400 * 1024
MAX_REASONS = 1_000

# Never rounds: a number with more digits raises Inexact. Trailing zeros do not count (1.500 has two digits).
_EXACT = Context(prec=MAX_DIGITS, traps=[Inexact, InvalidOperation], Emax=999_999_999, Emin=-999_999_999)


class DuplicateMembers(dict[str, Any]):
    """A JSON object with repeated member names. It holds the last value of each name; `names` are the repeated ones."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.names = [name for name, count in counts.items() if count > 1]


def parse_number(text: str) -> Decimal:
    """A JSON number as an exact Decimal.

    Where the exponent is out of a Decimal's range, zero stays zero, and any other number becomes Infinity, which every
    rule refuses.
    """
    try:
        return Decimal(text)
    except InvalidOperation:
        digits, _, _ = text.lower().partition("e")
        return Decimal("Infinity") if Decimal(digits) else Decimal(0)


def number_text(number: Decimal) -> str:
    """The number as DynamoDB writes it: plain digits, no negative zero, no trailing zeros; `1500`, `0.5`.

    Raises ValueError, whose message names the limit, where DynamoDB cannot hold the number.
    """
    if not number:
        return "0"
    if not number.is_finite():
        raise ValueError("is beyond DynamoDB's range, 1E-130 to 9.99E+125")
    if not MIN_MAGNITUDE <= number.adjusted() <= MAX_MAGNITUDE:
        raise ValueError(f"has the magnitude 1E{number.adjusted():+d}; DynamoDB's range is 1E-130 to 9.99E+125")
    try:
        return format(_EXACT.normalize(number), "f")
    except Inexact:
        raise ValueError(f"has more than the {MAX_DIGITS} significant digits DynamoDB holds") from None


class TooLargeError(Exception):
    """The item grew past its limit. The walk stops there, so that a hostile invoice costs no more time or memory."""


def to_item(invoice: Mapping[str, Any], max_bytes: int) -> tuple[dict[str, Attribute] | None, list[Reason]]:
    """The invoice as a DynamoDB item of at most `max_bytes`, and every limit of DynamoDB that it breaks.

    The item is None where it is too large, and complete only where there are no reasons.
    """
    marshaller = _Marshaller(max_bytes)
    item = None
    try:
        item = marshaller.members(invoice, (), 0)
    except TooLargeError:
        marshaller.reasons.append(Reason("item_size", "", f"is larger than {max_bytes} bytes as a DynamoDB item"))
    if marshaller.left_out:
        marshaller.reasons.append(Reason("more", "", f"breaks {marshaller.left_out} more limits, not listed"))
    return item, marshaller.reasons


class _Marshaller:
    """One walk over one invoice. `size` is what the part walked so far takes in DynamoDB, in bytes."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.reasons: list[Reason] = []
        self.left_out = 0

    def members(self, values: Mapping[str, Any], path: tuple[object, ...], level: int) -> dict[str, Attribute]:
        if isinstance(values, DuplicateMembers):
            for name in values.names:
                self.refuse("duplicate_member", (*path, name), "stands more than once in the same object")
        attributes = {}
        for name, value in values.items():
            here = (*path, name)
            name_bytes = self.text_bytes(name, here)
            if not 0 < name_bytes <= MAX_NAME_BYTES:
                self.refuse(
                    "member_name",
                    path,
                    f"has a member name of {name_bytes} bytes; DynamoDB takes 1 to {MAX_NAME_BYTES}",
                )
            self.add(name_bytes)
            attributes[name] = self.value(value, here, level + 1)
        return attributes

    def value(self, value: Any, path: tuple[object, ...], level: int) -> Attribute:
        if level > MAX_LEVELS:
            return self.refuse("nesting", path, f"is nested deeper than the {MAX_LEVELS} levels DynamoDB holds")
        if isinstance(value, str):
            self.add(self.text_bytes(value, path))
            return {"S": value}
        if isinstance(value, Decimal):
            return self.number(value, path)
        if isinstance(value, dict):
            self.add(3 + len(value))
            return {"M": self.members(value, path, level)}
        if isinstance(value, list):
            self.add(3 + len(value))
            return {"L": [self.value(element, (*path, index), level + 1) for index, element in enumerate(value)]}
        self.add(1)
        return {"NULL": True} if value is None else {"BOOL": value}

    def number(self, number: Decimal, path: tuple[object, ...]) -> Attribute:
        try:
            text = number_text(number)
        except ValueError as error:
            return self.refuse("number", path, str(error))
        # About one byte for every two significant digits, plus one, plus one for a minus sign.
        digits = len(text.replace(".", "").lstrip("-0").rstrip("0"))
        self.add((digits + 1) // 2 + 1 + (number < 0))
        return {"N": text}

    def text_bytes(self, text: str, path: tuple[object, ...]) -> int:
        if text.isascii():
            return len(text)
        try:
            return len(text.encode())
        except UnicodeEncodeError as error:
            unit = ord(text[error.start])
            self.refuse("surrogate", path, f"holds the lone surrogate \\u{unit:04x}, which is not a Unicode character")
            return len(text)

    def add(self, size: int) -> None:
        self.size += size
        if self.size > self.max_bytes:
            raise TooLargeError

    def refuse(self, code: str, path: tuple[object, ...], message: str) -> Attribute:
        if len(self.reasons) < MAX_REASONS:
            self.reasons.append(Reason(code, pointer(*path), message))
        else:
            self.left_out += 1
        return {"NULL": True}


def to_json(value: Attribute) -> str:
    """An attribute value as JSON text, every number with the digits it has: `{"N": "2878.1"}` is `2878.1`."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return str(content)
        case "M":
            return "{" + ", ".join(f"{json.dumps(name)}: {to_json(member)}" for name, member in content.items()) + "}"
        case "L":
            return "[" + ", ".join(map(to_json, content)) + "]"
        case "NULL":
            return "null"
        case "S" | "BOOL":
            return json.dumps(content, ensure_ascii=False)
    # The pipeline stores neither sets nor binary values.
    raise ValueError(f"cannot be written as JSON: DynamoDB's type {kind}")
