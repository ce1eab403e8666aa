"""How many bytes AWS counts for an item, at the edges of its rule."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given

from aws_stack.scarcity.sizes import attribute_size, number_size
from fixtures.identity import content_text
from fixtures.strategies import values
from pipeline.functions.attributes import number_text, object_text, to_texts
from pipeline.functions.sizes import item_bytes, number_bytes

from .documents import QUICK, exact, json_texts, value_of

# Each value is that of a member named "a", whose name takes one byte more.
SIZES = {
    "no text": ("", 0),
    "text": ("abc", 3),
    "text in UTF-8": ("é😀", 6),
    "null": (None, 1),
    "true": (True, 1),
    "a number": (1.5, 3),
    "an empty list": ([], 3),
    "a list": (["x", "y"], 3 + 2 * 2),
    "an empty map": ({}, 3),
    "a map": ({"é": "y"}, 3 + 1 + 3),
    "a map in a list": ([{"k": None}], 3 + 1 + 3 + 1 + 2),
}


@pytest.mark.parametrize(("value", "size"), SIZES.values(), ids=SIZES)
def test_a_value_takes_the_bytes_aws_counts(value: Any, size: int) -> None:
    assert item_bytes(exact({"a": value})) == 1 + size


def test_all_members_count_with_their_names() -> None:
    assert item_bytes(exact({"é": "x", "bc": 1})) == 2 + 1 + 2 + 2


# Digits are paired from the decimal point outwards. https://github.com/zaccharles/dynamodb-calculator
NUMBERS = {
    "0": 1,
    "-0.00": 1,
    "1": 2,
    "12": 2,
    "123": 3,
    "1234": 3,
    "10": 2,
    "100": 2,
    "120": 3,
    "1200": 2,
    "1500": 2,
    "15000": 3,
    "1.5": 3,
    "1.25": 3,
    "12.5": 3,
    "1.002": 4,
    "100.01": 4,
    "0.1": 2,
    "0.12": 2,
    "0.01": 2,
    "0.001": 2,
    "0.0012": 2,
    "0.012": 3,
    "1500.00": 2,
    "1.5E+3": 2,
    "1E+125": 2,
    "1E-130": 2,
    "-12": 3,
    "-0.5": 3,
    "9" * 38: 20,
    "9" * 37 + "0": 20,
    "-" + "9" * 38: 21,
    "9" * 37 + ".9": 21,
    "-" + "9" * 37 + ".9": 21,
}


@pytest.mark.parametrize(("number", "size"), NUMBERS.items())
def test_a_number_takes_a_byte_for_each_pair_of_digits_and_one_more(number: str, size: int) -> None:
    assert number_bytes(Decimal(number)) == size


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_takes_as_much_however_it_is_written(number: str) -> None:
    assert number_bytes(Decimal(number)) == number_bytes(Decimal(number_text(Decimal(number))))


@QUICK
@given(values.json_values(max_leaves=20))
def test_a_value_takes_what_the_testbeds_own_count_says(value: Any) -> None:
    """Which counts digits in another way, and the attributes as they travel."""
    [(_, attribute)] = json.loads(content_text({"a": value})).items()
    assert item_bytes({"a": value}) == 1 + attribute_size(attribute)


@QUICK
@given(values.numbers())
def test_a_number_takes_what_the_testbeds_own_count_says(number: Decimal) -> None:
    assert number_bytes(number) == number_size(str(number))


@QUICK
@given(json_texts())
def test_an_item_never_takes_more_bytes_than_its_json_has_characters(text: str) -> None:
    # Only items whose JSON is long are counted at all.
    value = value_of(f'{{"a": {text}}}')
    texts, reasons = to_texts(value)
    assume(not reasons)
    assert item_bytes(value) <= len(object_text(texts, texts))


def test_what_is_nested_too_deep_does_not_count() -> None:
    value = json.loads("[" * 900 + '"x"' + "]" * 900)
    assert item_bytes({"a": value}) == 1 + 32 * 4
