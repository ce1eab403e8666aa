"""Upload files and wait until the ledger says how each ended."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from . import uploading
from .clouds import Cloud
from .deploy import Outputs
from .errors import UsageError
from .following import Advice, Ended, follow
from .functions.attributes import to_json
from .functions.aws.ledger import unmarshal
from .functions.aws.uploads import COMPRESSED, LAYOUTS
from .functions.rejects import Reject
from .functions.rest.entries import shown
from .watching import Watcher

SUFFIXES = tuple(suffix + end for end in ("", COMPRESSED) for suffix in LAYOUTS)
"""How the names of files end that are read, in upper or lower case."""

FILES_HELP = "Invoices: .json, .jsonl, .ndjson or .xml (NF-e), each also with .gz."

LOOK_SECONDS = 1.0
"""The longest pause between two looks at the ledger."""

CHECK_EVERY = 16
"""At how many looks the cloud itself is asked whether it is still there."""


def name_of(file: Path) -> str:
    """The file's path as text. Bytes that are not UTF-8 are replaced, because S3's keys are UTF-8."""
    return os.fsencode(file).decode(errors="replace")


def check_files(files: Iterable[Path]) -> None:
    """Raise UsageError, naming the first file that cannot be uploaded, before anything is started."""
    for file in files:
        if not file.name.lower().endswith(SUFFIXES):
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
    key = name_of(Path(file.name))
    return key, uploading.upload(cloud, outputs["UploadsBucket"], key, file)


def advice(outputs: Outputs) -> Advice:
    """What to do about an upload that does not move, on a cloud that ends with this command."""
    return Advice(
        logs=log_group(outputs),
        remedy="This command removes its stack, and the upload with it. Remove the cause, and run it again",
    )


def log_group(outputs: Outputs) -> str:
    """The function's log, in words."""
    return f"the log group /aws/lambda/{outputs['IngestFunction']}"


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
