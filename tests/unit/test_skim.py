"""Passing over JSON: the grammar is that of the standard library, limited to RFC 8259."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.functions import skim as module
from pipeline.functions.errors import DocumentError
from pipeline.functions.reasons import broken
from pipeline.functions.skim import skim
from pipeline.functions.tokens import SPACE
from pipeline.functions.window import Window

from .documents import QUICK, SIZES, cut, json_texts, json_values, mutated, standard

FAULT = broken("nesting", hint="unread")


def skimmed(text: str, size: int, limit: int = 1_000_000) -> tuple[str | None, str]:
    """The value that was passed over, and what comes after it."""
    window = Window(cut(text.encode(), size))
    window.pass_over(SPACE)
    passed, value, fault = skim(window, limit, FAULT)
    assert (value, fault) == (None, FAULT)
    return passed, window.peek(len(text) + 1)


def failure(text: str, size: int) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        skimmed(text, size)
    return caught.value


def is_json(text: str) -> bool:
    """Whether the standard library accepts the whole text as JSON."""
    try:
        standard(text)
    except ValueError:
        return False
    return True


def is_skimmed(text: str, size: int) -> bool:
    """Whether skimming accepts the whole text as one value."""
    try:
        _, rest = skimmed(text, size)
    except DocumentError:
        return False
    return not rest.strip(" \t\n\r")


@QUICK
@given(json_texts(), st.sampled_from(["", " ", ",", "]", "}", "\n1", "x"]), st.integers(1, 3))
def test_a_value_is_passed_over_up_to_its_end_and_no_further(text: str, after: str, size: int) -> None:
    value = text.strip(" \t\n\r")
    assert skimmed(value + after, size) == (value, after)


@QUICK
@given(json_values().map(str), st.integers(1, 3))
def test_pythons_own_spelling_is_not_json(text: str, size: int) -> None:
    # Single quotes, None, True; but also numbers, which JSON writes the same way.
    assert is_skimmed(text, size) == is_json(text)


@QUICK
@given(mutated(json_texts()).filter(lambda text: not text.startswith("\ufeff")), st.sampled_from(SIZES))
def test_the_standard_library_agrees_on_what_is_json(text: str, size: int) -> None:
    assert is_skimmed(text, size) == is_json(text)


GOOD = [
    *["0", "-0", "10", "-1.5", "1e5", "1E+5", "1.0e-05", "9" * 5_000, "true", "false", "null"],
    *['""', '"\\nu"', '"\x7f\u2028\ufeff"', '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD800"'],
    *["[]", "[ ]", "{}", "{ }", "[[],{}]", '{"a":{"":[1 , "]}"]}, "a" : null}', "[\r\n\t1 ]"],
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", GOOD, ids=lambda text: ascii(text)[:30])
def test_all_of_the_grammar_is_passed_over(text: str, size: int) -> None:
    assert skimmed(text, size) == (text, "")


# Text, code, column (all on line 1) and a word of the message.
BAD: dict[str, tuple[str, str, int, str]] = {
    "nothing": ("", "truncated", 1, "a value"),
    "NaN": ("NaN", "not_json", 1, '"NaN"'),
    "Infinity": ("[Infinity]", "not_json", 2, '"Infinity"'),
    "-Infinity": ("-Infinity", "not_json", 2, '"-Infinity"'),
    "a word": ("nul1", "not_json", 1, "a value"),
    "Python's None": ("[None]", "not_json", 2, "write null"),
    "single quotes": ("{'a': 1}", "not_json", 2, "single quote"),
    "a name without quotes": ("{a: 1}", "not_json", 2, 'double quotes; write "a"'),
    "a number for a name": ("{1: 1}", "not_json", 2, "double quotes"),
    "no colon": ('{"a" 1}', "not_json", 6, "':'"),
    "no value": ('{"a":}', "not_json", 6, "a value"),
    "no comma": ("[1 2]", "not_json", 4, "',' or ']'"),
    "no comma in an object": ('{"a":1 "b":2}', "not_json", 8, "',' or '}'"),
    "a comma at the end": ("[1,]", "not_json", 4, "right after a comma"),
    "a comma at an object's end": ('{"a":1,}', "not_json", 8, "right after a comma"),
    "a comma alone": ("[,]", "not_json", 2, "a value"),
    "another bracket": ("[1}", "not_json", 3, "',' or ']'"),
    "another brace": ('{"a":1]', "not_json", 7, "',' or '}'"),
    "a bracket that opens nothing": ("]", "not_json", 1, "a value"),
    "a plus": ("+1", "not_json", 1, "write 1"),
    "a minus alone": ("[-]", "not_json", 3, "a digit"),
    "a point first": (".5", "not_json", 1, "write 0.5"),
    "a point last": ("[1.]", "not_json", 4, "write 1"),
    "an exponent without digits": ("[1e]", "not_json", 4, "a digit"),
    "an exponent with a sign alone": ("[1e+]", "not_json", 5, "a digit"),
    "a zero first": ("[01]", "not_json", 3, "write 1"),
    "a digit of another script": ("[٣]", "not_json", 2, "a digit"),
    "a digit that is none": ("[²]", "not_json", 2, "a digit"),
    "a space that is none": ("[\u00a01]", "not_json", 2, "U+00A0"),
    "a comment": ("[1 // um\n]", "not_json", 4, '"// um"'),
    "a tab in a string": ('["a\tb"]', "not_json", 4, "U+0009"),
    "a line break in a string": ('"a\nb"', "not_json", 3, "inside a string"),
    "an escape that is none": ('["\\x41"]', "not_json", 3, "an escape"),
    "an escape of three digits": ('"\\u12G4"', "not_json", 2, "an escape"),
    "an escape of other digits": ('"\\u12٣4"', "not_json", 2, "an escape"),
    "an array that ends early": ("[1", "truncated", 3, "',' or ']'"),
    "an array that ends after its comma": ("[1,", "truncated", 4, "a value"),
    "an object that ends in its name": ('{"a', "truncated", 4, "inside a string"),
    "an object that ends after its name": ('{"a"', "truncated", 5, "':'"),
    "an object that ends after its colon": ('{"a":', "truncated", 6, "a value"),
    "an object that ends after its comma": ('{"a":1,', "truncated", 8, "double quotes"),
    "a number that ends early": ("[1.", "truncated", 4, "a digit"),
    "a word that ends early": ("[tru", "truncated", 5, '"tru"'),
    "an escape that ends early": ('["a\\', "truncated", 5, "ends after"),
    "an escape of a character that ends early": ('["\\u00e', "truncated", 8, "u00e"),
}  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "code", "column", "word"), BAD.values(), ids=BAD)
def test_the_first_character_that_is_wrong_is_reported(text: str, code: str, column: int, word: str, size: int) -> None:
    assert not is_json(text)
    error = failure(text, size)
    assert (error.code, error.line, error.column) == (code, 1, column)
    assert word in error.message


IN_TWO_LINES = {
    "after a name": '{"a":\n1}',
    "in what the parser can pass over": '[1, {"a": [2,\n3]}]',
    "before a member of many": '{"a": 1, "b": 2,\n"c": 3, "d": 4}',
    "in a member of many": '{"a": 1, "b": 2, "c":\n3, "d": 4}',
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", IN_TWO_LINES.values(), ids=IN_TWO_LINES)
def test_where_a_value_ends_with_its_line_a_line_break_is_no_space(text: str, size: int) -> None:
    window = Window(cut(text.encode(), size))
    with pytest.raises(DocumentError, match="the line ends inside a value; each invoice stands on one line") as caught:
        skim(window, 99, FAULT, re.compile(r"[ \t\r]*"))
    assert (caught.value.line, caught.value.column) == (1, text.index("\n") + 1)


@pytest.mark.parametrize("text", ['[[{"a": NaN}]]', '{"a": [1, {"b": -Infinity}]}'])
def test_the_parser_takes_no_number_that_json_does_not_have(text: str) -> None:
    assert failure(text, 65_536).code == "not_json"


class Slow(Window):
    """A window that counts what is passed over piece by piece, which takes a microsecond each."""

    pieces = 0

    def pass_over(self, pattern: re.Pattern[str]) -> int:
        self.pieces += 1
        return super().pass_over(pattern)


INVOICE = '{"id": "NF-8", "cliente": "João", "valor": 2878.1, "itens": [{"descricao": "Pão"}, {"descricao": "Mel"}]}'


@pytest.mark.parametrize("wrapped", ['{{"notas": [{}]}}', "[{}]", '{{"a": {{"b": [0, {}]}}}}'])
def test_invoices_inside_of_one_value_are_passed_over_whole(wrapped: str) -> None:
    # A file of gigabytes may be one value, and has to be passed over while its function has time.
    text = wrapped.format(", ".join([INVOICE] * 10_000))
    window = Slow(cut(text.encode(), 65_536))
    skim(window, 99, FAULT)
    assert window.at_end()
    assert window.pieces < 6 * 10_000


def test_so_are_invoices_that_are_longer_than_what_comes_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PARSED", 10_000)
    invoices = ", ".join(['{"itens": [' + ", ".join(['{"descricao": "Pão"}'] * 50) + "]}"] * 200)
    window = Slow(cut(f'{{"notas": [{invoices}]}}'.encode(), 100))
    skim(window, 99, FAULT)
    assert window.at_end()
    assert window.pieces < 20 * 200


@pytest.mark.parametrize("form", ["[0, {}]", '{{"a": 0, {}}}'])
@pytest.mark.parametrize("scalar", ["-1.5e+3", "0", '"a\\u00e9\\"b"', '""', "true", "null"])
def test_many_members_that_are_no_containers_are_passed_over_at_once(form: str, scalar: str) -> None:
    name = '"x\\n" : ' if form.startswith("{") else ""
    text = form.format(" ,\n".join([name + scalar] * 200_000))
    window = Slow(cut(text.encode(), 65_536))
    skim(window, 99, FAULT)
    assert window.at_end()
    assert window.pieces < 2_000


WRONG = ["01", "1.", ".5", "+1", "1e", "tru", "truex", "'a'", '"\t"', '"\\x"', "", "NaN", "1 2"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("form", ["[0, 1, {}, 2]", '{{"a": 0, "b": 1, "c": {}, "d": 2}}'])
@pytest.mark.parametrize("wrong", WRONG)
def test_none_of_them_is_passed_over_where_it_is_no_json(size: int, form: str, wrong: str) -> None:
    error = failure(form.format(wrong), size)
    begins = form.format("^").index("^") + 1
    assert begins <= int(error.column or 0) <= begins + len(wrong)


@pytest.mark.parametrize("size", SIZES)
def test_nor_is_a_member_without_its_name(size: int) -> None:
    assert failure('{"a": 0, "b": 1, 2, "c": 3}', size).column == 18
    assert failure('[0, 1, "b": 1, 2]', size).column == 11


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("limit", "kept"), [(9, '[1, "é{"]'), (8, None)])
def test_the_text_is_kept_up_to_the_limit(limit: int, kept: str | None, size: int) -> None:
    assert skimmed(' [1, "é{"] ,', size, limit) == (kept, " ,")


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"a":' * 50_000 + "1" + "}" * 50_000])
def test_depth_is_no_obstacle(text: str) -> None:
    assert skimmed(text, 65_536) == (text, "")


@pytest.mark.parametrize(("levels", "too_deep"), [(5, False), (6, True)])
@pytest.mark.parametrize(("opened", "closed"), ["[]", ('{"a":', "}")])
def test_depth_has_a_limit(
    monkeypatch: pytest.MonkeyPatch, opened: str, closed: str, levels: int, too_deep: bool
) -> None:
    monkeypatch.setattr(module, "MAX_DEPTH", 5)
    text = opened * levels + ("1" if closed == "}" else "") + closed * levels
    if too_deep:
        assert failure(text, 1).code == "too_deep"
    else:
        assert skimmed(text, 1) == (text, "")


def test_a_value_beyond_the_limit_is_not_held_in_memory() -> None:
    most = 0

    def chunks() -> Any:
        nonlocal most
        yield b'["'
        for _ in range(2_000):
            most = max(most, len(window.text))
            yield b"x" * 1_000
        yield b'"]'

    window = Window(chunks())
    assert skim(window, 10_000, FAULT)[0] is None
    assert window.at_end()
    assert most <= 4_000
