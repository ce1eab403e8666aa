"""The index of customers, made anew in a stack of before, whose index has another key.

The key of an index cannot be changed, and CloudFormation makes or removes one index of a table at a time:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
So an update without the index comes first. From then on the functions write its key into every invoice. Then the
invoices of before get theirs, and an update with the index comes last. A table whose index is right has been through
all of that, so whatever interrupts it, the next deployment goes on.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aws_stack import cloudformation
from aws_stack.clouds import Cloud

from .functions.additions import CUSTOMER, is_indexed
from .functions.aws.lookup import INDEX
from .functions.customers import customer_key

T = TypeVar("T")

WRITERS = 16
"""How many invoices get their key at the same time."""

# DynamoDB takes no definitions of attributes that are no keys, so those of the index go with it.
_INDEX = re.compile(
    rf"^      GlobalSecondaryIndexes:\n        - IndexName: {INDEX}\n(?:          .*\n)+"
    rf"|^        - AttributeName: (?:{CUSTOMER}|data_emissao)\n          AttributeType: S\n",
    re.MULTILINE,
)


def outdated(cloud: Cloud, stack: str) -> str | None:
    """The stack's table of invoices, if its index of customers is not there or has another key; else None."""
    tables = [one.physical_id for one in cloudformation.resources(cloud, stack) if one.logical_id == "Invoices"]
    return next((table for table in tables if _key_of(cloud, table) != CUSTOMER), None)


def make_anew(cloud: Cloud, table: str, without: Callable[[], T], with_: Callable[[], T]) -> T:
    """Bring a stack whose index is outdated to the template `without` it, and at the end to the one `with_` it."""
    if _key_of(cloud, table) is not None:
        without()
    fill(cloud, table)
    result = with_()
    # A function of before may have gone on for as long as an invocation lasts.
    fill(cloud, table)
    return result


def _key_of(cloud: Cloud, table: str) -> str | None:
    """The partition key of the table's index of customers; None if there is no such index, or no table."""
    dynamodb = cloud.client("dynamodb")
    try:
        description: dict[str, Any] = dynamodb.describe_table(TableName=table)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return CUSTOMER
    for index in description.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] == INDEX:
            return next(str(one["AttributeName"]) for one in index["KeySchema"] if one["KeyType"] == "HASH")
    return None


def without_index(template: str) -> str:
    """The template without the index, and without the definitions of its keys."""
    return _INDEX.sub("", template)


def fill(cloud: Cloud, table: str) -> int:
    """Give every invoice that has a customer, but no key of it, the key. Returns how many there were.

    It takes a read unit for each 8 KB of the table, and the write units of each invoice that gets a key.
    """
    dynamodb = cloud.client("dynamodb")

    def give(item: dict[str, Any]) -> bool:
        try:
            dynamodb.update_item(
                TableName=table,
                Key={"id": item["id"]},
                UpdateExpression="SET #key = :key",
                # It may be gone meanwhile, or another one may have come.
                ConditionExpression="cliente = :cliente",
                ExpressionAttributeNames={"#key": CUSTOMER},
                ExpressionAttributeValues={
                    ":key": {"S": customer_key(_name(item))},
                    ":cliente": {"S": _name(item)},
                },
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(sum(pool.map(give, page)) for page in _pages_without_key(dynamodb, table))


def _pages_without_key(dynamodb: Any, table: str) -> Iterator[list[dict[str, Any]]]:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table,
        ProjectionExpression="id, cliente, #key",
        ExpressionAttributeNames={"#key": CUSTOMER},
    )
    for page in pages:
        yield [item for item in page["Items"] if _name(item).strip() and not is_indexed(item)]


def _name(item: dict[str, Any]) -> str:
    """The customer; "" for an item that has none, which another program wrote."""
    return str(item.get("cliente", {}).get("S", ""))
