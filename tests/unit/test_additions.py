"""What the pipeline adds to an invoice, and what it drops again when an export is uploaded."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from fixtures.invoices import invoice
from pipeline.functions.additions import is_indexed
from pipeline.functions.attributes import to_json

from .documents import broken, checked, exact, value_of

INGEST = {
    "key": "2025/notas ção.json",
    "version_id": "null:0123",
    "position": 12,
    "time": "2026-10-05T12:00:00.000Z",
    "sha256": "0123456789abcdef" * 4,
}

AS_WRITTEN = {
    "both": {"_ingest": INGEST, "_cliente": "joão silva"},
    "members in another order": {"_ingest": dict(reversed(INGEST.items()))},
    "only the upload": {"_ingest": INGEST},
    "only the customer": {"_cliente": "joão silva"},
    "the first position": {"_ingest": {**INGEST, "position": 0}},
    "the longest names": {"_ingest": {**INGEST, "key": "é" * 512, "version_id": "x" * 1_024}},
}


@pytest.mark.parametrize("added", AS_WRITTEN.values(), ids=AS_WRITTEN)
def test_what_is_as_the_pipeline_writes_it_is_dropped(added: dict[str, Any]) -> None:
    assert checked(exact({**added, **invoice("x")})) == checked(exact(invoice("x")))


OTHER = {
    "null": None,
    "no object": "a.json",
    "empty": {},
    **{f"no {name}": {other: INGEST[other] for other in INGEST if other != name} for name in INGEST},
    "a member more": {**INGEST, "etag": "x"},
    "an empty key": {**INGEST, "key": ""},
    "a key of 1,025 bytes": {**INGEST, "key": "é" * 512 + "x"},
    "a surrogate in the key": {**INGEST, "key": "\ud800"},
    "a key that is no string": {**INGEST, "key": 1},
    "no version": {**INGEST, "version_id": None},
    "a position in a string": {**INGEST, "position": "12"},
    "a negative position": {**INGEST, "position": -1},
    "half a position": {**INGEST, "position": 0.5},
    "a position with decimals": {**INGEST, "position": Decimal("12.0")},
    "true": {**INGEST, "position": True},
    "a time without milliseconds": {**INGEST, "time": "2026-10-05T12:00:00Z"},
    "a time with an offset": {**INGEST, "time": "2026-10-05T12:00:00.000-03:00"},
    "a hash in upper case": {**INGEST, "sha256": "A" * 64},
    "a hash that is cut": {**INGEST, "sha256": "0" * 63},
    "a hash and a line break": {**INGEST, "sha256": "0" * 64 + "\n"},
}


def spelt(value: Any) -> str:
    return json.dumps(value, default=float)


@pytest.mark.parametrize("ingest", OTHER.values(), ids=OTHER)
def test_any_other_ingest_is_reserved(ingest: Any) -> None:
    assert ("reserved", "/_ingest") in broken(value_of(spelt({**invoice("x"), "_ingest": ingest})))


def test_an_ingest_whose_members_repeat_is_reserved() -> None:
    ingest = json.dumps(INGEST)[:-1] + ', "position": 12}'
    text = json.dumps(invoice("x"))[:-1] + f', "_ingest": {ingest}}}'
    assert broken(value_of(text)) == [("duplicate_member", "/_ingest/position"), ("reserved", "/_ingest")]


def test_an_ingest_that_repeats_is_a_repeated_member() -> None:
    text = json.dumps(invoice("x"))[:-1] + f', "_ingest": {json.dumps(INGEST)}, "_ingest": {json.dumps(INGEST)}}}'
    assert broken(value_of(text)) == [("duplicate_member", "/_ingest")]


CUSTOMERS: dict[str, Any] = {
    "another": "ana",
    "not folded": "João Silva",
    "accents apart": "joa\u0303o silva",
    "empty": "",
    "null": None,
    "a number": 1,
    "an object": {},
}


@pytest.mark.parametrize("customer", CUSTOMERS.values(), ids=CUSTOMERS)
def test_any_other_customer_than_the_invoices_own_is_reserved(customer: Any) -> None:
    assert broken(exact({**invoice("x"), "_cliente": customer})) == [("reserved", "/_cliente")]


@pytest.mark.parametrize("cliente", [None, 1, ["x"]])
def test_without_a_customer_there_is_none_that_the_pipeline_would_write(cliente: Any) -> None:
    code = "missing" if cliente is None else "type"
    found = broken(exact({**invoice("x", cliente=cliente), "_cliente": "x"}))
    assert found == [("reserved", "/_cliente"), (code, "/cliente")]


def test_both_are_named_with_what_else_is_wrong() -> None:
    found = broken(exact({**invoice("x", valor=-1), "_cliente": "x", "_ingest": {}}))
    assert found == [("reserved", "/_ingest"), ("reserved", "/_cliente"), ("negative", "/valor")]


def test_what_is_dropped_takes_no_room() -> None:
    room = 409_600 - 2_560 - 8 - 2_048 - 57
    large = exact(invoice("x", texto="x" * room))
    assert checked({**large, **exact({"_ingest": INGEST})}) == checked(large)


def exports() -> Iterator[str]:
    """Items in the table, as `notas run --export` writes them."""
    for value in (
        invoice("x", cliente=" ÁNA e Cia. ", valor="1500.00", z=[1, None, {"á": 1.50}]),
        invoice("y", cliente="\U0001d160" * 255, itens=[]) | {"valor": 0},
    ):
        item = json.loads(checked(exact(value)).text) | {"_ingest": _attribute(INGEST)}
        yield to_json({"M": item})


def _attribute(ingest: dict[str, Any]) -> dict[str, Any]:
    return {"M": {name: {"N": "12"} if name == "position" else {"S": value} for name, value in ingest.items()}}


@pytest.mark.parametrize("line", [*exports()])
def test_an_export_is_the_same_invoice_again(line: str) -> None:
    one = checked(value_of(line))
    again = to_json({"M": json.loads(one.text) | {"_ingest": _attribute(INGEST)}})
    assert json.loads(again) == json.loads(line)


INDEXED = {
    "as it is stored": ({"cliente": {"S": " JOÃO"}, "_cliente": {"S": "joão"}}, True),
    "under another name": ({"cliente": {"S": "Ana"}, "_cliente": {"S": "joão"}}, False),
    "as it is written": ({"cliente": {"S": "Ana"}, "_cliente": {"S": "Ana"}}, False),
    "of before": ({"cliente": {"S": "Ana"}}, False),
    "without a customer": ({"_cliente": {"S": "ana"}}, False),
    "with a customer that is no text": ({"cliente": {"N": "1"}, "_cliente": {"S": "1"}}, False),
}


@pytest.mark.parametrize(("item", "indexed"), INDEXED.values(), ids=INDEXED)
def test_an_item_is_in_the_index_where_its_key_is_that_of_its_customer(item: dict[str, Any], indexed: bool) -> None:
    assert is_indexed(item) == indexed
