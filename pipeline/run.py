"""Upload files and wait until the ledger says how each ended."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .clouds import Cloud
from .deploy import Outputs
from .errors import CloudError, UsageError
from .functions.attributes import to_json
from .functions.aws.ledger import unmarshal
from .functions.rejects import Reject
from .waiting import NotYet, WaitTimeoutError, wait_until

SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz")

# Three attempts of five minutes, and AWS's waits of one and two minutes between them.
WAIT_SECONDS = 20 * 60


@dataclass(frozen=True, slots=True)
class Ended:
    """An upload at its end: the file, the ledger's entry (see `functions.aws.ledger`), and its rejects."""

    file: str
    key: str
    version_id: str
    entry: dict[str, Any]
    rejects: list[Reject] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether every invoice was stored or was a duplicate."""
        return self.entry["status"] == "completed" and not self.entry["conflicts"] and not self.entry["rejected"]


def name_of(file: Path) -> str:
    """The file's path as text. Bytes that are not UTF-8 are replaced, because S3's keys are UTF-8."""
    return os.fsencode(file).decode(errors="replace")


def check_files(files: Iterable[Path]) -> None:
    """Raise UsageError, naming the first file that cannot be uploaded, before anything is started."""
    for file in files:
        if not file.name.endswith(SUFFIXES):
            raise UsageError(f"{file} does not end in {', '.join(SUFFIXES)}; nothing was uploaded")
        if not file.exists():
            raise UsageError(f"{file} does not exist; nothing was uploaded")
        if not file.is_file():
            raise UsageError(f"{file} is not a file; nothing was uploaded")
        try:
            with file.open("rb"):
                pass
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}; nothing was uploaded") from None


def run(cloud: Cloud, outputs: Outputs, files: list[Path], shown: Callable[[Path], str] = name_of) -> Iterator[Ended]:
    """Upload each file and follow it to its end, before the next: the files' order decides who is first.

    `shown` gives the name of a file in reports. Raises CloudError.
    """
    for file in files:
        key, version_id = upload(cloud, outputs, file)
        yield follow(cloud, outputs, shown(file), key, version_id)


def upload(cloud: Cloud, outputs: Outputs, file: Path) -> tuple[str, str]:
    """Upload one file under its own name; the upload's key and version id."""
    key = name_of(Path(file.name))
    with file.open("rb") as body:
        answer = cloud.client("s3").put_object(Bucket=outputs["UploadsBucket"], Key=key, Body=body)
    return key, answer["VersionId"]


def follow(
    cloud: Cloud, outputs: Outputs, file: str, key: str, version_id: str, seconds: float = WAIT_SECONDS
) -> Ended:
    """Wait until an upload has ended. Raises CloudError if the function gave up, or after `seconds`."""
    dynamodb, sqs = cloud.client("dynamodb"), cloud.client("sqs")
    questions = 0

    def ask() -> dict[str, Any] | NotYet:
        nonlocal questions
        questions += 1
        item = dynamodb.get_item(
            TableName=outputs["UploadsTable"],
            Key={"key": {"S": key}, "version_id": {"S": version_id}},
            ConsistentRead=True,
        ).get("Item")
        if item is not None and item["status"]["S"] != "processing":
            return unmarshal(item)
        if questions % 16 == 0:
            cloud.check()
            _raise_if_given_up(sqs, outputs["FailuresQueueUrl"], file, key, version_id)
        return NotYet(f"the upload is {item['status']['S']}" if item else "the upload is not in the ledger")

    try:
        entry = wait_until(f"{file} is processed", ask, seconds)
    except WaitTimeoutError as error:
        raise CloudError(f"{error}. Look at the logs of the function {outputs['IngestFunction']}") from None
    return Ended(file, key, version_id, entry, list(_rejects(cloud, entry)))


def _raise_if_given_up(sqs: Any, queue: str, file: str, key: str, version_id: str) -> None:
    """Raise CloudError if the upload's event is in the failures queue. The message stays there."""
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
    for message in messages:
        if version_id in message["Body"]:
            failure = json.loads(message["Body"]).get("responsePayload", {})
            reason = failure.get("errorMessage") or "no reason given"
            raise CloudError(
                f"{file}: the function failed at every attempt: {reason}. Its event, of {key}, waits in the failures "
                "queue. Remove the cause, then run: notas redrive"
            )


def _rejects(cloud: Cloud, entry: dict[str, Any]) -> Iterator[Reject]:
    if entry["rejects"] is None:
        return
    bucket, key = entry["rejects"].removeprefix("s3://").split("/", 1)
    body = cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    yield from map(Reject.parse, body.rstrip("\n").split("\n"))


def export(cloud: Cloud, outputs: Outputs, file: Path) -> int:
    """Write the invoices table to `file`, one item a line as plain JSON, sorted by id. Returns how many."""
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=outputs["InvoicesTable"])
    items = sorted((item for page in pages for item in page["Items"]), key=lambda item: item["id"]["S"])
    with file.open("w", encoding="utf-8", newline="\n") as lines:
        lines.writelines(to_json({"M": item}) + "\n" for item in items)
    return len(items)
