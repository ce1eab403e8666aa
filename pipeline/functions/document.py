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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from . import nfe_json
from .attributes import DuplicateMembers, parse_number
from .errors import DocumentError
from .misnamed import array_in_lines, trailing_data
from .nfe import Converted
from .outline import Outline
from .reasons import Reason, broken
from .skim import SPACE, Skimmer, misplaced, skim
from .window import START, Point, Window
from .wrapped import REQUIRED, Found, found_in

MAX_RECORD = 2 * 1024 * 1024
"""Characters of JSON in one record: several times what an item of 400 KB can hold. Longer records are not kept."""


class Layout(StrEnum):
    """How a document is laid out: as one JSON value, as JSON Lines, or as XML, which `nfe_xml` reads."""

    JSON = ".json"
    LINES = ".jsonl"
    XML = ".xml"


class Record(NamedTuple):
    """One value of a document.

    `position` counts records from 0. `text` is the JSON exactly as it came, None where it is too long to keep; of an
    NF-e in XML it is the XML, as a JSON string. `value` is the parsed text, with numbers as Decimal; of an NF-e it is
    the invoice, and `lacks` is what the NF-e should have and has not. Where `fault` says why the record could not be
    parsed, ignore `value`. A reader without values gives positions only.
    """

    position: int
    text: str | None = None
    value: Any = None
    fault: Reason | None = None
    lacks: tuple[Reason, ...] = ()

    @classmethod
    def of_nfe(cls, position: int, text: str | None, nfe: Converted | Reason) -> "Record":
        """An NF-e as a record."""
        if isinstance(nfe, Reason):
            return cls(position, text, fault=nfe)
        return cls(position, text, nfe.invoice, lacks=nfe.lacks)


