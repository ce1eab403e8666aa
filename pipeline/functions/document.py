"""Documents: bytes in, records out, a window of text at a time. Pure.

A `.json` document is one value, or an array of values; a `.jsonl` document is one value per line
(https://jsonlines.org). It accepts exactly the grammar of RFC 8259: no NaN, no control characters in strings, no
trailing comma. `values` reads the values; what each is, an invoice or an NF-e, is told here.

ijson, the usual choice, would lose data: its C backend (3.6) turns a lone surrogate into "?", silently keeps only the
last of duplicate members, and crashes the process on a number of 5,000 digits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from . import nfe_json, one_value
from .errors import DocumentError
from .misnamed import array_in_lines, trailing_data
from .nfe import Converted
from .reasons import Reason
from .tokens import SPACE
from .values import EXACT, MAX_RECORD, PLAIN, Parsed, elements, lines
from .window import START, Point, Window


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
        self._decode = EXACT if values else PLAIN
        self._window = Window(chunks, start.point)
        self._layout = layout
        self._start = start
        self._position = start.position
        # A document that is one value has no place to go on from.
        self._has_places = start != BEGINNING or layout is Layout.LINES
        self._last: Point | None = None

    def __iter__(self) -> Iterator[Record]:
        try:
            if self._is_one_value():
                yield from self._of_one_value()
                return
            for text, value, fault in self._values():
                position = self._position
                self._position += 1
                if not self._keeps_values:
                    yield Record(position)
                elif fault is None and nfe_json.may_hold(value):
                    yield _record(position, text, value, nfe_json.found_in(value))
                else:
                    yield Record(position, text, value, fault)
        except DocumentError as error:
            raise self._window.refused(error, self._layout) from None

    def place(self) -> Place:
        """The place after the record that was yielded last, from which another reader goes on; else the beginning."""
        return Place(self._position, self._last or self._window.point()) if self._has_places else BEGINNING

    def _is_one_value(self) -> bool:
        """Whether the document is no array and no lines."""
        if self._has_places:
            return False
        spaces = self._window.pass_over(SPACE)
        if self._window.at_end():
            raise self._window.error("empty", **({"hint": "space"} if spaces else {}))
        self._has_places = self._window.peek() == "["
        return not self._has_places

    def _values(self) -> Iterator[Parsed]:
        window, decode, goes_on = self._window, self._decode, self._start != BEGINNING
        if self._layout is Layout.LINES:
            if not goes_on:
                window.pass_over(SPACE)
                if window.peek() == "[":
                    raise array_in_lines(window, MAX_RECORD)
            yield from lines(window, decode, after_value=goes_on)
            return
        if not goes_on:
            window.place += 1
        yield from elements(window, decode, after_value=goes_on)
        # Who goes on from after the last element has to find the "]": without it, the document would have broken off.
        self._last = window.point()
        window.place += 1
        _end(window)

    def _of_one_value(self) -> Iterator[Record]:
        """The record of a document that is one object, or those of the NF-e in it."""
        only = one_value.read(self._window)
        several = only.nfe.elements if not only.nfe.fault and len(only.nfe.elements) > 1 else [None]
        for position, nfe in enumerate(several):
            self._position = position + 1
            if not self._keeps_values:
                yield Record(position)
            elif nfe:
                yield Record.of_nfe(position, nfe_json.json_text(nfe), nfe_json.invoice_of(nfe))
            else:
                yield _record(position, only.text, only.value, only.nfe, only.fault)
        _end(self._window, only.text)


def records(chunks: Iterable[bytes], layout: Layout) -> Iterator[Record]:
    """The records of a whole document, in file order. Raises DocumentError as Reader does."""
    return iter(Reader(chunks, layout))


def _record(position: int, text: str | None, value: Any, nfe: nfe_json.Found, fault: Reason | None = None) -> Record:
    if fault or nfe.fault:
        return Record(position, text, fault=fault or nfe.fault)
    if not nfe.elements:
        return Record(position, text, value)
    if len(nfe.elements) > 1:
        return Record(position, text, fault=Reason("several_nfe", "", {"found": len(nfe.elements)}))
    return Record.of_nfe(position, text, nfe_json.invoice_of(nfe.elements[0]))


def _end(window: Window, only: str | None = "") -> None:
    if error := trailing_data(window, only):
        raise error
