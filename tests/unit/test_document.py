"""Documents in every form: every record is read exactly, wherever the bytes are cut."""

import json
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions import values
from pipeline.functions.attributes import DuplicateMembers
from pipeline.functions.document import Layout, records

from .documents import QUICK, SIZES, WHOLE, json_texts, json_values, mutated, read, read_until_error, standard

JSON, LINES = Layout.JSON, Layout.LINES
A, B = '{"id": "a"}', '{"id":"b" }'

FORMS = {
    "one object": (JSON, A, [A]),
    "one object in space": (JSON, f" \t\r\n{A}\n", [A]),
    "an array": (JSON, f"[{A},{B}]", [A, B]),
    "an array over lines": (JSON, f"\n[\r\n\t{A}\n,\n{B} ]\n", [A, B]),
    "an object over lines": (JSON, '[{\n  "id": 1\n}]', ['{\n  "id": 1\n}']),
    "an array in an array": (JSON, f"[[{A}],[]]", [f"[{A}]", "[]"]),
    "scalars in an array": (JSON, '[null, true,false ,"x",1]', ["null", "true", "false", '"x"', "1"]),
    "numbers in an array": (JSON, "[1.5,-0,1e5,1E-2,0.10]", ["1.5", "-0", "1e5", "1E-2", "0.10"]),
    "brackets in strings": (JSON, '["]",{"}":"[,"}]', ['"]"', '{"}":"[,"}']),
    "an empty array": (JSON, " [ ] ", []),
    "a byte order mark": (JSON, f"\ufeff[{A}]", [A]),
    "lines": (LINES, f"{A}\n{B}\n", [A, B]),
    "lines without a last line break": (LINES, f"{A}\n{B}", [A, B]),
    "lines with CRLF": (LINES, f"{A}\r\n{B}\r\n", [A, B]),
    "blank lines": (LINES, f"\n\n{A}\n \t\r\n\n{B}\n\n ", [A, B]),
    "lines in space": (LINES, f"  {A}\t \n\t{B}  ", [A, B]),
    "a line of an array": (LINES, f"{A}\n[{A}]\n", [A, f"[{A}]"]),
    "lines of scalars": (LINES, '1.5\n"x"\nnull\n-1e5', ["1.5", '"x"', "null", "-1e5"]),
    "a carriage return inside a line": (LINES, '{"a":\r1}\n', ['{"a":\r1}']),
    "line separators of Unicode inside a line": (LINES, '"\u2028\x85"\n1', ['"\u2028\x85"', "1"]),
    "no lines": (LINES, "", []),
    "blank lines alone": (LINES, "\n \r\n", []),
    "a byte order mark before lines": (LINES, f"\ufeff{A}\n", [A]),
    "a byte order mark alone": (LINES, "\ufeff", []),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("layout", "text", "texts"), FORMS.values(), ids=FORMS)
def test_every_form_of_document_gives_its_records_as_they_came(
    layout: Layout, text: str, texts: list[str], size: int
) -> None:
    found = read(text.encode(), layout, size)
    assert [record.text for record in found] == texts
    assert [record.position for record in found] == list(range(len(texts)))
    assert [record.fault for record in found] == [None] * len(texts)
    assert [record.value for record in found] == [exactly(one) for one in texts]


