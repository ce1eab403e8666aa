"""Requests to DynamoDB and its answers, on tables like the pipeline's."""

import json
from typing import Any

from aws_stack.proxy import Exchange
from aws_stack.scarcity.schemas import Index, Table
from aws_stack.scarcity.sizes import item_size

INVOICES = "invoices"
TABLES = {
    INVOICES: Table(("id",), {"por-cliente": Index(("cliente", "data_emissao"))}),
    "uploads": Table(("key", "version_id")),
}
KB = 1024


def item(id_: str, size: int = 100, **more: str) -> dict[str, Any]:
    """An item of exactly this size, with the index's key unless `more` says otherwise."""
    attributes = {"id": id_, "cliente": "c", "data_emissao": "d", **more}
    marshalled = {name: {"S": value} for name, value in attributes.items() if value}
    marshalled["x"] = {"S": "x" * (size - item_size(marshalled) - 1)}
    assert item_size(marshalled) == size
    return marshalled


def exchange(
    operation: str, request: dict[str, Any], answer: dict[str, Any] | None = None, status: int = 200
) -> Exchange:
    return Exchange(operation, json.dumps(request).encode(), status, json.dumps(answer or {}).encode())


def failed(operation: str, request: dict[str, Any], code: str, **more: Any) -> Exchange:
    return exchange(operation, request, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", **more}, 400)


def put(one: dict[str, Any]) -> Exchange:
    return exchange("PutItem", {"TableName": INVOICES, "Item": one})


def inserts(*items: dict[str, Any], errors: tuple[str, ...] = ()) -> Exchange:
    statements = [
        {
            "Statement": f'INSERT INTO "{INVOICES}" VALUE {{{", ".join(f"{name!r}: ?" for name in one)}}}',
            "Parameters": list(one.values()),
        }
        for one in items
    ]
    responses = [{"Error": {"Code": code}} if code else {} for code in errors or [""] * len(items)]
    return exchange("BatchExecuteStatement", {"Statements": statements}, {"Responses": responses})