Parsed = tuple[str | None, Any, Reason | None]
Decode = Callable[[str, int], tuple[Any, int]]
Skim = Callable[[Window, int, Reason], Parsed]


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two records of a document: how many records come before it, and the point where the last ends."""

    position: int = 0
    point: Point = START


BEGINNING = Place()


class Reader:
    """The records of a document, in file order, from `start` on; the chunks are its bytes from there.

    Iterating raises DocumentError at the first byte that breaks the grammar. The records before it have been yielded by
    then. Without `values`, which is faster, records and errors are the same, but the records have nothing but their
    positions.
    """

    def __init__(
        self, chunks: Iterable[bytes], layout: Layout, start: Place = BEGINNING, *, values: bool = True
    ) -> None:
        self._keeps_values = values
        self._decode = (_exact if values else _plain).raw_decode
        self._window = Window(chunks, start.point)
        self._layout = layout
        self._start = start
        self._position = start.position
        # A document that is one value has no place to go on from.
        self._has_places = start != BEGINNING or layout is Layout.LINES
        self._is_only_value = False

    def __iter__(self) -> Iterator[Record]:
        try:
            for text, value, fault in self._values():
                if self._is_only_value and len(several := nfe_json.found_in(value)) > 1:
                    yield from self._several(several)
                    continue
                self._position += 1
                yield self._record(text, value, fault) if self._keeps_values else Record(self._position - 1)
        except DocumentError as error:
            raise self._window.refused(error, self._layout) from None

    def place(self) -> Place:
        """The place after the record that was yielded last, from which another reader goes on; else the beginning."""
        return Place(self._position, self._window.point()) if self._has_places else BEGINNING

    def _record(self, text: str | None, value: Any, fault: Reason | None) -> Record:
        position = self._position - 1
        if fault or not (found := nfe_json.found_in(value)):
            return Record(position, text, value, fault)
        if len(found) > 1:
            return Record(position, text, fault=Reason("several_nfe", "", {"found": len(found)}))
        return Record.of_nfe(position, text, nfe_json.invoice_of(found[0]))

    def _several(self, found: list[nfe_json.Nfe]) -> Iterator[Record]:
        """The NF-e of a document that is one value."""
        for nfe in found:
            self._position += 1
            position = self._position - 1
            if self._keeps_values:
                yield Record.of_nfe(position, nfe_json.json_text(nfe), nfe_json.invoice_of(nfe))
            else:
                yield Record(position)

    def _values(self) -> Iterator[Parsed]:
        window, decode, goes_on = self._window, self._decode, self._start != BEGINNING
        if self._layout is Layout.LINES:
            if not goes_on:
                window.pass_over(SPACE)
                if window.peek() == "[":
                    raise array_in_lines(window, MAX_RECORD)
            yield from _lines(window, decode, after_value=goes_on)
            return
        if not goes_on:
            window.pass_over(SPACE)
            if window.at_end():
                raise window.error("empty")
            if window.peek() != "[":
                # The two decoders agree on what is a value, but not on all that is in one.
                parsed = _only_value(window, _exact.raw_decode)
                self._is_only_value = True
                yield parsed
                _end(window, parsed[0])
                return
            window.place += 1
            self._has_places = True
        yield from _elements(window, decode, after_value=goes_on)
        _end(window)


def records(chunks: Iterable[bytes], layout: Layout) -> Iterator[Record]:
    """The records of a whole document, in file order. Raises DocumentError as Reader does."""
    return iter(Reader(chunks, layout))


# A number may go on past the window's edge, even after an "e+": `1e+5`, cut to `1e+`, decodes as 1.
_NUMBER_EDGE = 3
_LINE_SPACE = re.compile(r"[ \t\r]*")
_COMMA = re.compile(r"[ \t\n\r]*,[ \t\n\r]*")
_LINE_BREAK = re.compile(r"[ \t\r]*\n[ \t\n\r]*")
_ENCODED = re.compile(r'"\s*(?:\[|\{)')
_TOO_LONG = broken("too_long", most=MAX_RECORD)
_TOO_DEEP = broken("nesting", hint="unread")


def _only_value(window: Window, decode: Decode) -> Parsed:
    if window.peek() != "{":
        # A string that holds JSON: a program wrote JSON into JSON.
        scalar = window.error("scalar", **({"hint": "encoded"} if _ENCODED.match(window.peek(8)) else {}))
        _value(window, decode)
        raise scalar
    wrapped = window.error("wrapped")
    text, value, fault, found = _only_object(window, decode)
    if found:
        wrapped.values = found.values()
        raise wrapped
    return text, value, fault


def _only_object(window: Window, decode: Decode) -> tuple[str | None, Any, Reason | None, Found | None]:
    """An object, and where the invoices are that it may hold. A long one is looked into while it is passed over."""
    looked: list[Found | None] = []

    def skim_and_look(window: Window, limit: int, fault: Reason) -> tuple[str | None, None, Reason]:
        window.start_keeping(limit)
        looked.append(found_in(Outline(Skimmer(window))))
        return window.stop_keeping(), None, fault

    text, value, fault = _value(window, decode, skim_and_look)
    # Most are invoices. Those with all that is required are never taken for anything else: see `wrapped`.
    if not looked and text is not None and not _has_all(value) and not nfe_json.found_in(value):
        looked.append(found_in(Outline(Skimmer(Window([text.encode()])))))
    return text, value, fault, looked[0] if looked else None


def _has_all(value: dict[str, Any]) -> bool:
    return value.keys() >= REQUIRED and not isinstance(value["id"], dict | list)


def _end(window: Window, only: str | None = "") -> None:
    if error := trailing_data(window, only):
        raise error


def _elements(window: Window, decode: Decode, *, after_value: bool) -> Iterator[Parsed]:
    """The elements of an array, from after its "[", or after one of its values, up to and including its "]"."""
    window.pass_over(SPACE)
    if not after_value and window.peek() == "]":
        window.place += 1
        return
    while True:
        if not after_value:
            window.pass_over(SPACE)
            yield _value(window, decode)
        while _passed(window, _COMMA):
            yield _value(window, decode)
        after_value = False
        window.pass_over(SPACE)
        separator = window.peek()
        if not separator:
            raise window.error("truncated", hint="array")
        if separator not in ",]":
            raise misplaced(window, "comma_or_bracket")
        window.place += 1
        if separator == "]":
            return


def _passed(window: Window, separator: re.Pattern[str]) -> bool:
    """Pass what stands between two values, if the text held has the beginning of the next one. Nearly always it has."""
    match = separator.match(window.text, window.place)
    if match is None or match.end() == len(window.text):
        return False
    window.place = match.end()
    return True


def _value(window: Window, decode: Decode, pass_over: Skim = skim) -> Parsed:
    """The value at the window's place."""
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


def _lines(window: Window, decode: Decode, *, after_value: bool) -> Iterator[Parsed]:
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
            raise window.error("trailing_data", hint="comma" if window.peek() == "," else "line")


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
# Of the same grammar, and faster. It refuses integers of more than 4,300 digits with a ValueError.
_plain = json.JSONDecoder(parse_constant=_refuse_constant)
