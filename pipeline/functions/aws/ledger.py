"""The ledger: the uploads table, an entry for each upload, keyed by object key and version id."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from ..counts import Counts
from ..errors import DocumentError
from ..progress import Progress
from .patience import Patience
from .uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Status(StrEnum):
    """How far an upload has come. `completed` and `failed` are final; `stalled` goes on with the next attempt."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    STALLED = "stalled"

    @property
    def is_final(self) -> bool:
        """Whether nothing changes the entry any more."""
        return self in (Status.COMPLETED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload's entry as an attempt finds it: its status, when the first attempt began, and where to go on."""

    status: Status
    started_at: str
    progress: Progress


class Ledger:
    """The uploads table.

    An entry: `key`, `version_id`, `status`, `size` (bytes), `uploaded_at`, `started_at`, `finished_at` (ISO 8601, UTC;
    None until then), `received`, `stored`, `duplicates`, `conflicts`, `rejected` (0 until it is completed), `rejects`
    (s3:// URL of the rejects; None where there are none), `error` (`DocumentError.as_dict()`; None unless failed or
    stalled), `stalled_at` (None unless stalled) and `progress` (`Progress.as_dict()` and the time `at`; None before the
    first checkpoint and after the end).
    """

    def __init__(self, dynamodb: "DynamoDBClient", table: str, patience: Patience) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._patience = patience

    def begin(self, upload: Upload) -> Begun:
        """Open the upload's entry, or find it as earlier attempts left it."""
        first_values = {
            "status": Status.PROCESSING.value,
            "size": upload.size,
            "uploaded_at": upload.uploaded_at,
            "started_at": _now(),
            "finished_at": None,
            **Counts().as_dict(),
            "rejects": None,
            "error": None,
            "stalled_at": None,
            "progress": None,
        }
        entry = self._update(
            upload,
            "SET " + ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in first_values),
            first_values,
            ReturnValues="ALL_NEW",
        )["Attributes"]
        return _begun(entry)

    def checkpoint(self, upload: Upload, progress: Progress) -> Begun | None:
        """Write how far the upload has come. It never goes back.

        Returns None, or the entry where another attempt has closed it or come as far already.
        """
        # An attempt that is at work has not stalled.
        values = {
            "status": Status.PROCESSING.value,
            "error": None,
            "stalled_at": None,
            "progress": {**progress.as_dict(), "at": _now()},
        }
        return self._unless_closed(
            upload,
            values,
            "(attribute_not_exists(#progress.#reading) OR #progress.#reading < :reading"
            " OR (#progress.#reading = :reading AND #progress.#position < :position))",
            {":reading": int(progress.reading), ":position": progress.place.position},
            {"#reading": "reading", "#position": "position"},
        )

    def resume(self, upload: Upload) -> None:
        """An attempt goes on with an upload that had stalled."""
        values = {"status": Status.PROCESSING.value, "error": None, "stalled_at": None}
        self._unless_closed(upload, values, "#status = :stalled")

    def stall(self, upload: Upload, error: DocumentError) -> bool:
        """Lambda gave up. What was stored stays, and so does the progress. False where the upload has ended."""
        values = {"status": Status.STALLED.value, "error": error.as_dict(), "stalled_at": _now()}
        return self._unless_closed(upload, values) is None

    def complete(self, upload: Upload, counts: Counts, rejects: str | None) -> bool:
        """Close the entry: every invoice has its outcome. False where another attempt has closed it first."""
        values = {"status": Status.COMPLETED.value, "rejects": rejects, "error": None, **counts.as_dict()}
        return self._close(upload, values)

    def fail(self, upload: Upload, error: DocumentError) -> bool:
        """Close the entry: the upload can never be read. False where another attempt has closed it first."""
        return self._close(upload, {"status": Status.FAILED.value, "error": error.as_dict()})

    def _close(self, upload: Upload, values: dict[str, Any]) -> bool:
        values = {**values, "finished_at": _now(), "stalled_at": None, "progress": None}
        return self._unless_closed(upload, values) is None

    def _unless_closed(
        self,
        upload: Upload,
        values: dict[str, Any],
        condition: str = "",
        more_values: dict[str, Any] | None = None,
        more_names: dict[str, str] | None = None,
    ) -> Begun | None:
        """Set values where the entry is open and the condition holds. Returns the entry where they do not."""
        open_ = {":processing": Status.PROCESSING.value, ":stalled": Status.STALLED.value}
        try:
            self._update(
                upload,
                "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                values,
                ConditionExpression=" AND ".join(filter(None, ["#status IN (:processing, :stalled)", condition])),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                more_values=open_ | (more_values or {}),
                more_names=more_names or {},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            return _begun(error.response["Item"])  # type: ignore[typeddict-item]
        return None

    def _update(
        self,
        upload: Upload,
        expression: str,
        values: dict[str, Any],
        more_values: dict[str, Any] | None = None,
        more_names: dict[str, str] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        return self._patience.outlast(
            lambda: dict(
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_marshal(upload.names()),
                    UpdateExpression=expression,
                    ExpressionAttributeNames={f"#{name}": name for name in values} | (more_names or {}),
                    ExpressionAttributeValues=_marshal(
                        {f":{name}": value for name, value in values.items()} | (more_values or {})
                    ),
                    **options,
                )
            )
        )


def unmarshal(item: dict[str, Any]) -> dict[str, Any]:
    """A DynamoDB item as plain Python values, numbers as Decimal."""
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def _begun(item: dict[str, Any]) -> Begun:
    entry = unmarshal(item)
    return Begun(Status(entry["status"]), entry["started_at"], Progress.of(entry.get("progress")))


def _marshal(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(value) for name, value in values.items()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
