"""The uploads bucket, as the API writes to it.

Each key is written once: `If-None-Match: *` makes S3 refuse a second object. So a call that is sent again because its
answer was lost, by boto3 or by the API's own caller, leaves one version. A later call finds that one.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ..versions import version_id
from .patience import code_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

URL_SECONDS = 15 * 60
"""How long an upload URL is valid."""

PREFIX = "api/"
"""How the keys begin that the API's function may write and read."""

ONCE = "*"
"""The condition of a write: there is no object of this key."""

MAX_KEY = 1_024
"""Bytes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

# How often a write is tried that meets another one, or a deletion, of the same key.
_TRIES = 3

# The name of the metadata that says what an object holds. An ETag is no digest where the bucket has a KMS key.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
_DIGEST = "sha256"


class OtherDocumentError(Exception):
    """The key holds another document than the one that is to be written."""


# Bytes of a part, and parts of a file: the answer with their URLs has to fit in the 6 MB of a function's answer.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
_PART = 256 * 1024**2
_PARTS = 1_000


@dataclass(frozen=True, slots=True)
class Invitation:
    """A URL that takes one PUT of a document, with exactly these `headers`."""

    url: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class PartsInvitation:
    """URLs for a document in parts: a PUT of `size` bytes to each of `urls`, the last one of what is left.

    Then a POST to `complete`, with exactly these `headers`, makes them one object. `upload_id` gives new URLs for the
    same parts.
    """

    upload_id: str
    size: int
    urls: list[str]
    complete: str
    headers: dict[str, str]


class Inbox:
    """The uploads bucket. `signer` is an S3 client whose endpoint the API's own clients can reach."""

    def __init__(self, s3: "S3Client", signer: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._signer = signer
        self._bucket = bucket

    def put(self, key: str, body: bytes) -> str:
        """Upload a document, and return its version id. From here on it is an upload like any other.

        Where the key holds this document already, nothing is written, and the version id is that object's. Raises
        OtherDocumentError where it holds another.
        """
        digest = sha256(body).hexdigest()
        tries = _TRIES
        while True:
            tries -= 1
            try:
                answer = self._s3.put_object(
                    Bucket=self._bucket, Key=key, Body=body, IfNoneMatch=ONCE, Metadata={_DIGEST: digest}
                )
            except ClientError as error:
                if code_of(error) == "PreconditionFailed":
                    return self._held(key, digest)
                # S3 says this where the key changed meanwhile, and asks for another try.
                # https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
                if code_of(error) != "ConditionalRequestConflict" or not tries:
                    raise
            else:
                return version_id(answer.get("VersionId"), answer["ETag"])

    def _held(self, key: str, digest: str) -> str:
        held = self._s3.head_object(Bucket=self._bucket, Key=key)
        if held["Metadata"].get(_DIGEST) != digest:
            raise OtherDocumentError(key)
        return _version_of(held)

    def find(self, key: str) -> str | None:
        """The version id of the object that the API took under this key; None where there is none.

        S3 says that an object is forbidden, not that it is missing, to those who may not list the bucket; the API may
        not. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
        """
        if not key.startswith(PREFIX) or len(key.encode()) > MAX_KEY:
            return None
        try:
            return _version_of(self._s3.head_object(Bucket=self._bucket, Key=key))
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                return None
            raise

    def invite(self, key: str, content_type: str, size: int | None) -> Invitation:
        """A URL at which anyone may PUT the document with this key, for URL_SECONDS.

        S3 checks every header that was signed: the type, the size where it is known, and the condition that lets one
        PUT succeed. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
        """
        headers = {"Content-Type": content_type, "If-None-Match": ONCE}
        of_size: dict[str, int] = {}
        if size is not None:
            headers["Content-Length"] = str(size)
            of_size["ContentLength"] = size
        return Invitation(self._sign("put_object", key, ContentType=content_type, IfNoneMatch=ONCE, **of_size), headers)

    def invite_parts(self, key: str, content_type: str, size: int, upload_id: str | None) -> PartsInvitation:
        """URLs at which anyone may upload a document of this size in parts, for URL_SECONDS.

        Without an `upload_id` a new upload is begun. One that is never completed leaves nothing: the bucket's lifecycle
        removes its parts. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
        """
        if upload_id is None:
            begun = self._s3.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType=content_type)
            upload_id = begun["UploadId"]
        part = max(_PART, -(-size // _PARTS))
        urls = [
            self._sign(
                "upload_part", key, UploadId=upload_id, PartNumber=number, ContentLength=min(part, size - offset)
            )
            for number, offset in enumerate(range(0, size, part), start=1)
        ]
        complete = self._sign("complete_multipart_upload", key, UploadId=upload_id, IfNoneMatch=ONCE)
        return PartsInvitation(upload_id, part, urls, complete, {"If-None-Match": ONCE})

    def _sign(self, operation: str, key: str, **params: str | int) -> str:
        return self._signer.generate_presigned_url(
            operation, Params={"Bucket": self._bucket, "Key": key, **params}, ExpiresIn=URL_SECONDS
        )


def _version_of(held: "HeadObjectOutputTypeDef") -> str:
    return version_id(held.get("VersionId"), held["ETag"])
