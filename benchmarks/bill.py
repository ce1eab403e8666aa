"""What a million invoices cost, by outcome: counted from the function's own requests, and for the ways not taken."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_stack.clouds import Cloud
from aws_stack.proxy import Exchange
from aws_stack.scarcity.schemas import Index, Table, Tables
from fixtures.bill import Meter, Usage
from fixtures.faults import PATIENT_SECONDS, StruckStack, struck

from .contestants import as_document, invoice

INVOICES = 1_000
"""Invoices in a file, each of one outcome."""

CHANGES: dict[str, dict[str, Any]] = {
    "stored": {},
    "duplicates": {},
    "conflicts": {"observacao": "entrega total, doca 1"},
    "rejected": {"valor": -1},
}
"""What sets a file's invoices apart from those of the first file, and so decides their outcome."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What one file of INVOICES used, all of which had the same outcome."""

    way: str
    outcome: str
    usage: Usage


def measure(cloud: Cloud) -> Iterator[Bill]:
    """The bills of the pipeline, through a proxy that keeps its requests."""
    batch = f"NF-{uuid.uuid4().hex[:8]}"
    with struck(cloud, PATIENT_SECONDS, StruckStack) as stack:
        meter = Meter(Tables(stack.dynamodb))
        for outcome, changes in CHANGES.items():
            body = as_document(invoice(batch, number) | changes for number in range(INVOICES))
            stack.proxy.keep()
            entry = stack.wait(stack.upload(body, f"{batch}-{outcome}.json"))
            if entry[outcome] != INVOICES:
                raise RuntimeError(f"not every invoice of the benchmark ended as {outcome}: {entry}")
            yield Bill("notas", outcome, meter.read(stack.proxy.kept()))


def weighed() -> Iterator[Bill]:
    """The bills of other ways to write, without their ledgers: of an item that is stored, and of one that is there."""
    items = [_item(number) for number in range(INVOICES)]
    for way, size, exchange in (
        ("a transaction of 100", 100, _transaction),
        ("PutItem with a condition", 1, _put),
        ("BatchWriteItem of 25, which overwrites", 25, _batch),
        ("BatchExecuteStatement of 25 INSERTs", 25, _statements),
    ):
        meter = Meter({_TABLE: Table(("id",), {"por-cliente": Index(("_cliente", "data_emissao"))})})
        for outcome in ("stored", "duplicates"):
            parts = [items[start : start + size] for start in range(0, INVOICES, size)]
            yield Bill(way, outcome, meter.read(exchange(part, is_there=outcome != "stored") for part in parts))


_TABLE = "invoices"


def _item(number: int) -> dict[str, Any]:
    """An item as the pipeline stores it."""
    content = {name: {"S": str(value)} for name, value in invoice("NF-00000000", number).items()}
    ingest = {"key": f"{'0' * 32}.json", "version_id": "0" * 32, "sha256": "0" * 64, "time": "2026-11-01T12:00:00.000Z"}
    marshalled = {name: {"S": value} for name, value in ingest.items()}
    added = {"_ingest": {"M": {**marshalled, "position": {"N": str(number)}}}, "_cliente": content["cliente"]}
    return {**content, **added}


def _transaction(items: list[dict[str, Any]], *, is_there: bool) -> Exchange:
    puts = [{"Put": {"TableName": _TABLE, "Item": item}} for item in items]
    answer = {"CancellationReasons": [{"Code": "ConditionalCheckFailed"}] * len(items)} if is_there else {}
    return _exchange("TransactWriteItems", {"TransactItems": puts}, answer, is_there and "TransactionCanceledException")


def _put(items: list[dict[str, Any]], *, is_there: bool) -> Exchange:
    (item,) = items
    request = {"TableName": _TABLE, "Item": item}
    return _exchange("PutItem", request, {}, is_there and "ConditionalCheckFailedException")


def _batch(items: list[dict[str, Any]], *, is_there: bool) -> Exchange:
    # It has no conditions, so what is there is replaced, with another `time`.
    changed = [{**item, "time": {"S": str(is_there)}} for item in items]
    return _exchange("BatchWriteItem", {"RequestItems": {_TABLE: [{"PutRequest": {"Item": one}} for one in changed]}})


def _statements(items: list[dict[str, Any]], *, is_there: bool) -> Exchange:
    statements = [
        {
            "Statement": f'INSERT INTO "{_TABLE}" VALUE {{{", ".join(f"{name!r}: ?" for name in item)}}}',
            "Parameters": list(item.values()),
        }
        for item in items
    ]
    responses = [{"Error": {"Code": "DuplicateItem"}} if is_there else {}] * len(items)
    return _exchange("BatchExecuteStatement", {"Statements": statements}, {"Responses": responses})


def _exchange(
    operation: str, request: dict[str, Any], answer: dict[str, Any] | None = None, error: str | bool = False
) -> Exchange:
    answered = {**(answer or {}), **({"__type": f"com.amazonaws.dynamodb.v20120810#{error}"} if error else {})}
    return Exchange(operation, json.dumps(request).encode(), 400 if error else 200, json.dumps(answered).encode())
