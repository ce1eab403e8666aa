"""Documents: bytes in, records out, a window of text at a time. Pure.

A `.json` document is one value, or an array of values; a `.jsonl` document is one value per line
(https://jsonlines.org). It accepts exactly the grammar of RFC 8259: no NaN, no control characters in strings, no
trailing comma. The standard library's decoder parses each record. `skim` passes over the records that are too long or
too deep for it, without building them.

ijson, the usual choice, would lose data: its C backend (3.6) turns a lone surrogate into "?", silently keeps only the
last of duplicate members, and crashes the process on a number of 5,000 digits.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .attributes import DuplicateMembers, parse_number
from .reasons import Reason
from .skim import SPACE, skim
from .window import Window

MAX_RECORD = 2 * 1024 * 1024
"""Characters of JSON in one record: several times what an item of 400 KB can hold. Longer records are not kept."""


class Layout(StrEnum):
    """How a document is laid out: as one JSON value, or as JSON Lines."""

    JSON = ".json"
    LINES = ".jsonl"


@dataclass(frozen=True, slots=True)
class Record:
    """One value of a document.

    `position` counts records from 0. `text` is the JSON exactly as it came, None where it is too long to keep. `value`
    is the parsed text, with numbers as Decimal. Where `fault` says why the record could not be parsed, ignore `value`.
    """

    position: int
    text: str | None
    value: Any = None
    fault: Reason | None = None


def records(chunks: Iterable[bytes], layout: Layout) -> Iterator[Record]:
    """The records of a document, in file order.

    Raises DocumentError at the first byte that breaks the grammar. The records before it have been yielded by then.
    """
    window = Window(chunks)
    values = _lines(window) if layout is Layout.LINES else _array_or_value(window)
    for position, (text, value, fault) in enumerate(values):
        yield Record(position, text, value, fault)


Parsed = tuple[str | None, Any, Reason | None]

# A number may go on past the window's edge, even after an "e+": `1e+5`, cut to `1e+`, decodes as 1.
_NUMBER_EDGE = 3
_LINE_SPACE = re.compile(r"[ \t\r]*")
_TOO_LONG = Reason("too_long", "", f"is longer than {MAX_RECORD} characters of JSON")
_TOO_DEEP = Reason("nesting", "", "is nested too deep to be read")


def _array_or_value(window: Window) -> Iterator[Parsed]:
    window.pass_over(SPACE)
    if window.at_end():
        raise window.error("empty", "the document is empty; an upload without invoices is []")
    first = window.peek()
    if first == "[":
        window.place += 1
        yield from _elements(window)
    else:
        scalar = window.error("scalar", "the document is neither an object nor an array of objects")
        parsed = _value(window)
        if first != "{":
            raise scalar
        yield parsed
    window.pass_over(SPACE)
    if not window.at_end():
        hint = "; if it has one invoice per line, name it .jsonl" if window.peek() == "{" else ""
        raise window.error("trailing_data", f"something follows the end of the JSON document{hint}")


def _elements(window: Window) -> Iterator[Parsed]:
    """The elements of an array, from after its "[" up to and including its "]"."""
    window.pass_over(SPACE)
    if window.peek() == "]":
        window.place += 1
        return
    while True:
        window.pass_over(SPACE)
        yield _value(window)
        window.pass_over(SPACE)
        separator = window.peek()
        if not separator:
            raise window.error("truncated", "the document ends inside its array")
        if separator not in ",]":
            raise window.error("not_json", f"found {window.peek(8)!r} where ',' or ']' belongs")
        window.place += 1
        if separator == "]":
            return


def _value(window: Window) -> Parsed:
    """The value at the window's place."""
    while True:
        try:
            value, end = _decoder.raw_decode(window.text, window.place)
        except RecursionError:
            return skim(window, MAX_RECORD, _TOO_DEEP)
        except _NotGrammarError:
            return skim(window, MAX_RECORD, _TOO_LONG)
        except json.JSONDecodeError:
            if window.ended or window.held() > MAX_RECORD:
                return skim(window, MAX_RECORD, _TOO_LONG)
        else:
            if end - window.place > MAX_RECORD:
                return skim(window, MAX_RECORD, _TOO_LONG)
            if end + _NUMBER_EDGE <= len(window.text) or window.ended:
                text = window.text[window.place : end]
                window.place = end
                return text, value, None
        window.grow()


def _lines(window: Window) -> Iterator[Parsed]:
    while True:
        window.pass_over(SPACE)
        if window.at_end():
            return
        yield _line(window)
        window.pass_over(_LINE_SPACE)
        if window.peek() not in ("", "\n"):
            raise window.error("trailing_data", "something follows the JSON value on its line")


def _line(window: Window) -> Parsed:
    """The value at the window's place, which must end on this line."""
    enough = MAX_RECORD + _NUMBER_EDGE
    while (end := window.text.find("\n", window.place)) < 0 and not window.ended and window.held() <= enough:
        window.grow()
    line = window.text[window.place :] if end < 0 else window.text[window.place : end]
    try:
        value, length = _decoder.raw_decode(line)
    except RecursionError:
        return skim(window, MAX_RECORD, _TOO_DEEP, _LINE_SPACE)
    except (_NotGrammarError, json.JSONDecodeError):
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


_decoder = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=parse_number, parse_int=parse_number, parse_constant=_refuse_constant
)
