"""One invoice: the rules of section 2 of the contract, each by itself and together."""

import json
from typing import Any

import pytest

from fixtures.invoices import invoice
from pipeline.functions.sums import MAX_LINES

from .documents import broken, checked, exact, value_of

KEY = "3526050X0J92JY000196570010000006041448679011"
PERSONS_KEY = "35251000012345678909559200000000451112233450"
OFFICES_KEY = "35251003526252000147558900000000441112233441"
ISSUER = "0X0J92JY000196"
AMOUNTS = ("desconto", "frete", "seguro", "outras_despesas", "impostos")


def line(**changes: Any) -> dict[str, Any]:
    """A line whose total is that of an invoice of 10."""
    return {"descricao": "Café", "quantidade": 2, "valor_unitario": 5, "valor_total": 10, **changes}


def with_lines(*lines: Any, **changes: Any) -> dict[str, Any]:
    return invoice("NF-8", valor=10, itens=list(lines), **changes)


def without(members: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in members.items() if other != name}


def test_a_real_file_passes_unchanged() -> None:
    text = '{"id": "NF-8", "cliente": "João Silva", "valor": 2878.1, "data_emissao": "2025-10-03"}'
    invoice_ = checked(value_of(text))
    assert invoice_.id == "NF-8"
    assert json.loads(invoice_.text) == {
        "id": {"S": "NF-8"},
        "cliente": {"S": "João Silva"},
        "valor": {"N": "2878.1"},
        "data_emissao": {"S": "2025-10-03"},
        "_cliente": {"S": "joão silva"},
    }


VALID = {
    "id of 255 characters": invoice("é" * 255),
    "cliente of 255 characters": invoice("x", cliente="é" * 255),
    "control character in the customer's name": invoice("x", cliente="João\tSilva"),
    "nothing to pay": invoice("x", valor=0),
    "the largest amount": invoice("x", valor="9999999999999.99"),
    "an amount as a string": invoice("x", valor="1500.00"),
    "date-time": invoice("x", data_emissao="2025-10-03T12:00:00-03:00"),
    "key and issuer": invoice("x", chave_acesso=KEY, emitente={"cnpj": ISSUER}),
    "issuer with punctuation": invoice("x", chave_acesso=KEY, emitente={"cnpj": "0X.0J9.2JY/0001-96"}),
    "key without issuer": invoice("x", chave_acesso=KEY),
    "issuer that is a person": invoice("x", chave_acesso=PERSONS_KEY, emitente={"cpf": "123.456.789-09"}),
    "issuer that is a person, without a cnpj": invoice(
        "x", chave_acesso=PERSONS_KEY, emitente={"cnpj": "", "cpf": "12345678909"}
    ),
    "issuer with a person's cpf beside its cnpj": invoice(
        "x", chave_acesso=KEY, emitente={"cpf": "12345678909", "cnpj": ISSUER}
    ),
    "issuer without a tax id": invoice("x", chave_acesso=KEY, emitente={"nome": "Ana", "cnpj": None, "cpf": ""}),
    "key of the tax office": invoice("x", chave_acesso=OFFICES_KEY, emitente={"cnpj": "12.345.678/0001-95"}),
    "key of the tax office for a person": invoice("x", chave_acesso=OFFICES_KEY, emitente={"cpf": "12345678909"}),
    **{
        f"{name} {word}": {**invoice("x"), name: value}
        for name in ("chave_acesso", "emitente", "destinatario", "itens", *AMOUNTS)
        for word, value in (("null", None), ("empty", ""))
        if value is None or name == "chave_acesso"
    },
    "parties with null tax ids": invoice("x", emitente={"cnpj": None, "cpf": None}, destinatario={"cpf": None}),
    "parties with empty tax ids": invoice("x", emitente={"cnpj": "", "cpf": ""}, destinatario={"cnpj": ""}),
    "amounts beside the lines": with_lines(line(valor_total=14.5), desconto="5", frete=0.3, impostos="0.20"),
    "amounts without lines": invoice("x", desconto=10_000, frete="7.5", seguro=0),
    "null lines do not have to add up": {**invoice("x"), "itens": None, "frete": 5},
    "another recipient": invoice("x", chave_acesso=KEY, destinatario={"cnpj": "12ABC34501DE35"}),
    "parties without tax ids": invoice("x", emitente={}, destinatario={"nome": "Ana"}),
    "one line": with_lines(line()),
    "quantity of many decimals": with_lines(line(quantidade=0.333333, valor_unitario="30.0300001")),
    "amounts of lines as strings": with_lines(line(quantidade="2", valor_unitario="5.00", valor_total="10.00")),
    "a line with more members": with_lines(line(unidade="kg", imposto=[1, None])),
    "no lines and nothing to pay": {**with_lines(), "valor": 0},
}


