"""Uploads a file to S3, once, whatever becomes of S3's answers.

The key is the file's name, and overwriting it is legal, so no condition of S3's tells a repetition from another upload.
A token in the object's metadata does: where an answer was lost, the versions of the key are searched for it first.

S3 may still be taking a try whose answer was lost, and list it only later. So every try is for what the key held before
the first: S3 refuses the next one where it has taken one. Only where the key held the very same bytes does this not
help, because they have the same ETag.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from aws_stack.clouds import Cloud
from aws_stack.errors import CloudError

from .functions.aws.patience import code_of, passes
from .functions.rest.media import MAX_PUT
from .functions.versions import version_id
from .repetition import PATIENCE, Repetition
from .words import _

TOKEN = "notas-upload"  # nosec B105 # no secret
"""The name of the metadata that is another for every upload."""

# S3 refuses requests whose clock differs by more than 15 minutes from its own, so an older version is another upload.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList (RequestTimeTooSkewed)
_SKEW = timedelta(minutes=15)

Place = tuple[str, str]
"""A bucket and a key."""

Condition = dict[str, str]
"""What a key has to hold so that S3 takes an object: parameters of PutObject, and of CompleteMultipartUpload."""

# What S3 says where the key holds something else by now, or nothing any more.
_CHANGED = ("PreconditionFailed", "NoSuchKey")

# boto3 would put the object again by itself, and report the second version.
_ONCE = {"mode": "standard", "total_max_attempts": 1}


class Mark(NamedTuple):
    """What tells an upload from others of its key: the token in its metadata, and that it is no older than `since`."""

    token: str
    since: datetime


def upload(cloud: Cloud, bucket: str, key: str, file: Path, patience: float = PATIENCE) -> str:
    """Upload the file under this key; the upload's version id.

    Raises what boto3 does, for what passes only after `patience` seconds from the first failure, and CloudError where
    the cloud is gone.
    """
    place, mark = (bucket, key), Mark(uuid.uuid4().hex, datetime.now(UTC) - _SKEW)
    in_parts = file.stat().st_size > MAX_PUT
    repetition, condition = None, None
    while True:
        try:
            found = _find(cloud, place, mark) if repetition else None
            if found is not None:
                return found
            condition = condition or _as_now(cloud, place)
            put = _put_in_parts if in_parts else _put
            return put(cloud, place, mark, file, condition)
        except (BotoCoreError, ClientError) as error:
            code = code_of(error) if isinstance(error, ClientError) else ""
            if code in _CHANGED:
                condition = None
            elif code != "ConditionalRequestConflict" and not passes(error):
                raise
            cloud.check()
            repetition = repetition or Repetition(patience)
            try:
                repetition.wait(error)
            except (BotoCoreError, ClientError):
                found = _find(cloud, place, mark)
                if found is None:
                    raise
                return found


def _as_now(cloud: Cloud, place: Place) -> Condition:
    """That the key holds what it holds now."""
    bucket, key = place
    try:
        return {"IfMatch": cloud.client("s3").head_object(Bucket=bucket, Key=key)["ETag"]}
    except ClientError as error:
        if code_of(error) != "404":
            raise
        return {"IfNoneMatch": "*"}


def _put(cloud: Cloud, place: Place, mark: Mark, file: Path, condition: Condition) -> str:
    bucket, key = place
    with file.open("rb") as body:
        s3 = cloud.client("s3", retries=_ONCE)
        answer = s3.put_object(Bucket=bucket, Key=key, Body=body, Metadata={TOKEN: mark.token}, **condition)
    return version_id(answer.get("VersionId"), answer["ETag"])


def _put_in_parts(cloud: Cloud, place: Place, mark: Mark, file: Path, condition: Condition) -> str:
    """Upload a file that is larger than S3 takes at once.

    boto3 may repeat these calls: each names the one upload that its part is of, or that it completes. After a conflict,
    S3 asks for another multipart upload, and for each part again, which is what the next call of this does.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html (If-None-Match, If-Match)
    """

    def conditional(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return params | condition

    s3 = cloud.client("s3")
    # boto3 has no place for the condition among its own arguments.
    s3.meta.events.register("provide-client-params.s3.CompleteMultipartUpload", conditional)
    with file.open("rb") as body:
        try:
            s3.upload_fileobj(body, *place, ExtraArgs={"Metadata": {TOKEN: mark.token}})
        except ClientError as error:
            # S3 may have forgotten the parts once they were one object, when boto3 asks again.
            if code_of(error) != "NoSuchUpload":
                raise
    found = _find(cloud, place, mark)
    if found is None:
        raise CloudError(_("S3 took {file}, and has no version of it. Try again", file=file))
    return found


def _find(cloud: Cloud, place: Place, mark: Mark) -> str | None:
    """The version id of the upload that has this mark; None where there is none.

    S3 lists the newest version of a key first, and a key before all longer ones that begin with it.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    """
    bucket, key = place
    s3 = cloud.client("s3")
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    for version in (version for page in pages for version in page.get("Versions", ())):
        if version["Key"] != key or version["LastModified"] < mark.since:
            return None
        held = s3.head_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
        if held["Metadata"].get(TOKEN) == mark.token:
            return version_id(version["VersionId"], version["ETag"])
    return None
