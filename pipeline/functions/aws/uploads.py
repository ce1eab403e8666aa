"""Uploads: one version of one object in the uploads bucket, as S3's event names it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, unquote_plus
from zlib import crc32

from botocore.exceptions import ClientError, FlexibleChecksumError, IncompleteReadError

from .. import layouts
from ..document import Layout
from ..errors import DamagedError, UnreadableError
from ..gunzip import gunzip
from ..versions import content_etag, s3_version, version_id
from .patience import LOST, Patience, Pauses, code_of, passes

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

CHUNK = 64 * 1024
"""The most bytes to wait for at once, while time passes."""

# What S3 says where the key is denied, and not the object: the name of either may have "kms" in it, too. The second is
# what it says of a key that is gone or of another account.
_KEY_DENIED = re.compile(r"not authorized to perform: kms:|ciphertext refers to a customer master key")


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload. `size` is in bytes, `uploaded_at` is S3's time of the event (ISO 8601, UTC).

    `version_id` is S3's, or names a content: see `versions`.
    """

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
            version_id=version_id(s3_object.get("versionId"), s3_object.get("eTag", "")),
            size=s3_object.get("size", 0),
            uploaded_at=record["eventTime"],
        )

    def as_record(self) -> dict[str, Any]:
        """What `from_event` reads, for one of an event's `Records`."""
        named = {
            "key": quote_plus(self.key),
            "versionId": s3_version(self.version_id),
            "eTag": content_etag(self.version_id) or "",
            "size": self.size,
        }
        return {"eventTime": self.uploaded_at, "s3": {"bucket": {"name": self.bucket}, "object": named}}

    def names(self) -> dict[str, str]:
        """What names it, in the ledger and in logs: `{"key": …, "version_id": …}`."""
        return {"key": self.key, "version_id": self.version_id}

    @property
    def is_folder(self) -> bool:
        """Whether it is no upload, but the empty object that consoles make for a folder."""
        return self.key.endswith("/") and self.size == 0

    @property
    def is_compressed(self) -> bool:
        """Whether it is compressed, judged by its name."""
        return layouts.is_compressed(self.key)

    @property
    def layout(self) -> Layout:
        """How the document is laid out, judged by its name. Raises DocumentError if nothing of that name is read."""
        return layouts.layout_of(self.key)


class Body:
    """The document's bytes from `offset` on, in chunks, inflated where the name ends in `.gz`.

    `bytes_read` is how many of the object's own bytes were read, including those that were skipped; `crc32` is that of
    those that came.

    Iterating raises DocumentError where the gzip stream is bad, UnreadableError where the object can never be read,
    OutOfTimeError where S3 fails for longer than there is time, and DamagedError, at the end, where the bytes do not
    have the object's checksum. Of what was uploaded in parts there may be none, and of a range there is none:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
    """

    def __init__(self, s3: "S3Client", upload: Upload, patience: Patience, offset: int = 0) -> None:
        self._s3 = s3
        self._upload = upload
        self._patience = patience
        self._offset = offset
        self.bytes_read = self.crc32 = 0

    def __iter__(self) -> Iterator[bytes]:
        return self._inflated(self._stored)

    def certain(self, small: int) -> Iterator[bytes]:
        """As iterating does, but no chunk comes that could have been damaged on its way and still be well-formed.

        An object of up to `small` bytes comes once it has its checksum, and a gzip stream its own. Of a larger one
        comes what two answers agree on. Raises DamagedError where they do not.
        """
        return self._inflated(self._checked if self._upload.size <= small else self._twice)

    def _inflated(self, stored: Callable[[int], Iterator[bytes]]) -> Iterator[bytes]:
        if not self._upload.is_compressed:
            return stored(self._offset)
        # A gzip stream can be inflated from its start only.
        return _skip(gunzip(stored(0)), self._offset)

    def _checked(self, offset: int) -> Iterator[bytes]:
        stored = b"".join(self._stored(0))
        if self._upload.is_compressed:
            # S3 may have no checksum of it. Each member of the stream has one, which comes after its content.
            for _ in gunzip([stored]):
                pass
        yield stored[offset:]

    def _twice(self, offset: int) -> Iterator[bytes]:
        other = Body(self._s3, self._upload, self._patience)
        for chunk, again in zip(_cut(self._stored(offset)), _cut(other._stored(offset)), strict=True):
            if chunk != again:
                raise DamagedError(f"S3 gave other bytes the second time, before byte {self.bytes_read}")
            yield chunk

    def _stored(self, offset: int) -> Iterator[bytes]:
        """The object's own bytes from an offset on. Where they break off, they are asked for from there."""
        self.bytes_read = offset
        pauses = Pauses(self._patience)
        while True:
            try:
                for chunk in self._answer():
                    self.bytes_read += len(chunk)
                    self.crc32 = crc32(chunk, self.crc32)
                    pauses.renew()
                    yield chunk
                if self.bytes_read >= self._upload.size:
                    return
                # An answer may end early and not say so, as that of a gateway that lost the rest. S3's event says how
                # much there is, and a document that was cut would be final.
                missing = {"actual_bytes": self.bytes_read, "expected_bytes": self._upload.size}
                pauses.wait(IncompleteReadError(**missing))
            except ClientError as error:
                if never := _never(error):
                    raise never from None
                if not passes(error):
                    raise
                pauses.wait(error)
            except (*LOST, IncompleteReadError) as error:
                pauses.wait(error)
            except FlexibleChecksumError as error:
                raise DamagedError(str(error)) from error

    def _answer(self) -> Iterator[bytes]:
        """S3's answer to one request for what was not read yet."""
        upload, known = self._upload, self.bytes_read
        request: GetObjectRequestTypeDef = {
            "Bucket": upload.bucket,
            "Key": upload.key,
            "VersionId": s3_version(upload.version_id),
        }
        if etag := content_etag(upload.version_id):
            request["IfMatch"] = f'"{etag}"'
        if known:
            if known == upload.size:
                return  # S3 takes a range that begins at the end for an error.
            request["Range"] = f"bytes={known}-"
        answer = self._s3.get_object(**request)
        if "ContentRange" in answer:
            known = 0
        # HTTP lets a server answer a range request with the whole object. MiniStack does so for a named version.
        yield from _skip(answer["Body"].iter_chunks(CHUNK), known)


def _cut(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, all chunks but the last of one size."""
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK:
            yield held[:CHUNK]
            held = held[CHUNK:]
    if held:
        yield held


def _skip(chunks: Iterator[bytes], count: int) -> Iterator[bytes]:
    """All but the first `count` bytes."""
    for chunk in chunks:
        if count < len(chunk):
            yield chunk[count:]
            break
        count -= len(chunk)
    yield from chunks


def _never(error: ClientError) -> UnreadableError | None:
    """Why the object can never be read, if that is what S3's answer says.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    code, message = code_of(error), str(error.response["Error"].get("Message", ""))
    match code:
        # S3 answers MethodNotAllowed where the version is a delete marker.
        case "NoSuchKey" | "NoSuchVersion" | "404" | "MethodNotAllowed":
            return UnreadableError("missing_object", {"hint": "deleted"})
        case "PreconditionFailed":
            return UnreadableError("missing_object", {"hint": "overwritten"})
        case "InvalidObjectState":
            return UnreadableError("archived")
        case "InvalidRequest" if "ncryption" in message:
            return UnreadableError("client_key")
        case _ if (code.startswith("KMS.") and not passes(error)) or (
            code == "AccessDenied" and _KEY_DENIED.search(message)
        ):
            return UnreadableError("key_denied", {"answer": message})
    return None
