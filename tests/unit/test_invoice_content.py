"""An invoice's content: the rules about two members at once, what is stored, and what makes two invoices the same."""

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fixtures.identity import content_hash
from fixtures.invoices import as_stored, content, invoice
from fixtures.observations import NAME_CHARACTERS
from fixtures.strategies import invoices
from fixtures.strategies.documents import bound
from fixtures.strategies.documents import to_json as json_of
from pipeline.functions import additions
from pipeline.functions.attributes import Attribute, to_json
from pipeline.functions.invoice import MAX_INVOICE_BYTES, content_sha256
from pipeline.functions.sizes import item_bytes

from .documents import QUICK, broken, checked, exact, value_of

KEY = "13181017921427000125650010000000309887251170"


def totals(*amounts: object) -> list[dict[str, Any]]:
    return [{"descricao": "Café", "quantidade": 1, "valor_unitario": 1, "valor_total": amount} for amount in amounts]


def item_as_json(item: dict[str, Any]) -> Any:
    return json.loads(to_json({"M": item}), parse_float=Decimal, parse_int=Decimal)


def stored(value: Any) -> Any:
    """The item of a valid invoice, as far as it is the invoice's own."""
    item = json.loads(checked(value).text)
    assert item.pop("_cliente")["S"]
    return item


def stored_whole(value: Any) -> Any:
    """The item of a valid invoice, without `_ingest`."""
    return json.loads(checked(value).text)


# Joint rules

BESIDE = ("desconto", "frete", "seguro", "outras_despesas", "impostos")

SUMS: dict[str, tuple[str, list[object], bool, dict[str, object]]] = {
    "tenths, which binary floats miss": ("0.3", ["0.1", "0.2"], True, {}),
    "a cent too much": ("0.31", ["0.1", "0.2"], False, {}),
    "of numbers and strings": ("30.00", [10, "20.0"], True, {}),
    "a cent at the largest amount": ("9999999999999.99", ["9999999999999.98", "0.01"], True, {}),
    "a cent missing at the largest amount": ("9999999999999.99", ["9999999999999.98"], False, {}),
    "a thousand lines": ("10", ["0.01"] * 1000, True, {}),
    "a discount": ("9.90", [10], True, {"desconto": "0.10"}),
    "a discount that is all": ("0", [10], True, {"desconto": 10}),
    "a discount of more than all": ("0", [10], False, {"desconto": "10.01"}),
    "freight": ("10.1", [10], True, {"frete": 0.1}),
    "all five": (
        "10.99",
        [10],
        True,
        {"desconto": 0.01, "frete": "0.1", "seguro": 0.2, "outras_despesas": "0.3", "impostos": 0.4},
    ),
    "absent amounts are 0": ("10", [10], True, {"desconto": None, "frete": None, "impostos": 0}),
    "amounts without lines": ("7", [], True, {"seguro": 7}),
}


@pytest.mark.parametrize("sum_", SUMS.values(), ids=SUMS)
def test_the_lines_and_the_amounts_add_up_exactly(sum_: tuple[str, list[object], bool, dict[str, object]]) -> None:
    valor, lines, agree, amounts = sum_
    found = broken(exact({**invoice("x", valor=valor, itens=totals(*lines)), **amounts}))
    assert found == ([] if agree else [("sum", "/itens")])


@QUICK
@given(st.lists(st.integers(0, 10**12), max_size=8), st.integers(-1, 1))
def test_lines_agree_with_their_sum_and_with_nothing_else(cents: list[int], off: int) -> None:
    valor, *amounts = (f"{Decimal(number) / 100:f}" for number in (max(sum(cents) + off, 0), *cents))
    agree = Decimal(valor) * 100 == sum(cents)
    assert broken(exact(invoice("x", valor=valor, itens=totals(*amounts)))) == ([] if agree else [("sum", "/itens")])


