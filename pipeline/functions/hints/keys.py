"""Access keys of another form. Pure."""

import re
from decimal import Decimal
from typing import Any

from ..access_key import FORMAT, POSITIONS, check_digit
from ..reasons import Reason, broken, shortened
from . import types
from .shown import digits, shown

_MOST = 1_000
_BETWEEN = re.compile(r"[\s./_-]")
# A key among other characters: no digit may stand beside it, which could be part of it as well.
_AMONG = re.compile(rf"(?<![0-9]){FORMAT.pattern}(?![0-9])")
# What spreadsheets make of 44 digits: 3,52505E+43.
_ROUNDED = re.compile(r"\s*[0-9][.,][0-9]{1,20}[Ee]\+?43\s*")
_DIGITS_ONLY = (*range(6), *range(18, POSITIONS))


def misread(value: str) -> Reason:
    """For a string that is no access key."""
    if _ROUNDED.fullmatch(value):
        return broken("access_key", hint="digits_lost", found=value)
    if len(value) > _MOST:
        return broken("access_key", hint="positions", found=len(value))
    characters = _BETWEEN.sub("", value)
    keys = set(_AMONG.findall(characters.upper()))
    if len(keys) == 1:
        return _with_more(value, keys.pop())
    if len(characters) == POSITIONS:
        for at, char in enumerate(characters):
            if not char.isascii() or not (char.isdigit() or (char.isalpha() and at not in _DIGITS_ONLY)):
                hint = "digit" if at in _DIGITS_ONLY else "letter"
                return broken("access_key", hint=hint, found=char, at=at + 1)
    return broken("access_key", hint="positions", found=len(characters))


def _with_more(value: str, key: str) -> Reason:
    place = re.search(f"{_BETWEEN.pattern}*".join(key), value, re.IGNORECASE)
    before, after = (value[: place.start()], value[place.end() :]) if place else ("", "")
    between = _BETWEEN.search(place[0]) if place else None
    extra = shortened(before.strip() or after.strip() or before or after or (between[0] if between else ""))
    wanted = check_digit(key[:-1])
    if key[-1] != wanted:
        return broken("access_key", hint="check_digit", wanted=wanted, found=key[-1], extra=extra)
    return broken("access_key", hint="more" if extra else "small", wanted=key, **({"extra": extra} if extra else {}))


def no_string(value: Any) -> Reason:
    """For an access key that is no string."""
    if not isinstance(value, Decimal):
        return types.text(value)
    key = digits(value) or ""
    if len(key) != POSITIONS:
        return broken("type", hint="string", found=shown(value))
    if "E" in str(value) or check_digit(key[:-1]) != key[-1]:
        return broken("type", hint="key_digits_lost", found=shown(value))
    return broken("type", hint="string_number", found=key, wanted=key)
