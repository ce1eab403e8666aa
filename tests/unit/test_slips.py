"""What people write in place of JSON: the error says which it is and what to write, and is none where it was none."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions import document, skim, tokens
from pipeline.functions.document import Layout
from pipeline.functions.slips import plain_number

from .documents import QUICK, SIZES, json_texts, mutated, read_until_error

# An object as a person writes it, the column of the first character that is not JSON, and the error's message.
SLIPS: dict[str, tuple[str, int, str]] = {
    "curly quotes": ('{“id”: "a"}', 2, 'found the quotation mark “; JSON takes only the straight "'),
    "a curly quote for a value": ('{"id": ”a”}', 8, 'found the quotation mark ”; JSON takes only the straight "'),
    "a name that a curly quote ends": (
        '{"id”: "a"}',
        9,
        'found the quotation mark ”; JSON takes only the straight "',
    ),
    "angle quotes": ('{"id": «a»}', 8, 'found the quotation mark «; JSON takes only the straight "'),
    "single quotes": ("{'id': 'a'}", 2, "found a single quote; JSON takes only double quotes"),
    "a single quote for a value": ("{\"id\": 'a'}", 8, "found a single quote; JSON takes only double quotes"),
    "a decimal comma": ('{"valor":1500,00,"x":1}', 15, "found 1500,00; write 1500.00"),
    "a decimal comma, one digit": ('{"valor": 12,5}', 14, "found 12,5; write 12.5"),
    "a decimal comma below zero": ('{"valor": -12,50\n}', 15, "found -12,50; write -12.50"),
    "points and a comma": ('{"valor":1.234.500,00}', 15, "found 1.234.500,00; write 1234500.00"),
    "a point and a comma": ('{"valor":1.500,00}', 16, "found 1.500,00; write 1500.00"),
    "a comma and a point": ('{"valor":1,500.00}', 12, "found 1,500.00; write 1500.00"),
    "a comma with two readings": (
        '{"valor":1,500}',
        12,
        "found 1,500; write the number with a point before the decimals, and no comma",
    ),
    "a decimal comma in an array": ('{"a": [1500,00]}', 14, "found 1500,00; write 1500.00"),
    "money": ('{"valor": R$ 1.500,00, "x": 1}', 11, "found R$ 1.500,00; write 1500.00"),
    "money that has two readings": (
        '{"valor": R$ 1,500}',
        11,
        "found R$ 1,500; write the number with a point before the decimals, and no comma",
    ),
    "a comma after the last record": ('[{"a": 1},]', 11, 'found "]" right after a comma; leave that comma out'),
    "two commas between records": ('[{"a": 1}, ,{}]', 12, 'found "," right after a comma; leave that comma out'),
    "NaN": (
        '{"valor":NaN}',
        10,
        'found "NaN", which JSON does not have; write the number, or null where there is none',
    ),
    "Infinity": (
        '{"valor": Infinity}',
        11,
        'found "Infinity", which JSON does not have; write the number, or null where there is none',
    ),
    "-Infinity": (
        '{"valor": -Infinity}',
        12,
        'found "-Infinity", which JSON does not have; write the number, or null where there is none',
    ),
    "None": ('{"cnpj": None}', 10, 'found "None"; write null'),
    "undefined": ('{"cnpj": undefined}', 10, 'found "undefined"; write null'),
    "True": ('{"a": [True]}', 8, 'found "True"; write true'),
    "FALSE": ('{"a": FALSE}', 7, 'found "FALSE"; write false'),
    "a comma before the brace": ('{"a": 1,}', 9, 'found "}" right after a comma; leave that comma out'),
    "a comma before a bracket": ('{"a": [1, ]}', 11, 'found "]" right after a comma; leave that comma out'),
    "two commas": ('{"a": 1,, "b": 2}', 9, 'found "," right after a comma; leave that comma out'),
    "two commas in an array": ('{"a": [1,, 2]}', 10, 'found "," right after a comma; leave that comma out'),
    "a comment": ('{"a": 1, // um\n"b": 2}', 10, 'found the comment "// um"; JSON has none, so leave it out'),
    "a comment before the value": (
        '{"a": /* um */ 1}',
        7,
        'found the comment "/* um */"; JSON has none, so leave it out',
    ),
    "a comment of a shell": ('{"a": 1 # um\n}', 9, 'found the comment "# um"; JSON has none, so leave it out'),
    "a bare name": ("{id: 1}", 2, 'found id without double quotes; write "id"'),
    "a bare name of letters beyond ASCII": (
        '{"a": 1, emissão: 2}',
        10,
        'found emissão without double quotes; write "emissão"',
    ),
    "a bare text": (
        '{"cliente": João Silva, "x": 1}',
        13,
        'found João Silva without double quotes; write "João Silva"',
    ),
    "a bare date": ('{"d": 2025-10-03}', 11, 'found 2025-10-03 without double quotes; write "2025-10-03"'),
    "a bare date of Brazil": ('{"d": 03/10/2025}', 8, 'found 03/10/2025 without double quotes; write "03/10/2025"'),
    "a bare CNPJ": (
        '{"cnpj": 12.345.678/0001-95}',
        16,
        'found 12.345.678/0001-95 without double quotes; write "12.345.678/0001-95"',
    ),
    "zeros first": ('{"id": 007}', 9, 'found 007; write 7, or "007" where the zeros count'),
    "a zero before decimals": ('{"a": 01.50}', 8, 'found 01.50; write 1.50, or "01.50" where the zeros count'),
    "a plus": ('{"a": +1.5}', 7, "found +1.5; write 1.5"),
    "a point first": ('{"a": .5}', 7, "found .5; write 0.5"),
    "a point last": ('{"a": 5.}', 9, "found 5.; write 5"),
    "a tab in a string": ('{"a": "x\ty"}', 9, r"a string holds the control character U+0009; write \t"),
    "a control character in a string": (
        '{"a": "x\x01y"}',
        9,
        r"a string holds the control character U+0001; write \u0001",
    ),
    "a line break in a string": (
        '{"a": "x\ny"}',
        9,
        r'the line ends inside a string; close it with ", or write the line break as \n',
    ),
    "quotes in a string": (
        '{"a": "João "Zé" Silva"}',
        14,
        r'the string ends before "Zé"; inside a string, write a double quote as \"',
    ),
    "a no-break space": (
        '{"a":\u00a01}',
        6,
        "found the character U+00A0, which cannot be seen; leave it out, or write a plain space",
    ),
    "a mark in the middle": (
        '{"a": 1,\ufeff"b": 2}',
        9,
        "found the character U+FEFF, which cannot be seen; leave it out, or write a plain space",
    ),
    "a backslash": (r'{"a": "C:\Usuarios"}', 10, r'found "\\Usuario" where an escape such as \n, \u00e9 or \\ belongs'),
    "no comma": ('{"a": 1 "b": 2345}', 9, "found \"\\\"b\\\": 234\" where ',' or '}' belongs"),
    "an equals sign": ('{"a"=12345678}', 5, "found \"=1234567\" where ':' belongs"),
}


@pytest.mark.parametrize("around", ["[{}]", '[{{"ok": [1, "x"]}}, {}]', "{}"])
@pytest.mark.parametrize(("text", "column", "message"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_named_with_what_to_write(text: str, column: int, message: str, around: str) -> None:
    body = around.format(text)
    begins = body.index(text)
    for size in SIZES:
        _, error = read_until_error(body.encode(), Layout.JSON, size)
        assert error is not None
        assert error.code == "not_json"
        assert error.message == message
        assert (error.line, error.column) == (1, begins + column)


@pytest.mark.parametrize("text", ["1500,00", "NaN", "None", "03/10/2025", "“a”"])
def test_a_slip_is_named_far_into_a_long_record_too(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    # What was passed is no longer held, but for the characters right before the place.
    monkeypatch.setattr(document, "MAX_RECORD", 100)
    monkeypatch.setattr(skim, "MAX_PARSED", 50)
    body = '[{"a": [' + "1.5, " * 2_000 + f'0], "valor":{text}}}]'
    errors = [read_until_error(body.encode(), Layout.JSON, size)[1] for size in (1, 7, 1 << 30)]
    short = read_until_error(f'[{{"valor":{text}}}]'.encode())[1]
    assert short is not None
    assert [error and error.message for error in errors] == [short.message] * 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1500,00", "1500.00"),
        ("1.500,00", "1500.00"),
        ("1.234.500,5", "1234500.5"),
        ("-1,5", "-1.5"),
        ("1,500.00", "1500.00"),
        ("1,234,500.5", "1234500.5"),
        ("1500", "1500"),
        ("1,500", None),
        ("1,5000", None),
        ("1.50,00", None),
        ("15.000.00", None),
        ("1,50.00", None),
        ("01,50", None),
        ("", None),
    ],
)
def test_a_number_is_written_anew_only_where_it_has_one_reading(text: str, plain: str | None) -> None:
    assert plain_number(text) == plain


@QUICK
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_brazilian_amount_is_written_with_its_own_value(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02}"
    brazilian = english.translate(str.maketrans(",.", ".,"))
    for text in (brazilian, english, brazilian.replace(".", "")):
        assert Decimal(str(plain_number(text))) == whole + Decimal(cents) / 100


TEXTS = st.tuples(
    st.just(Layout.JSON), mutated(st.lists(json_texts(), max_size=3).map(lambda all_: f"[{','.join(all_)}]"))
)
LINES = st.tuples(st.just(Layout.LINES), mutated(st.lists(json_texts(), max_size=3).map("\n".join)))


@QUICK
@given(TEXTS | LINES)
def test_only_the_words_of_an_error_depend_on_what_a_slip_seems_to_be(document: tuple[Layout, str]) -> None:
    layout, text = document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "slip", lambda *_: None)
        without = outcome(text, layout)
    assert outcome(text, layout) == without


def outcome(text: str, layout: Layout) -> Any:
    records, error = read_until_error(text.encode(), layout)
    return records, error and (error.code, error.line, error.column, error.offset)
