"""Readers that go on from a place, and readers without values: nothing else about the document is different."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.strategies.damage import damaged
from pipeline.functions.document import BEGINNING, Layout, Place, Reader, Record
from pipeline.functions.errors import DocumentError
from pipeline.functions.window import Point

from .documents import QUICK, SIZES, WHOLE, cut, json_texts, mutated

JSON, LINES = Layout.JSON, Layout.LINES
CUTS = (*SIZES, 7, 64)

Outcome = tuple[list[tuple[Record, Place]], dict[str, Any] | None]
"""The records, each with the place after it, and the error."""


def outcome(body: bytes, layout: Layout, size: int, start: Place = BEGINNING, *, values: bool = True) -> Outcome:
    """What a reader makes of a document, or of its rest from a place on."""
    reader = Reader(cut(body[start.point.offset :], size), layout, start, values=values)
    assert reader.place() == start
    found: list[tuple[Record, Place]] = []
    try:
        found.extend((record, reader.place()) for record in reader)
    except DocumentError as error:
        return found, error.as_dict()
    return found, None


def without_values(found: Outcome) -> Outcome:
    records, error = found
    return [(Record(record.position), place) for record, place in records], error


VALUES = ['{"id": "é", "x": "😀"}', '{"id":\n\t"b" }', "[1, 2]", "null", '"\\ud800"', "1.50e+3", "{}"]
DOCUMENTS = {
    "an array": (JSON, f"[{','.join(VALUES)}]"),
    "an array over lines": (JSON, "[\r\n" + " ,\r\n\t".join(VALUES) + "\r\n]\r\n "),
    "lines": (LINES, "\n".join(value.replace("\n", " ") for value in VALUES)),
    "lines with CRLF and blank ones": (LINES, "\r\n \r\n".join(value.replace("\n", " ") for value in VALUES) + "\r\n"),
}


@pytest.mark.parametrize("size", CUTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("layout", "text"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_reader_goes_on_after_any_record_as_if_it_had_read_the_rest(
    layout: Layout, text: str, mark: str, size: int
) -> None:
    body = (mark + text).encode()
    whole, error = outcome(body, layout, size)
    assert error is None
    assert len(whole) == len(VALUES)
    for read, (_, place) in enumerate(whole, 1):
        assert outcome(body, layout, size, place) == (whole[read:], None)


@pytest.mark.parametrize("size", CUTS)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("layout", "text"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_place_is_where_its_record_ends(layout: Layout, text: str, mark: str, size: int) -> None:
    body = (mark + text).encode()
    for record, place in outcome(body, layout, size)[0]:
        assert record.text is not None
        before = body[: place.point.offset].decode()
        assert before.endswith(record.text)
        assert place.position == record.position + 1
        # In a line, a byte order mark is no character.
        line = before.removeprefix(mark).rpartition("\n")[2]
        assert (place.point.line, place.point.column) == (before.count("\n") + 1, len(line) + 1)


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("size", CUTS)
@pytest.mark.parametrize(("layout", "text"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_at_the_end_of_a_document_the_place_is_after_its_last_record(
    layout: Layout, text: str, size: int, *, values: bool
) -> None:
    body = text.encode()
    reader = Reader(cut(body, size), layout, values=values)
    assert len(list(reader)) == len(VALUES)
    place = reader.place()
    assert place.position == len(VALUES)
    assert outcome(body, layout, size, place) == ([], None)


def test_before_the_first_record_the_place_is_the_beginning() -> None:
    assert Reader([b"[1]"], JSON).place() == Place(0, Point(0, 1, 1)) == BEGINNING


def test_a_document_that_is_one_value_has_no_place_to_go_on_from() -> None:
    [(_, place)], _ = outcome(b'{"id": 1}', JSON, WHOLE)
    assert place == BEGINNING


ARRAYS = st.lists(json_texts(), min_size=1, max_size=4).map(lambda texts: f"[{','.join(texts)}]")
LINE_FILES = st.lists(json_texts(), min_size=1, max_size=4).map("\n".join)
TEXTS = st.tuples(st.just(JSON), mutated(ARRAYS)) | st.tuples(st.just(LINES), mutated(LINE_FILES))


@QUICK
@given(TEXTS, st.sampled_from(CUTS), st.sampled_from(CUTS), st.booleans())
def test_a_reader_that_goes_on_meets_the_same_error_at_the_same_place(
    document: tuple[Layout, str], size: int, other: int, values: bool
) -> None:
    layout, text = document
    body = text.encode()
    whole, error = outcome(body, layout, size, values=values)
    for read, (_, place) in enumerate(whole, 1):
        if place != BEGINNING:
            assert outcome(body, layout, other, place, values=values) == (whole[read:], error)


@QUICK
@given(TEXTS, st.sampled_from(CUTS))
def test_without_values_places_and_errors_are_the_same(document: tuple[Layout, str], size: int) -> None:
    layout, text = document
    expected = without_values(outcome(text.encode(), layout, size))
    assert outcome(text.encode(), layout, size, values=False) == expected


@QUICK
@given(damaged(), st.sampled_from([1, 64, 4_096]))
def test_without_values_a_damaged_document_fails_alike(document: Any, size: int) -> None:
    if not document.form.is_gzip:
        body, layout = document.named("x").body()[:20_000], LINES if document.form.is_lines else JSON
        assert outcome(body, layout, size, values=False) == without_values(outcome(body, layout, size))


LONG = {
    "an integer of 5,000 digits": "9" * 5_000,
    "a number of 5,000 decimals": "0." + "9" * 5_000,
    "an exponent out of range": "-1e99999999999999999999",
    "brackets nested too deep": "[" * 5_000 + "]" * 5_000,
    "objects nested too deep": '{"a":' * 5_000 + "1" + "}" * 5_000,
    "repeated members": '{"a": 1, "a": 2}',
    "NaN": "[NaN]",
    "-Infinity": '{"a": -Infinity}',
    "an integer of 5,000 digits and rubbish": "9" * 5_000 + "x",
    "nested too deep, without its end": "[" * 5_000,
}


@pytest.mark.parametrize("size", [1_000, WHOLE])
@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("value", LONG.values(), ids=LONG)
def test_without_values_what_the_decoder_cannot_take_is_no_other_document(
    layout: Layout, value: str, size: int
) -> None:
    texts = [json.dumps({"id": "a"}), value, "true"]
    body = ("\n".join(texts) if layout is LINES else f"[{','.join(texts)}]").encode()
    assert outcome(body, layout, size, values=False) == without_values(outcome(body, layout, size))
