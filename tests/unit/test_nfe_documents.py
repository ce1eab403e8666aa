"""NF-e as XML and as JSON: each becomes the invoice that it is, however it is written."""

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import nfelib
import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fixtures.command import ROOT
from fixtures.nfe import Line, Nfe, Recipient
from fixtures.strategies.documents import Record as Expected
from fixtures.strategies.nfe import FAULTS, STYLES, Fault, NfeDocument, broken_nfes, nfe_documents, nfes
from fixtures.xml_text import Style
from pipeline.functions.document import BEGINNING, Layout, Place, Reader, Record
from pipeline.functions.errors import DocumentError
from pipeline.functions.invoice import Checked
from pipeline.functions.nfe_xml import XmlReader
from pipeline.functions.outcome import check_record
from pipeline.functions.values import MAX_RECORD

from .documents import QUICK, SIZES, cut, mutated, quick

SCHEMAS = Path(str(files(nfelib))) / "nfe" / "schemas" / "v4_0"
FEWER = quick(0.4)


def rules_of(record: Record) -> set[tuple[str, str]]:
    checked = check_record(record)
    return set() if isinstance(checked, Checked) else {(reason.code, reason.path) for reason in checked}


def assert_are(found: list[Record], expected: tuple[Expected, ...]) -> None:
    assert [record.position for record in found] == list(range(len(expected)))
    for record, one in zip(found, expected, strict=True):
        assert rules_of(record) == one.breaks
        if not one.breaks:
            assert record.value == one.value


@QUICK
@given(nfe_documents(), st.sampled_from(SIZES))
def test_an_nfe_is_the_invoice_that_it_says(drawn: NfeDocument, size: int) -> None:
    found = list(XmlReader(cut(drawn.body(), size)))
    assert_are(found, drawn.records)
    assert [record.text for record in found] == drawn.texts


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@quick(0.12)
@given(st.data())
def test_an_nfe_is_refused_for_what_is_wrong_with_it(fault: Fault, data: st.DataObject) -> None:
    those = [(data.draw(nfes()), None), data.draw(broken_nfes(1, fault))]
    drawn = NfeDocument.of(those, "lote", data.draw(STYLES))
    found = list(XmlReader([drawn.body()]))
    assert_are(found, drawn.records)
    assert rules_of(found[1]) == {fault.rule}


def test_our_own_sample_is_valid_by_the_official_schema_and_is_stored() -> None:
    body = (ROOT / "pipeline" / "samples" / "nfe-4822.xml").read_bytes()
    schema("procNFe").assertValid(etree.fromstring(body))
    [record] = XmlReader([body])
    assert rules_of(record) == set()
    assert [str(record.value[name]) for name in ("valor", "frete", "desconto")] == ["1658.00", "60.00", "100.00"]


@cache
def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{name}_v4.00.xsd"))


@FEWER
@given(nfes(0), nfes(1), STYLES)
def test_the_nfe_that_are_drawn_are_valid_by_the_official_schema(first: Nfe, second: Nfe, style: Style) -> None:
    one = replace(first, protocol=True)
    both = [first, second]
    for root, name, those in [("nfeProc", "procNFe", [one]), ("NFe", "nfe", [one]), ("enviNFe", "enviNFe", both)]:
        document = NfeDocument.of([(nfe, None) for nfe in those], root, style)
        schema(name).assertValid(etree.fromstring(document.body()))


LARGEST = Nfe(
    0,
    "11222333000181",
    "X" * 60,
    Recipient("CNPJ", "11222333000181", "Ana"),
    (Line("Ç" * 120, "99999999999.9999", "99999999999.9999999999", 10**9),) * 990,
    reformed=True,
)


@pytest.mark.parametrize("style", [Style(), Style(encoding="UTF-16", indent="    ", texts="references")], ids=str)
def test_an_nfe_may_have_990_lines(style: Style) -> None:
    drawn = NfeDocument.of([(LARGEST, None)], "nfeProc", style)
    [record] = XmlReader([drawn.body()])
    assert_are([record], drawn.records)
    assert len(record.value["itens"]) == 990
    assert (record.text is None) == (len(drawn.body()) > MAX_RECORD)


def test_an_nfe_of_990_lines_is_the_same_in_json() -> None:
    drawn = NfeDocument.of([(LARGEST, None)], "nfeProc", Style())
    assert_are(list(Reader([json.dumps(as_json(drawn)).encode()], Layout.JSON)), drawn.records)


# JSON


def as_json(drawn: NfeDocument, **options: Any) -> Any:
    return xmltodict.parse(drawn.body(), **options)


def is_json_too(drawn: NfeDocument) -> bool:
    """Whether xmltodict keeps what is wrong with it. It takes no notice of namespaces."""
    return all(fault is None or fault.name != "another namespace" for _, fault in drawn.nfes)


@QUICK
@given(nfe_documents().filter(is_json_too), st.booleans())
def test_an_nfe_is_the_same_in_xmltodicts_json(drawn: NfeDocument, with_namespaces: bool) -> None:
    value = as_json(drawn, process_namespaces=with_namespaces)
    found = list(Reader([json.dumps(value).encode()], Layout.JSON))
    assert_are(found, drawn.records)
    assert list(Reader([json.dumps(value).encode()], Layout.JSON, values=False)) == [
        Record(position) for position in range(len(found))
    ]
    # What is not stored is kept as it came.
    inner = json.dumps(value)
    for record in found:
        assert record.text is not None
        assert "infNFe" in record.text
        assert len(found) > 1 or record.text == inner