@pytest.mark.parametrize("value", VALID.values(), ids=VALID)
def test_an_invoice_that_keeps_every_rule_passes(value: dict[str, Any]) -> None:
    assert broken(exact(value)) == []


# Each breaks one rule and no other.
BROKEN: dict[str, tuple[Any, str, str]] = {
    "id missing": (without(invoice("x"), "id"), "missing", "/id"),
    "id null": ({**invoice("x"), "id": None}, "type", "/id"),
    "id number": ({**invoice("x"), "id": 8}, "type", "/id"),
    "id empty": (invoice(""), "length", "/id"),
    "id of 256 characters": (invoice("x" * 256), "length", "/id"),
    "id with a control character": (invoice("a\x00b"), "control_character", "/id"),
    "id with a space before it": (invoice(" NF-8"), "white_space", "/id"),
    "id with a space after it": (invoice("NF-8\u00a0"), "white_space", "/id"),
    "cliente missing": (without(invoice("x"), "cliente"), "missing", "/cliente"),
    "cliente boolean": (invoice("x", cliente=True), "type", "/cliente"),
    "cliente empty": (invoice("x", cliente=""), "length", "/cliente"),
    "cliente of 256 characters": (invoice("x", cliente="x" * 256), "length", "/cliente"),
    "cliente blank": (invoice("x", cliente=" \t\u3000"), "blank", "/cliente"),
    "valor missing": (without(invoice("x"), "valor"), "missing", "/valor"),
    "valor null": ({**invoice("x"), "valor": None}, "type", "/valor"),
    "valor of two readings": (invoice("x", valor="1.500"), "ambiguous", "/valor"),
    "valor of two readings that has 3 decimals in either": (invoice("x", valor="0.001"), "ambiguous", "/valor"),
    "valor boolean": (invoice("x", valor=True), "type", "/valor"),
    "valor of words": (invoice("x", valor="dez"), "type", "/valor"),
    "valor with a comma": (invoice("x", valor="1500,00"), "type", "/valor"),
    "valor as a string with a sign": (invoice("x", valor="-1"), "type", "/valor"),
    "valor negative": (invoice("x", valor=-0.01), "negative", "/valor"),
    "valor of 14 integer digits": (invoice("x", valor=10**13), "integer_digits", "/valor"),
    "valor of 14 integer digits as a string": (invoice("x", valor="1" + "0" * 13), "integer_digits", "/valor"),
    "valor of 3 decimals": (invoice("x", valor=0.001), "decimals", "/valor"),
    "data_emissao missing": (without(invoice("x"), "data_emissao"), "missing", "/data_emissao"),
    "data_emissao number": (invoice("x", data_emissao=20251003), "type", "/data_emissao"),
    "data_emissao of another form": (invoice("x", data_emissao="03/10/2025"), "date_format", "/data_emissao"),
    "data_emissao of no calendar": (invoice("x", data_emissao="2025-02-29"), "date", "/data_emissao"),
    "data_emissao at no time": (invoice("x", data_emissao="2025-10-03T24:00:00Z"), "time", "/data_emissao"),
    "chave_acesso of a space": (invoice("x", chave_acesso=" "), "access_key", "/chave_acesso"),
    "chave_acesso short": (invoice("x", chave_acesso=KEY[:43]), "access_key", "/chave_acesso"),
    "chave_acesso mistyped": (invoice("x", chave_acesso=KEY[:43] + "2"), "check_digit", "/chave_acesso"),
    "emitente empty": (invoice("x", emitente=""), "type", "/emitente"),
    "emitente of a name": (invoice("x", emitente="Ana"), "type", "/emitente"),
    "cnpj number": (invoice("x", emitente={"cnpj": 17921427000125}), "type", "/emitente/cnpj"),
    "cnpj of a space": (invoice("x", emitente={"cnpj": " "}), "cnpj", "/emitente/cnpj"),
    "cnpj mistyped": (invoice("x", emitente={"cnpj": "17921427000126"}), "cnpj", "/emitente/cnpj"),
    "cpf mistyped": (invoice("x", emitente={"cpf": "52998224726"}), "cpf", "/emitente/cpf"),
    "recipient's cnpj": (invoice("x", destinatario={"cnpj": "1"}), "cnpj", "/destinatario/cnpj"),
    "recipient's cpf": (invoice("x", destinatario={"cpf": "1"}), "cpf", "/destinatario/cpf"),
    "issuer of another key": (
        invoice("x", chave_acesso=KEY, emitente={"cnpj": "12ABC34501DE35"}),
        "issuer",
        "/emitente/cnpj",
    ),
    "another branch of the issuer": (
        invoice("x", chave_acesso=KEY, emitente={"cnpj": "0X0J92JY987608"}),
        "issuer",
        "/emitente/cnpj",
    ),
    "person of another key": (
        invoice("x", chave_acesso=PERSONS_KEY, emitente={"cpf": "987.654.321-00"}),
        "issuer",
        "/emitente/cpf",
    ),
    "person with a company's key": (
        invoice("x", chave_acesso=KEY, emitente={"cnpj": None, "cpf": "52998224725"}),
        "issuer",
        "/emitente/cpf",
    ),
    "company with a person's key": (
        invoice("x", chave_acesso=PERSONS_KEY, emitente={"cnpj": "12ABC34501DE35"}),
        "issuer",
        "/emitente/cnpj",
    ),
    "itens empty text": (invoice("x", itens=""), "type", "/itens"),
    **{f"{name} negative": (invoice("x", **{name: -1}), "negative", f"/{name}") for name in AMOUNTS},
    **{f"{name} of three decimals": (invoice("x", **{name: 0.001}), "decimals", f"/{name}") for name in AMOUNTS},
    **{f"{name} of words": (invoice("x", **{name: "um"}), "type", f"/{name}") for name in AMOUNTS},
    **{f"{name} of two readings": (invoice("x", **{name: "1.500"}), "ambiguous", f"/{name}") for name in AMOUNTS},
    **{f"{name} not in valor": (with_lines(line(), **{name: "0.01"}), "sum", "/itens") for name in AMOUNTS},
    "itens object": (invoice("x", itens=line()), "type", "/itens"),
    "line null": (with_lines(line(), None), "type", "/itens/1"),
    **{f"line without {name}": (with_lines(without(line(), name)), "missing", f"/itens/0/{name}") for name in line()},
    **{f"line with {name} null": (with_lines(line(**{name: None})), "type", f"/itens/0/{name}") for name in line()},
    "valor_total of two readings": (with_lines(line(valor_total="10.000")), "ambiguous", "/itens/0/valor_total"),
    "descricao blank": (with_lines(line(descricao=" ")), "blank", "/itens/0/descricao"),
    "quantidade negative": (with_lines(line(quantidade=-2)), "negative", "/itens/0/quantidade"),
    "quantidade of 39 digits": (with_lines(line(quantidade=10**38 + 1)), "number", "/itens/0/quantidade"),
    "valor_unitario negative": (with_lines(line(valor_unitario=-5)), "negative", "/itens/0/valor_unitario"),
    "valor_total negative": (
        with_lines(line(valor_total=12), line(valor_total=-2)),
        "negative",
        "/itens/1/valor_total",
    ),
    "more lines than an item can hold": (with_lines(*[{}] * (MAX_LINES + 1)), "length", "/itens"),
    "lines of more": (with_lines(line(), line(valor_total=0.01)), "sum", "/itens"),
    "lines of less": (with_lines(line(valor_total="9.99")), "sum", "/itens"),
    "no lines for an amount": (with_lines(), "sum", "/itens"),
    "the pipeline's own name": (invoice("x", _ingest={}), "reserved", "/_ingest"),
    "the pipeline's own name, null": ({**invoice("x"), "_ingest": None}, "reserved", "/_ingest"),
    "a number of 39 digits": (invoice("x", outro=[10**38 + 1]), "number", "/outro/0"),
    "a member without a name": (invoice("x", **{"": 1}), "member_name", ""),
    "a lone surrogate": (invoice("x", cliente="\ud800"), "surrogate", "/cliente"),
    "a lone surrogate in id": (invoice("\udfff"), "surrogate", "/id"),
    "an item of 400 KB": (invoice("x", texto="x" * 409_600), "item_size", ""),
}


