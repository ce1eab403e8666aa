"""The end of a stack on a cloud that lives on: all that it made goes, also what its template retains."""

from botocore.exceptions import ClientError

from . import artifacts, buckets, cloudformation, tables
from .clouds import Cloud


def remove(cloud: Cloud, stack: str) -> None:
    """Remove a stack with all that is in its buckets and tables, and its functions' logs. Raises DeployError."""
    made = list(cloudformation.resources(cloud, stack)) if cloudformation.status(cloud, stack) else []
    # CloudFormation removes no bucket that holds anything.
    for one in made:
        if one.type == "AWS::S3::Bucket":
            buckets.remove(cloud, one.physical_id)
    cloudformation.delete(cloud, stack)
    for one in made:
        if one.type == "AWS::DynamoDB::Table":
            tables.remove(cloud, one.physical_id)
        if one.type == "AWS::Lambda::Function":
            _remove_logs(cloud, one.physical_id)
    artifacts.remove(cloud, stack)


def stacks(cloud: Cloud, prefix: str) -> list[str]:
    """The names of the stacks that begin so."""
    pages = cloud.client("cloudformation").get_paginator("describe_stacks").paginate()
    return [
        str(one["StackName"])
        for page in pages
        for one in page["Stacks"]
        if str(one["StackName"]).startswith(prefix) and one["StackStatus"] != "DELETE_COMPLETE"
    ]


def _remove_logs(cloud: Cloud, function: str) -> None:
    try:
        cloud.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{function}")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
