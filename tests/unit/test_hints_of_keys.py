"""Access keys and tax ids in other forms, and in each other's place."""

from decimal import Decimal
from typing import Any

import pytest

from fixtures.invoices import invoice
from pipeline.functions.invoice import Checked, check

from .documents import exact
from .told import told

KEY = "13181017921427000125650010000000309887251170"
LETTERS = "3526050X0J92JY000196570010000006041448679011"


KEYS: dict[str, tuple[Any, str]] = {
    "NFe before it": ("NFe" + KEY, f'holds "NFe", which is too much; write "{KEY}"'),
    "words before it": ("Chave: " + KEY, f'holds "Chave:", which is too much; write "{KEY}"'),
    "a file's name": (KEY + "-nfe.xml", f'holds "-nfe.xml", which is too much; write "{KEY}"'),
    "groups of four": (
        " ".join(KEY[at : at + 4] for at in range(0, 44, 4)),
        f'holds " ", which is too much; write "{KEY}"',
    ),
    "dots": (f"{KEY[:4]}.{KEY[4:]}", f'holds ".", which is too much; write "{KEY}"'),
    "NFe and groups": ("NFe " + f"{KEY[:4]} {KEY[4:]}", f'holds "NFe", which is too much; write "{KEY}"'),
    "a line's end": (KEY + "\n", f'holds "\\n", which is too much; write "{KEY}"'),
    "small letters": (LETTERS.lower(), f'has small letters; write "{LETTERS}"'),
    "43 positions": (KEY[:43], "has 43 positions; an access key has 44"),
    "45 positions": (KEY + "1", "has 45 positions; an access key has 44"),
    "a space": (" ", "has 0 positions; an access key has 44"),
    "another digit": (KEY[:43] + "3", "ends in 3; the check digit is 0"),
    "NFe and another digit": (
        "NFe" + KEY[:43] + "3",
        'holds "NFe", which is too much, and ends in 3; the check digit is 0',
    ),
    "a letter at its beginning": ("X" + KEY[1:], 'has "X" at position 1, where a digit belongs'),
    "another letter in the CNPJ": (
        KEY[:8] + "é" + KEY[9:],
        'has "é" at position 9, where a digit or one of A-Z belongs',
    ),
    "a number": (int(KEY), f'is the number {KEY}; put it in quotes: "{KEY}"'),
    "a float": (
        float(KEY),
        "is the number 1.3181017921427E+43, which may have lost digits; write the 44 positions in quotes",
    ),
    "digits that a spreadsheet rounded": (
        "3,52505E+43",
        'is "3,52505E+43", as spreadsheets write long numbers, and has lost digits; take the 44 positions '
        "from the NF-e",
    ),
    "a short number": (123, "is 123, not a string in double quotes"),
    "an array": ([1], "is [1], not a string in double quotes"),
}


@pytest.mark.parametrize(("value", "message"), KEYS.values(), ids=KEYS)
def test_an_access_key_is_told_what_is_too_much(value: Any, message: str) -> None:
    assert told(chave_acesso=value) == [message]


def test_a_text_of_megabytes_is_no_access_key_in_no_time() -> None:
    assert told(chave_acesso="1" * 300_000) == ["has 300000 positions; an access key has 44"]


# Tax ids

