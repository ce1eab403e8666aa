"""What the JSON Schema accepts and what the rules accept differ only in what no schema can say."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
import xmltodict
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from fixtures.strategies import invoices, values
from fixtures.strategies.batches import refused
from fixtures.strategies.broken import FAULTS, Fault
from fixtures.strategies.documents import has_utf8, to_json
from fixtures.strategies.nfe import NfeDocument, nfe_documents
from pipeline.functions import nfe_json, patterns
from pipeline.functions.invoice import Checked, check
from pipeline.functions.schema import BEYOND, DIALECT, ID, document
from pipeline.functions.values import MAX_RECORD

from .documents import QUICK, quick, read

SCHEMA = document()
DOCUMENT = jsonschema_rs.validator_for(SCHEMA)
INVOICE = jsonschema_rs.validator_for({**SCHEMA, "if": False, "else": {"$ref": "#/$defs/nota"}})
PROPERTIES = SCHEMA["$defs"]["nota"]["properties"]

TEN = Decimal(10)
PLAIN = {"id": "NF-8", "cliente": "João Silva", "valor": TEN, "data_emissao": "2025-10-03"}
LINE = {"descricao": "Café", "quantidade": Decimal(1), "valor_unitario": TEN, "valor_total": TEN}


FIRST = settings(QUICK, phases=[Phase.generate])
"""To find an example, which need not be the smallest one."""


def readable(value: Any) -> Any:
    """A value as most readers of JSON give it to a validator: half a character is replaced, and names are unique."""
    if isinstance(value, str):
        return value if has_utf8(value) else value.encode(errors="replace").decode()
    if isinstance(value, Decimal):
        # The validator takes no number that is infinite.
        return Decimal(value) if value.is_finite() else Decimal("9E+400")
    if isinstance(value, list):
        return [readable(element) for element in value]
    if isinstance(value, dict):
        return {readable(name): readable(member) for name, member in value.items()}
    return value


def accepts(value: Any) -> bool:
    return INVOICE.is_valid(readable(value))


def codes(value: Any) -> set[str]:
    [record] = read(f"[{to_json(value)}]".encode())
    answer = [record.fault] if record.fault else check(record.value)
    return set() if isinstance(answer, Checked) else {reason.code for reason in answer}


def differ_only_beyond(value: Any) -> None:
    """The schema accepts what the rules accept, and whatever else it accepts has reasons of the listed codes only."""
    found = codes(value)
    if accepts(value):
        assert found <= BEYOND.keys(), value
    else:
        assert found, value


@QUICK
@given(invoices.valid())
def test_every_valid_invoice_is_accepted(invoice: invoices.Invoice) -> None:
    assert accepts(invoice)


@quick(0.3)
@given(st.lists(invoices.valid(), max_size=2))
def test_every_document_of_valid_invoices_is_accepted(drawn: list[invoices.Invoice]) -> None:
    assert DOCUMENT.is_valid(readable(drawn))
    assert all(DOCUMENT.is_valid(readable(one)) for one in drawn)


@quick(0.3)
@given(nfe_documents())
def test_an_nfe_as_json_is_accepted_whatever_elements_it_is_in(drawn: NfeDocument) -> None:
    parsed = xmltodict.parse(drawn.text)
    assert DOCUMENT.is_valid(parsed)
    assert DOCUMENT.is_valid([parsed])
    assert not INVOICE.is_valid(parsed)


ELEMENTS = st.recursive(
    st.sampled_from(["", None, "NFe"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["lote", "ns:NFe", "NFe", "protNFe", "@versao", "#text", "id"]), inner, max_size=6
        )
    ),
    max_leaves=6,
)
AROUND_NFE = st.recursive(
    st.builds(lambda name, one: {name: one}, st.sampled_from(["NFe", "ns:NFe"]), ELEMENTS),
    lambda inner: st.builds(
        lambda name, one, others: {name: one, **others},
        st.sampled_from(["lote", "ns:lote", "#lote", "@lote", ""]),
        inner | st.lists(inner, min_size=1, max_size=2),
        st.sampled_from([{}, {"@versao": "4.00"}, {"id": "1"}]),
    ),
    max_leaves=4,
)


def holds_nfe(value: Any) -> bool:
    """Whether an object has an NF-e in it, in elements or in arrays of them."""
    if not isinstance(value, dict):
        return False
    elements = [
        (name, one)
        for name, member in value.items()
        if not name.startswith("@")
        for one in (member if isinstance(member, list) else [member])
    ]
    return any(holds_nfe(one) or (name in ("NFe", "ns:NFe") and isinstance(one, dict)) for name, one in elements)


@quick(2)
@given(ELEMENTS | AROUND_NFE)
def test_it_takes_for_an_nfe_what_the_rules_do_and_what_holds_one_besides(value: Any) -> None:
    """No schema can count elements without attributes, so what holds one may still be an invoice to the rules."""
    if not isinstance(value, dict):
        return
    accepted = DOCUMENT.is_valid(value)
    if nfe_json.found_in(value).elements:
        assert accepted
    assert accepted == ("id" not in value and len(value) <= 4 and holds_nfe(value))


def test_an_object_without_members_is_no_nfe() -> None:
    """So an editor offers the members of an invoice."""
    for empty in ({}, {"@versao": "4.00"}):
        assert not DOCUMENT.is_valid(empty)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@quick(0.12)
@given(data=st.data())
def test_an_invoice_it_accepts_is_refused_for_what_no_schema_can_say(fault: Fault, data: st.DataObject) -> None:
    for record in data.draw(refused(fault)).records:
        differ_only_beyond(record.value)


# Of these there are no faults: an invoice that has one breaks other rules as well, or takes long to draw.
OTHERS: dict[str, Any] = {
    "more": {**PLAIN, "lista": [Decimal("1E+126")] * 1_001},
    "too_long": {**PLAIN, "texto": "x" * MAX_RECORD},
}


@pytest.mark.parametrize("code", BEYOND)
def test_each_listed_code_is_of_an_invoice_that_the_schema_accepts(code: str) -> None:
    if code in OTHERS:
        assert accepts(OTHERS[code])
        assert code in codes(OTHERS[code])
        return
    faults = [fault for fault in FAULTS if code in {broken for broken, _ in fault.breaks}]
    found = find(
        st.sampled_from(faults).flatmap(refused),
        lambda drawn: any(accepts(one.value) and code in codes(one.value) for one in drawn.records),
        settings=FIRST,
    )
    assert found


# What a pattern takes, and what is nearly like it.
def near(pattern: str) -> st.SearchStrategy[str]:
    exact = st.from_regex(pattern.replace(r"\/", "/"), fullmatch=True)
    spoiled = st.builds(
        lambda text, at, char: text[: at % (len(text) + 1)] + char + text[at % (len(text) + 1) + at % 2 :],
        exact,
        st.integers(0, 99),
        st.sampled_from([*" \n\t.-/0a9A", "", "\u00a0", "\u0085", "\ufeff", "\u200b", "é", "٣", "🧾"]),
    )
    return exact | spoiled | values.text()


TEXTS: dict[str, tuple[st.SearchStrategy[str], Any]] = {
    "id": (near(patterns.ID), lambda text: {**PLAIN, "id": text}),
    "cliente": (near(patterns.NOT_BLANK), lambda text: {**PLAIN, "cliente": text}),
    "data_emissao": (near(patterns.DATE), lambda text: {**PLAIN, "data_emissao": text}),
    "chave_acesso": (near(patterns.ACCESS_KEY), lambda text: {**PLAIN, "chave_acesso": text}),
    "cnpj": (near(patterns.CNPJ), lambda text: {**PLAIN, "emitente": {"cnpj": text}}),
    "cpf": (near(patterns.CPF), lambda text: {**PLAIN, "destinatario": {"cpf": text}}),
    "valor": (near(patterns.MONEY), lambda text: {**PLAIN, "valor": text}),
    "descricao": (near(patterns.NOT_BLANK), lambda text: {**PLAIN, "itens": [{**LINE, "descricao": text}]}),
    "quantidade": (near(patterns.AMOUNT), lambda text: {**PLAIN, "itens": [{**LINE, "quantidade": text}]}),
}


@pytest.mark.parametrize(("texts", "invoice"), TEXTS.values(), ids=TEXTS)
@quick()
@given(data=st.data())
def test_texts_that_are_nearly_right_differ_only_in_what_no_schema_can_say(
    texts: st.SearchStrategy[str], invoice: Any, data: st.DataObject
) -> None:
    differ_only_beyond(invoice(data.draw(texts)))


def test_a_text_may_begin_and_end_with_the_same_characters_as_by_the_rules() -> None:
    """Readers differ in what they take for white space, all of which has lower numbers than 0x3100."""
    every = [*map(chr, range(0x3100)), "\ufeff", "\ufffd", "🧾"]
    for name in ("id", "cliente"):
        each = {char: {**PLAIN, name: char} for char in every}
        assert [char for char, invoice in each.items() if accepts(invoice) == bool(codes(invoice))] == []


def test_it_says_which_dialect_and_which_schema_it_is() -> None:
    assert (SCHEMA["$schema"], SCHEMA["$id"]) == (DIALECT, ID)
    jsonschema_rs.validator_for({"$ref": DIALECT}).validate(SCHEMA)


def members(schema: Any) -> Iterator[tuple[str, Any]]:
    """The members that a schema describes, with their names."""
    if "properties" in schema:
        yield from schema["properties"].items()
    for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", []), schema.get("items", False)):
        if isinstance(inner, dict):
            yield from members(inner)


def test_an_editor_has_a_description_for_every_member() -> None:
    found = list(members(SCHEMA["$defs"]["nota"]))
    assert {"id", "chave_acesso", "cnpj", "valor_total"} <= {name for name, _ in found}
    assert all(len(member["description"]) > 10 for _, member in found if member is not False)


def test_an_error_in_an_array_names_the_place() -> None:
    """Not just that none of several schemas fits, as by `anyOf`."""
    [error] = DOCUMENT.iter_errors([PLAIN, {**PLAIN, "data_emissao": "03/10/2025"}])
    assert error.instance_path == [1, "data_emissao"]
