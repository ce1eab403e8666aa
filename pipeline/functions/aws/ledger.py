"""The ledger: the uploads table, an entry for each upload, keyed by object key and version id."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from .. import continuation
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


_OPEN = "#status IN (:processing, :stalled)"
_OPEN_VALUES = {":processing": Status.PROCESSING.value, ":stalled": Status.STALLED.value}

# What has stalled goes on with whatever event comes. Entries of the version before have no generation.
_NO_LATER_EVENT = "(#status = :stalled OR attribute_not_exists(#generation) OR #generation <= :generation)"


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload's entry as an attempt finds it: its status, when the first attempt began, and where to go on.

    Where it `is_left`, an attempt at a later event has taken the upload up, and so this one is to leave it alone.
    """

    status: Status
    started_at: str
    progress: Progress
    is_left: bool = False


class Ledger:
    """The uploads table.

    An entry: `key`, `version_id`, `status`, `size` (bytes), `uploaded_at`, `started_at`, `finished_at` (ISO 8601, UTC;
    None until then), `received`, `stored`, `duplicates`, `conflicts`, `rejected` (0 until it is completed), `rejects`
    (s3:// URL of the rejects; None where there are none), `error` (`DocumentError.as_dict()`; None unless failed or
    stalled), `stalled_at` (None unless stalled), `progress` (`Progress.as_dict()` and the time `at`; None before the
    first checkpoint and after the end) and `generation` (that of the latest event that was taken up; None after the
    end).

    The ledger is that of an attempt at an event of this `generation`, see `continuation`. Where that is None, nothing
    tells which events are later, and the attempt goes on in any case.
    """

    def __init__(
        self, dynamodb: "DynamoDBClient", table: str, patience: Patience, generation: str | None = continuation.FIRST
    ) -> None:
        self._dynamodb = dynamodb
        self._table = table
        self._patience = patience
        self._generation = generation or continuation.FIRST
        self._may_be_left = generation is not None

    def begin(self, upload: Upload) -> Begun:
        """Open the upload's entry, or find it as other attempts left it."""
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
        first = ", ".join(f"#{name} = if_not_exists(#{name}, :{name})" for name in first_values)
        try:
            answer = self._update(
                upload,
                f"SET {first}, #generation = :generation",
                {**first_values, "generation": self._generation},
                ConditionExpression=f"attribute_not_exists(#status) OR ({_OPEN} AND {self._not_left})",
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                more_values=_OPEN_VALUES,
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            return self._begun(error.response["Item"])  # type: ignore[typeddict-item]
        return self._begun(answer["Attributes"])

    def checkpoint(self, upload: Upload, progress: Progress) -> bool:
        """Write how far the upload has come. It never goes back.

        False where another attempt has closed the entry, come further, or taken the upload up by a later event.
        """
        # An attempt that is at work has not stalled.
        values = {
            "status": Status.PROCESSING.value,
            "error": None,
            "stalled_at": None,
            "progress": {**progress.as_dict(), "at": _now()},
            "generation": self._generation,
        }
        found = self._unless_closed(
            upload,
            values,
            f"{self._not_left} AND (attribute_not_exists(#progress.#reading) OR #progress.#reading < :reading"
            " OR (#progress.#reading = :reading AND #progress.#position < :position))",
            {":reading": int(progress.reading), ":position": progress.place.position},
            {"#reading": "reading", "#position": "position"},
        )
        # As far already: by another attempt, or by this one, in a call whose answer was lost.
        return found is None or (
            found.status is Status.PROCESSING and not found.is_left and found.progress.order == progress.order
        )

    def resume(self, upload: Upload) -> bool:
        """An attempt goes on with an upload that had stalled. False where another one has come meanwhile."""
        values = {
            "status": Status.PROCESSING.value,
            "error": None,
            "stalled_at": None,
            "generation": self._generation,
        }
        return self._unless_closed(upload, values, "#status = :stalled AND #generation = :generation") is None

    def stall(self, upload: Upload, error: DocumentError) -> bool:
        """Lambda gave up. What was stored stays, and so does the progress.

        False where the upload has ended, or a later event has taken it up.
        """
        values = {
            "status": Status.STALLED.value,
            "error": error.as_dict(),
            "stalled_at": _now(),
            "generation": self._generation,
        }
        return self._unless_closed(upload, values, self._not_left) is None

    def complete(self, upload: Upload, counts: Counts, rejects: str | None) -> bool:
        """Close the entry: every invoice has its outcome. False where another attempt has closed it first."""
        values = {"status": Status.COMPLETED.value, "rejects": rejects, "error": None, **counts.as_dict()}
        return self._close(upload, values)

    def fail(self, upload: Upload, error: DocumentError) -> bool:
        """Close the entry: the upload can never be read. False where another attempt has closed it first."""
        return self._close(upload, {"status": Status.FAILED.value, "error": error.as_dict()})

    def _close(self, upload: Upload, values: dict[str, Any]) -> bool:
        values = {**values, "finished_at": _now(), "stalled_at": None, "progress": None, "generation": None}
        return self._unless_closed(upload, values) is None

    def _unless_closed(
        self,
        upload: Upload,
        values: dict[str, Any],
        condition: str = "",
        more_values: dict[str, Any] | None = None,
        more_names: dict[str, str] | None = None,
    ) -> Begun | None:
        """Set values where the entry is open and the condition holds. Returns the entry where they do not.

        A call whose answer was lost is made again, and finds its own values.
        """
        try:
            self._update(
                upload,
                "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                values,
                ConditionExpression=" AND ".join(filter(None, [_OPEN, condition])),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                more_values=_OPEN_VALUES | (more_values or {}),
                more_names=more_names or {},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            item = error.response["Item"]  # type: ignore[typeddict-item]
            held = unmarshal(item)
            return None if all(held.get(name) == value for name, value in values.items()) else self._begun(item)
        return None

    @property
    def _not_left(self) -> str:
        """The condition that no later event has taken the upload up."""
        return _NO_LATER_EVENT if self._may_be_left else "attribute_exists(#status)"

    def _begun(self, item: dict[str, Any]) -> Begun:
        entry = unmarshal(item)
        status = Status(entry["status"])
        is_left = (
            self._may_be_left
            and status is Status.PROCESSING
            and entry.get("generation", continuation.FIRST) > self._generation
        )
        return Begun(status, entry["started_at"], Progress.of(entry.get("progress")), is_left)

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


def _marshal(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _serializer.serialize(value) for name, value in values.items()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
