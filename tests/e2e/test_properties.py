"""What holds for every upload, whatever is in it: tables, ledger and rejects are as the reference model says."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_stack.clouds import Cloud
from aws_stack.waiting import NotYet, wait_until
from fixtures.examples import Example
from fixtures.profiles import examples
from fixtures.stacks import Stack, deployed
from fixtures.strategies import invoices, particular, values
from fixtures.strategies.batches import (
    FORMS,
    SUFFIXES,
    documents,
    documents_of,
    documents_of_every_kind,
    documents_of_many_rejects,
    held_and_wanted,
    long_documents,
    refused,
    straddling_documents,
    very_long_documents,
)
from fixtures.strategies.broken import FAULTS, Fault
from fixtures.strategies.damage import DAMAGES, damaged
from fixtures.strategies.documents import ALONE, PLAIN, Document, Form, Record, from_json
from fixtures.strategies.invoices import Invoice
from fixtures.strategies.keys import KINDS, keys
from fixtures.strategies.values import MARK
from pipeline.run import export

OUTCOMES = [f"outcome: {name}" for name in ("stored", "duplicates", "conflicts", "rejected")]


def each(values: Iterable[Any], category: str = "") -> list[Any]:
    """Parameters that are kinds of this `category`. Each test must have generated examples of its kind."""
    # Where several have the same name, pytest numbers them.
    return [pytest.param(value, id=str(value), marks=pytest.mark.covers(f"{category}{value}")) for value in values]


@pytest.mark.parametrize("kind", each([*FORMS, ALONE]))
@examples(0.3)
@given(st.data())
def test_every_form_of_document_holds_the_same(stack: Stack, kind: str, data: st.DataObject) -> None:
    document = data.draw(documents_of(kind))
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.covers(*OUTCOMES)
@examples(3)
@given(documents(PLAIN), documents(PLAIN))
def test_two_uploads_end_as_the_model_says(stack: Stack, first: Document, second: Document) -> None:
    example = Example(stack, first, second)
    example.run(first)
    # They have ids in common, because both draw from a few.
    example.run(second, f"{MARK}-2")
    example.agrees()


@pytest.mark.covers(*(f"invoice: {kind}" for kind in particular.KINDS), "outcome: stored", "outcome: rejected")
@examples(0.2)
@given(documents_of_every_kind())
def test_an_invoice_of_every_kind_ends_as_the_model_says(stack: Stack, document: Document) -> None:
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.covers("size: over 1 Mi characters", "size: a broken record behind 1 Mi characters", *OUTCOMES[::3])
@examples(0.2)
@given(very_long_documents())
def test_a_document_of_several_windows_ends_like_a_small_one(stack: Stack, document: Document) -> None:
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.parametrize("kind", each(["a record", "a broken record"], "across the end of a window: "))
@examples(0.13)
@given(st.data())
def test_a_record_across_the_end_of_a_window_ends_like_any_other(stack: Stack, kind: str, data: st.DataObject) -> None:
    document = data.draw(straddling_documents(is_broken="broken" in kind))
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.covers("event: rejects of several parts")
@examples(0.13)
@given(documents_of_many_rejects())
def test_rejects_of_several_parts_are_as_the_model_says(stack: Stack, document: Document) -> None:
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.covers("event: an item of another program", *OUTCOMES[:3])
@examples(0.5)
@given(held_and_wanted())
def test_what_another_program_put_there_is_compared_by_its_content(
    stack: Stack, drawn: tuple[Document, Document]
) -> None:
    there, document = drawn
    example = Example(stack, there, document)
    example.find(there)
    example.run(document)
    example.agrees()


@pytest.mark.covers("records: 100 and more")
@examples(0.3)
@given(long_documents())
def test_a_document_of_many_transactions_ends_like_a_small_one(stack: Stack, document: Document) -> None:
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.parametrize("kind", each(KINDS, "key: "))
@examples(0.13)
@given(st.sampled_from(SUFFIXES), st.data())
def test_any_legal_key_is_taken(stack: Stack, kind: str, suffix: str, data: st.DataObject) -> None:
    key = data.draw(keys(kind, suffix))
    invoice = {"id": MARK, "cliente": "Ana", "valor": Decimal(1), "data_emissao": "2026-01-01"}
    document = Document((Record(invoice), Record({"id": MARK, **invoice, "valor": Decimal(2)})), Form(suffix))
    example = Example(stack, key, document)
    example.run(document, key)
    example.agrees()


@pytest.mark.parametrize("fault", each(FAULTS, "rule: "))
@examples(0.07)
@given(st.data())
def test_an_invoice_is_refused_for_the_rules_it_breaks_and_no_others(
    stack: Stack, fault: Fault, data: st.DataObject
) -> None:
    document = data.draw(refused(fault))
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.parametrize("what", each(DAMAGES, "damage: "))
@examples(0.13)
@given(st.data())
def test_a_damaged_document_fails_whole(stack: Stack, what: str, data: st.DataObject) -> None:
    document = data.draw(damaged(what))
    example = Example(stack, document)
    example.run(document)
    example.agrees()
    assert example.items() == {}


@pytest.mark.covers("outcome: stored")
@examples(1)
@given(st.lists(values.numbers(), min_size=1, max_size=4), values.amounts(), st.integers(1, 7))
def test_numbers_are_exact_and_the_same_in_every_spelling(
    stack: Stack, numbers: list[Decimal], valor: Decimal, spelling: int
) -> None:
    invoice = {"id": MARK, "cliente": "Ana", "valor": valor, "data_emissao": "2026-01-01", "outros": numbers}
    document = Document((Record(invoice), Record(invoices.same(invoice, spelling))))
    example = Example(stack, document)
    example.run(document)
    [item] = example.items().values()
    # A value that had passed through a float would be different.
    assert [Decimal(valor), *numbers] == [item["valor"], *item["outros"]]
    example.agrees()


@pytest.mark.covers("outcome: stored", "outcome: conflicts")
@examples(0.5)
@given(invoices.plain(), st.lists(invoices.ALIKE, min_size=1, max_size=20))
def test_contents_that_differ_in_one_small_thing_conflict(
    stack: Stack, invoice: Invoice, pairs: list[tuple[Any, Any]]
) -> None:
    document = Document(
        tuple(
            Record({**invoice, "id": f"NF-{number}-{MARK}", "outra": value})
            for number, pair in enumerate(pairs)
            for value in pair
        )
    )
    example = Example(stack, document)
    example.run(document)
    example.agrees()


@pytest.mark.covers("outcome: stored", "outcome: duplicates")
@examples(1)
@given(st.lists(invoices.valid(), min_size=1, max_size=5, unique_by=lambda one: str(one["id"])), st.data())
def test_neither_order_nor_batching_matters(stack: Stack, ones: list[Invoice], data: st.DataObject) -> None:
    ones += [invoices.same(one, number) for number, one in enumerate(ones[:2])]
    turned = data.draw(st.permutations(ones))
    cut = data.draw(st.integers(0, len(ones)))
    together = Document(tuple(map(Record, ones)))
    apart = [Document(tuple(map(Record, some)), Form(".jsonl")) for some in (turned[:cut], turned[cut:])]

    at_once = Example(stack, together)
    at_once.run(together)
    at_once.agrees()
    in_parts = Example(stack, *apart)
    for number, document in enumerate(apart):
        in_parts.run(document, f"{MARK}-{number}")
    in_parts.agrees()
    assert at_once.contents() == in_parts.contents()


@pytest.mark.covers(*OUTCOMES, "status: failed")
@examples(2.5)
@given(st.one_of(documents(), documents(), damaged()), st.integers(1, 3))
def test_an_event_that_comes_again_changes_nothing(stack: Stack, document: Document, times: int) -> None:
    example = Example(stack, document)
    place = example.run(document)
    before = example.state()
    for _ in range(times):
        assert example.deliver(place) == {}
    assert example.state() == before
    example.agrees()


@pytest.mark.covers("outcome: stored", "records: 4-99")
@examples(1)
@given(st.lists(st.tuples(invoices.plain(), st.sampled_from([MARK, f"{MARK} 2"])), max_size=6))
def test_the_index_answers_what_the_table_holds(stack: Stack, drawn: list[tuple[Invoice, str]]) -> None:
    document = Document(tuple(Record({**invoice, "cliente": customer}) for invoice, customer in drawn))
    example = Example(stack, document)
    example.run(document)
    example.agrees()
    items = example.items()
    for customer in {customer.replace(MARK, example.name) for _, customer in drawn}:
        wait_until_indexed(stack, customer, {id_: item for id_, item in items.items() if item["cliente"] == customer})


def wait_until_indexed(stack: Stack, customer: str, held: dict[str, Any]) -> None:
    """Wait for the index, which follows its table after a moment."""

    def ask() -> bool | NotYet:
        answer = stack.invoices_of(customer)
        assert [one["data_emissao"] for one in answer] == sorted(one["data_emissao"] for one in answer)
        return {one["id"]: one for one in answer} == held or NotYet(str(answer))

    wait_until(f"the index has the invoices of {customer}", ask, 10 * stack.patience)


@pytest.fixture(scope="module")
def own_stack(cloud: Cloud) -> Iterator[Stack]:
    with deployed(cloud, Stack) as stack:
        yield stack


@pytest.mark.covers("outcome: stored", "outcome: duplicates")
@examples(0.3)
@given(documents())
def test_what_is_exported_is_the_table_and_can_be_uploaded_again(own_stack: Stack, document: Document) -> None:
    example = Example(own_stack, document)
    example.run(document)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "out.jsonl"
        count = export(own_stack.cloud, own_stack.outputs, file)
        # Only "\n" ends a line. The other characters at which Python's splitlines splits may be part of a text.
        lines = file.read_bytes().decode().split("\n")
    assert lines.pop() == ""
    exported = [from_json(line) for line in lines]
    assert count == len(exported)
    assert [one["id"] for one in exported] == sorted(one["id"] for one in exported)
    held = example.items()
    # Whatever has the example's name belongs to it, even what the model does not know about.
    own = {one["id"]: one for one in exported if example.name in one["id"]}
    assert own == held

    again = Document(tuple(map(Record, own.values())), Form(".jsonl"))
    example.run(again, f"{MARK}-again")
    assert example.items() == held
    example.agrees()
