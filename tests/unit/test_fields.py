"""The rules of single fields, at their edges."""

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj, cpf

from pipeline.functions import fields
from pipeline.functions.members import short_text
from pipeline.functions.reasons import Reason

from .documents import QUICK


def code(rule: Callable[[Any], Reason | None], value: object) -> str | None:
    """The code of the broken rule, which must have a message, too."""
    reason = rule(value)
    if reason is None:
        return None
    assert reason.message
    return reason.code


LENGTHS = {
    "nothing": ("", "length"),
    "one": ("x", None),
    "255": ("x" * 255, None),
    "256": ("x" * 256, "length"),
    "255 characters of four bytes": ("😀" * 255, None),
}


@pytest.mark.parametrize(("value", "expected"), LENGTHS.values(), ids=LENGTHS)
def test_a_text_has_1_to_255_characters(value: str, expected: str | None) -> None:
    assert code(fields.length, value) == expected


@QUICK
@given(st.text(max_size=3) | st.text(st.sampled_from("a \x1f\x7f\x85\u00a0\u2028é"), max_size=260))
def test_a_short_text_breaks_the_rules_that_it_breaks_however_plain_it_is(value: str) -> None:
    rules = (fields.length, fields.not_blank, fields.no_control_characters, fields.trimmed)
    assert short_text(*rules).broken(value) == [reason for rule in rules if (reason := rule(value))]


@pytest.mark.parametrize("value", [" ", "\t\n", "\u00a0\u2003\u3000"])
def test_a_text_of_white_space_alone_is_blank(value: str) -> None:
    assert code(fields.not_blank, value) == "blank"


@pytest.mark.parametrize("value", ["", " x ", "."])
def test_a_text_with_anything_else_is_not_blank(value: str) -> None:
    assert code(fields.not_blank, value) is None


def test_control_characters_are_those_of_unicode() -> None:
    found = {point for point in range(0x3000) if fields.no_control_characters(f"a{chr(point)}b")}
    assert found == {point for point in range(0x3000) if unicodedata.category(chr(point)) == "Cc"}


def test_the_message_names_the_control_character() -> None:
    reason = fields.no_control_characters("a\x85")
    assert reason is not None
    assert reason.message == "holds the control character U+0085"


@pytest.mark.parametrize("value", [" x", "x ", "\u00a0x", "x\u2003", "\tx"])
def test_white_space_at_either_end_is_refused(value: str) -> None:
    assert code(fields.trimmed, value) == "white_space"


def test_white_space_alone_is_not_told_to_become_nothing() -> None:
    assert fields.trimmed(" ") == Reason("white_space", "", {"hint": "only", "found": " "})


@pytest.mark.parametrize("value", ["", "x", "a b", "a\u00a0b"])
def test_white_space_inside_is_allowed(value: str) -> None:
    assert code(fields.trimmed, value) is None


AMOUNTS = {
    "1500.00": "1500.00",
    "0": "0",
    "007": "7",
    "0.001": "0.001",
    "9" * 40: "9" * 40,
}


@pytest.mark.parametrize(("text", "number"), AMOUNTS.items())
def test_a_string_of_digits_states_an_amount_exactly(text: str, number: str) -> None:
    assert fields.amount(text) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [
        *[
            "",
            "-1",
            "+1",
            "1.",
            ".5",
            "1,50",
            "1e2",
            "1_000",
            "1 000",
            " 1",
            "1\n",
            "1.500,00",
            "0x1",
            "NaN",
            "Infinity",
        ],
        *["R$ 1", "١", "½", None, True, False, [], {}],
    ],
)
def test_nothing_else_states_an_amount(value: object) -> None:
    assert fields.amount(value) is None


def test_a_json_number_is_its_own_amount() -> None:
    number = Decimal("-1.50")
    assert fields.amount(number) is number


