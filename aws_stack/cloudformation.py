"""A stack as CloudFormation has it: its state, its resources, what failed, and its removal."""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from .clouds import Cloud
from .errors import CloudError, DeployError, RefusedError, UsageError
from .waiting import NotYet, WaitTimeoutError, wait_until
from .words import _

DEADLINE_SECONDS = 15 * 60

LONGEST_TEMPLATE_BODY = 51_200
"""In bytes. From a bucket, CloudFormation takes 1 MB:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
"""What a SAM template needs whose roles have no names of their own.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """One of a stack's: its name in the template, such as "Uploads", its type, and the name of the thing itself."""

    logical_id: str
    type: str
    physical_id: str
    status: str
    reason: str = ""


def describe(cloud: Cloud, stack: str) -> dict[str, Any] | None:
    """The stack as CloudFormation describes it; None if there is none, or none any more."""
    cloudformation = cloud.client("cloudformation")
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if _is_gone(error):
            return None
        message = error.response["Error"]["Message"]
        raise DeployError(_("cannot look at the stack {stack}: {message}", stack=stack, message=message)) from None
    except BotoCoreError as error:
        raise CloudError(_("cannot reach CloudFormation: {error}", error=error)) from None
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def status(cloud: Cloud, stack: str) -> str | None:
    """Such as "UPDATE_COMPLETE"; None if there is no such stack."""
    description = describe(cloud, stack)
    return None if description is None else str(description["StackStatus"])