@pytest.mark.parametrize(("value", "code", "path"), BROKEN.values(), ids=BROKEN)
def test_a_single_broken_rule_is_reported_alone_with_its_path(value: Any, code: str, path: str) -> None:
    assert broken(exact(value)) == [(code, path)]


@pytest.mark.parametrize("value", [None, True, 1, "NF-8", [], [invoice("x")]])
def test_a_value_that_is_not_an_object_is_refused(value: Any) -> None:
    assert broken(exact(value)) == [("type", "")]


def test_as_many_lines_as_an_item_can_hold_are_all_checked() -> None:
    assert broken(exact(with_lines(*[{}] * MAX_LINES)))[-1] == ("missing", f"/itens/{MAX_LINES - 1}/valor_total")


def test_an_amount_whose_exponent_is_out_of_range_is_refused() -> None:
    text = '{"id": "x", "cliente": "Ana", "data_emissao": "2025-10-03", "valor": 1e99999999999999999999}'
    assert broken(value_of(text)) == [("number", "/valor")]


DUPLICATES = {
    "at the top": ('"cliente": "Ana"', "/cliente"),
    "with the same value": ('"id": "x"', "/id"),
    "in a party": ('"emitente": {"nome": 1, "nome": 2}', "/emitente/nome"),
    "in a line": (
        '"itens": [{"descricao": "Café", "quantidade": 1, "valor_unitario": 1, "valor_total": 1, "quantidade": 1}]',
        "/itens/0/quantidade",
    ),
    "in what the contract does not name": ('"a": [{"b": {"c": 1, "c": 1}}]', "/a/0/b/c"),
    "spelt with an escape": ('"clie\\u006ete": "Ana"', "/cliente"),
}


