"""Objects that hold the invoices: where the line is between them and an invoice that is merely wrong."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.strategies import invoices
from fixtures.strategies.broken import SMALL_FAULTS, broken
from fixtures.strategies.documents import WRAPPED, from_json, to_json
from pipeline.functions import document, wrapped
from pipeline.functions.document import Layout, Reader
from pipeline.functions.errors import DocumentError
from pipeline.functions.invoice import INVOICE
from pipeline.functions.nodes import Parsed
from pipeline.functions.outline import MAX_NAME, Outline
from pipeline.functions.reasons import broken as reason
from pipeline.functions.skim import Skimmer, skim
from pipeline.functions.tokens import SPACE
from pipeline.functions.window import Window
from pipeline.functions.wrapped import MAX_INNER, MAX_LEVELS, MAX_LOOKS, MAX_MEMBERS, found_in

from .documents import QUICK, SIZES, WHOLE, cut, json_texts, mutated, read_until_error

NOTE = '{"id": "1", "cliente": "Ana", "valor": 10, "data_emissao": "2025-10-03"}'
KEY = "35251012345678000195550010000009001482137641"

# An object, how it holds invoices, and the member that is named.
HOLDS: dict[str, tuple[str, str, str | None]] = {
    "a member": (f'{{"notas": [{NOTE}]}}', "member", "notas"),
    "beside others": (f'{{"total": 1, "data": [{NOTE}, {NOTE}], "page": {{"n": 1}}}}', "member", "data"),
    "the API's list": (f'{{"notas": [{NOTE}], "cursor": null}}', "member", "notas"),
    "a name like an invoice's": (f'{{"itens": [{NOTE}], "total": 1}}', "member", "itens"),
    "with an id of its own": (f'{{"id": "lote-7", "notas": [{NOTE}]}}', "member", "notas"),
    "with a customer of its own": (
        '{"cliente": "Ana", "notas": [{"id": "1", "valor": 10, "data_emissao": "2025-10-03"}]}',
        "member",
        "notas",
    ),
    "incomplete invoices": ('{"notas": [{"id": "1", "cliente": "Ana"}], "x": 1}', "member", "notas"),
    "names as people write them": (
        '{"notas": [{"Id": 1, "CLIENTE": "Ana", "Data de": 1, "Data-Emissão": "x"}], "x": 1}',
        "member",
        "notas",
    ),
    "deep inside": (f'{{"d": {{"results": [{NOTE}], "__count": 1}}}}', "member", "d.results"),
    "edges and nodes": (
        f'{{"data": {{"notas": {{"edges": [{{"node": {NOTE}}}]}}}}}}',
        "member",
        "data.notas.edges.node",
    ),
    "hits of a search": (
        f'{{"took": 1, "hits": {{"total": 1, "hits": [{{"_id": "a", "_source": {NOTE}}}]}}}}',
        "member",
        "hits.hits._source",
    ),
    "two members": (f'{{"entradas": [{NOTE}], "saidas": [{NOTE}]}}', "members", "entradas"),
    "by access key": (f'{{"{KEY}": {NOTE}, "{KEY[::-1]}": {NOTE}}}', "keyed", f"{KEY[:39]}…"),
    "by number": (f'{{"0": {NOTE}, "1": {NOTE}, "2": {NOTE}}}', "keyed", "0"),
    "by id, without an id inside": (
        '{"NF-1": {"cliente": "A", "valor": 1, "data_emissao": "x"}, "NF-2": {"cliente": "A", "valor": 1}}',
        "keyed",
        "NF-1",
    ),
    "by id, in a member": (f'{{"notas": {{"NF-1": {NOTE}, "NF-2": {NOTE}}}}}', "keyed", "notas.NF-1"),
    "one alone": (f'{{"nota": {NOTE}}}', "one", "nota"),
    "one with its state": (f'{{"ok": true, "nota": {NOTE}}}', "one", "nota"),
    "NF-e in a member": ('{"notas": [{"nfeProc": {"NFe": {}}}], "n": 1}', "member", "notas"),
    "nothing but an array of objects": ('{"invoices": [{"number": 1, "customer": "Ana"}]}', "member", "invoices"),
    "nothing but an empty array": ('{"notas": []}', "member", "notas"),
    "an empty array and null": ('{"notas": [], "cursor": null}', "member", "notas"),
    "nothing but that, deep": ('{"d": {"results": [{"number": 1}]}}', "member", "d.results"),
    "by columns": (
        '{"id": {"0": "1"}, "cliente": {"0": "A"}, "valor": {"0": 1}, "data_emissao": {"0": "x"}}',
        "columns",
        None,
    ),
    "by columns, as arrays": ('{"id": ["1", "2"], "cliente": ["A", "B"], "valor": [1, 2]}', "columns", None),
    "by columns, without rows": ('{"id": {}, "cliente": {}, "valor": {}, "data_emissao": {}}', "columns", None),
    "by columns, with others": ('{"x": {"0": 1}, "id": {"0": "1"}, "Valor": {"0": 1}}', "columns", None),
    "split": ('{"columns": ["id", "valor"], "index": [0], "data": [["1", 10]]}', "split", None),
    "split, without rows": ('{"columns": ["id", "valor"], "index": [], "data": []}', "split", None),
    "a table with its schema": (f'{{"schema": {{"fields": []}}, "data": [{NOTE}]}}', "member", "data"),
}

INVOICES = {
    "a complete one": NOTE,
    "a complete one that holds others": f'{NOTE[:-1]}, "anteriores": [{NOTE}], "mais": {{"a": {NOTE}, "b": {NOTE}}}}}',
    "one that lacks one": f'{{"id": "1", "cliente": "A", "valor": 1, "anteriores": [{NOTE}]}}',
    "lines alone": '{"itens": [{"descricao": "Pão", "quantidade": 1, "valor_unitario": 1, "valor_total": 1}]}',
    "lines with ids": '{"numero": 1, "itens": [{"id": 1, "valor": 2}]}',
    "lines under another name": '{"numero": 1, "produtos": [{"nome": "Café", "preco": 10}]}',
    "instalments": '{"numero": 1, "parcelas": [{"id": 1, "valor": 10}, {"id": 2, "valor": 10}]}',
    "a customer with an id": '{"numero": 1, "comprador": {"id": 1, "nome": "Ana"}}',
    "nothing": "{}",
    "no list": '{"notas": 1}',
    "arrays of no objects": '{"notas": ["1", "2"]}',
    "an empty object": '{"notas": {}}',
    "an NF-e": '{"nfeProc": {"NFe": {"infNFe": {}}, "protNFe": {}}}',
    "one column": '{"id": {"0": 1}}',
    "columns and a scalar": '{"id": "1", "cliente": {"0": "A"}, "valor": {"0": 1}}',
    "extended JSON": '{"id": {"$oid": "a"}, "valor": {"$numberDecimal": "10"}, "data_emissao": {"$date": "x"}}',
    "columns of no table": '{"columns": 2, "data": [["a"]]}',
    "data of no table": '{"columns": ["a"], "data": ["x"]}',
    "a customer as an object": '{"id": "1", "cliente": {"nome": "Ana", "cpf": "1"}, "valor": 1}',
    "too deep": '{"a":' * (MAX_LEVELS + 1) + f'{{"notas": [{NOTE}], "x": 1}}' + "}" * (MAX_LEVELS + 1),
}


def outlined(text: str, size: int = WHOLE) -> Any:
    window = Window(cut(text.encode(), size))
    found = found_in(Outline(Skimmer(window)))
    return found, window.peek(len(text) + 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "how", "member"), HOLDS.values(), ids=HOLDS)
def test_an_object_that_holds_invoices_is_no_document(text: str, how: str, member: str | None, size: int) -> None:
    records, error = read_until_error(text.encode(), Layout.JSON, size)
    assert error is not None
    assert (error.code, error.line, error.column, records) == ("wrapped", 1, 1, [])
    assert (error.values["hint"], error.values.get("member")) == (how, member)
    assert member is None or f'"{member}"' in error.message


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", INVOICES.values(), ids=INVOICES)
def test_an_invoice_that_is_merely_wrong_is_one_record(text: str, size: int) -> None:
    records, error = read_until_error(text.encode(), Layout.JSON, size)
    assert error is None
    assert [record.text for record in records] == [text]


def test_several_nfe_in_one_object_are_records() -> None:
    records, error = read_until_error(b'{"NFe": [{"infNFe": {}}, {"infNFe": {}}]}')
    assert (len(records), error) == (2, None)


def test_the_second_of_two_members_is_named_too() -> None:
    _, error = read_until_error(HOLDS["two members"][0].encode())
    assert error is not None
    assert error.message == (
        'the document is an object that holds invoices in "entradas" and in "saidas"; upload each of them alone, '
        "as an array"
    )


def test_the_required_members_are_those_of_the_rules() -> None:
    assert set(INVOICE.schema["required"]) == wrapped.REQUIRED
    assert {*wrapped.REQUIRED, *wrapped._OTHERS} >= set(INVOICE.schema["properties"])


NAMES = st.text(min_size=1, max_size=8).filter(lambda name: wrapped._known(name) is None and name not in wrapped._NFE)
SCALARS = st.none() | st.booleans() | st.text(max_size=4) | st.integers(0, 9)


@QUICK
@given(
    NAMES,
    st.lists(invoices.valid(), min_size=1, max_size=3),
    st.dictionaries(NAMES, SCALARS, max_size=3),
    st.sampled_from(["id", "cliente", "valor", "data_emissao", None]),
)
def test_invoices_in_any_member_of_an_object_are_found(
    name: str, inside: list[Any], others: dict[str, Any], own: str | None
) -> None:
    whole = {**others, **({own: "x"} if own else {}), name: inside}
    found = found_in(Parsed(from_json(json.dumps(others | ({own: "x"} if own else {}))) | {name: inside}))
    assert found is not None, whole
    assert (found.how, found.names) == ("member", (name,))


@QUICK
@given(st.dictionaries(NAMES, invoices.valid(), min_size=2, max_size=4))
def test_invoices_under_names_of_their_own_are_found(inside: dict[str, Any]) -> None:
    found = found_in(Parsed(inside))
    assert found is not None
    assert (found.how, found.names) == ("keyed", (next(iter(inside)),))


@QUICK
@given(invoices.valid(), NAMES, st.lists(invoices.valid(), max_size=2), st.booleans())
def test_what_could_be_stored_never_holds_others(invoice: Any, name: str, inside: list[Any], keyed: bool) -> None:
    more = {str(number): one for number, one in enumerate(inside)} if keyed else inside
    assert found_in(Parsed({**invoice, name: more})) is None


@QUICK
@given(broken().filter(lambda one: isinstance(one.value, dict) and WRAPPED not in one.breaks))
def test_nor_does_an_invoice_that_breaks_a_rule(invoice: Any) -> None:
    assert len(SMALL_FAULTS) > 50
    assert found_in(Parsed(invoice.value)) is None


# Members that mean something to the rule, nested in every way.
_MEMBERS = st.sampled_from(["id", "Cliente", "valor", "data_emissão", "notas", "data", "columns", "itens", "0"])
VALUES = st.recursive(
    st.none() | st.just("x") | st.just(1),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_MEMBERS, inner, max_size=5),
    max_leaves=12,
)
OBJECTS = st.dictionaries(_MEMBERS, VALUES, max_size=5)


@QUICK
@given(OBJECTS, st.sampled_from(SIZES))
def test_a_text_is_looked_into_like_what_it_is_parsed_to(value: Any, size: int) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert outlined(text, size) == (found_in(Parsed(value)), "")


@QUICK
@given(OBJECTS, st.sampled_from(SIZES), st.integers(8, 200))
def test_both_readings_of_an_object_of_any_length_find_the_same(value: Any, size: int, limit: int) -> None:
    body = json.dumps(value).encode()
    found = found_in(Parsed(value))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "MAX_RECORD", limit)
        for values in (True, False):
            assert outcome(body, size, values=values) == (("wrapped", 1, 1, found.values()) if found else 1)


def outcome(body: bytes, size: int, *, values: bool) -> Any:
    try:
        return len(list(Reader(cut(body, size), Layout.JSON, values=values)))
    except DocumentError as error:
        return error.code, error.line, error.column, error.values


@QUICK
@given(mutated(json_texts()).filter(lambda text: text.lstrip(" \t\r\n")[:1] in {"{", "["}), st.sampled_from(SIZES))
def test_looking_into_a_text_passes_over_the_same_json(text: str, size: int) -> None:
    assert passed(text, size, look=True) == passed(text, size, look=False)


def passed(text: str, size: int, *, look: bool) -> Any:
    window = Window(cut(text.encode(), size))
    window.pass_over(SPACE)
    try:
        if look:
            window.start_keeping(0)
            found_in(Outline(Skimmer(window)))
        else:
            skim(window, 0, reason("nesting", hint="unread"))
    except DocumentError as error:
        return error.as_dict()
    return window.peek(len(text) + 1)


@pytest.mark.parametrize("name", ["é" * 40, '"', "\\", "\ud800", "a\nb", "x" * 100_000])
def test_a_name_of_any_kind_can_be_said(name: str) -> None:
    _, error = read_until_error(f'{{{json.dumps(name)}: [{NOTE}], "x": 1}}'.encode())
    assert error is not None
    assert len(error.message.encode()) < 300
    assert "\n" not in error.message


@pytest.mark.parametrize("length", [MAX_NAME - 2, MAX_NAME - 1, 100_000])
def test_a_long_name_is_passed_over(length: int) -> None:
    text = f'{{"{"x" * length}": 1, "notas": [{NOTE}]}}'
    assert outlined(text, 7)[0].names == ("notas",)


@pytest.mark.parametrize("size", [7, WHOLE])
@pytest.mark.parametrize(("most", "form"), [(MAX_MEMBERS, "{}"), (MAX_INNER, '{{"d": {}, "x": 1}}')])
def test_a_look_at_an_object_has_an_end(most: int, form: str, size: int) -> None:
    for before in (most - 1, most):
        others = "".join(f'"{number}": [], ' for number in range(before))
        text = form.format(f'{{{others}"notas": [{NOTE}], "more": {{"n": [1]}}}}')
        found = found_in(Parsed(json.loads(text)))
        assert (found is not None) == (before < most)
        assert outlined(text, size) == (found, "")


def test_a_look_at_many_objects_has_an_end() -> None:
    looked = MAX_LOOKS // (MAX_INNER + 1)
    for before in (looked - 1, looked + 1):
        others = {f"x{number}": {str(inner): 1 for inner in range(MAX_INNER + 5)} for number in range(before)}
        text = json.dumps({**others, "notas": [json.loads(NOTE)]})
        found = found_in(Parsed(json.loads(text)))
        assert (found is not None) == (before < looked)
        assert outlined(text) == (found, "")


class Large:
    """A document that many times has the same in it. `most` is what a reader held of it at once, in characters."""

    def __init__(self, begin: str, one: str, end: str) -> None:
        self.begin, self.one, self.end = begin, one, end
        self.reader: Reader | None = None
        self.most = 0

    def __iter__(self) -> Iterator[bytes]:
        yield self.begin.encode()
        many = (f"{self.one}," * 500).encode()
        for _ in range(8_000_000 // len(many)):
            assert self.reader
            self.most = max(self.most, len(self.reader._window.text))
            yield many
        yield (self.one + self.end).encode()


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize(
    ("begin", "one", "end", "how"),
    [
        ('{"total": 1, "notas": [', NOTE, '], "pagina": 1}', "member"),
        ("{", f'"{KEY}": {NOTE}', "}", "keyed"),
        ('{"id": {"0": "1"}, "cliente": {', '"0": "Ana"', '}, "valor": {"0": 1}}', "columns"),
    ],
)
def test_however_long_they_are_they_are_found_and_not_held(
    begin: str, one: str, end: str, how: str, values: bool
) -> None:
    body = Large(begin, one, end)
    body.reader = Reader(body, Layout.JSON, values=values)
    with pytest.raises(DocumentError) as caught:
        list(body.reader)
    assert (caught.value.code, caught.value.values["hint"]) == ("wrapped", how)
    assert 0 < body.most < 5_000_000


def test_a_large_object_that_is_no_invoice_is_still_one_record() -> None:
    text = to_json({"numero": 1, "texto": "x" * (3 * 1024 * 1024)})
    [record] = list(Reader(cut(text.encode(), 65_536), Layout.JSON))
    assert record.fault is not None
    assert record.fault.code == "too_long"
