"""The uploads bucket, as the API writes to it."""

from typing import TYPE_CHECKING

from ..versions import version_id

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_SECONDS = 15 * 60
"""How long an upload URL is valid."""


class Inbox:
    """The uploads bucket. `signer` is an S3 client whose endpoint the API's own clients can reach."""

    def __init__(self, s3: "S3Client", signer: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._signer = signer
        self._bucket = bucket

    def put(self, key: str, body: bytes) -> str:
        """Upload a document, and return its version id. From here on it is an upload like any other."""
        answer = self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)
        return version_id(answer.get("VersionId"), answer["ETag"])

    def url(self, key: str) -> str:
        """A URL at which anyone may PUT the document with this key, for URL_SECONDS."""
        return self._signer.generate_presigned_url(
            "put_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=URL_SECONDS
        )
