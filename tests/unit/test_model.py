"""The reference model, compared with results worked out by hand from the contract."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from fixtures.invoices import COUNTS
from fixtures.model import FOREIGN, Held, ImpossibleError, Model, Reject, Upload, normal
from fixtures.strategies.damage import Damaged
from fixtures.strategies.documents import WRAPPED, Document, Form, Record, to_json


def invoice(id_: str = "NF-1", **changes: Any) -> dict[str, Any]:
    return {"id": id_, "cliente": "Ana", "valor": Decimal(1), "data_emissao": "2026-01-01", **changes}


def upload(key: str, *values: Any) -> Upload:
    records = tuple(value if isinstance(value, Record) else Record(value) for value in values)
    return Upload(key, "v1", Document(records))


def broken(**changes: Any) -> Record:
    return Record(invoice(**changes), frozenset({("blank", "/cliente")}))


def counts(model: Model, upload_: Upload) -> dict[str, int]:
    found = model.ledger[upload_.place].counts
    assert set(found) == set(COUNTS)
    return {name: count for name, count in found.items() if count}


def test_each_outcome_is_counted_and_what_is_refused_is_rejected() -> None:
    model = Model()
    one = upload("a", invoice(), invoice(valor="1.00"), invoice(valor=Decimal(2)), broken(id_="NF-2"))
    model.finish(one)
    assert counts(model, one) == {"received": 4, "stored": 1, "duplicates": 1, "conflicts": 1, "rejected": 1}
    entry = model.ledger[one.place]
    assert entry.status == "completed"
    assert entry.rejects == (
        Reject(2, frozenset({("conflict", "/id")}), to_json(invoice(valor=Decimal(2))), "valor"),
        Reject(3, frozenset({("blank", "/cliente")}), to_json(invoice("NF-2"))),
    )
    assert model.table == {"NF-1": Held(normal(invoice()), ("a", "v1", 0))}


def test_a_broken_invoice_holds_no_id() -> None:
    model = Model()
    one = upload("a", broken(), invoice())
    model.finish(one)
    assert model.table["NF-1"].origin == ("a", "v1", 1)


def test_what_another_program_put_there_stays() -> None:
    model = Model()
    model.find(invoice())
    one = upload("a", invoice(valor="1.0"), invoice(cliente="Bia"))
    model.finish(one, winners={"NF-1": FOREIGN})
    assert counts(model, one) == {"received": 2, "duplicates": 1, "conflicts": 1}
    assert model.allowed("NF-1") == [Held(normal(invoice()), FOREIGN)]


def test_the_first_upload_stays() -> None:
    model = Model()
    first, second = upload("a", invoice()), upload("b", invoice(cliente="Bia"), invoice())
    model.finish(first)
    model.finish(second)
    assert counts(model, second) == {"received": 2, "duplicates": 1, "conflicts": 1}
    assert model.allowed("NF-1") == [Held(normal(invoice()), ("a", "v1", 0))]


def test_an_upload_that_ended_stays_as_it_was() -> None:
    model = Model()
    first, second = upload("a", invoice()), upload("b", invoice(cliente="Bia"))
    model.finish(first)
    model.finish(second)
    before = dict(model.ledger)
    model.finish(first, second)
    assert model.ledger == before


@pytest.mark.parametrize(("winner", "stored", "conflicts"), [(("a", "v1", 0), "a", "b"), (("b", "v1", 1), "b", "a")])
def test_of_simultaneous_uploads_the_one_in_the_table_has_won(
    winner: tuple[str, str, int], stored: str, conflicts: str
) -> None:
    model = Model()
    uploads = {"a": upload("a", invoice()), "b": upload("b", broken(), invoice(cliente="Bia"))}
    model.finish(*uploads.values(), winners={"NF-1": winner})
    assert counts(model, uploads[stored])["stored"] == 1
    assert counts(model, uploads[conflicts])["conflicts"] == 1


@pytest.mark.parametrize("winner", [("c", "v1", 0), ("a", "v2", 0), ("a", "v1", 1)])
def test_a_winner_that_cannot_have_stored_the_id_is_impossible(winner: tuple[str, str, int]) -> None:
    model = Model()
    with pytest.raises(ImpossibleError):
        model.finish(upload("a", invoice(), invoice()), upload("b", invoice()), winners={"NF-1": winner})


def test_a_damaged_document_fails_and_stores_nothing() -> None:
    model = Model()
    damaged = Damaged("cut off", Document((Record(invoice()),)), lambda *_: b"", frozenset({"truncated"}))
    one = Upload("a", "v1", damaged)
    model.finish(one)
    assert model.ledger[one.place].status == "failed"
    assert model.ledger[one.place].errors == {"truncated"}
    assert counts(model, one) == {}
    assert model.table == {}


@pytest.mark.parametrize(
    "document",
    [
        Document((Record([invoice()], frozenset({("type", "")})), Record(invoice())), Form(".jsonl")),
        Document((Record({"notas": [invoice()]}, frozenset({WRAPPED})),), alone=True),
    ],
)
def test_a_document_that_only_holds_invoices_fails_and_stores_nothing(document: Document) -> None:
    model = Model()
    one = Upload("a", "v1", document)
    model.finish(one)
    assert model.ledger[one.place].status == "failed"
    assert model.ledger[one.place].errors == {"wrapped"}
    assert counts(model, one) == {}
    assert model.table == {}


@pytest.mark.parametrize("form", [Form(".json"), Form(".jsonl")])
def test_among_other_records_what_only_holds_invoices_is_rejected(form: Form) -> None:
    model = Model()
    wrong = [Record([invoice()], frozenset({("type", "")})), Record({"notas": []}, frozenset({WRAPPED}))]
    one = Upload("a", "v1", Document((Record(invoice()), *wrong), form))
    model.finish(one)
    assert counts(model, one) == {"received": 3, "stored": 1, "rejected": 2}


def test_an_upload_that_was_deleted_before_its_event_fails() -> None:
    model = Model()
    one = Upload("a", "v1", Document((Record(invoice()),)), gone=True)
    model.finish(one)
    assert model.ledger[one.place].errors == {"missing_object"}
    assert model.table == {}


def test_a_killed_upload_may_have_stored_its_invoices_or_not() -> None:
    model = Model()
    killed, other = upload("a", invoice()), upload("b", invoice(cliente="Bia"))
    model.kill(killed)
    assert model.allowed("NF-1") == [None, Held(normal(invoice()), ("a", "v1", 0))]
    assert model.allowed("NF-2") == [None]
    # The other finds that the killed one was first.
    model.finish(other, winners={"NF-1": ("a", "v1", 0)})
    assert counts(model, other) == {"received": 1, "conflicts": 1}
    model.finish(killed)
    assert counts(model, killed) == {"received": 1, "stored": 1}
    assert model.unfinished == {}


def test_an_upload_killed_before_it_stored_anything_comes_second() -> None:
    model = Model()
    killed, other = upload("a", invoice()), upload("b", invoice(cliente="Bia"))
    model.kill(killed)
    model.finish(other, winners={"NF-1": ("b", "v1", 0)})
    model.finish(killed)
    assert counts(model, killed) == {"received": 1, "conflicts": 1}


def test_what_a_killed_upload_stored_stays_when_it_is_deleted_before_the_next_attempt() -> None:
    model = Model()
    killed, other = upload("a", invoice(), invoice("NF-2")), upload("b", invoice("NF-2", cliente="Bia"))
    model.kill(killed)
    model.finish(replace(killed, gone=True), winners={"NF-1": ("a", "v1", 0)})
    assert model.ledger[killed.place].errors == {"missing_object"}
    assert model.table == {"NF-1": Held(normal(invoice()), ("a", "v1", 0))}
    assert model.allowed("NF-2") == [None]
    model.finish(other, winners={"NF-1": ("a", "v1", 0), "NF-2": ("b", "v1", 0)})
    assert counts(model, other) == {"received": 1, "stored": 1}


UNLIKE: list[tuple[Any, Any]] = [
    (Decimal(1), True),
    (Decimal(0), False),
    (None, False),
    (Decimal(1), "1"),
    ([], {}),
    ("é", "e\u0301"),
]


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_values_of_two_types_are_two_contents(one: Any, other: Any) -> None:
    assert normal(invoice(extra=one)) != normal(invoice(extra=other))
    assert normal(invoice(extra=[one])) != normal(invoice(extra=[other]))


def test_amounts_are_numbers_however_they_come_and_members_have_no_order() -> None:
    line = {"descricao": "x", "quantidade": "1", "valor_unitario": Decimal("1.0"), "valor_total": "1.00"}
    same = {**line, "quantidade": Decimal(1), "valor_total": Decimal(1)}
    one, other = invoice(valor="1.0", itens=[line]), invoice(itens=[dict(reversed(same.items()))])
    assert normal(one) == normal(dict(reversed(other.items())))
    assert normal(invoice(extra="1")) != normal(invoice(extra=Decimal(1)))