@FEWER
@given(st.lists(nfe_documents().filter(is_json_too).filter(lambda one: len(one.nfes) == 1), max_size=3), st.booleans())
def test_an_array_and_lines_may_hold_nfe_as_well_as_invoices(drawn: list[NfeDocument], lines: bool) -> None:
    invoice = {"id": "NF-8", "cliente": "Ana", "valor": "1.00", "data_emissao": "2025-10-03"}
    texts = [json.dumps(value) for value in (invoice, *map(as_json, drawn))]
    body = "\n".join(texts) if lines else f"[{','.join(texts)}]"
    found = list(Reader([body.encode()], Layout.LINES if lines else Layout.JSON))
    assert [record.text for record in found] == texts
    assert rules_of(found[0]) == set()
    for record, one in zip(found[1:], drawn, strict=True):
        assert_are([record._replace(position=0)], one.records)


def test_an_element_of_an_array_that_holds_several_nfe_is_refused_and_says_what_to_do() -> None:
    line = {"enviNFe": {"NFe": [{"infNFe": {"@versao": "4.00"}}] * 3}}
    [record] = Reader([json.dumps([line]).encode()], Layout.JSON)
    assert record.fault is not None
    assert (record.fault.code, record.fault.path) == ("several_nfe", "")
    assert record.fault.message == (
        "holds 3 NF-e; upload them as a document of their own, or one in each element or line"
    )


@pytest.mark.parametrize(
    "value",
    [
        {"id": "NF-8", "NFe": {"infNFe": {"@versao": "4.00"}}},
        {"NFe": "35"},
        {"nota": {"id": "NF-8"}},
        {"notas": [{"NFe": {"infNFe": {}}}]},
        {"@NFe": {"infNFe": {}}},
        {},
        [],
        ["NFe"],
    ],
    ids=json.dumps,
)
def test_what_has_no_root_with_an_nfe_in_it_is_no_nfe(value: Any) -> None:
    [record] = Reader([json.dumps([value]).encode()], Layout.JSON)
    assert record.value == value
    assert record.fault is None
    assert record.lacks == ()


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("root", ["procEventoNFe", "ns0:inutNFe", "cteProc"])
def test_another_document_of_the_tax_office_is_told_in_json_as_in_xml(root: str, values: bool) -> None:
    text = json.dumps({root: {"@versao": "1.00"}})
    with pytest.raises(DocumentError) as failed:
        list(Reader([text.encode()], Layout.JSON, values=values))
    error, local = failed.value, root.rpartition(":")[2]
    with pytest.raises(DocumentError) as as_xml:
        list(XmlReader([f"<{local}/>".encode()]))
    assert (error.code, error.message) == ("no_nfe", as_xml.value.message)
    assert (error.line, error.column) == (1, 1)
    # Among others it is a record.
    assert len(list(Reader([f"[{text}]".encode()], Layout.JSON, values=values))) == 1


def test_members_that_stand_twice_in_an_nfe_are_not_chosen_from() -> None:
    text = '{"NFe": {"infNFe": {"@versao": "4.00", "emit": {"CNPJ": "1", "CNPJ": "2"}}}}'
    [record] = Reader([text.encode()], Layout.JSON)
    assert rules_of(record) == {("duplicate_member", "/NFe/infNFe/emit/CNPJ")}
    assert record.text == text


@pytest.mark.parametrize("around", [100, 20_000])
def test_json_nested_deep_in_an_nfe_harms_nobody(around: int) -> None:
    deep = '{"infNFe": ' + '{"a": [' * around + "1" + "]}" * around + ', "b": 1}'
    for value in (f'{{"NFe": {deep}}}', f'{{"x": {{"NFe": [{deep}, {deep}]}}}}', deep.replace("infNFe", "a")):
        found = list(Reader([f"[{value}]".encode()], Layout.JSON))
        assert len(found) == 1
        assert rules_of(found[0])
    # As a document of its own, what is too deep for the parser is no NF-e.
    several = f'{{"enviNFe": {{"NFe": [{deep}, {deep}]}}}}'.encode()
    for values in (True, False):
        assert len(list(Reader([several], Layout.JSON, values=values))) == (2 if around == 100 else 1)


# Reading on


def outcome(body: bytes, size: int, start: Place = BEGINNING, *, values: bool = True) -> Any:
    reader = XmlReader(cut(body, size), start, values=values)
    assert reader.place() == start
    found: list[tuple[Record, Place]] = []
    try:
        found.extend((record, reader.place()) for record in reader)
    except DocumentError as error:
        return found, error.as_dict()
    return found, None


@FEWER
@given(nfe_documents(), st.sampled_from((*SIZES, 7, 64)))
def test_a_reader_goes_on_after_any_nfe_as_if_it_had_read_the_rest(drawn: NfeDocument, size: int) -> None:
    body = drawn.body()
    whole, error = outcome(body, size)
    assert error is None
    for read, (_, place) in enumerate(whole, 1):
        assert place == Place(read)
        assert outcome(body, size, place) == (whole[read:], None)


XML = nfe_documents().map(lambda drawn: drawn.text)


@FEWER
@given(mutated(XML), st.sampled_from(SIZES))
def test_without_values_and_from_any_place_records_and_errors_are_the_same(text: str, size: int) -> None:
    body = text.encode()
    whole, error = outcome(body, size)
    positions = [(Record(record.position), place) for record, place in whole]
    assert outcome(body, size, values=False) == (positions, error)
    for read, (_, place) in enumerate(whole, 1):
        assert outcome(body, size, place) == (whole[read:], error)
        assert outcome(body, size, place, values=False) == (positions[read:], error)


@FEWER
@given(mutated(XML))
def test_another_parser_agrees_on_what_is_well_formed(text: str) -> None:
    _, error = outcome(text.encode(), 1 << 30)
    try:
        etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError:
        assert error is not None
    else:
        assert error is None or error["code"] in ("no_nfe", "dtd")