@QUICK
@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=5),
    st.dictionaries(
        st.sampled_from(["desconto", "frete", "seguro", "outras_despesas", "impostos"]), st.integers(0, 10**12)
    ),
    st.sampled_from([0, 0, 1, -1, 100]),
)
def test_lines_and_amounts_agree_with_their_sum_in_whole_cents(
    lines: list[int], amounts: dict[str, int], off: int
) -> None:
    """Integers, which nothing rounds, are the judge."""
    total = sum(lines) + sum(-cents if name == "desconto" else cents for name, cents in amounts.items())
    assume(total + off >= 0)

    def reais(cents: int) -> str:
        return f"{cents // 100}.{cents % 100:02}"

    value = invoice("x", valor=reais(total + off), itens=totals(*map(reais, lines)))
    found = broken(exact({**value, **{name: reais(cents) for name, cents in amounts.items()}}))
    assert found == ([("sum", "/itens")] if off else [])


def test_the_sum_is_exact_beyond_the_digits_a_decimal_usually_keeps() -> None:
    value = invoice("x", valor=10, itens=totals(10, "0." + "0" * 60 + "1"))
    assert broken(exact(value)) == [("decimals", "/itens/1/valor_total"), ("sum", "/itens")]


def test_a_discount_is_taken_off_with_every_digit_it_has() -> None:
    value = invoice("x", valor=0, desconto="10." + "0" * 40 + "1", itens=totals(10))
    assert broken(exact(value)) == [("number", "/desconto"), ("decimals", "/desconto")]
    value = invoice("x", valor=0, desconto="10." + "0" * 35 + "1", itens=totals(10))
    assert broken(exact(value)) == [("decimals", "/desconto"), ("sum", "/itens")]


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("amount", ["um", "1.500", True, "1E+2", 10**13])
def test_a_sum_with_an_amount_that_cannot_be_read_is_not_checked(name: str, amount: object) -> None:
    found = broken(exact(invoice("x", valor=1, itens=totals(7), **{name: amount})))
    assert [path for _, path in found] == [f"/{name}"]


@pytest.mark.parametrize(
    ("valor", "amounts", "told"),
    [
        ("dez", [1], [("type", "/valor")]),
        (10**13, [1], [("integer_digits", "/valor")]),
        (1, [7, "sete"], [("type", "/itens/1/valor_total")]),
        (1, [7, 10**13], [("integer_digits", "/itens/1/valor_total")]),
        ("1.500", [1], [("ambiguous", "/valor")]),
        (1, [7, "1.500"], [("ambiguous", "/itens/1/valor_total")]),
    ],
)
def test_a_sum_that_cannot_be_read_is_not_checked(valor: object, amounts: list[object], told: list[Any]) -> None:
    assert broken(exact(invoice("x", valor=valor, itens=totals(*amounts)))) == told


def test_a_fault_elsewhere_does_not_hide_a_wrong_sum() -> None:
    value = invoice("", valor=-1, itens=[{"valor_total": 2}])
    assert ("sum", "/itens") in broken(exact(value))


def test_a_fault_elsewhere_does_not_hide_a_wrong_issuer() -> None:
    value = invoice("", chave_acesso=KEY[:43] + "1", emitente={"cnpj": "12ABC34501DE35"})
    assert broken(exact(value)) == [
        ("length", "/id"),
        ("check_digit", "/chave_acesso"),
        ("issuer", "/emitente/cnpj"),
    ]


def test_a_key_that_cannot_be_read_names_no_issuer() -> None:
    value = invoice("x", chave_acesso=KEY[:43], emitente={"cnpj": "12ABC34501DE35"})
    assert broken(exact(value)) == [("access_key", "/chave_acesso")]


def test_an_issuer_is_compared_without_its_punctuation() -> None:
    value = invoice("x", chave_acesso=KEY, emitente={"cnpj": "17.921.427/0001-25"})
    assert broken(exact(value)) == []


# What is stored


