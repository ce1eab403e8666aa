"""A stack's tables: counted, and removed although they are protected."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from .clouds import Cloud
from .errors import DeployError
from .waiting import NotYet, WaitTimeoutError, wait_until
from .words import _

PAGES = 10
"""How much of a table is read to count its items: at 1 MB a page, a thousandth of a cent's worth."""

DEADLINE_SECONDS = 10 * 60

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
_LATER = ("LimitExceededException", "ResourceInUseException", "ResourceNotFoundException")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds: how many items, and the sums of some of their attributes, as far as it was read.

    Of a table that was not read to its end, `items` is DynamoDB's own count, which it takes about every six hours:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
    """

    items: int
    sums: dict[str, int]
    whole: bool


def key_of(cloud: Cloud, table: str) -> str | None:
    """The name of the partition key; None if there is no such table."""
    description = _describe(cloud.client("dynamodb"), table)
    return (
        None
        if description is None
        else next(str(one["AttributeName"]) for one in description["KeySchema"] if one["KeyType"] == "HASH")
    )


def read(cloud: Cloud, table: str, *summed: str) -> Contents:
    """Count a table's items, and add up the attributes `summed`, reading no more than `PAGES`. Raises ClientError."""
    dynamodb = cloud.client("dynamodb")
    what: dict[str, Any] = {"Select": "COUNT"}
    if summed:
        names = {f"#{number}": name for number, name in enumerate(summed)}
        what = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True, **what)
    items, whole, sums = 0, False, dict.fromkeys(summed, 0)
    for page in islice(pages, PAGES):
        items += page["Count"]
        whole = "LastEvaluatedKey" not in page
        for item in page.get("Items", []):
            for name in summed:
                sums[name] += int(item.get(name, {}).get("N", 0))
    if not whole:
        description = _describe(dynamodb, table)
        items = max(items, description["ItemCount"] if description else 0)
    return Contents(items, sums, whole)


def holds_anything(cloud: Cloud, table: str) -> bool:
    """Whether there is any item in the table, if there is a table."""
    dynamodb = cloud.client("dynamodb")
    try:
        return bool(dynamodb.scan(TableName=table, Limit=1, ConsistentRead=True)["Count"])
    except dynamodb.exceptions.ResourceNotFoundException:
        return False


def remove(cloud: Cloud, table: str) -> None:
    """Remove a table with all its items, protected or not, if there is one. Raises DeployError.

    DynamoDB keeps a backup of it for 35 days, because it can be restored to any point in time:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    """
    dynamodb = cloud.client("dynamodb")

    def ask() -> bool | NotYet:
        cloud.check()
        description = _describe(dynamodb, table)
        if description is None:
            return True
        status = description["TableStatus"]
        # A table that is being changed can be neither changed nor deleted.
        if status == "ACTIVE":
            status += _take_a_step(dynamodb, table, protected=description.get("DeletionProtectionEnabled", False))
        return NotYet(_("the table is {status}", status=status))

    try:
        wait_until(_("the table {table} is gone", table=table), ask, DEADLINE_SECONDS, first=0.01, longest=3)
    except WaitTimeoutError as error:
        raise DeployError(_("{error}. Try the same command again", error=error)) from None


def _take_a_step(dynamodb: Any, table: str, *, protected: bool) -> str:
    """Unprotect the table, or remove it; what DynamoDB says if it cannot do so now.

    A description may be older than the last change:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
    """
    try:
        if protected:
            dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
        else:
            dynamodb.delete_table(TableName=table)
    except ClientError as error:
        said = error.response["Error"]
        if said["Code"] not in _LATER and "protected" not in said.get("Message", ""):
            raise
        return f": {said.get('Message')}"
    return ""


def _describe(dynamodb: Any, table: str) -> dict[str, Any] | None:
    try:
        description: dict[str, Any] = dynamodb.describe_table(TableName=table)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        return None
    return description
