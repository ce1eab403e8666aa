"""How many bytes an item takes in DynamoDB, as AWS counts them. Pure.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

MAX_ITEM_BYTES = 400 * 1024
MAX_NUMBER_BYTES = 21
MAX_LEVELS = 32


def item_bytes(members: Mapping[str, Any]) -> int:
    """The bytes of an item with these members: parsed JSON, with numbers as Decimal.

    What is nested deeper than DynamoDB holds does not count. An item never takes more bytes than its JSON text in a
    request has characters.
    """
    return _members_bytes(members, MAX_LEVELS)


def _members_bytes(members: Mapping[str, Any], levels: int) -> int:
    return sum([text_bytes(name) + _value_bytes(value, levels) for name, value in members.items()])


def _value_bytes(value: Any, levels: int) -> int:
    if not levels:
        return 0
    if isinstance(value, str):
        return text_bytes(value)
    if isinstance(value, Decimal):
        return number_bytes(value)
    if isinstance(value, dict):
        return 3 + len(value) + _members_bytes(value, levels - 1)
    if isinstance(value, list):
        return 3 + len(value) + sum([_value_bytes(element, levels - 1) for element in value])
    return 1


def text_bytes(text: str) -> int:
    """The bytes of a text in UTF-8. A lone surrogate counts, too, although it has no UTF-8."""
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


def number_bytes(number: Decimal) -> int:
    """The bytes of a number: one for each two digits, one more, and one for a minus sign; at most 21.

    The digits are paired from the decimal point outwards, and pairs of zeros at either end do not count: `1.5` takes 3
    bytes, `1500` takes 2. AWS says "approximately"; this rule is that of https://github.com/zaccharles/dynamodb-calculator.
    """
    sign, digits, exponent = number.as_tuple()
    if not number or not isinstance(exponent, int):
        return 1
    trailing_zeros = len(digits) - len(bytes(digits).rstrip(b"\0"))
    first, last = number.adjusted() // 2, (exponent + trailing_zeros) // 2
    return min(first - last + 1 + 1 + sign, MAX_NUMBER_BYTES)
