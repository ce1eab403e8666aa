"""Uploads a file to S3, once, whatever becomes of S3's answers.

The key is the file's name, and overwriting it is legal, so no condition of S3's tells a repetition from another upload.
A token in the object's metadata does: where an answer was lost, the versions of the key are searched for it first.
"""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from .clouds import Cloud
from .functions.aws.patience import passes
from .functions.versions import version_id
from .repetition import PATIENCE, Repetition

TOKEN = "notas-upload"  # noqa: S105
"""The name of the metadata that is another for every upload."""

# S3 refuses requests whose clock differs by more than 15 minutes from its own, so an older version is another upload.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (RequestTimeTooSkewed)
_SKEW = timedelta(minutes=15)

Place = tuple[str, str]
"""A bucket and a key."""

# boto3 would put the object again by itself, and report the second version.
_ONCE = {"mode": "standard", "total_max_attempts": 1}


def upload(cloud: Cloud, bucket: str, key: str, file: Path, patience: float = PATIENCE) -> str:
    """Upload the file under this key; the upload's version id.

    Raises what boto3 does, for what passes only after `patience` seconds, and CloudError where the cloud is gone.
    """
    place, token, since = (bucket, key), uuid.uuid4().hex, datetime.now(UTC) - _SKEW
    repetition = Repetition(patience)
    is_repeated = False
    while True:
        try:
            found = _find(cloud, place, token, since) if is_repeated else None
            return found or _put(cloud, place, token, file)
        except (BotoCoreError, ClientError) as error:
            if not passes(error):
                raise
            cloud.check()
            repetition.wait(error)
            is_repeated = True


def _put(cloud: Cloud, place: Place, token: str, file: Path) -> str:
    bucket, key = place
    with file.open("rb") as body:
        s3 = cloud.client("s3", retries=_ONCE)
        answer = s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={TOKEN: token})
    return version_id(answer.get("VersionId"), answer["ETag"])


def _find(cloud: Cloud, place: Place, token: str, since: datetime) -> str | None:
    """The version id of the upload that has this token; None where there is none.

    S3 lists the newest version of a key first, and a key before all longer ones that begin with it.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    """
    bucket, key = place
    s3 = cloud.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    for version in (version for page in pages for version in page.get("Versions", ())):
        if version["Key"] != key or version["LastModified"] < since:
            return None
        held = s3.head_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
        if held["Metadata"].get(TOKEN) == token:
            return version_id(version["VersionId"], version["ETag"])
    return None
