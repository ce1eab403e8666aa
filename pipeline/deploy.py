"""Make a stack from the template on any AWS endpoint, change it, remove it."""

import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .clouds import Cloud
from .deletion import delete_versions
from .errors import CloudError, DeployError
from .package import build
from .waiting import NotYet, WaitTimeoutError, wait_until

TEMPLATE = Path(__file__).parent / "template.yaml"
DEADLINE_SECONDS = 15 * 60
STACK = "notas"

Outputs = dict[str, str]
"""The stack's outputs by name, as the template's section Outputs lists them."""


def deploy(
    cloud: Cloud, stack: str = STACK, parameters: dict[str, str] | None = None, template: str | None = None
) -> Outputs:
    """Build the package and make the stack, or change it to this template. Raises PackageError and DeployError.

    `template` is the text of another one than the pipeline's own, with the same parameters.
    """
    package = build(cloud.target)
    bucket = _artifacts_bucket(cloud, stack)
    _upload(cloud, bucket, package)
    values = {"CodeBucket": bucket, "CodeKey": package.name, **parameters_of(cloud), **(parameters or {})}
    request: dict[str, Any] = {
        "StackName": stack,
        "TemplateBody": template or TEMPLATE.read_text(encoding="utf-8"),
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Tags": [{"Key": "project", "Value": "notas"}],
    }
    cloudformation = cloud.client("cloudformation")
    status = _status(cloudformation, stack)
    if status in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED", "DELETE_FAILED"):
        # CloudFormation cannot change what a failed first deployment left, only delete it.
        _delete(cloud, stack)
        status = None
    begun = time.time()
    try:
        if status is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in error.response["Error"]["Message"]:
            raise DeployError(
                f"CloudFormation refused the stack {stack}: {error.response['Error']['Message']}"
            ) from None
    ended = _wait(cloud, stack, begun)
    return {output["OutputKey"]: output["OutputValue"] for output in ended.get("Outputs", [])}


def parameters_of(cloud: Cloud) -> dict[str, str]:
    """The template's parameters that follow from the cloud.

    Outputs and functions learn from these where an emulator serves its APIs. Only this machine reaches an emulator, so
    its API takes requests from everybody.
    """
    return {
        "Runtime": cloud.target.runtime,
        "Architecture": cloud.target.architecture,
        "EndpointUrl": str(cloud.endpoint_url) if cloud.emulated else "",
        "ApiAuthorization": "NONE" if cloud.emulated else "AWS_IAM",
    }


def destroy(cloud: Cloud, stack: str = STACK) -> None:
    """Remove whatever is left of the stack, with all uploads, rejects, invoices and the ledger.

    Raises DeployError.
    """
    if _status(cloud.client("cloudformation"), stack) is not None:
        _delete(cloud, stack)
    remove_bucket(cloud, _artifacts_bucket_name(cloud, stack))


def exists(cloud: Cloud, stack: str = STACK) -> bool:
    """Whether the stack exists, in any state."""
    return _status(cloud.client("cloudformation"), stack) is not None


def outputs(cloud: Cloud, stack: str = STACK) -> Outputs:
    """The outputs of a finished stack. Raises DeployError if there is none."""
    description = _describe(cloud.client("cloudformation"), stack)
    if description is None or not description["StackStatus"].endswith("_COMPLETE"):
        raise DeployError(f"there is no finished stack {stack} in {cloud.region}. Make one with: notas deploy")
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}


def _artifacts_bucket_name(cloud: Cloud, stack: str) -> str:
    try:
        account = cloud.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise CloudError(f"cannot reach AWS at {cloud.endpoint_url or cloud.region}: {error}") from None
    return f"{stack.lower()}-artifacts-{account}-{cloud.region}"


def _artifacts_bucket(cloud: Cloud, stack: str) -> str:
    """The bucket for deployment packages, made if it does not exist."""
    name = _artifacts_bucket_name(cloud, stack)
    try:
        make_bucket(cloud, name)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise DeployError(f"cannot make the bucket {name}: {error.response['Error']['Message']}") from None
    return name


def make_bucket(cloud: Cloud, name: str) -> None:
    """Make a bucket in the cloud's region. Raises ClientError."""
    location = (
        {} if cloud.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
    )
    cloud.client("s3").create_bucket(Bucket=name, **location)


