"""The rejects bucket: one object for each upload, written line by line, and visible only once it is complete.

Until then, what there is of it stands in a bucket for unfinished work: whole parts, and at each checkpoint the rest. A
multipart upload alone would not do: all its parts but the last have 5 MiB or more, and an upload has to go on from any
checkpoint. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ..errors import UnfinishedGoneError
from ..outcome import Judged
from ..progress import Progress
from ..rejects import line, object_key
from .patience import Patience, code_of
from .uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PART = 8 * 1024 * 1024
"""Bytes in one part of a multipart upload. S3 takes at most 10,000 parts, which is 80 GB of rejects."""

COPIES = 8
"""How many parts are put together at once."""

CONTENT_TYPE = "application/jsonl; charset=utf-8"


class Rejects:
    """The rejects of one upload, from its progress on.

    Every attempt at an upload writes the same lines, cut into the same parts, to the same places. Another attempt may
    finish the upload first and remove the parts: then UnfinishedGoneError is raised.
    """

    def __init__(
        self, s3: "S3Client", buckets: tuple[str, str], upload: Upload, progress: Progress, patience: Patience
    ) -> None:
        self._s3 = s3
        self._bucket, self._unfinished = buckets
        self._key = object_key(upload.key, upload.version_id)
        self._patience = patience
        self._written = progress.parts
        self._whole: list[bytes] = []
        self._buffer = bytearray()
        self._tail_key = self._name_of_tail(progress)
        if self._tail_key is not None:
            self._buffer += self._read(self._tail_key)

    def add(self, judged: Judged) -> None:
        """Add one invoice. Where lines are cut into parts depends on nothing but the lines."""
        self._buffer += line(judged)
        if len(self._buffer) >= PART:
            self._whole.append(bytes(self._buffer))
            self._buffer.clear()

    @property
    def extent(self) -> tuple[int, int]:
        """How many whole parts there are, and how many bytes after them."""
        return self._written + len(self._whole), len(self._buffer)

    @property
    def has_parts(self) -> bool:
        """Whether parts are written, which somebody has to remove."""
        return self._written > 0

    def write_parts(self) -> None:
        """Write the parts that are whole."""
        while self._whole:
            self._put(self._unfinished, self._name_of_part(self._written + 1), self._whole[0])
            self._written += 1
            del self._whole[0]

    def save(self, progress: Progress) -> None:
        """Write what another attempt needs to go on from this progress."""
        self.write_parts()
        key = self._name_of_tail(progress)
        if key is not None and key != self._tail_key:
            self._put(self._unfinished, key, bytes(self._buffer))

    def saved(self, progress: Progress) -> None:
        """The ledger has this progress now: the tail of the one before is needed no more."""
        before, self._tail_key = self._tail_key, self._name_of_tail(progress)
        if before is not None and before != self._tail_key:
            self._delete(before)

    def publish(self) -> str | None:
        """Make the rejects appear, and return their s3:// URL; None where there are none."""
        self.write_parts()
        if self._written:
            self._compose()
        elif self._buffer:
            self._put(self._bucket, self._key, bytes(self._buffer))
        else:
            return None
        return f"s3://{self._bucket}/{self._key}"

    def clean_up(self) -> None:
        """Remove what is unfinished, after the ledger's entry was closed."""
        while found := self._patience.outlast(self._list_unfinished):
            for key in found:
                self._delete(key)

    def _list_unfinished(self) -> list[str]:
        """The keys of some of what is unfinished; all in the end, as they are removed."""
        found = self._s3.list_objects_v2(Bucket=self._unfinished, Prefix=f"{self._key}/")
        return [one["Key"] for one in found.get("Contents", [])]

    def _compose(self) -> None:
        place = {"Bucket": self._bucket, "Key": self._key}
        begun = self._patience.outlast(
            lambda: self._s3.create_multipart_upload(**place, ContentType=CONTENT_TYPE)  # type: ignore[arg-type]
        )
        upload_id = begun["UploadId"]
        try:
            with ThreadPoolExecutor(COPIES) as pool:
                parts = list(pool.map(lambda number: self._copy(number, upload_id), range(1, self._written + 1)))
            if self._buffer:
                number, body = self._written + 1, bytes(self._buffer)
                last = self._patience.outlast(
                    lambda: self._s3.upload_part(
                        Bucket=self._bucket, Key=self._key, UploadId=upload_id, PartNumber=number, Body=body
                    )
                )
                parts.append({"PartNumber": number, "ETag": last["ETag"]})
            self._patience.outlast(
                lambda: self._s3.complete_multipart_upload(
                    Bucket=self._bucket, Key=self._key, UploadId=upload_id, MultipartUpload={"Parts": parts}
                )
            )
        except BaseException:
            # Where this fails, too, the first fault is the one to tell. The bucket removes what is left after a day.
            with suppress(Exception):
                self._patience.outlast(
                    lambda: self._s3.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=upload_id)
                )
            raise

    def _copy(self, number: int, upload_id: str) -> "CompletedPartTypeDef":
        source = {"Bucket": self._unfinished, "Key": self._name_of_part(number)}
        try:
            copied = self._patience.outlast(
                lambda: self._s3.upload_part_copy(
                    Bucket=self._bucket,
                    Key=self._key,
                    UploadId=upload_id,
                    PartNumber=number,
                    CopySource=source,  # type: ignore[arg-type]
                )
            )
        except ClientError as error:
            raise _gone_or(error) from error
        return {"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]}

    def _read(self, key: str) -> bytes:
        def read() -> bytes:
            return self._s3.get_object(Bucket=self._unfinished, Key=key)["Body"].read()

        try:
            return self._patience.outlast(read)
        except ClientError as error:
            raise _gone_or(error) from error

    def _put(self, bucket: str, key: str, body: bytes) -> None:
        self._patience.outlast(lambda: self._s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=CONTENT_TYPE))

    def _delete(self, key: str) -> None:
        self._patience.outlast(lambda: self._s3.delete_object(Bucket=self._unfinished, Key=key))

    def _name_of_part(self, number: int) -> str:
        return f"{self._key}/part-{number:05d}"

    def _name_of_tail(self, progress: Progress) -> str | None:
        """It depends on the length alone: attempts that have come equally far write the same tail."""
        return f"{self._key}/tail-{progress.parts:05d}-{progress.tail}" if progress.tail else None


def _gone_or(error: ClientError) -> Exception:
    return UnfinishedGoneError(str(error)) if code_of(error) in ("NoSuchKey", "404") else error
