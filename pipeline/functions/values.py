"""JSON values in a text that streams by, one after the other: each parsed, or passed over where it is too long. Pure.

The standard library's decoder parses each value. `skim` passes over those that are too long or too deep for it, without
building them, and finds the exact place of an error.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from .attributes import DuplicateMembers, parse_number
from .misnamed import found_at
from .reasons import Reason, broken
from .skim import skim
from .tokens import SPACE, misplaced
from .window import Window

MAX_RECORD = 2 * 1024 * 1024
"""Characters of JSON in one record: several times what an item of 400 KB can hold. Longer records are not kept."""

Parsed = tuple[str | None, Any, Reason | None]
"""A value's text, None where it is too long to keep; the value; or why it could not be parsed."""

Decode = Callable[[str, int], tuple[Any, int]]
Skim = Callable[[Window, int, Reason], Parsed]

# A number may go on past the window's edge, even after an "e+": `1e+5`, cut to `1e+`, decodes as 1.
_NUMBER_EDGE = 3
_LINE_SPACE = re.compile(r"[ \t\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")
_LINE_BREAK = re.compile(r"[ \t\r]*\n[ \t\n\r]*")
_TOO_LONG = broken("too_long", most=MAX_RECORD)
_TOO_DEEP = broken("nesting", hint="unread")


def elements(window: Window, decode: Decode, *, after_value: bool) -> Iterator[Parsed]:
    """The elements of an array, from after its "[", or after one of its values, up to its "]"."""
    window.pass_over(SPACE)
    if not after_value and window.peek() == "]":
        return
    while True:
        if not after_value:
            window.pass_over(SPACE)
            yield one(window, decode)
        while _passed(window, _COMMA):
            yield one(window, decode, _skim_after_comma)
        after_value = False
        window.pass_over(SPACE)
        separator = window.peek()
        if not separator:
            raise window.error("truncated", hint="array")
        if separator not in ",]":
            raise misplaced(window, "comma_or_bracket")
        if separator == "]":
            return
        window.place += 1


def _skim_after_comma(window: Window, limit: int, fault: Reason) -> Parsed:
    if window.peek() in ("]", ","):
        raise misplaced(window, "value", ",")
    return skim(window, limit, fault)


def _passed(window: Window, separator: re.Pattern[str]) -> bool:
    """Pass what stands between two values, if the text held has the beginning of the next one. Nearly always it has."""
    match = separator.match(window.text, window.place)
    if match is None or match.end() == len(window.text):
        return False
    window.place = match.end()
    return True


def one(window: Window, decode: Decode, pass_over: Skim = skim) -> Parsed:
    """The value at the window's place. `pass_over` passes one that the decoder cannot take."""
    while True:
        try:
            value, end = decode(window.text, window.place)
        except RecursionError:
            return pass_over(window, MAX_RECORD, _TOO_DEEP)
        except json.JSONDecodeError:
            if window.ended or window.held() > MAX_RECORD:
                return pass_over(window, MAX_RECORD, _TOO_LONG)
        except (_NotGrammarError, ValueError):
            return pass_over(window, MAX_RECORD, _TOO_LONG)
        else:
            if end - window.place > MAX_RECORD:
                return pass_over(window, MAX_RECORD, _TOO_LONG)
            if end + _NUMBER_EDGE <= len(window.text) or window.ended:
                text = window.text[window.place : end]
                window.place = end
                return text, value, None
        window.grow()


def lines(window: Window, decode: Decode, *, after_value: bool) -> Iterator[Parsed]:
    """The values of JSON Lines, from their beginning, or after one of them."""
    while True:
        if not after_value:
            window.pass_over(SPACE)
            if window.at_end():
                return
            yield _line(window, decode)
        while _passed(window, _LINE_BREAK):
            yield _line(window, decode)
        after_value = False
        window.pass_over(_LINE_SPACE)
        if window.peek() not in ("", "\n"):
            if window.peek() == ",":
                raise window.error("trailing_data", hint="comma")
            raise window.error("trailing_data", hint="line", found=found_at(window))


def _line(window: Window, decode: Decode) -> Parsed:
    """The value at the window's place, which must end on this line."""
    enough = MAX_RECORD + _NUMBER_EDGE
    while (end := window.text.find("\n", window.place)) < 0 and not window.ended and window.held() <= enough:
        window.grow()
    line = window.text[window.place :] if end < 0 else window.text[window.place : end]
    try:
        value, length = decode(line, 0)
    except RecursionError:
        return skim(window, MAX_RECORD, _TOO_DEEP, _LINE_SPACE)
    except (_NotGrammarError, ValueError):
        return skim(window, MAX_RECORD, _TOO_LONG, _LINE_SPACE)
    if length > MAX_RECORD:
        return skim(window, MAX_RECORD, _TOO_LONG, _LINE_SPACE)
    window.place += length
    return line[:length], value, None


class _NotGrammarError(Exception):
    """The decoder met NaN or Infinity, which it accepts as numbers and JSON does not."""


def _refuse_constant(name: str) -> Any:
    raise _NotGrammarError(name)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else DuplicateMembers(pairs)


_exact = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=parse_number, parse_int=parse_number, parse_constant=_refuse_constant
)
# It refuses integers of more than 4,300 digits with a ValueError.
_plain = json.JSONDecoder(parse_constant=_refuse_constant)

EXACT: Decode = _exact.raw_decode
"""Decodes a value with numbers as Decimal, and with `DuplicateMembers` where names repeat."""

PLAIN: Decode = _plain.raw_decode
"""Of the same grammar, and faster: for what is only passed over."""