def exactly(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


SPELLINGS = st.fixed_dictionaries({"ensure_ascii": st.booleans(), "indent": st.none() | st.integers(0, 2)})


@QUICK
@given(st.lists(json_values(), max_size=5), SPELLINGS, st.sampled_from(SIZES))
def test_an_array_is_read_as_the_standard_library_reads_it(values: list[Any], spelling: Any, size: int) -> None:
    text = json.dumps(values, **spelling)
    assert [record.value for record in read(text.encode(), JSON, size)] == exactly(text)


@QUICK
@given(st.lists(json_values(), max_size=5), st.booleans(), st.sampled_from(SIZES))
def test_lines_are_read_as_the_standard_library_reads_them(values: list[Any], ascii_: bool, size: int) -> None:
    # A first line that is an array is no line.
    lines = [json.dumps(value, ensure_ascii=ascii_) for value in [None, *values]]
    found = read("\n".join(lines).encode(), LINES, size)
    assert [(record.text, record.value) for record in found] == [(line, exactly(line)) for line in lines]


ARRAYS = st.lists(json_texts(), max_size=4).map(lambda texts: f"[{','.join(texts)}]")
LINE_FILES = st.lists(json_texts(), max_size=4).map("\n".join)


@QUICK
@given(mutated(ARRAYS), st.sampled_from(SIZES))
def test_the_standard_library_agrees_on_what_is_a_document(text: str, size: int) -> None:
    try:
        expected = isinstance(standard(text.removeprefix("\ufeff")), list | dict)
    except ValueError:
        expected = False
    _, error = read_until_error(text.encode(), JSON, size)
    assert (error is None) == expected


@QUICK
@given(mutated(ARRAYS))
def test_nothing_depends_on_where_an_array_is_cut(text: str) -> None:
    # In malformed documents, too: the same records come before the same error.
    outcomes = [outcome(text, JSON, size) for size in SIZES]
    assert outcomes == [outcomes[-1]] * len(SIZES)


@QUICK
@given(mutated(LINE_FILES))
def test_nothing_depends_on_where_lines_are_cut(text: str) -> None:
    outcomes = [outcome(text, LINES, size) for size in SIZES]
    assert outcomes == [outcomes[-1]] * len(SIZES)


def outcome(text: str, layout: Layout, size: int) -> Any:
    found, error = read_until_error(text.encode(), layout, size)
    return [(record.text, record.fault) for record in found], error and error.as_dict()


@pytest.mark.parametrize("layout", Layout)
def test_a_number_keeps_every_digit(layout: Layout) -> None:
    number = "1" * 5_000 + "." + "2" * 5_000 + "e-10"
    [record] = read(f"{number}\n".encode() if layout is LINES else f"[{number}]".encode(), layout)
    assert (record.text, str(record.value)) == (number, str(Decimal(number)))


def test_an_exponent_out_of_range_does_not_end_the_document() -> None:
    found = read(b"[1e99999999999999999999, 0E99999999999999999999, -0.0e-99999999999999999999, 2]")
    assert [record.value for record in found] == [Decimal("Infinity"), Decimal(0), Decimal(0), Decimal(2)]


@pytest.mark.parametrize("layout", Layout)
def test_a_lone_surrogate_survives(layout: Layout) -> None:
    [record] = read(b'{"id": "\\ud800x"}', layout)
    assert record.value == {"id": "\ud800x"}
    assert record.text == '{"id": "\\ud800x"}'


@pytest.mark.parametrize("layout", Layout)
def test_members_that_repeat_are_seen_at_any_level(layout: Layout) -> None:
    [record] = read(b'{"a": [{"b": 1, "c": 2, "b": 3}], "a\\u0000": 1}', layout)
    assert not isinstance(record.value, DuplicateMembers)
    [inner] = record.value["a"]
    assert isinstance(inner, DuplicateMembers)
    assert inner.names == ["b"]
    assert inner == {"b": 3, "c": 2}


def test_records_come_before_the_document_has_been_read() -> None:
    def chunks() -> Any:
        yield f"[{A},{B},".encode()
        raise AssertionError("the first record needs no more")

    assert next(records(chunks(), JSON)).text == A


# Too deep, too long


@pytest.mark.parametrize(("layout", "size", "levels"), [(JSON, 3, 20_000), (LINES, WHOLE, 100_000)])
def test_a_record_nested_too_deep_is_passed_over_and_kept_as_text(layout: Layout, size: int, levels: int) -> None:
    deep = '{"a":' + "[" * levels + "]" * levels + "}"
    first, second, third = read(document_of(layout, A, deep, B), layout, size)
    assert (first.text, first.fault) == (A, None)
    assert second.fault is not None
    assert (second.fault.code, second.fault.path) == ("nesting", "")
    assert second.text == deep
    assert (third.position, third.text, third.fault) == (2, B, None)


def document_of(layout: Layout, *texts: str) -> bytes:
    return "\n".join(texts).encode() if layout is LINES else f"[{', '.join(texts)}]".encode()


LIMIT = 30
LONG = {
    "a string": lambda length: '"' + "é" * (length - 2) + '"',
    "a number": lambda length: "1" * length,
    "a number with decimals": lambda length: "1." + "1" * (length - 2),
    "an array": lambda length: "[" + "1" * (length - 2) + "]",
    "an object": lambda length: '{"a":' + " " * (length - 7) + "1}",
}


CUTS = (*SIZES, 7, 40, 50)


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("make", LONG.values(), ids=LONG)
def test_a_record_as_long_as_the_limit_is_read(monkeypatch: pytest.MonkeyPatch, make: Any, layout: Layout) -> None:
    monkeypatch.setattr(values, "MAX_RECORD", LIMIT)
    text = make(LIMIT)
    for size in CUTS:
        found = read(document_of(layout, A, text, B), layout, size)
        assert [(record.text, record.fault) for record in found] == [(A, None), (text, None), (B, None)], size


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("length", [LIMIT + 1, 10 * LIMIT])
@pytest.mark.parametrize("make", LONG.values(), ids=LONG)
def test_a_longer_record_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, make: Any, length: int, layout: Layout
) -> None:
    monkeypatch.setattr(values, "MAX_RECORD", LIMIT)
    for size in CUTS:
        found = read(document_of(layout, A, make(length), B), layout, size)
        assert [record.text for record in found] == [A, None, B], size
        assert [record.fault and record.fault.code for record in found] == [None, "too_long", None], size


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("make", LONG.values(), ids=LONG)
def test_space_around_a_record_does_not_count_towards_its_length(
    monkeypatch: pytest.MonkeyPatch, make: Any, layout: Layout
) -> None:
    monkeypatch.setattr(values, "MAX_RECORD", LIMIT)
    text, space = make(LIMIT), " " * (5 * LIMIT)
    for size in CUTS:
        found = read(document_of(layout, A, space + text + space, B), layout, size)
        assert [(record.text, record.fault) for record in found] == [(A, None), (text, None), (B, None)], size


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize(("begin", "char", "end"), [('{"id": "', "x", '"}'), ("[", " ", "1]"), ("1", "1", "")])
def test_a_record_of_any_length_takes_bounded_memory(layout: Layout, begin: str, char: str, end: str) -> None:
    body = document_of(layout, A, begin + char * 25_000_000 + end, A)
    tracemalloc.start()
    try:
        texts = [record.text for record in read(body, layout, 262_144)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert texts == [A, None, A]
    assert peak < 20_000_000
