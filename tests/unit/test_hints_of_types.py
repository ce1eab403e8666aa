"""Values of other types, and members under other names."""

import json
from typing import Any

import pytest

from fixtures.invoices import invoice

from .told import reasons, told

TYPES: dict[str, tuple[str, Any, str]] = {
    "an id as a number": ("id", 1, 'is the number 1; put it in quotes: "1"'),
    "an id with decimals": ("id", 12.5, 'is the number 12.5; put it in quotes: "12.5"'),
    "an id of many digits": ("id", int("9" * 38), f'is the number {"9" * 38}; put it in quotes: "{"9" * 38}"'),
    "an id that is true": ("id", True, "is true, not a string in double quotes"),
    "a customer as an object": (
        "cliente",
        {"Nome": "Ana", "cpf": None},
        'is {"Nome": "Ana", "cpf": null}, not a string; write "Ana" alone',
    ),
    "a customer without a name": ("cliente", {"id": 1}, 'is {"id": 1}, not a string in double quotes'),
    "a customer in an array": ("cliente", ["Ana"], 'is ["Ana"], not a string; write "Ana" alone'),
    "a party as a name": ("emitente", "Loja", 'is "Loja", not an object; write {"nome": "Loja"}'),
    "a party as a CNPJ": (
        "emitente",
        "12.345.678/0001-95",
        'is "12.345.678/0001-95", not an object; write {"cnpj": "12.345.678/0001-95"}',
    ),
    "a party as a CPF": ("emitente", "12345678909", 'is "12345678909", not an object; write {"cpf": "12345678909"}'),
    "a party in an array": (
        "emitente",
        [{"nome": "Ana"}],
        'is an array; write its one object without the brackets: {"nome": "Ana"}',
    ),
    "two parties": ("emitente", [{}, {}], "is [{}, {}], not an object"),
    "a party as JSON in a string": (
        "emitente",
        '{"nome": 1}',
        'is "{\\"nome\\": 1}", a string that holds JSON; write it without the quotes around it',
    ),
    "one line": ("itens", {"a": 1}, 'is one object, but one line is still an array; write [{"a": 1}]'),
    "lines by number": (
        "itens",
        {"1": {"a": 1}, "2": {}},
        'is an object that holds objects, not an array; write [{"a": 1}, …]',
    ),
    "lines in a member": ("itens", {"det": [{}]}, 'is {"det": [{}]}, not an array; write what its "det" holds'),
    "lines in a string": (
        "itens",
        "[{}]",
        'is "[{}]", a string that holds JSON; write it without the quotes around it',
    ),
    "lines as a number": ("itens", 3, "is 3, not an array"),
    "a line as a string": ("itens", ["Café"], 'is "Café", not an object'),
}


@pytest.mark.parametrize(("name", "value", "message"), TYPES.values(), ids=TYPES)
def test_a_value_of_another_type_is_shown_with_what_to_write(name: str, value: Any, message: str) -> None:
    assert told(**{name: value}) == [message]


NAMES = {
    "data_emissão": "data_emissao",
    "Data_Emissao": "data_emissao",
    "data-emissao": "data_emissao",
    "data emissao": "data_emissao",
    "dataEmissao": "data_emissao",
    "DATA_EMISSA\u0303O": "data_emissao",
    "Id": "id",
    "VALOR": "valor",
    "CLIENTE": "cliente",
}


@pytest.mark.parametrize(("found", "name"), NAMES.items())
def test_a_member_is_named_that_differs_in_writing_only(found: str, name: str) -> None:
    value = invoice("x")
    value = {**{other: one for other, one in value.items() if other != name}, found: value[name], "outro": 1}
    [reason] = reasons(value)
    assert (reason.code, reason.path) == ("missing", f"/{name}")
    assert reason.message == f'is required; {json.dumps(found, ensure_ascii=False)} stands there: call it "{name}"'


LIKE = {
    "id_nota": "id",
    "notaId": "id",
    "valorTotal": "valor",
    "valor_nf": "valor",
    "valortotal": "valor",
    "nome_cliente": "cliente",
    "data": "data_emissao",
    "emissao": "data_emissao",
}


@pytest.mark.parametrize(("found", "name"), LIKE.items())
def test_a_member_is_named_that_is_alike_by_its_words(found: str, name: str) -> None:
    value = invoice("x")
    value = {**{other: one for other, one in value.items() if other != name}, found: value[name], "zeta": 1}
    [reason] = reasons(value)
    assert reason.message == f'is required; if "{found}" is meant, call it "{name}"'


def test_of_several_members_alike_the_one_that_begins_so_is_named() -> None:
    value = {**invoice("x"), "id_nota": 1, "vendedor_id": 2}
    del value["id"]
    assert [reason.message for reason in reasons(value)] == ['is required; if "id_nota" is meant, call it "id"']


MISSING: dict[str, tuple[dict[str, Any], str]] = {
    "nothing else": ({}, "is required"),
    "only known members": ({"frete": 1, "_origem": "x"}, "is required"),
    "MongoDB's": ({"_id": "x"}, 'is required; "_id" stands there: call it "id"'),
    "a mark before it": ({"\ufeffid": "x"}, 'is required; if "\\ufeffid" is meant, call it "id"'),
    "others": ({"nf": 1, "fone": 2}, 'is required; what stands there, and is not known, is "nf", "fone"'),
    "many others": (
        dict.fromkeys("abcdefg", 1),
        'is required; what stands there, and is not known, is "a", "b", "c", "d", "e", …',
    ),
    "several alike": (
        {"a_id": 1, "b_id": 2, "fone": 3},
        'is required; what stands there, and is not known, is "a_id", "b_id"',
    ),
}


@pytest.mark.parametrize(("members", "message"), MISSING.values(), ids=MISSING)
def test_a_missing_member_is_told_what_stands_there_instead(members: dict[str, Any], message: str) -> None:
    value = {**invoice("x"), **members}
    del value["id"]
    assert [(reason.path, reason.message) for reason in reasons(value)] == [("/id", message)]
