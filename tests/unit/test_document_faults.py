"""Malformed documents: the code of the error, and the place of the first fault, wherever the bytes are cut."""

import pytest

from pipeline.functions.document import Layout

from .documents import SIZES, read_until_error

JSON, LINES = Layout.JSON, Layout.LINES
A = b'{"id": "a"}'

# Layout, body, how many records come before the error, its code, line and column.
FAULTS: dict[str, tuple[Layout, bytes, int, str, int, int]] = {
    "nothing": (JSON, b"", 0, "empty", 1, 1),
    "space alone": (JSON, b" \n ", 0, "empty", 2, 2),
    "a byte order mark alone": (JSON, b"\xef\xbb\xbf", 0, "empty", 1, 1),
    "a number": (JSON, b"42", 0, "scalar", 1, 1),
    "a number with decimals": (JSON, b"1.5", 0, "scalar", 1, 1),
    "a string": (JSON, b'"[]"', 0, "scalar", 1, 1),
    "null": (JSON, b"null", 0, "scalar", 1, 1),
    "a scalar further down": (JSON, b"\n\n true ", 0, "scalar", 3, 2),
    "text": (JSON, b"id;cliente", 0, "not_json", 1, 1),
    "NaN": (JSON, b'[{"valor": NaN}]', 0, "not_json", 1, 12),
    "NaN by itself": (JSON, b"NaN", 0, "not_json", 1, 1),
    "NaN among records": (JSON, b"[%b,\n NaN]" % A, 1, "not_json", 2, 2),
    "Infinity": (JSON, b'[{"valor": Infinity}]', 0, "not_json", 1, 12),
    "-Infinity": (JSON, b'[{"valor": -Infinity}]', 0, "not_json", 1, 13),
    "an array that does not begin": (JSON, b"]", 0, "not_json", 1, 1),
    "an array that ends at once": (JSON, b"[", 0, "truncated", 1, 2),
    "an array that ends in a record": (JSON, b'[%b,\n{"id"' % A, 1, "truncated", 2, 6),
    "an array that ends after a record": (JSON, b"[%b\n" % A, 1, "truncated", 2, 1),
    "an array that ends after a comma": (JSON, b"[%b,\n" % A, 1, "truncated", 2, 1),
    "an object that ends early": (JSON, b'{"id": 1', 0, "truncated", 1, 9),
    "a string that ends early": (JSON, b'["abc', 0, "truncated", 1, 6),
    "a comma at the end": (JSON, b"[%b,]" % A, 1, "not_json", 1, 14),
    "a comma at the beginning": (JSON, b"[,%b]" % A, 0, "not_json", 1, 2),
    "a comma at an object's end": (JSON, b'[{"a": 1,}]', 0, "not_json", 1, 10),
    "no comma": (JSON, b"[%b\n%b]" % (A, A), 1, "not_json", 2, 1),
    "another bracket": (JSON, b"[%b}" % A, 1, "not_json", 1, 13),
    "a control character in a string": (JSON, b'[{"a": "x\ty"}]', 0, "not_json", 1, 10),
    "a bad escape": (JSON, b'[{"a":\n"\\x"}]', 0, "not_json", 2, 2),
    "a bad escape of a character": (JSON, b'["\\u12G4"]', 0, "not_json", 1, 3),
    "a zero first": (JSON, b'[{"a": 01}]', 0, "not_json", 1, 9),
    "something after the array": (JSON, b"[%b]\nx" % A, 1, "trailing_data", 2, 1),
    "something after the object": (JSON, b"%b 1" % A, 1, "trailing_data", 1, 13),
    "a bracket too many": (JSON, b"[]]", 0, "trailing_data", 1, 3),
    "a second object": (JSON, b"%b\n%b" % (A, A), 1, "trailing_data", 2, 1),
    "a line that is text": (LINES, b"%b\nx\n" % A, 1, "not_json", 2, 1),
    "a line of NaN": (LINES, b"NaN", 0, "not_json", 1, 1),
    "a line that is broken": (LINES, b'{"a"\n%b' % A, 0, "not_json", 1, 5),
    "a line whose string goes on": (LINES, b'%b\n"a\nb"' % A, 1, "not_json", 2, 3),
    "an object over lines": (LINES, b'{\n"a": 1}', 0, "not_json", 1, 2),
    "an array over lines": (LINES, b"[%b,\n%b]" % (A, A), 0, "wrapped", 1, 1),
    "an array on a line": (LINES, b"\n [%b]" % A, 0, "wrapped", 2, 2),
    "an object that holds objects": (JSON, b' {"notas": [%b]}' % A, 0, "wrapped", 1, 2),
    "a last line that ends early": (LINES, b'%b\n{"a": [' % A, 1, "truncated", 2, 8),
    "two values on a line": (LINES, b"%b %b\n" % (A, A), 1, "trailing_data", 1, 13),
    "two numbers on a line": (LINES, b"1 2", 1, "trailing_data", 1, 3),
    "a zero first on a line": (LINES, b"01", 1, "trailing_data", 1, 2),
    "a comma after a line": (LINES, b"%b,\n%b" % (A, A), 1, "trailing_data", 1, 12),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("layout", "body", "before", "code", "line", "column"), FAULTS.values(), ids=FAULTS)