def _upload(cloud: Cloud, bucket: str, package: Path) -> None:
    s3 = cloud.client("s3")
    if "Contents" not in s3.list_objects_v2(Bucket=bucket, Prefix=package.name):
        s3.upload_file(str(package), bucket, package.name)


def _describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise DeployError(f"cannot look at the stack {stack}: {error.response['Error']['Message']}") from None
    except BotoCoreError as error:
        raise CloudError(f"cannot reach CloudFormation: {error}") from None
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def _status(cloudformation: Any, stack: str) -> str | None:
    description = _describe(cloudformation, stack)
    return None if description is None else description["StackStatus"]


def _wait(cloud: Cloud, stack: str, begun: float) -> dict[str, Any]:
    cloudformation = cloud.client("cloudformation")

    def ask() -> dict[str, Any] | NotYet:
        cloud.check()
        description = _describe(cloudformation, stack)
        if description is None or description["StackStatus"].endswith("_IN_PROGRESS"):
            return NotYet(f"the stack is {description and description['StackStatus']}")
        return description

    try:
        description = wait_until(f"the stack {stack} is made", ask, DEADLINE_SECONDS, first=0.05, longest=3)
    except WaitTimeoutError as error:
        raise DeployError(f"{error}{_failures(cloudformation, stack, begun)}") from None
    if description["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise DeployError(
            f"the stack {stack} ended as {description['StackStatus']}{_failures(cloudformation, stack, begun)}"
        )
    return description


def _failures(cloudformation: Any, stack: str, begun: float) -> str:
    """The resources that failed since `begun`, in time order, with CloudFormation's reasons.

    If no resource has a reason, the stack's own, which comes with its rollback.
    """
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    events = [event for page in pages for event in page["StackEvents"]]
    failed = [
        event
        for event in sorted(events, key=lambda event: event["Timestamp"])
        if event["ResourceStatus"].endswith(("_FAILED", "ROLLBACK_IN_PROGRESS"))
        and event.get("ResourceStatusReason")
        and event["Timestamp"].timestamp() >= begun - 5
    ]
    resources = [event for event in failed if event["ResourceType"] != "AWS::CloudFormation::Stack"]
    lines = [
        f"\n  {event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in resources or failed
    ]
    return "; the resources that failed, in time order:" + "".join(lines) if lines else ""


def _delete(cloud: Cloud, stack: str) -> None:
    cloudformation = cloud.client("cloudformation")
    resources = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    for resource in resources:
        if resource["ResourceType"] == "AWS::S3::Bucket" and resource.get("PhysicalResourceId"):
            _empty_bucket(cloud, resource["PhysicalResourceId"])
    begun = time.time()
    cloudformation.delete_stack(StackName=stack)

    def ask() -> bool | NotYet:
        cloud.check()
        status = _status(cloudformation, stack)
        if status == "DELETE_FAILED":
            raise DeployError(f"the stack {stack} was not removed{_failures(cloudformation, stack, begun)}")
        return True if status is None else NotYet(f"the stack is {status}")

    try:
        wait_until(f"the stack {stack} is gone", ask, DEADLINE_SECONDS, first=0.05, longest=3)
    except WaitTimeoutError as error:
        raise DeployError(f"{error}{_failures(cloudformation, stack, begun)}") from None


def _empty_bucket(cloud: Cloud, bucket: str) -> None:
    s3 = cloud.client("s3")
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            versions = [
                {"Key": version["Key"], "VersionId": version["VersionId"]}
                for version in page.get("Versions", []) + page.get("DeleteMarkers", [])
            ]
            refused = delete_versions(s3, {"Bucket": bucket}, versions)
            if refused:
                raise DeployError(f"{len(refused)} versions in the bucket {bucket} were not removed: {refused[0]}")
    except s3.exceptions.NoSuchBucket:
        pass


def remove_bucket(cloud: Cloud, bucket: str) -> None:
    """Remove a bucket with all that is in it, if there is one."""
    _empty_bucket(cloud, bucket)
    s3 = cloud.client("s3")
    try:
        s3.delete_bucket(Bucket=bucket)
    except s3.exceptions.NoSuchBucket:
        pass
