"""RIVALS FOR THE BENCHMARK, NOT FOR USE: two handlers as tutorials show them.

They read the whole file at once, check nothing, overwrite what is there, reject nothing, and lose what a crash leaves
undone. But the shape of the work is the same, so that their times can be compared with the pipeline's: the same event,
the same table, and a ledger entry at the end. They are deployed alone, with nothing but boto3.
"""

import json
import os
from decimal import Decimal
from typing import Any
from urllib.parse import unquote_plus

import boto3

s3 = boto3.client("s3")
tables = boto3.resource("dynamodb")


def naive(event: dict[str, Any], _context: object) -> None:
    """`json.loads`, then one `put_item` per invoice."""
    table = tables.Table(os.environ["INVOICES_TABLE"])
    for record in event["Records"]:
        for invoice in _invoices(record):
            table.put_item(Item=invoice)
        _finish(record)


def batch_writer(event: dict[str, Any], _context: object) -> None:
    """`json.loads`, then boto3's `batch_writer`: 25 invoices per call, no conditions."""
    table = tables.Table(os.environ["INVOICES_TABLE"])
    for record in event["Records"]:
        with table.batch_writer() as batch:
            for invoice in _invoices(record):
                batch.put_item(Item=invoice)
        _finish(record)


def _invoices(record: dict[str, Any]) -> list[dict[str, Any]]:
    body = s3.get_object(Bucket=record["s3"]["bucket"]["name"], Key=_key(record))["Body"].read()
    invoices: list[dict[str, Any]] = json.loads(body, parse_float=Decimal)
    return invoices


def _finish(record: dict[str, Any]) -> None:
    entry = {"key": _key(record), "version_id": record["s3"]["object"]["versionId"], "status": "completed"}
    tables.Table(os.environ["UPLOADS_TABLE"]).put_item(Item=entry)


def _key(record: dict[str, Any]) -> str:
    return unquote_plus(record["s3"]["object"]["key"])
