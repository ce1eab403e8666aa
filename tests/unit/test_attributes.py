"""JSON as DynamoDB items: AWS's published limits and sizes, at their edges."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.functions.attributes import (
    MAX_REASONS,
    canonical,
    number_text,
    object_text,
    parse_number,
    to_json,
    to_texts,
)

from .documents import QUICK, exact, json_texts, value_of


def broken(value: dict[str, Any]) -> list[tuple[str, str]]:
    _, reasons = to_texts(value)
    assert all(reason.message for reason in reasons)
    return [(reason.code, reason.path) for reason in reasons]


def item_of(text: str) -> Any:
    """The item of an object's JSON."""
    texts, reasons = to_texts(value_of(text))
    assert reasons == []
    return json.loads(object_text(texts, texts))


def in_lists(levels: int, innermost: Any = None) -> Any:
    """`levels` lists, one inside the other; the innermost holds `innermost`, if that is given."""
    value: Any = [] if innermost is None else [innermost]
    for _ in range(levels - 1):
        value = [value]
    return value


# Numbers

TEXTS = {
    "1500.00": "1500",
    "1E+2": "100",
    "0.50": "0.5",
    "-0": "0",
    "0.00": "0",
    "-10.0": "-10",
    "100": "100",
    "1" * 19 + "." + "1" * 18 + "0": "1" * 19 + "." + "1" * 18,
    "1" * 19 + "." + "1" * 19: "1" * 19 + "." + "1" * 19,
    "1" * 20 + "." + "1" * 18: "1" * 20 + "." + "1" * 18,
    "-0.00": "0",
    "0E+50": "0",
    "-1.50": "-1.5",
    "1E-7": "0.0000001",
    "1E+21": "1" + "0" * 21,
    "0.1000000000000000055511151231257827": "0.1000000000000000055511151231257827",
    "9" * 38: "9" * 38,
    "1E-130": "0." + "0" * 129 + "1",
    "-9.9E+125": "-99" + "0" * 124,
}


@pytest.mark.parametrize(("number", "text"), TEXTS.items())
def test_a_number_is_written_in_plain_digits_without_superfluous_zeros(number: str, text: str) -> None:
    assert number_text(Decimal(number)) == text


@QUICK
@given(st.integers(-(10**38) + 1, 10**38 - 1), st.integers(-130, 88))
def test_every_number_dynamodb_holds_is_written_exactly_and_in_one_way(digits: int, exponent: int) -> None:
    number = Decimal(digits).scaleb(exponent)
    text = number_text(number)
    assert Decimal(text) == number
    assert re.fullmatch(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)


def test_a_number_of_any_length_is_read_exactly() -> None:
    text = "1." + "1" * 5_000
    assert str(parse_number(text)) == text


@pytest.mark.parametrize("text", ["1e99999999999999999999", "-1e99999999999999999999", "1e-99999999999999999999"])
def test_a_number_whose_exponent_is_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="beyond DynamoDB's range"):
        number_text(parse_number(text))


LIMITS = {
    "39 digits": ("1" + "0" * 37 + "1", "38 significant digits"),
    "too large": ("-1E+126", r"1E\+126.*9.99E\+125"),
    "too small": ("1E-131", "1E-131.*1E-130"),
}


