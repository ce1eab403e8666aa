"""Amounts as people, spreadsheets and programs write them, and what they are told."""

from typing import Any

import pytest

from fixtures.invoices import invoice
from pipeline.functions.hints.shown import shown

from .told import reasons, told

AMOUNTS = {
    "1.500,00": "write 1500.00",
    "1500,00": "write 1500.00",
    "1,500.00": "write 1500.00",
    "R$ 1.500,00": "write 1500.00",
    "R$1500": "write 1500.00",
    "R$\u00a0100,5": "write 100.50",
    "r$ 100,00": "write 100.00",
    "BRL 7.10": "write 7.10",
    "12 reais": "write 12.00",
    " 100.00": "write 100.00",
    "100.00\n": "write 100.00",
    "1 500,00": "write 1500.00",
    "1'500.00": "write 1500.00",
    "1.234.567": "write 1234567.00",
    "1,234,567.8": "write 1234567.80",
    "1e2": "write 100.00",
    "+3": "write 3.00",
    "1.": "write 1.00",
    ".5": "write 0.50",
    ",5": "write 0.50",
    "-5": "but an amount is 0 or more; write 5.00 if that is meant",
    "R$ -5,10": "but an amount is 0 or more; write 5.10 if that is meant",
    "-R$ 5,10": "but an amount is 0 or more; write 5.10 if that is meant",
    "(1.500,00)": "but an amount is 0 or more; write 1500.00 if that is meant",
    "-1.500": "but an amount is 0 or more; write 1500.00 or 1.500, as a number without quotes, if one of them is meant",
    "5,00-": "but an amount is 0 or more; write 5.00 if that is meant",
    "": "write a number such as 1500.00",
    "  ": "write a number such as 1500.00",
    "1500,123": "but an amount has at most 13 digits before the point and 2 after it",
    "0,125": "but an amount has at most 13 digits before the point and 2 after it",
    "10.000.000.000.000,00": "but an amount has at most 13 digits before the point and 2 after it",
    **dict.fromkeys(
        ["dez", "1.50,00", "1,50,00", "1..5", "US$ 10", "10%", "R$", "-", "1 2", "١", "12 mil", "9" * 70 + ",00"],
        'neither a number nor a string of digits such as "1500.00"',
    ),
}


@pytest.mark.parametrize(("text", "end"), AMOUNTS.items())
def test_an_amount_in_words_of_people_is_written_right(text: str, end: str) -> None:
    [reason] = reasons({**invoice("x"), "valor": text})
    assert reason.code == "type"
    assert reason.message.startswith(f"is {shown(text, 60 if 'neither' in end or '13' in end else 42)}")
    assert reason.message.endswith(end)


TWO_READINGS = {
    "1.500": ("1500.00", "1.500"),
    "001.500": ("1500.00", "1.500"),
    "0.125": ("125.00", "0.125"),
    "1,500": ("1500.00", "1.500"),
    "R$ 1.500": ("1500.00", "1.500"),
    "12,345 reais": ("12345.00", "12.345"),
    " 1.500": ("1500.00", "1.500"),
}


@pytest.mark.parametrize(("text", "readings"), TWO_READINGS.items())
def test_an_amount_of_two_readings_is_ambiguous_and_both_are_named(text: str, readings: tuple[str, str]) -> None:
    [reason] = reasons({**invoice("x"), "valor": text})
    assert (reason.code, reason.values["one"], reason.values["other"]) == ("ambiguous", *readings)


def test_a_quantity_may_have_three_decimals() -> None:
    line = {"descricao": "Café", "quantidade": "1.500", "valor_unitario": "5.899", "valor_total": 8.85}
    assert told(valor=8.85, itens=[line]) == []
    assert told(valor=8.85, itens=[{**line, "quantidade": "1,5"}]) == ['is "1,5"; write 1.5']
    assert told(valor=8.85, itens=[{**line, "quantidade": "1,500"}]) == [
        'is "1,500", which is 1500 to one reader and 1.500 to another; write the one that is meant as a number, '
        "without quotes"
    ]


OTHER_AMOUNTS: dict[str, tuple[Any, str]] = {
    "null": (None, "is null, but a value is required"),
    "true": (True, 'is true, neither a number nor a string of digits such as "1500.00"'),
    "an object": ({"a": 1}, 'is {"a": 1}, neither a number nor a string of digits such as "1500.00"'),
    "negative": (-0.5, "is -0.5, but an amount is 0 or more; write 0.5 if that is meant"),
    "a float's noise": (
        0.30000000000000004,
        "is 0.30000000000000004, with 17 decimals, as binary floats give; write 0.30",
    ),
    "half a cent": (10.005, "is 10.005, with 3 decimals; at most 2 are allowed: write 10.00 or 10.01"),
    "large": (10**13, "is 10000000000000, with 14 integer digits; at most 13 are allowed"),
}


@pytest.mark.parametrize(("value", "message"), OTHER_AMOUNTS.values(), ids=OTHER_AMOUNTS)
def test_a_wrong_number_is_shown_with_what_to_write(value: Any, message: str) -> None:
    assert told(valor=value) == [message]


def test_an_amount_that_may_be_absent_is_null_where_there_is_none() -> None:
    assert told(frete="") == ['is ""; write a number, or null where there is none']
