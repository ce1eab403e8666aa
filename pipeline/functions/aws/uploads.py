"""Uploads: one version of one object in the uploads bucket, as S3's event names it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

from ..document import Layout
from ..errors import DocumentError
from ..gunzip import gunzip
from .clients import delays

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. `size` is in bytes, `uploaded_at` is S3's time of the event (ISO 8601, UTC)."""

    bucket: str
    key: str
    version_id: str
    size: int
    uploaded_at: str

    @classmethod
    def from_event(cls, record: dict[str, Any]) -> "Upload":
        """The upload named by one of an event's `Records`.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
        """
        s3_object = record["s3"]["object"]
        return cls(
            bucket=record["s3"]["bucket"]["name"],
            # AWS writes a space as "+", LocalStack as "%20".
            key=unquote_plus(s3_object["key"]),
            # What S3 calls the version of an object that has none.
            version_id=s3_object.get("versionId", "null"),
            size=s3_object.get("size", 0),
            uploaded_at=record["eventTime"],
        )

    @property
    def layout(self) -> Layout:
        """How the document is laid out, judged by its name."""
        return Layout.LINES if self.key.removesuffix(".gz").endswith(".jsonl") else Layout.JSON


def read(s3: "S3Client", upload: Upload) -> Iterator[bytes]:
    """The document's bytes in chunks, decompressed where the key ends in `.gz`.

    Raises DocumentError where the version is gone or the gzip stream is bad.
    """
    stored = _read_object(s3, upload)
    return gunzip(stored) if upload.key.endswith(".gz") else stored


def _read_object(s3: "S3Client", upload: Upload) -> Iterator[bytes]:
    request: GetObjectRequestTypeDef = {"Bucket": upload.bucket, "Key": upload.key, "VersionId": upload.version_id}
    offset = 0
    waits = delays()
    while True:
        try:
            answer = s3.get_object(**request)
            # HTTP lets a server answer a range request with the whole object. MiniStack does so for a named version.
            known = 0 if "ContentRange" in answer else offset
            for chunk in answer["Body"].iter_chunks(CHUNK):
                new, known = chunk[known:], max(0, known - len(chunk))
                offset += len(new)
                if new:
                    yield new
            return
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "NoSuchVersion", "404"):
                message = "this version of the object was deleted before it could be read"
                raise DocumentError("missing_object", message) from None
            raise
        except (HTTPClientError, IncompleteReadError):
            # boto3 retries only until the answer begins. Where a body breaks off, read on from there.
            wait = next(waits, None)
            if wait is None:
                raise
            time.sleep(wait)
            request["Range"] = f"bytes={offset}-"
