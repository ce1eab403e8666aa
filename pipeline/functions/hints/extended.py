"""Values as MongoDB exports them: an object with one member, whose name begins with a dollar sign. Pure.

MongoDB Extended JSON: https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
"""

import re
from decimal import Decimal
from typing import Any

from ..reasons import Reason, broken, shortened
from .shown import shown

_NUMBERS = ("$numberDecimal", "$numberDouble", "$numberInt", "$numberLong")
_KINDS = ("$date", "$oid", *_NUMBERS)
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


def inside(value: Any) -> str | Decimal | None:
    """The text or the number in such a value: `{"$numberDecimal": "10.50"}` is 10.50; None for any other value."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((kind, content),) = value.items()
    if kind == "$date" and isinstance(content, dict):
        kind, content = "$numberLong", content.get("$numberLong")
    if kind not in _KINDS or not isinstance(content, str | Decimal):
        return None
    is_number = kind in _NUMBERS and isinstance(content, str) and _NUMBER.fullmatch(content)
    return Decimal(content) if is_number else content


def reason(value: Any, wanted: str | None = None) -> Reason:
    """For such a value. `wanted` is what to write instead, as JSON, if that is known."""
    if wanted is None:
        return broken("type", hint="extended", found=shown(value))
    return broken("type", hint="extended_written", found=shown(value), wanted=shortened(wanted, 100))