@pytest.mark.parametrize(("member", "path"), DUPLICATES.values(), ids=DUPLICATES)
def test_a_repeated_member_is_refused_at_any_level(member: str, path: str) -> None:
    text = f'{{"id": "x", "cliente": "Ana", "valor": 1, "data_emissao": "2025-10-03", {member}}}'
    assert broken(value_of(text)) == [("duplicate_member", path)]


def test_every_broken_rule_is_reported_at_once() -> None:
    value = {
        "id": " a\x00",
        "cliente": "",
        "valor": -12345678901234.567,
        "data_emissao": None,
        "chave_acesso": KEY[:43] + "2",
        "emitente": {"cnpj": "1", "cpf": "2"},
        "itens": [{"descricao": " ", "quantidade": -1}, 3],
        "_ingest": 10**38 + 1,
    }
    assert sorted(broken(exact(value))) == sorted(
        [
            ("control_character", "/id"),
            ("white_space", "/id"),
            ("length", "/cliente"),
            ("negative", "/valor"),
            ("integer_digits", "/valor"),
            ("decimals", "/valor"),
            ("type", "/data_emissao"),
            ("check_digit", "/chave_acesso"),
            ("cnpj", "/emitente/cnpj"),
            ("issuer", "/emitente/cnpj"),
            ("cpf", "/emitente/cpf"),
            ("blank", "/itens/0/descricao"),
            ("negative", "/itens/0/quantidade"),
            ("missing", "/itens/0/valor_unitario"),
            ("missing", "/itens/0/valor_total"),
            ("type", "/itens/1"),
            ("number", "/_ingest"),
            ("reserved", "/_ingest"),
        ]
    )


def test_a_rule_that_two_checks_find_broken_is_reported_once() -> None:
    assert broken(exact(with_lines(line(quantidade=1e200)))) == [("number", "/itens/0/quantidade")]