NUMBERS = {
    "38 digits": ("9" * 38, None),
    "39 digits": ("9" * 39, "number"),
    "38 digits and zeros after them": ("9" * 38 + "000", None),
    "38 digits after the point": ("0." + "9" * 38, None),
    "39 digits around the point": ("1." + "1" * 38, "number"),
    "the largest": ("9." + "9" * 37 + "E+125", None),
    "beyond the largest": ("1E+126", "number"),
    "the smallest": ("1E-130", None),
    "below the smallest": ("9.9E-131", "number"),
    "the least": ("-9.9E+125", None),
    "beyond the least": ("-1E+126", "number"),
    "zero of any exponent": ("0E+999999", None),
    "a huge exponent": ("1E+999999999", "number"),
    "beyond every exponent": ("Infinity", "number"),
    "no number": ("NaN", "number"),
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_is_one_that_dynamodb_can_hold(text: str, expected: str | None) -> None:
    assert code(fields.storable, Decimal(text)) == expected


SIGNS = {
    "0": None,
    "-0": None,
    "-0.00": None,
    "0.01": None,
    "-0.01": "negative",
    "-1E-130": "negative",
    "-5": "negative",
}


@pytest.mark.parametrize(("text", "expected"), SIGNS.items())
def test_less_than_zero_is_negative(text: str, expected: str | None) -> None:
    assert code(fields.not_negative, Decimal(text)) == expected


INTEGER_DIGITS = {
    "9999999999999": None,
    "9999999999999.999": None,
    "10000000000000": "integer_digits",
    "1E+12": None,
    "1E+13": "integer_digits",
    "-10000000000000": "integer_digits",
    "0.001": None,
    "0E+20": None,
    "0": None,
    "10000000000000.00": "integer_digits",
    "Infinity": None,
}


@pytest.mark.parametrize(("text", "expected"), INTEGER_DIGITS.items())
def test_an_amount_has_at_most_13_integer_digits_by_value(text: str, expected: str | None) -> None:
    assert code(fields.integer_digits, Decimal(text)) == expected


def test_the_message_counts_the_integer_digits() -> None:
    reason = fields.integer_digits(Decimal("1E+13"))
    assert reason is not None
    assert reason.message == "is 1E+13, with 14 integer digits; at most 13 are allowed"


DECIMALS = {
    "1500": None,
    "1500.00": None,
    "1500.000": None,
    "1E+2": None,
    "0.01": None,
    "0.001": "decimals",
    "0.0010": "decimals",
    "0.010": None,
    "1500.001": "decimals",
    "100E-4": None,
    "1E-2": None,
    "1E-3": "decimals",
    "0.000": None,
    "0E-9": None,
    "-0.000": None,
    "Infinity": None,
}


@pytest.mark.parametrize(("text", "expected"), DECIMALS.items())
def test_an_amount_has_at_most_2_decimals_by_value(text: str, expected: str | None) -> None:
    assert code(fields.decimals, Decimal(text)) == expected


def test_the_message_counts_the_decimals_that_matter() -> None:
    reason = fields.decimals(Decimal("0.12300"))
    assert reason is not None
    assert reason.message == "is 0.12300, with 3 decimals; at most 2 are allowed: write 0.12 or 0.13"


@QUICK
@given(st.integers(0, 10**15 - 1), st.integers(0, 20))
def test_every_amount_of_13v2_passes_however_many_zeros_follow_it(cents: int, zeros: int) -> None:
    number = Decimal(f"{cents}{'0' * zeros}E-{2 + zeros}")
    assert [rule(number) for rule in (*fields.NUMBER, *fields.MONEY)] == [None] * 4


CNPJS = {
    "12ABC34501DE35": None,
    "12.ABC.345/01DE-35": None,
    f"17.921.427/0001-25{' ' * 30}": None,
    f"17921427000125{' ' * 30}1": "cnpj",
    "12ABC34501DE36": "cnpj",
    "12ABC34501DE53": "cnpj",
    "12ABC34501DF35": "cnpj",
    "12abc34501de35": "cnpj",
    "17921427000125": None,
    "17.921.427/0001-25": None,
    " 17921427000125 ": None,
    "17921427000126": "cnpj",
    "1792142700012": "cnpj",
    "179214270001255": "cnpj",
    "17921427000125\n": "cnpj",
    "17921427000125,": "cnpj",
    "１7921427000125": "cnpj",
    "00000000000000": "cnpj",
    "52998224725": "cnpj",
    "": "cnpj",
    "-": "cnpj",
}


@pytest.mark.parametrize(("value", "expected"), CNPJS.items())
def test_a_cnpj_needs_valid_check_digits(value: str, expected: str | None) -> None:
    assert code(fields.tax_id_cnpj, value) == expected


CPFS = {
    "52998224725": None,
    "529.982.247-25": None,
    "52998224726": "cpf",
    "52998224735": "cpf",
    "5299822472": "cpf",
    "529982247255": "cpf",
    "52998224725\n": "cpf",
    "٥2998224725": "cpf",
    "5299822472A": "cpf",
    "529982247/25": "cpf",
    "00000000000": "cpf",
    "17921427000125": "cpf",
    "": "cpf",
}


@pytest.mark.parametrize(("value", "expected"), CPFS.items())
def test_a_cpf_needs_valid_check_digits(value: str, expected: str | None) -> None:
    assert code(fields.tax_id_cpf, value) == expected


# Digits and letters, punctuation in and out of place, and what looks like them.
TAX_IDS = st.lists(st.sampled_from([*"0123456789AZaz ./-,\n", "0" * 11, "１"]), max_size=18).map("".join)


def with_right_digits(text: str, count: int, module: Any) -> str:
    """The first characters of a text and the check digits that python-stdnum computes for them."""
    root = text[:count].rjust(count, "7")
    return root + str(module.calc_check_digits(root) if module is cnpj else module._calc_check_digits(root))


EITHER = {
    "12.ABC.345/01DE-35": None,
    "12ABC34501DE36": "cnpj",
    "11.111.111/1111-11": "cnpj",
    "123.456.789-09": None,
    "12345678900": "cpf",
    "123": "cpf",
    "": "cpf",
}


@pytest.mark.parametrize(("value", "expected"), EITHER.items())
def test_the_length_of_a_tax_id_tells_which_of_both_it_is(value: str, expected: str | None) -> None:
    assert code(fields.tax_id, value) == expected


@QUICK
@given(TAX_IDS | st.text("0123456789AZ", max_size=12).map(lambda text: with_right_digits(text, 12, cnpj)))
def test_a_cnpj_is_valid_exactly_where_python_stdnum_says_so(text: str) -> None:
    ascii_only = all(char in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ./-" for char in text)
    assert (fields.tax_id_cnpj(text) is None) == (ascii_only and cnpj.is_valid(text))


@QUICK
@given(TAX_IDS | st.text("0123456789", max_size=9).map(lambda text: with_right_digits(text, 9, cpf)))
def test_a_cpf_is_valid_exactly_where_python_stdnum_says_so(text: str) -> None:
    ascii_only = all(char in "0123456789 ./-" for char in text)
    assert (fields.tax_id_cpf(text) is None) == (ascii_only and cpf.is_valid(text))