def test_amounts_that_came_as_strings_are_stored_as_numbers() -> None:
    line = {"descricao": "Café", "quantidade": "3.50", "valor_unitario": "428.571", "valor_total": "1500.00"}
    item = stored(exact(invoice("x", valor="1500.00", itens=[line])))
    assert item["valor"] == {"N": "1500"}
    [one] = item["itens"]["L"]
    assert one["M"] == {
        "descricao": {"S": "Café"},
        "quantidade": {"N": "3.5"},
        "valor_unitario": {"N": "428.571"},
        "valor_total": {"N": "1500"},
    }


def test_amounts_beside_the_lines_are_stored_as_numbers() -> None:
    item = stored(exact(invoice("x", **dict.fromkeys(BESIDE, "1500.00"))))
    assert {name: item[name] for name in BESIDE} == {name: {"N": "1500"} for name in BESIDE}


def test_what_counts_as_absent_is_kept_as_it_came() -> None:
    party = {"nome": "Ana", "cnpj": "", "cpf": None}
    names = ("chave_acesso", "emitente", "itens", *BESIDE)
    value = {**invoice("x"), **dict.fromkeys(names), "destinatario": party}
    assert item_as_json(stored(exact(value))) == as_stored(value)
    assert stored(exact({**value, "chave_acesso": ""}))["chave_acesso"] == {"S": ""}


def test_what_the_contract_does_not_name_is_kept_as_it_came() -> None:
    extras = {
        "observações": {"texto": "à vista", "lista": [1, 2.5, None, True, "x", {}, []], "vazio": ""},
        "exato": 12345678901234567890123456789012345678,
        "pequeno": 1e-130,
        "número em texto": "1500.00",
        "emitente": {"nome": "Ana", "cnpj": "17.921.427/0001-25", "endereço": [{"cep": "01001-000"}]},
    }
    value = invoice("x", **extras)
    assert item_as_json(stored(exact(value))) == as_stored(value)


def test_numbers_keep_every_digit() -> None:
    members = '"valor": 9999999999999.99, "f": 0.10000000000000000555'
    text = f'{{"id": "x", "cliente": "Ana", "data_emissao": "2025-10-03", {members}}}'
    item = stored(value_of(text))
    assert (item["valor"], item["f"]) == ({"N": "9999999999999.99"}, {"N": "0.10000000000000000555"})


def test_an_invoice_may_fill_an_item_except_for_what_the_pipeline_adds() -> None:
    # By AWS's rule: id 2 + 1, cliente 7 + 11, valor 5 + 4, data_emissao 12 + 10, and texto 5.
    room = MAX_INVOICE_BYTES - 57
    assert broken(exact(invoice("x", texto="x" * room))) == []
    assert broken(exact(invoice("x", texto="x" * (room + 1)))) == [("item_size", "")]


def test_an_amount_counts_as_the_number_that_is_stored() -> None:
    # As a string of these digits it would take 8 bytes.
    room = MAX_INVOICE_BYTES - 57 + 4 - 2
    assert broken(exact(invoice("x", valor="01500.00", texto="x" * room))) == []
    assert broken(exact(invoice("x", valor="01500.00", texto="x" * (room + 1)))) == [("item_size", "")]


def test_faults_of_an_invoice_that_is_too_large_are_reported_too() -> None:
    found = broken({**exact(invoice("x")), "a": "\ud800", "b": "x" * MAX_INVOICE_BYTES})
    assert found == [("surrogate", "/a"), ("item_size", "")]


def test_the_whole_item_is_made_of_its_members() -> None:
    one = checked(exact(invoice("x", observações="é😀", a=True)))
    assert one.names == ("a", "cliente", "data_emissao", "id", "observações", "valor", "_cliente")
    assert [json.loads(parameter) for parameter in one.parameters] == [json.loads(one.text)[name] for name in one.names]
    assert one.parameters[0] == '{"BOOL":true}'