def resources(cloud: Cloud, stack: str) -> Iterator[Resource]:
    """Those of the stack that were made, in whatever state. Nothing if the stack is gone meanwhile."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    try:
        found = [one for page in pages for one in page["StackResourceSummaries"]]
    except ClientError as error:
        if _is_gone(error):
            return
        raise
    for one in found:
        if one.get("PhysicalResourceId"):
            yield Resource(
                one["LogicalResourceId"],
                one["ResourceType"],
                one["PhysicalResourceId"],
                one["ResourceStatus"],
                one.get("ResourceStatusReason", ""),
            )


def _is_gone(error: ClientError) -> bool:
    return "does not exist" in error.response["Error"]["Message"]


def bring_to(
    cloud: Cloud,
    stack: str,
    template: dict[str, str],
    parameters: dict[str, str],
    tags: Sequence[dict[str, str]] = (),
    *,
    is_there: bool = False,
    capabilities: Sequence[str] = CAPABILITIES,
) -> dict[str, str]:
    """Make the stack, or change it if it `is_there`, and wait for its end: its outputs by name. Raises DeployError.

    `template` says where it is: `{"TemplateBody": …}` or `{"TemplateURL": …}`.
    """
    client = cloud.client("cloudformation")
    token = uuid.uuid4().hex
    request: dict[str, Any] = {
        "StackName": stack,
        "ClientRequestToken": token,
        **template,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Capabilities": list(capabilities),
        "Tags": list(tags),
    }
    begun = time.time()
    try:
        if is_there:
            client.update_stack(**request)
        else:
            client.create_stack(**request)
    except ClientError as error:
        message = error.response["Error"]["Message"]
        if "No updates are to be performed" in message:
            # It is as it should be, also where a change to something else was rolled back.
            return outputs_of(describe(cloud, stack) or {})
        # boto3 repeats a call whose answer was lost, and CloudFormation says that the stack exists or is being changed.
        if not _has_begun(cloud, stack, token):
            raise DeployError(
                _("CloudFormation refused the stack {stack}: {message}", stack=stack, message=message)
            ) from None
    return outputs_of(wait(cloud, stack, begun, token))


def outputs_of(description: dict[str, Any]) -> dict[str, str]:
    """A stack's outputs by name, as the template's section Outputs lists them."""
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}


def wait(cloud: Cloud, stack: str, begun: float, token: str) -> dict[str, Any]:
    """The stack once it is made or changed by the call with this token, at the time `begun`.

    Raises DeployError if it ends otherwise, with what failed.
    """

    def ask() -> dict[str, Any] | NotYet:
        cloud.check()
        description = describe(cloud, stack)
        if description is None or description["StackStatus"].endswith("_IN_PROGRESS"):
            return NotYet(_("the stack is {status}", status=description and description["StackStatus"]))
        return description

    try:
        description = wait_until(
            _("the stack {stack} is made", stack=stack), ask, DEADLINE_SECONDS, first=0.05, longest=3
        )
    except WaitTimeoutError as error:
        raise DeployError(f"{error}{failures(cloud, stack, begun, token)}") from None
    if description["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        why = failures(cloud, stack, begun, token) + _kept(cloud, stack)
        ended = _("the stack {stack} ended as {status}", stack=stack, status=description["StackStatus"])
        raise DeployError(ended + why)
    return description


def _kept(cloud: Cloud, stack: str) -> str:
    """What a rollback left because the template retains it."""
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
    kept = [one.physical_id for one in resources(cloud, stack) if one.status == "DELETE_SKIPPED" and one.type in kinds]
    return "\n  " + _("kept, until {remover} removes it: {names}", names=", ".join(kept)) if kept else ""


def failures(cloud: Cloud, stack: str, begun: float, token: str) -> str:
    """The resources that failed by the call with this token, in time order, with CloudFormation's reasons.

    If no resource has a reason, the stack's own, which comes with its rollback. On a cloud that tells no tokens, all
    that failed since `begun`.
    """
    failed = [
        event
        for event in sorted(_events(cloud, stack), key=lambda event: event["Timestamp"])
        if event["ResourceStatus"].endswith(("_FAILED", "ROLLBACK_IN_PROGRESS"))
        and event.get("ResourceStatusReason")
        # Not by the time alone: the clock here need not be that of AWS.
        and (
            event["ClientRequestToken"] == token
            if "ClientRequestToken" in event
            else event["Timestamp"].timestamp() >= begun - 5
        )
    ]
    own = [event for event in failed if event["ResourceType"] != "AWS::CloudFormation::Stack"]
    lines = [
        f"\n  {event['LogicalResourceId']} ({event['ResourceType']}): {event['ResourceStatusReason']}"
        for event in own or failed
    ]
    return "; " + _("the resources that failed, in time order:") + "".join(lines) if lines else ""


def _has_begun(cloud: Cloud, stack: str, token: str) -> bool:
    """Whether the stack is, or was, changed by the call with this token."""
    return any(event.get("ClientRequestToken") == token for event in _events(cloud, stack))


def _events(cloud: Cloud, stack: str) -> list[dict[str, Any]]:
    """What became of the stack so far. All events of one operation have the token that it was called with.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
    """
    pages = cloud.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
    try:
        return [event for page in pages for event in page["StackEvents"]]
    except ClientError:
        return []  # The stack is gone meanwhile, or its events are not for the caller.


def delete(cloud: Cloud, stack: str) -> None:
    """Remove the stack, and of its resources those that the template does not retain.

    Raises UsageError if it is protected, and DeployError.
    """
    begun, token = time.time(), uuid.uuid4().hex
    try:
        cloud.client("cloudformation").delete_stack(StackName=stack, ClientRequestToken=token)
    except ClientError as error:
        raise _refusal(stack, error.response["Error"]["Message"]) from None

    def ask() -> bool | NotYet:
        cloud.check()
        now = status(cloud, stack)
        if now == "DELETE_FAILED":
            why = failures(cloud, stack, begun, token)
            raise DeployError(_("the stack {stack} was not removed", stack=stack) + why)
        return True if now is None else NotYet(_("the stack is {status}", status=now))

    try:
        wait_until(_("the stack {stack} is gone", stack=stack), ask, DEADLINE_SECONDS, first=0.05, longest=3)
    except WaitTimeoutError as error:
        raise DeployError(f"{error}{failures(cloud, stack, begun, token)}") from None


def _refusal(stack: str, message: str) -> UsageError | RefusedError:
    """Why CloudFormation would not remove the stack.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
    """
    if "TerminationProtection" in message:
        return UsageError(
            _(
                "the stack {stack} is protected against deletion. Nothing was removed. If that is what you want, "
                "first: aws cloudformation update-termination-protection --no-enable-termination-protection "
                "--stack-name {stack}",
                stack=stack,
            )
        )
    return RefusedError(
        _(
            "CloudFormation refused to remove the stack {stack}: {message}. Nothing was removed",
            stack=stack,
            message=message.rstrip("."),
        )
    )
