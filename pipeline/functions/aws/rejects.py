"""The rejects bucket: one object for each upload, written line by line, and visible only once it is complete."""

from types import TracebackType
from typing import TYPE_CHECKING

from ..outcome import Judged
from ..rejects import line, object_key
from .uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART = 8 * 1024 * 1024
"""Bytes in one part of a multipart upload. S3 asks for at least 5 MiB a part, and at most 10,000 parts."""

CONTENT_TYPE = "application/jsonl; charset=utf-8"


class RejectsWriter:
    """Collects the rejects of one upload. They appear when the `with` block ends without an exception.

    Every attempt at an upload writes the same lines to the same place. Where an attempt dies, its unfinished object
    never appears, and the bucket's lifecycle removes it. `url` is the object's s3:// URL; None until there is a line.
    """

    def __init__(self, s3: "S3Client", bucket: str, upload: Upload) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._key = object_key(upload.key, upload.version_id)
        self._buffer = bytearray()
        self._multipart_id: str | None = None
        self._parts: list[CompletedPartTypeDef] = []
        self.url: str | None = None

    def __enter__(self) -> "RejectsWriter":
        return self

    def add(self, judged: Judged) -> None:
        """Add one invoice."""
        self.url = f"s3://{self._bucket}/{self._key}"
        self._buffer += line(judged)
        if len(self._buffer) >= PART:
            self._send_part()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        elif self._multipart_id is not None:
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._multipart_id)

    def _send_part(self) -> None:
        if self._multipart_id is None:
            begun = self._s3.create_multipart_upload(Bucket=self._bucket, Key=self._key, ContentType=CONTENT_TYPE)
            self._multipart_id = begun["UploadId"]
        number = len(self._parts) + 1
        part = self._s3.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._multipart_id,
            PartNumber=number,
            Body=bytes(self._buffer),
        )
        self._parts.append({"PartNumber": number, "ETag": part["ETag"]})
        self._buffer.clear()

    def _finish(self) -> None:
        if self._multipart_id is not None:
            if self._buffer:
                self._send_part()
            self._s3.complete_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._multipart_id,
                MultipartUpload={"Parts": self._parts},
            )
        elif self._buffer:
            self._s3.put_object(Bucket=self._bucket, Key=self._key, Body=bytes(self._buffer), ContentType=CONTENT_TYPE)