TAX_IDS: dict[str, tuple[str, Any, str]] = {
    "a number": ("cnpj", 12345678000195, 'is the number 12345678000195; put it in quotes: "12345678000195"'),
    "a number without its zero": (
        "cnpj",
        3526252000147,
        'is the number 3526252000147, without the zeros it begins with; write "03526252000147"',
    ),
    "a text without its zero": (
        "cnpj",
        "3526252000147",
        'is "3526252000147", without the zeros it begins with; write "03526252000147"',
    ),
    "a wrong number": ("cnpj", 12345678000196, "is 12345678000196, not a string in double quotes"),
    "a CPF's number": ("cnpj", 12345678909, "is the number 12345678909, which is a CPF; put it under cpf, in quotes"),
    "a CPF": ("cnpj", "123.456.789-09", 'is "123.456.789-09", which is a CPF; put it under cpf'),
    "wrong digits": (
        "cnpj",
        "12.345.678/0001-96",
        'is "12.345.678/0001-96", which ends in 96; the check digits of what stands before it are 95',
    ),
    "digits that a spreadsheet rounded": (
        "cnpj",
        "1,23457E+13",
        'is "1,23457E+13", as spreadsheets write long numbers, and has lost digits; take all 14 from the invoice',
    ),
    "a person's digits that a spreadsheet rounded": (
        "cnpj_cpf",
        "5.29982E+10",
        'is "5.29982E+10", as spreadsheets write long numbers, and has lost digits; take all 11 from the invoice',
    ),
    "one digit less": ("cnpj", "1234567800019", 'is "1234567800019", of length 13; a CNPJ has 14 positions'),
    "small letters": ("cnpj", "12abc34501de35", 'is "12abc34501de35"; write "12ABC34501DE35"'),
    "a comma": ("cnpj", "12.345.678/0001,95", 'is "12.345.678/0001,95"; write "12345678000195"'),
    "hidden, CPF": (
        "cpf",
        "***.456.789-**",
        'is "***.456.789-**", with positions hidden; write all 11, or null if they are not known',
    ),
    "hidden by X, CPF": (
        "cpf",
        "xxx.456.789-xx",
        'is "xxx.456.789-xx", with positions hidden; write all 11, or null if they are not known',
    ),
    "hidden, CNPJ": (
        "cnpj",
        "**.***.***/0001-**",
        'is "**.***.***/0001-**", with positions hidden; write all 14, or null if they are not known',
    ),
    "all hidden": (
        "cpf",
        "•••••••••••",
        'is "•••••••••••", with positions hidden; write all 11, or null if they are not known',
    ),
    "letters of a CNPJ, two of them X": (
        "cnpj",
        "12XX134501DE35",
        'is "12XX134501DE35", which ends in 35; the check digits of what stands before it are 85',
    ),
    "words": ("cnpj", "ISENTO", 'is "ISENTO", not a CNPJ; where there is none, write null'),
    "zeros": ("cnpj", "00.000.000/0000-00", 'is "00.000.000/0000-00"; where there is no CNPJ, write null'),
    "true": ("cnpj", True, "is true, not a string in double quotes"),
    "a person's number": ("cpf", 12345678909, 'is the number 12345678909; put it in quotes: "12345678909"'),
    "a person's number without its zero": (
        "cpf",
        1234567890,
        'is the number 1234567890, without the zeros it begins with; write "01234567890"',
    ),
    "a CNPJ": ("cpf", "12.345.678/0001-95", 'is "12.345.678/0001-95", which is a CNPJ; put it under cnpj'),
    "a CNPJ's number": (
        "cpf",
        12345678000195,
        "is the number 12345678000195, which is a CNPJ; put it under cnpj, in quotes",
    ),
    "a person's wrong digits": (
        "cpf",
        "123.456.789-00",
        'is "123.456.789-00", which ends in 00; the check digits of what stands before it are 09',
    ),
    "a person's digit too many": ("cpf", "123456789099", 'is "123456789099", of length 12; a CPF has 11 positions'),
    "either, as a person's number": (
        "cnpj_cpf",
        12345678909,
        'is the number 12345678909; put it in quotes: "12345678909"',
    ),
    "either, as a company's number": (
        "cnpj_cpf",
        12345678000195,
        'is the number 12345678000195; put it in quotes: "12345678000195"',
    ),
    "either, as a person's number without its zero": (
        "cnpj_cpf",
        1234567890,
        'is the number 1234567890, without the zeros it begins with; write "01234567890"',
    ),
    "either, a person's with a comma": ("cnpj_cpf", "123.456.789,09", 'is "123.456.789,09"; write "12345678909"'),
    "either, a person's with the name of its kind": (
        "cnpj_cpf",
        "CPF 123.456.789-09",
        'is "CPF 123.456.789-09"; write "12345678909"',
    ),
    "a person's with its name in the other's place": (
        "cnpj",
        "CPF: 123.456.789-09",
        'is "CPF: 123.456.789-09", which is a CPF; put it under cpf',
    ),
    "either, hidden": (
        "cnpj_cpf",
        "**.***.678/0001-**",
        'is "**.***.678/0001-**", with positions hidden; write all 14, or null if they are not known',
    ),
    "either, true": ("cnpj_cpf", True, "is true, not a string in double quotes"),
    "no person": ("cpf", "-", 'is "-", not a CPF; where there is none, write null'),
}


@pytest.mark.parametrize(("name", "value", "message"), TAX_IDS.values(), ids=TAX_IDS)
def test_a_tax_id_is_told_what_it_is_or_lacks(name: str, value: Any, message: str) -> None:
    assert told(destinatario={name: value}) == [message]


ROUNDED = {
    "cnpj": (
        "1.23E+13",
        "is the number 1.23E+13, as spreadsheets write long numbers, and has lost digits; take all 14",
    ),
    "cpf": ("5.3E+10", "is the number 5.3E+10, as spreadsheets write long numbers, and has lost digits; take all 11"),
    "cnpj_cpf": (
        "5.3E10",
        "is the number 5.3E+10, as spreadsheets write long numbers, and has lost digits; take all 11",
    ),
}


@pytest.mark.parametrize(("name", "number", "message"), [(name, *others) for name, others in ROUNDED.items()])
def test_a_number_that_a_spreadsheet_rounded_needs_its_digits_and_quotes(name: str, number: str, message: str) -> None:
    [reason] = of_number(name, number)
    assert reason == f"{message} from the invoice, and write them in quotes"


def test_a_number_with_an_exponent_and_all_its_digits_needs_only_quotes() -> None:
    found = of_number("cnpj", "1.2345678000195E+13")
    assert found == ['is the number 12345678000195; put it in quotes: "12345678000195"']


def of_number(name: str, number: str) -> list[str]:
    """The messages for a tax id that is written as this number."""
    answer = check({**exact(invoice("x")), "destinatario": {name: Decimal(number)}})
    return [] if isinstance(answer, Checked) else [reason.message for reason in answer]
