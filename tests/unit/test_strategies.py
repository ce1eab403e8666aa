"""The strategies draw what they say they draw. The pure part of the pipeline is the judge, in milliseconds."""

import gzip
import json
from collections.abc import Iterable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj, cpf

from fixtures.model import normal
from fixtures.observations import NAME_CHARACTERS
from fixtures.strategies import invoices, particular, values
from fixtures.strategies.batches import (
    FORMS,
    documents,
    documents_of,
    documents_of_every_kind,
    forms,
    refused,
    straddling_documents,
    very_long_documents,
)
from fixtures.strategies.broken import FAULTS, Fault, RepeatedInOtherLetters
from fixtures.strategies.damage import DAMAGES, damaged
from fixtures.strategies.documents import ALONE, Document, Form, Record, bound, from_json, to_json
from fixtures.strategies.keys import KINDS, keys, kinds
from fixtures.strategies.packing import PACKINGS, packed
from fixtures.strategies.values import MARK
from pipeline.functions.document import Layout, records
from pipeline.functions.errors import DocumentError
from pipeline.functions.gunzip import gunzip
from pipeline.functions.invoice import Checked, check

from .documents import QUICK, checked, quick, value_of

NAME = "x" * NAME_CHARACTERS


def rules_of(value: object) -> set[tuple[str, str]]:
    answer = check(value_of(to_json(bound(value, NAME))))
    return set() if isinstance(answer, Checked) else {(reason.code, reason.path) for reason in answer}


def layout(form: Form) -> Layout:
    return Layout.LINES if form.is_lines else Layout.JSON


def inflated(body: bytes, form: Form) -> Iterable[bytes]:
    return gunzip([body]) if form.is_gzip else [body]


@QUICK
@given(invoices.valid())
def test_a_valid_invoice_breaks_no_rule(invoice: invoices.Invoice) -> None:
    assert rules_of(invoice) == set()


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@quick(0.25)
@given(data=st.data())
def test_a_broken_invoice_breaks_the_rules_it_names_and_no_others(fault: Fault, data: st.DataObject) -> None:
    *wrong, whole = data.draw(refused(fault)).records
    for record in wrong:
        assert rules_of(record.value) == record.breaks == fault.breaks
    assert rules_of(whole.value) == set()


@QUICK
@given(values.cnpjs(), values.cpfs())
def test_a_drawn_tax_id_is_one_to_a_library_of_others(company: str, person: str) -> None:
    for way in (str, values.punctuated):
        assert cnpj.is_valid(way(company))
        assert cpf.is_valid(way(person))


@QUICK
@given(invoices.valid(), st.integers(0, 7))
def test_an_invoice_in_other_words_has_the_same_content(invoice: invoices.Invoice, by: int) -> None:
    again = invoices.same(invoice, by)
    assert normal(again) == normal(invoice)
    assert checked(value_of(to_json(again))).sha256 == checked(value_of(to_json(invoice))).sha256


@QUICK
@given(invoices.unlike())
def test_two_unlike_invoices_have_one_id_and_two_contents(pair: tuple[invoices.Invoice, invoices.Invoice]) -> None:
    one, other = pair
    assert one["id"] == other["id"]
    assert normal(one) != normal(other)
    assert checked(value_of(to_json(one))).sha256 != checked(value_of(to_json(other))).sha256


@pytest.mark.parametrize("kind", [*FORMS, ALONE])
@quick(0.25)
@given(data=st.data())
def test_a_document_is_of_its_kind(kind: str, data: st.DataObject) -> None:
    assert kind in data.draw(documents_of(kind)).kinds


def holds_its_records_in_their_order(document: Document) -> None:
    named = document.named(NAME)
    if named.is_wrapped:
        with pytest.raises(DocumentError, match=r"^wrapped"):
            list(records(inflated(named.body(), named.form), layout(named.form)))
        return
    found = list(records(inflated(named.body(), named.form), layout(named.form)))
    assert [record.text for record in found] == named.texts
    for record, expected in zip(found, named.records, strict=True):
        answer = [record.fault] if record.fault else check(record.value)
        reasons = [] if isinstance(answer, Checked) else answer
        assert {(reason.code, reason.path) for reason in reasons} == expected.breaks