def test_what_the_pipeline_adds_has_room_whatever_the_uploads_name() -> None:
    longest = {
        "key": "x" * 1024,
        "version_id": "x" * 1024,
        "position": 123_456_789,
        "time": "2026-10-05T12:00:00.000Z",
        "sha256": "f" * 64,
    }
    # 255 of the note that takes most as a key.
    item = stored_whole(exact(invoice("x", cliente="\U0001d160" * 255)))
    assert item_bytes({"_cliente": item["_cliente"]["S"], **exact({"_ingest": longest})}) <= additions.MAX_BYTES


def test_wire_bytes_are_those_of_the_item_in_a_request() -> None:
    one = checked(exact(invoice("x", observações="é😀", lista=[1, {"a": None}])))
    assert one.wire_bytes == len(json.dumps(json.loads(one.text), separators=(",", ":")).encode())


# Identity


@pytest.mark.parametrize("form", ["1500.0", "1500.00", '"1500.00"', '"1500"', "1.5e3", "15E+2", "150000e-2"])
def test_an_amount_is_the_same_in_every_form(form: str) -> None:
    text = f'{{"id": "x", "cliente": "Ana", "valor": {form}, "data_emissao": "2025-10-03"}}'
    assert checked(value_of(text)).sha256 == checked(value_of(text.replace(form, "1500"))).sha256


@pytest.mark.parametrize("name", BESIDE)
@pytest.mark.parametrize("form", ["1500.0", '"1500.00"', "1.5e3"])
def test_an_amount_beside_the_lines_is_the_same_in_every_form(name: str, form: str) -> None:
    text = f'{{"id": "x", "cliente": "Ana", "valor": 1, "data_emissao": "2025-10-03", "{name}": {form}}}'
    assert checked(value_of(text)).sha256 == checked(value_of(text.replace(form, "1500"))).sha256


@pytest.mark.parametrize(
    ("one", "other"), [("1e1", "10"), ("10", "10.0"), ("-0", "0"), ("0.0", "0"), ("-1.50e0", "-1.5")]
)
def test_numbers_of_extras_are_the_same_by_value(one: str, other: str) -> None:
    texts = [f'{{"id":"x","cliente":"Ana","valor":1,"data_emissao":"2025-10-03","n":{form}}}' for form in (one, other)]
    first, second = (checked(value_of(text)).sha256 for text in texts)
    assert first == second


@QUICK
@given(st.permutations(["id", "cliente", "valor", "data_emissao", "z", "a", "m"]), st.permutations(["p", "q", "r"]))
def test_the_order_of_members_makes_no_difference(outer: list[str], inner: list[str]) -> None:
    value = invoice("x", z=1, a={"p": 1, "q": 2, "r": 3}, m=[1, 2])
    shuffled = {name: {other: value["a"][other] for other in inner} if name == "a" else value[name] for name in outer}
    assert checked(exact(shuffled)).sha256 == checked(exact(value)).sha256


# Tables hold these hashes: whatever else changes, the same content must keep its own.
HASHES = [
    (
        '"valor":2878.1',
        "83d71be9d28c39971524b02a5d7c3237288bcea9b26b15bc266b6899b32fb80c",
    ),
    (
        '"z":[1E+2,-0,1e-7,true,false,null,""],"a b":{"é":[],"a":{}},"valor":2878.10',
        "34043a066cb865e0150b1d7705a783887498946a4a7446d1722143953441ad1f",
    ),
    (
        '"itens":[{"descricao":"Café","quantidade":"2.0","valor_unitario":5.50,"valor_total":"11.00"}],"valor":"011.00"',
        "fc84bd799735243310a4579ae392ac2c1f730aa2ee50a0a22449cbe8fd3747b4",
    ),
    (
        '"a":"\\u0001\\"\\\\/\\n\\u2028\\ud83e\\uddfe\\u007f","valor":0,"a\\"":1,"a!":2,"\\u0000":3',
        "949b045215e4168f94dead06db49693c234f43f2e92ee7a98f60d76bcf595db4",
    ),
    (
        '"n":12345678901234567890123456789012345678,"valor":1E+3,"m":-1.50E-10,"l":1E+21',
        "0528c5618b766fd10fb7cbc22695e63761af505ba341e6e71a661929717b2a99",
    ),
]