def test_a_broken_document_is_reported_with_its_place_after_its_good_records(
    layout: Layout, body: bytes, before: int, code: str, line: int, column: int, size: int
) -> None:
    found, error = read_until_error(body, layout, size)
    assert error is not None
    assert (error.code, error.line, error.column, error.offset) == (code, line, column, None)
    assert error.message
    assert len(found) == before


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layout", Layout)
def test_bytes_that_are_not_utf_8_are_reported_with_offset_line_and_column(layout: Layout, size: int) -> None:
    _, error = read_until_error('{"a":1,"é😀":"'.encode() + b'\xe9"}', layout, size)
    assert error is not None
    assert (error.code, error.offset, error.line, error.column) == ("not_utf8", 17, 1, 14)


def test_the_error_for_several_objects_names_the_suffix_of_json_lines() -> None:
    _, error = read_until_error(A + b"\n" + A)
    assert error is not None
    assert ".jsonl" in error.message


QUOTED = {
    "after an array": (JSON, b"[%b] xyz\n more" % A, '"xyz" follows the end of the JSON document; leave it out'),
    "after an object": (JSON, b"%b\nxyz" % A, '"xyz" follows the end of the JSON document; leave it out'),
    "a bracket too many": (JSON, b"[%b]]" % A, '"]" follows the end of the JSON document; leave it out'),
    "an invoice after an array": (
        JSON,
        b"[%b], %b" % (A, A),
        "more follows the end of the JSON document; put all invoices into one array: [{…}, {…}]",
    ),
    "an array after an object": (
        JSON,
        b"%b\n[%b]" % (A, A),
        "more follows the end of the JSON document; put all invoices into one array: [{…}, {…}]",
    ),
    "a space that JSON does not know": (
        JSON,
        b"[%b]\xc2\xa0" % A,
        '"\\u00a0" follows the end of the JSON document; leave it out',
    ),
    "much after it": (JSON, b"[] " + b"x" * 5_000, f'"{"x" * 29}…" follows the end of the JSON document; leave it out'),
    "on a line": (
        LINES,
        b"%b xyz \n%b" % (A, A),
        '"xyz" follows the JSON value on its line; each invoice stands on a line of its own',
    ),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("layout", "body", "message"), QUOTED.values(), ids=QUOTED)
def test_what_follows_a_document_is_quoted_to_the_end_of_its_line(
    layout: Layout, body: bytes, message: str, size: int
) -> None:
    _, error = read_until_error(body, layout, size)
    assert error is not None
    assert error.message == message


def test_the_error_for_an_empty_document_says_how_to_write_one() -> None:
    _, error = read_until_error(b"")
    assert error is not None
    assert "[]" in error.message


def test_an_error_says_in_one_line_what_and_where() -> None:
    _, error = read_until_error(b"[\n1 2]")
    assert str(error) == "not_json: found \"2]\" where ',' or ']' belongs (line 2, column 3)"


def test_the_message_of_a_long_document_is_short() -> None:
    _, error = read_until_error(b"[" + b"x" * 100_000)
    assert error is not None
    assert len(error.message) < 100
