"""The bucket from which AWS takes what a stack is made of, and what is in it: the deployment package, the template.

The bucket has a name that anybody can guess, and whoever has a bucket has what is in it. So it has to be the account's
own, and what AWS takes from it is the one version of each file that has the right bytes.
"""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from . import buckets
from .clouds import Cloud
from .errors import DeployError
from .waiting import NotYet, WaitTimeoutError, wait_until
from .words import _

DEADLINE_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file as AWS takes it: one version of an object, whose bytes S3 has verified."""

    bucket: str
    key: str
    version: str

    def as_code(self) -> dict[str, str]:
        """The template's parameters that name a deployment package."""
        return {"CodeBucket": self.bucket, "CodeKey": self.key, "CodeVersion": self.version}

    def url(self, cloud: Cloud) -> str:
        """The address by which CloudFormation takes a template, of the form that the AWS command line uses, too."""
        suffix = "amazonaws.com.cn" if cloud.client("s3").meta.partition == "aws-cn" else "amazonaws.com"
        return f"https://s3.{cloud.region}.{suffix}/{self.bucket}/{self.key}?versionId={quote(self.version)}"


def bucket_name(stack: str, account: str, region: str) -> str:
    """The name of a stack's bucket for packages.

    A bucket's name is in lower case. A stack's need not be, and `Notas` is another stack than `notas`, so it gets a
    digest of its name, too.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    digest = "" if stack == stack.lower() else f"-{sha256(stack.encode()).hexdigest()[:8]}"
    return f"{stack.lower()}-artifacts{digest}-{account}-{region}"


def put(cloud: Cloud, stack: str, files: dict[str, bytes]) -> list[Artifact]:
    """Put files into the stack's bucket, by key, those that are not there. Raises DeployError."""
    own = _own(cloud, stack)
    name = own["Bucket"]
    s3 = cloud.client("s3")
    try:
        _ensure(cloud, s3, own)
        _protect(s3, own)
        return [Artifact(name, key, _put(s3, own, key, content)) for key, content in files.items()]
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 403:
            raise _not_ours(name) from None
        message = error.response["Error"]["Message"]
        raise DeployError(
            _("cannot keep the deployment package in the bucket {name}: {message}", name=name, message=message)
        ) from None


def _not_ours(name: str) -> DeployError:
    return DeployError(
        _(
            "the bucket {name} belongs to another account, or may not be used with these credentials. Its packages are "
            "not deployed; give the stack another name by {stack_option}",
            name=name,
        )
    )


def _put(s3: Any, own: dict[str, str], key: str, content: bytes) -> str:
    """The version that has this content. It is put only if the last one has another."""
    # S3 computes this digest itself, and refuses other bytes:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    digest = base64.b64encode(sha256(content).digest()).decode()

    def ask() -> str | NotYet:
        version = _version_with(s3, own, key, digest)
        if version is None:
            s3.put_object(**own, Key=key, Body=content, ChecksumSHA256=digest)
            version = _version_with(s3, own, key, digest)
        return version or NotYet(_("the bucket keeps no versions yet"))

    # A bucket keeps versions some time after it was told to:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/manage-versioning-examples.html
    try:
        what = _("{key} is in the bucket {bucket}", key=key, bucket=own["Bucket"])
        return wait_until(what, ask, DEADLINE_SECONDS, first=0.1, longest=10)
    except WaitTimeoutError as error:
        raise DeployError(_("{error}. Try again in some minutes", error=error)) from None


def exists(cloud: Cloud, stack: str) -> bool:
    """Whether there is such a bucket of the account's own."""
    return _head(cloud.client("s3"), _own(cloud, stack)) == 200


def remove(cloud: Cloud, stack: str) -> None:
    """Remove the bucket with every package in it, if it exists. Raises DeployError."""
    if exists(cloud, stack):
        buckets.remove(cloud, _own(cloud, stack)["Bucket"])


def _own(cloud: Cloud, stack: str) -> dict[str, str]:
    """What a call to S3 says of the stack's bucket, which has to be the account's own."""
    account = buckets.account_of(cloud)
    return {"Bucket": bucket_name(stack, account, cloud.region), "ExpectedBucketOwner": account}


def _ensure(cloud: Cloud, s3: Any, own: dict[str, str]) -> None:
    """Make the bucket, unless the account has it. Raises DeployError if another account has it."""
    status: int | None = _head(s3, own)
    if status == 404:
        try:
            buckets.make(cloud, own["Bucket"])
        except ClientError as error:
            # Owned by you: another deployment of this stack was faster.
            status = {"BucketAlreadyExists": 403, "BucketAlreadyOwnedByYou": 200}.get(error.response["Error"]["Code"])
            if status is None:
                raise
    if status == 403:
        raise _not_ours(own["Bucket"])


def _head(s3: Any, own: dict[str, str]) -> int:
    """200 if the account has the bucket, 404 if nobody has; 403 if another has, or the caller may not know."""
    try:
        s3.head_bucket(**own)
    except ClientError as error:
        status = int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        if status in (403, 404):
            return status
        raise
    return 200


def _protect(s3: Any, own: dict[str, str]) -> None:
    """Make the bucket private, versioned, encrypted, and for TLS only, whoever made it, and however long ago."""
    s3.put_public_access_block(
        **own,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_ownership_controls(**own, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]})
    s3.put_bucket_encryption(
        **own,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_versioning(**own, VersioningConfiguration={"Status": "Enabled"})
    arn = f"arn:{s3.meta.partition}:s3:::{own['Bucket']}"
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(**own, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def _version_with(s3: Any, own: dict[str, str], key: str, digest: str) -> str | None:
    """The version of the object at this key, if it has this SHA-256."""
    try:
        head = s3.head_object(**own, Key=key, ChecksumMode="ENABLED")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    # "null" is the version of what was put before the bucket was versioned. Anybody's next such object has it too.
    return (
        head["VersionId"] if head.get("ChecksumSHA256") == digest and head.get("VersionId", "null") != "null" else None
    )
