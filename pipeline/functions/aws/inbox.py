"""The uploads bucket, as the API fills it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_SECONDS = 15 * 60
"""How long a URL to upload to is good for."""


class Inbox:
    """The uploads bucket. `signer` is a client of S3 by the address at which the API's clients reach it."""

    def __init__(self, s3: "S3Client", signer: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._signer = signer
        self._bucket = bucket

    def put(self, key: str, body: bytes) -> str:
        """Upload a document; its version id. From here on it takes the road of every file."""
        return self._s3.put_object(Bucket=self._bucket, Key=key, Body=body)["VersionId"]

    def url(self, key: str) -> str:
        """A URL to which anyone may PUT a document of that key, for URL_SECONDS."""
        return self._signer.generate_presigned_url(
            "put_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=URL_SECONDS
        )