@pytest.mark.parametrize(("number", "message"), LIMITS.values(), ids=LIMITS)
def test_the_message_has_the_limit_a_number_breaks(number: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        number_text(Decimal(number))


# Nesting


@pytest.mark.parametrize("value", [in_lists(32), in_lists(31, True), {"b": in_lists(31)}, in_lists(31, {})])
def test_32_levels_are_held(value: Any) -> None:
    assert broken({"a": value}) == []


DEEPER = {
    "33 lists": (in_lists(33), "/a" + "/0" * 32),
    "a scalar in 32 lists": (in_lists(32, True), "/a" + "/0" * 32),
    "a map around 32 lists": ({"b": in_lists(32)}, "/a/b" + "/0" * 31),
    "a map in 32 lists": (in_lists(32, {}), "/a" + "/0" * 32),
}


@pytest.mark.parametrize(("value", "path"), DEEPER.values(), ids=DEEPER)
def test_a_33rd_level_is_refused(value: Any, path: str) -> None:
    assert broken({"a": value}) == [("nesting", path)]


# Names and text


@pytest.mark.parametrize(("value", "path"), [({"": None}, ""), ({"a": [{"": None}]}, "/a/0")])
def test_a_member_needs_a_name(value: dict[str, Any], path: str) -> None:
    assert broken(value) == [("member_name", path)]


def test_a_name_has_at_most_65535_bytes() -> None:
    assert broken({"x" * 65_535: None, "é" * 32_767: None}) == []
    assert broken({"x" * 65_536: None}) == [("member_name", "")]
    assert broken({"é" * 32_768: None}) == [("member_name", "")]


SURROGATES = {
    "high": ({"a": "x\ud800"}, "/a"),
    "low": ({"a": {"b": ["\udfff"]}}, "/a/b/0"),
    "in the wrong order": ({"a": "\ude00\ud83d"}, "/a"),
    "in a name": ({"a": {"\ud83d": 1}}, "/a/\ud83d"),
}


@pytest.mark.parametrize(("value", "path"), SURROGATES.values(), ids=SURROGATES)
def test_a_lone_surrogate_is_refused(value: dict[str, Any], path: str) -> None:
    assert broken(exact(value)) == [("surrogate", path)]


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert item_of('{"a": "\\ud83d\\ude00"}') == {"a": {"S": "😀"}}


def test_each_repeated_name_is_reported_once_with_its_place() -> None:
    value = value_of('{"a": [{"b": 1, "c": 1, "b": 2, "b": 3, "c": 4, "d": 5}]}')
    assert broken(value) == [("duplicate_member", "/a/0/b"), ("duplicate_member", "/a/0/c")]


def test_paths_are_json_pointers() -> None:
    assert broken({"a/b": {"~": ["\ud800"]}}) == [("surrogate", "/a~1b/~0/0")]


def test_reasons_beyond_a_thousand_are_counted_and_not_listed() -> None:
    assert len(broken({"a": ["\ud800"] * MAX_REASONS})) == MAX_REASONS
    _, reasons = to_texts({"a": ["\ud800"] * (MAX_REASONS + 3)})
    assert len(reasons) == MAX_REASONS + 1
    assert reasons[-1].code == "more"
    assert " 3 " in reasons[-1].message


# There and back


@QUICK
@given(json_texts())
def test_an_item_gives_back_the_values_of_its_json(text: str) -> None:
    value = value_of(f'{{"a": {text}}}')
    texts, reasons = to_texts(value)
    assume(not reasons)
    item = json.loads(object_text(texts, texts))
    assert json.loads(to_json({"M": item}), parse_float=Decimal, parse_int=Decimal) == value


@QUICK
@given(json_texts(), json_texts())
def test_the_texts_are_those_of_the_canonical_json(one: str, other: str) -> None:
    texts, reasons = to_texts(value_of(f'{{"b": {one}, "a": {other}, "é": 1, "a b": 2}}'))
    assume(not reasons)
    text = object_text(sorted(texts), texts)
    assert text == canonical(json.loads(text))


TYPES = {
    "S": '{"a": "x"}',
    "N": '{"a": 1}',
    "BOOL": '{"a": false}',
    "NULL": '{"a": null}',
    "L": '{"a": []}',
    "M": '{"a": {}}',
}


@pytest.mark.parametrize(("kind", "text"), TYPES.items())
def test_each_json_type_has_its_attribute_type(kind: str, text: str) -> None:
    item = item_of(text)
    assert list(item["a"]) == [kind]
    assert to_json({"M": item}) == text


def test_json_has_the_digits_of_the_number() -> None:
    assert to_json({"L": [{"N": "0.10"}, {"N": "12345678901234567890.5"}]}) == "[0.10, 12345678901234567890.5]"


def test_names_and_text_are_escaped() -> None:
    assert json.loads(to_json({"M": {'a"\n\\': {"S": 'b"\n\\😀'}}})) == {'a"\n\\': 'b"\n\\😀'}


@pytest.mark.parametrize("kind", ["B", "SS", "NS", "BS"])
def test_an_attribute_that_json_cannot_express_is_an_error(kind: str) -> None:
    with pytest.raises(ValueError, match=f"type {kind}"):
        to_json({kind: []})
