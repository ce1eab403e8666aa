"""Upload files and wait until the ledger says how each ended."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from aws_stack.clouds import Cloud

from . import uploading
from .deploy import Outputs
from .ended import Ended
from .following import Advice, follow
from .functions.attributes import to_json
from .functions.aws.ledger import unmarshal
from .functions.rejects import Reject
from .functions.rest.entries import shown
from .local_files import key_of, name_of
from .watching import Watcher
from .words import _

LOOK_SECONDS = 1.0
"""The longest pause between two looks at the ledger."""

CHECK_EVERY = 16
"""At how many looks the cloud itself is asked whether it is still there."""


def run(
    cloud: Cloud, outputs: Outputs, files: list[Path], watcher: Watcher, named: Callable[[Path], str] = name_of
) -> Iterator[Ended]:
    """Upload each file and follow it to its end, before the next: the files' order decides who is first.

    `named` gives the name of a file in reports. Raises CloudError.
    """
    for file in files:
        watcher.begin(named(file), file.stat().st_size)
        key, version = upload(cloud, outputs, file)
        yield _to_its_end(cloud, outputs, named(file), key, version, watcher)


def upload(cloud: Cloud, outputs: Outputs, file: Path) -> tuple[str, str]:
    """Upload one file under its own name; the upload's key and version id."""
    key = key_of(file)
    return key, uploading.upload(cloud, outputs["UploadsBucket"], key, file)


def advice(outputs: Outputs) -> Advice:
    """What to do about an upload that does not move, on a cloud that ends with this command."""
    return Advice(
        logs=log_group(outputs),
        remedy=_("This command removes its stack, and the upload with it. Remove the cause, and run it again"),
    )


def log_group(outputs: Outputs) -> str:
    """The function's log, in words."""
    return _("the log group {name}", name=f"/aws/lambda/{outputs['IngestFunction']}")


def _to_its_end(cloud: Cloud, outputs: Outputs, file: str, key: str, version: str, watcher: Watcher) -> Ended:
    dynamodb = cloud.client("dynamodb")
    looks = 0

    def look() -> dict[str, Any] | None:
        nonlocal looks
        looks += 1
        if looks % CHECK_EVERY == 0:
            cloud.check()
        item = dynamodb.get_item(
            TableName=outputs["UploadsTable"],
            Key={"key": {"S": key}, "version_id": {"S": version}},
            ConsistentRead=True,
        ).get("Item")
        return None if item is None else unmarshal(shown(item))

    entry = follow(file, look, watcher, advice(outputs), LOOK_SECONDS)
    watcher.end(entry["status"])
    return Ended(file, key, version, entry, list(_rejects(cloud, entry)))


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
