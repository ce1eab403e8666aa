"""What the API reads: invoices, the ledger's entries, and rejects."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ..additions import CUSTOMER
from ..attributes import Attribute
from ..customers import MAX_KEY_BYTES
from .patience import code_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef
    from mypy_boto3_s3 import S3Client

INDEX = "por-cliente"

CHUNK = 64 * 1024

# DynamoDB takes no longer keys, so nothing is stored under one.
MAX_SORT_KEY = 1_024

# Sorts after every date-time of the day: "T" and "t" both come before it in byte order.
_END_OF_DAY = "~"

Item = dict[str, Attribute]

Place = tuple[str, str]
"""An invoice's place in its customer's list: `data_emissao` and `id`."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's invoices from the day `de` to the day `ate`, both included; None leaves that end open.

    `key` is the customer's key in the index, as `customer_key` makes it; "" is nobody's. Days are YYYY-MM-DD, as the
    invoices state them: a time's offset is not taken into account.
    """

    key: str
    de: str | None = None
    ate: str | None = None


class Lookup:
    """The tables and the rejects bucket, read only."""

    def __init__(self, dynamodb: "DynamoDBClient", s3: "S3Client", invoices: str, uploads: str) -> None:
        self._dynamodb = dynamodb
        self._s3 = s3
        self._invoices = invoices
        self._uploads = uploads

    def invoice(self, id_: str) -> Item | None:
        """The item of an invoice."""
        return self._get(self._invoices, id=id_) if _fits(id_, MAX_KEY_BYTES) else None

    def entry(self, key: str, version_id: str) -> Item | None:
        """The ledger's entry of an upload."""
        if not _fits(key, MAX_KEY_BYTES) or not _fits(version_id, MAX_SORT_KEY):
            return None
        return self._get(self._uploads, key=key, version_id=version_id)

    def _get(self, table: str, **key: str) -> Item | None:
        names = {name: {"S": value} for name, value in key.items()}
        found: Item | None = self._dynamodb.get_item(TableName=table, Key=names, ConsistentRead=True).get("Item")  # type: ignore[assignment]
        return found

    def of_customer(self, customer: Customer, limit: int, after: Place | None) -> tuple[list[Item], bool]:
        """A customer's invoices, newest first, beginning after the place `after`; and whether there may be more.

        There may be fewer than `limit` although more follow. Invoices that are stored meanwhile make the list neither
        skip nor repeat one, because a place names an invoice and is not a count.
        """
        if not customer.key:
            return [], False
        query: QueryInputTypeDef = {
            "TableName": self._invoices,
            "IndexName": INDEX,
            "ScanIndexForward": False,
            "Limit": limit,
            "KeyConditionExpression": "#cliente = :cliente",
            # No expression takes a name that begins with "_".
            "ExpressionAttributeNames": {"#cliente": CUSTOMER},
            "ExpressionAttributeValues": {":cliente": {"S": customer.key}},
        }
        first, last = customer.de or "", (customer.ate or "") + _END_OF_DAY
        if customer.de or customer.ate:
            if first > last:
                return [], False
            query["KeyConditionExpression"] = "#cliente = :cliente AND data_emissao BETWEEN :first AND :last"
            query["ExpressionAttributeValues"] |= {":first": {"S": first or " "}, ":last": {"S": last}}  # type: ignore[operator]
        if after is not None:
            date, id_ = after
            query["ExclusiveStartKey"] = {
                CUSTOMER: {"S": customer.key},
                "data_emissao": {"S": date},
                "id": {"S": id_},
            }
        answer = self._dynamodb.query(**query)
        items: list[Item] = answer["Items"]  # type: ignore[assignment]
        return items, "LastEvaluatedKey" in answer

    def rejects(self, url: str, offset: int) -> tuple[Iterator[bytes], int] | None:
        """The rejects at an s3:// URL from byte `offset` on, in chunks; and how many bytes that is.

        None where there is no such object. S3 says so because the API may list the bucket:
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
        """
        bucket, key = url.removeprefix("s3://").split("/", 1)
        try:
            body = self._s3.get_object(Bucket=bucket, Key=key, Range=f"bytes={offset}-")
        except ClientError as error:
            if code_of(error) in ("NoSuchKey", "NoSuchBucket"):
                return None
            raise
        return body["Body"].iter_chunks(CHUNK), body["ContentLength"]


def _fits(key: str, most: int) -> bool:
    return 0 < len(key.encode()) <= most
