"""The part of a text in memory: text and places are the same, wherever the bytes are cut."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions.errors import DocumentError
from pipeline.functions.window import Window

from .documents import QUICK, SIZES, cut

LETTERS = re.compile("[a-z\n]*")
ANYTHING = re.compile(r"(?s:.)*")


def window(body: bytes, size: int) -> Window:
    return Window(cut(body, size))


def failure(body: bytes, size: int) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        window(body, size).pass_over(ANYTHING)
    return caught.value


@pytest.mark.parametrize("size", range(1, 12))
def test_characters_are_whole_wherever_the_bytes_are_cut(size: int) -> None:
    assert window("aé€😀z".encode(), size).peek(99) == "aé€😀z"


@pytest.mark.parametrize("size", range(1, 6))
def test_a_byte_order_mark_at_the_start_is_dropped_and_only_there(size: int) -> None:
    assert window("\ufeffa\ufeff".encode(), size).peek(9) == "a\ufeff"


@pytest.mark.parametrize("size", SIZES)
def test_looking_ahead_moves_nothing(size: int) -> None:
    text = window(b"abcdef", size)
    assert [text.peek(), text.peek(4), text.peek(2)] == ["a", "abcd", "ab"]


def test_no_chunk_is_read_before_it_is_needed() -> None:
    read = []

    def chunks() -> Iterator[bytes]:
        for chunk in (b"ab", b"cd", b"ef"):
            read.append(chunk)
            yield chunk

    text = Window(chunks())
    text.peek(2)
    assert read == [b"ab"]


@pytest.mark.parametrize("size", SIZES)
def test_passing_over_goes_to_the_last_match_and_returns_how_far(size: int) -> None:
    text = window(b"abcdefgh1", size)
    assert text.pass_over(LETTERS) == 8
    assert text.peek() == "1"
    assert text.pass_over(LETTERS) == 0


@pytest.mark.parametrize("size", SIZES)
def test_passing_over_goes_to_the_end(size: int) -> None:
    text = window(b"abc", size)
    assert not text.at_end()
    assert text.pass_over(LETTERS) == 3
    assert text.at_end()
    assert text.peek() == ""


def test_empty_chunks_are_not_the_end() -> None:
    text = Window([b"", b"a", b"", b"", b"b"])
    assert not text.at_end()
    assert text.peek(2) == "ab"


@pytest.mark.parametrize("size", SIZES)
def test_a_place_is_a_line_and_a_column_in_characters_from_1(size: int) -> None:
    text = window("é\n😀b\r\n\nc1".encode(), size)
    places = []
    while not text.at_end():
        error = text.error("empty")
        places.append((text.peek(), error.line, error.column))
        text.place += 1
    assert places == [
        ("é", 1, 1),
        ("\n", 1, 2),
        ("😀", 2, 1),
        ("b", 2, 2),
        ("\r", 2, 3),
        ("\n", 2, 4),
        ("\n", 3, 1),
        ("c", 4, 1),
        ("1", 4, 2),
    ]


def test_an_error_has_its_code_message_and_values() -> None:
    assert window(b"a", 1).error("truncated", hint="after", found="a\n").as_dict() == {
        "code": "truncated",
        "message": r'the document ends after "a\n"',
        "values": {"hint": "after", "found": "a\n"},
        "line": 1,
        "column": 1,
        "offset": None,
    }


def test_text_that_was_passed_is_dropped() -> None:
    most = 0
    text = Window(b"abcdefghij" * 100 for _ in range(100))
    while not text.at_end():
        most = max(most, len(text.text))
        text.place += 1
    assert most <= 2_000


# Not UTF-8: body, byte offset, line, column
NOT_UTF8 = {
    "Latin-1": (b'["a\xe9"]', 3, 1, 4),
    "at the very start": (b"\xff\xfe[", 0, 1, 1),
    "after characters of several bytes": ("é\n€😀".encode() + b"\xff", 10, 2, 3),
    "a character that ends early": (b"a\xe2\x82b", 1, 1, 2),
    "a character that ends with the document": (b"ab\nc\xf0\x9f\x98", 4, 2, 2),
    "a surrogate": (b"a\xed\xa0\x80", 1, 1, 2),
    "two bytes for one of ASCII": (b"\xc0\xaf", 0, 1, 1),
    "after a byte order mark": (b"\xef\xbb\xbfa\xff", 4, 1, 2),
    "a byte order mark cut short": (b"\xef\xbb", 0, 1, 1),
    "a byte order mark cut shorter": (b"\xef", 0, 1, 1),
    "right after a character that looks like a byte order mark": (b'["\xef\xbb\xbf\xff', 5, 1, 4),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("body", "offset", "line", "column"), NOT_UTF8.values(), ids=NOT_UTF8)
def test_bytes_that_are_not_utf_8_are_reported_with_their_place(
    body: bytes, offset: int, line: int, column: int, size: int
) -> None:
    error = failure(body, size)
    assert (error.code, error.offset, error.line, error.column) == ("not_utf8", offset, line, column)
    assert f"0x{body[offset]:02X} at offset {offset}" in error.message


PIECES = st.sampled_from(
    [b"a", b"\n", b"\xef", b"\xbb", b"\xbf", b"\xe2", b"\x82", b"\xac", b"\xf0\x9f", b"\x98\x80", b"\xff"]
)


@QUICK
@given(st.lists(PIECES, max_size=8).map(b"".join), st.integers(1, 4))
def test_bytes_are_utf_8_exactly_where_the_standard_library_says_so(body: bytes, size: int) -> None:
    expected = standard_decoding(body)
    if isinstance(expected, str):
        assert window(body, size).peek(len(body) + 1) == expected.removeprefix("\ufeff")
    else:
        assert failure(body, size).offset == expected


def standard_decoding(body: bytes) -> str | int:
    """The text, or the offset of the first bad byte."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        return error.start


# Keeping


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("limit", "kept"), [(5, "cdéfg"), (4, None), (0, None), (99, "cdéfg")])
def test_what_is_passed_is_kept_up_to_the_limit(limit: int, kept: str | None, size: int) -> None:
    text = window("abcdéfghi".encode(), size)
    text.peek(2)
    text.place += 2
    text.start_keeping(limit)
    for _ in range(5):
        text.peek()
        text.place += 1
    assert text.stop_keeping() == kept
    assert text.peek(2) == "hi"


@pytest.mark.parametrize("size", SIZES)
def test_keeping_again_starts_over(size: int) -> None:
    text = window(b"abc1def2", size)
    text.start_keeping(2)
    text.pass_over(LETTERS)
    assert text.stop_keeping() is None
    text.place += 1
    text.start_keeping(3)
    text.pass_over(LETTERS)
    assert text.stop_keeping() == "def"


def test_nothing_passed_is_nothing_kept() -> None:
    text = window(b"abc", 1)
    text.start_keeping(0)
    assert text.stop_keeping() == ""
