"""Whose role API Gateway writes its logs with: there is one for a whole account and region, which all APIs there share.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from typing import Any

from botocore.exceptions import ClientError

from aws_stack.clouds import Cloud
from aws_stack.errors import DeployError

from .words import _

LOGICAL_ID = "ApiLogsRole"


def another_has_the_role(cloud: Cloud, stack: str) -> bool:
    """Whether the account has such a role that is not the stack's own. Raises DeployError.

    The stack must leave it alone: with another in its place, the logs of other APIs might end.
    """
    try:
        account: dict[str, Any] = cloud.client("apigateway").get_account()
    except ClientError as error:
        message = error.response["Error"]["Message"]
        raise DeployError(
            _("cannot read API Gateway's settings in {region}: {message}", region=cloud.region, message=message)
        ) from None
    name = account.get("cloudwatchRoleArn", "").rpartition("/")[2]
    return bool(name) and name != _own(cloud, stack)


def _own(cloud: Cloud, stack: str) -> str | None:
    """The name of the stack's own role, if it has one."""
    try:
        found = cloud.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=LOGICAL_ID)
    except ClientError:
        return None  # There is no such stack yet, or it brought no role.
    return str(found["StackResourceDetail"].get("PhysicalResourceId"))
