"""Buckets of the account's own: made, emptied and removed.

A bucket's name is everybody's, so every call says whose bucket it has to be. CreateBucket cannot say it, but tells:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .clouds import Cloud
from .deletion import delete_versions
from .errors import CloudError, DeployError
from .words import _, plural


def account_of(cloud: Cloud) -> str:
    """The 12 digits of the account that the credentials are of. Raises CloudError."""
    try:
        return str(cloud.client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        where = cloud.endpoint_url or cloud.region
        raise CloudError(_("cannot reach AWS at {where}: {error}", where=where, error=error)) from None


def own(cloud: Cloud, name: str) -> dict[str, str]:
    """What a call to S3 says of a bucket that has to be the account's own. Raises CloudError."""
    return {"Bucket": name, "ExpectedBucketOwner": account_of(cloud)}


def make(cloud: Cloud, name: str) -> None:
    """Make a bucket in the cloud's region. Raises ClientError."""
    # us-east-1 is the one region that must not be named:
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
    location = (
        {} if cloud.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
    )
    cloud.client("s3").create_bucket(Bucket=name, ObjectOwnership="BucketOwnerEnforced", **location)


def holds_anything(cloud: Cloud, name: str) -> bool:
    """Whether there is any version or delete marker in the account's own bucket, if there is a bucket."""
    s3 = cloud.client("s3")
    try:
        answer = s3.list_object_versions(**own(cloud, name), MaxKeys=1)
    except s3.exceptions.NoSuchBucket:
        return False
    return bool(answer.get("Versions") or answer.get("DeleteMarkers"))


def remove(cloud: Cloud, name: str) -> None:
    """Remove the account's own bucket of this name with all that is in it, if there is one. Raises DeployError."""
    s3 = cloud.client("s3")
    bucket = own(cloud, name)
    try:
        _empty(s3, bucket)
        s3.delete_bucket(**bucket)
    except s3.exceptions.NoSuchBucket:
        pass
    except ClientError as error:
        raise DeployError(
            _(
                "the bucket {name} was not removed: {message}. Try the same command again",
                name=name,
                message=error.response["Error"]["Message"],
            )
        ) from None


def _empty(s3: Any, bucket: dict[str, str]) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(**bucket):
        versions = [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for version in page.get("Versions", []) + page.get("DeleteMarkers", [])
        ]
        if not versions:
            continue
        # Each version may fail by itself, with an answer of 200.
        refused = delete_versions(s3, bucket, versions)
        if refused:
            first = refused[0]
            raise DeployError(
                plural(
                    len(refused),
                    "{count} version in the bucket {bucket} was not removed, {key}: {message}. Try the same command "
                    "again",
                    "{count} versions in the bucket {bucket} were not removed, such as {key}: {message}. Try the same "
                    "command again",
                    bucket=bucket["Bucket"],
                    key=first["Key"],
                    message=first.get("Message") or first.get("Code"),
                )
            )