@QUICK
@given(documents())
def test_a_document_holds_its_records_in_their_order(document: Document) -> None:
    holds_its_records_in_their_order(document)


@quick(0.04)
@given(documents_of_every_kind())
def test_a_document_of_every_kind_is_of_every_kind(document: Document) -> None:
    assert {f"invoice: {kind}" for kind in particular.KINDS} <= set(document.kinds)
    holds_its_records_in_their_order(document)


@quick(0.04)
@given(very_long_documents())
def test_a_very_long_document_takes_more_than_a_window(document: Document) -> None:
    assert {"size: over 1 Mi characters", "size: a broken record behind 1 Mi characters"} <= set(document.kinds)
    assert len(document.named(NAME).text) > 2**20
    holds_its_records_in_their_order(document)


@pytest.mark.parametrize("kind", ["a record", "a broken record"])
@quick(0.06)
@given(st.data())
def test_a_record_stands_across_the_end_of_what_is_read_at_a_time(kind: str, data: st.DataObject) -> None:
    document = data.draw(straddling_documents(is_broken="broken" in kind)).named(NAME)
    assert document.straddling == [f"across the end of a window: {kind}"]
    text = document.text.encode()
    assert len(text) > 2**20
    assert all(
        from_json(text[begin:end].decode()) == one.value
        for (begin, end), one in zip(document.extents[1:-2], document.records[1:-2], strict=True)
    )


@quick(0.06)
@given(invoices.of_kinds()["an item as large as it may be"])
def test_the_largest_invoice_has_no_room_for_another_byte(invoice: invoices.Invoice) -> None:
    assert rules_of(invoice) == set()
    assert rules_of({**invoice, "texto": invoice["texto"] + "x"}) == {("item_size", "")}


def test_letters_are_escaped_that_need_not_be() -> None:
    assert to_json("id/7é", escaped=True) == r'"\u0069d\/7é"'
    assert json.loads(to_json('id/7é🧾\n"', escaped=True)) == 'id/7é🧾\n"'
    again = to_json(RepeatedInOtherLetters(a=Decimal(1), b=None))
    assert again == r'{"a": 1, "b": null, "\u0061": 1}'


@pytest.mark.parametrize("packing", PACKINGS)
def test_every_gzip_stream_is_one_to_pythons_own_reader(packing: str) -> None:
    plain = b"[]\n" * 1_000
    for members in (1, 3):
        body = packed(plain, members, packing)
        assert gzip.decompress(body) == plain
        assert body != packed(plain, members)


@pytest.mark.parametrize("what", DAMAGES)
@quick(0.4)
@given(data=st.data())
def test_a_damaged_document_fails_as_it_says(what: str, data: st.DataObject) -> None:
    named = data.draw(damaged(what)).named(NAME)
    with pytest.raises(DocumentError) as error:
        list(records(inflated(named.body(), named.form), layout(named.form)))
    assert error.value.code in named.codes


@pytest.mark.parametrize("kind", KINDS)
@quick(0.25)
@given(form=forms(), data=st.data())
def test_a_key_is_of_its_kind_and_fits_s3_with_its_suffix(kind: str, form: Form, data: st.DataObject) -> None:
    key = data.draw(keys(kind, form.suffix))
    whole = bound(key, NAME) + form.suffix
    assert key.count(MARK) == 1
    assert 1 <= len(whole.encode()) <= 1_024
    assert f"key: {kind}" in kinds(key, whole)


@QUICK
@given(values.json_values())
def test_json_is_read_back_as_it_was_written(value: object) -> None:
    assert from_json(to_json(value)) == value


def test_an_example_is_printed_so_that_a_person_can_read_it() -> None:
    invoice = {"id": MARK, "cliente": "  ", "valor": "1", "data_emissao": "2026-01-01", "texto": "x" * 5_000}
    document = Document((Record(invoice, frozenset({("blank", "/cliente")}), ("blank /cliente",)),), Form(".jsonl.gz"))
    shown = repr(document)
    assert shown.startswith(".jsonl.gz:\n    {")
    assert shown.endswith(f"… ({len(to_json(invoice)):,} characters)   # breaks blank /cliente")
    assert len(shown) < 500
