"""The ledger: the uploads table, an entry for each upload, keyed by object key and version id."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from ..counts import Counts
from ..errors import DocumentError
from .uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Status(StrEnum):
    """How far an upload has come. `completed` and `failed` are final."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload's entry as an attempt finds it: its status, and when the first attempt began."""

    status: Status
    started_at: str


class Ledger:
    """The uploads table.

    An entry: `key`, `version_id`, `status`, `size` (bytes), `uploaded_at`, `started_at`, `finished_at` (ISO 8601, UTC;
    None until then), `received`, `stored`, `duplicates`, `conflicts`, `rejected`, `rejects` (s3:// URL of the rejects;
    None where there are none) and `error` (`DocumentError.as_dict()`; None unless failed).
    """

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def begin(self, upload: Upload) -> Begun:
        """Open the upload's entry. In a replay, or after a crash, it exists already and stays as it is."""
        first_values = {
            "status": Status.PROCESSING.value,
            "size": upload.size,
            "uploaded_at": upload.uploaded_at,
            "started_at": _now(),
            "finished_at": None,
            **Counts().as_dict(),
            "rejects": None,
            "error": None,
        }
        entry = self._dynamodb.update_item(
            TableName=self._table,
            Key=_key(upload),
            UpdateExpression="SET " + ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in first_values),
            ExpressionAttributeNames={f"#{name}": name for name in first_values},
            ExpressionAttributeValues=_marshal({f":{name}": value for name, value in first_values.items()}),
            ReturnValues="ALL_NEW",
        )["Attributes"]
        return Begun(Status(entry["status"]["S"]), entry["started_at"]["S"])

    def complete(self, upload: Upload, counts: Counts, rejects: str | None) -> bool:
        """Close the entry: every invoice has its outcome. False where another attempt has closed it first."""
        return self._close(upload, {"status": Status.COMPLETED.value, "rejects": rejects, **counts.as_dict()})

    def fail(self, upload: Upload, error: DocumentError) -> bool:
        """Close the entry: the upload is not a document. False where another attempt has closed it first."""
        return self._close(upload, {"status": Status.FAILED.value, "error": error.as_dict()})

    def _close(self, upload: Upload, values: dict[str, Any]) -> bool:
        values = {**values, "finished_at": _now()}
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(upload),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
                ConditionExpression="#status = :processing",
                ExpressionAttributeNames={f"#{name}": name for name in values},
                ExpressionAttributeValues=_marshal(
                    {":processing": Status.PROCESSING.value, **{f":{name}": value for name, value in values.items()}}
                ),
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def unmarshal(item: dict[str, Any]) -> dict[str, Any]:
    """A DynamoDB item as plain Python values, numbers as Decimal."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def _marshal(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(value) for name, value in values.items()}


def _key(upload: Upload) -> dict[str, Any]:
    return _marshal({"key": upload.key, "version_id": upload.version_id})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
