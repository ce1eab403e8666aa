"""The audit, of an emulator in this process. tests/commands has every kind of damage, on a cloud."""

from typing import Any

import pytest

from fixtures.schedules import cloud
from pipeline.audit import audit
from pipeline.findings import Kind
from pipeline.functions.aws.ledger import Ledger
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.counts import Counts

from .stand_ins import patience


def text(value: str) -> dict[str, str]:
    return {"S": value}


@pytest.mark.parametrize(("customer", "found"), [("ana", False), ("Ana", True), ("bia", True), (None, True)])
def test_an_invoice_that_no_search_for_its_customer_finds_is_named(customer: str | None, *, found: bool) -> None:
    stack = cloud.stack()
    tables, dynamodb = stack.outputs, stack.cloud.client("dynamodb")
    upload = Upload(stack.outputs["UploadsBucket"], "audited.json", "v1", 1, "2026-10-05T12:00:00.000Z")
    ledger = Ledger(dynamodb, tables["UploadsTable"], patience())
    ledger.begin(upload)
    ledger.complete(upload, Counts(received=1, stored=1), None)
    origin = {"key": text(upload.key), "version_id": text("v1"), "position": {"N": "0"}, "sha256": text("0" * 64)}
    item: dict[str, Any] = {"id": text("NF-audited"), "cliente": text("Ana"), "_ingest": {"M": origin}}
    if customer is not None:
        item["_cliente"] = text(customer)
    dynamodb.put_item(TableName=tables["InvoicesTable"], Item={**item, "data_emissao": text("2026-01-01")})
    try:
        findings = audit(stack.cloud, stack.outputs).findings
    finally:
        dynamodb.delete_item(TableName=tables["InvoicesTable"], Key={"id": text("NF-audited")})
        dynamodb.delete_item(TableName=tables["UploadsTable"], Key={"key": text(upload.key), "version_id": text("v1")})
    said = [one.message for one in findings if one.kind is Kind.CUSTOMER]
    assert [message for message in said if "'NF-audited'" in message] == said
    assert bool(said) == found