def test_a_content_has_the_hash_that_the_docs_say() -> None:
    """Computed by hand: what is hashed stands here as it is."""
    written = (
        b'{"a":{"L":[{"N":"100"},{"N":"0"},{"N":"0.0000001"},{"BOOL":true},{"NULL":true},{"S":""}]},'
        b'"cliente":{"S":"Jo\\u00e3o Silva"},"data_emissao":{"S":"2025-10-03"},"id":{"S":"NF-8"},'
        b'"m":{"M":{"a b":{"M":{}},"\\ud83e\\uddfe":{"L":[]}}},"valor":{"N":"2878.1"}}'
    )
    text = '"m":{"🧾":[],"a b":{}},"valor":"2878.10","a":[1E+2,-0,1e-7,true,null,""],"data_emissao":"2025-10-03"'
    found = checked(value_of(f'{{"id":"NF-8",{text},"cliente":"João Silva"}}')).sha256
    assert found == hashlib.sha256(written).hexdigest()


@QUICK
@given(invoices.valid())
def test_a_content_has_the_hash_of_the_model(drawn: invoices.Invoice) -> None:
    value = bound(drawn, "x" * NAME_CHARACTERS)
    assert checked(value_of(json_of(value))).sha256 == content_hash(content(value))


@pytest.mark.parametrize(("members", "sha256"), HASHES)
def test_a_content_keeps_its_hash_for_ever(members: str, sha256: str) -> None:
    text = f'{{"id":"NF-8","cliente":"João Silva",{members},"data_emissao":"2025-10-03"}}'
    assert checked(value_of(text)).sha256 == sha256


CHANGES = {
    "another id": {"id": "y"},
    "another customer": {"cliente": "Joao Silva"},
    "another amount": {"valor": 2878.11},
    "another date": {"data_emissao": "2025-10-04"},
    "the same moment spelt otherwise": {"data_emissao": "2025-10-03T00:00:00Z"},
    "a member more": {"c": None},
    "no freight in words": {"frete": 0},
    "a string for a number": {"b": "1"},
    "false for 0": {"b": False},
    "another order in an array": {"a": [2, 1]},
    "an object for an array": {"a": {}},
    "an element more": {"a": [1, 2, None]},
    "an amount in text that is not the pipeline's": {"d": "1.0"},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_other_content_has_another_identity(changes: dict[str, Any]) -> None:
    value = {**invoice("x"), "a": [1, 2], "b": 1, "d": "1"}
    assert checked(exact({**value, **changes})).sha256 != checked(exact(value)).sha256


def test_the_identity_of_an_item_is_that_of_its_invoice_whatever_brought_it() -> None:
    one = checked(exact(invoice("x", valor="1500.00", a={"b": [1.50]})))
    item = {**json.loads(one.text), "_ingest": {"M": {"key": {"S": "a.json"}, "position": {"N": "3"}}}}
    assert content_sha256(item) == one.sha256
    # As the items are that were stored before there was `_cliente`.
    assert content_sha256({name: value for name, value in item.items() if name != "_cliente"}) == one.sha256


def test_an_item_with_binary_values_of_another_program_has_an_identity() -> None:
    assert content_sha256({"id": {"S": "x"}, "b": {"B": b"1"}}) != content_sha256({"id": {"S": "x"}, "b": {"B": b"2"}})


def test_numbers_that_another_program_put_count_by_their_value_however_a_cloud_gives_them_back() -> None:
    given_back: dict[str, Attribute] = {"id": {"S": "x"}, "N": {"M": {"a": {"L": [{"N": "-0"}, {"N": "1.50"}]}}}}
    normal: dict[str, Attribute] = {"id": {"S": "x"}, "N": {"M": {"a": {"L": [{"N": "0"}, {"N": "1.5"}]}}}}
    assert content_sha256(given_back) == content_sha256(normal)
