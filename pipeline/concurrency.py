"""How many uploads may be processed at once: refused here where Lambda would refuse to reserve so much.

Lambda leaves 100 of the account's concurrent executions to functions that reserve none. A new account has 10, and can
reserve nothing.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
https://github.com/aws-samples/one-observability-demo/issues/278
"""

from typing import Any

from botocore.exceptions import ClientError

from aws_stack import cloudformation
from aws_stack.clouds import Cloud
from aws_stack.errors import UsageError

from .words import _

LOGICAL_ID = "Ingest"

KEPT = 100


def check(cloud: Cloud, stack: str, concurrency: int) -> None:
    """Raise UsageError if Lambda cannot reserve so many executions for the stack's function."""
    if concurrency <= 0 or cloud.emulated:
        return  # -1 reserves nothing, and 0 takes from nobody. An emulator's limit follows from this machine.
    lambda_ = cloud.client("lambda")
    try:
        limit: dict[str, int] = lambda_.get_account_settings()["AccountLimit"]
        own = _own(cloud, stack, lambda_)
    except ClientError:
        return  # Whoever may not ask is told by CloudFormation.
    most = max(0, limit["UnreservedConcurrentExecutions"] + own - KEPT)
    if concurrency > most:
        raise UsageError(
            _(
                "--parameter Concurrency={concurrency}: Lambda reserves at most {most} of this account's {limit} "
                "concurrent executions for it, because {kept} have to be left to other functions. Ask AWS for a higher "
                "quota, or leave it out",
                concurrency=concurrency,
                most=most,
                limit=limit["ConcurrentExecutions"],
                kept=KEPT,
            )
        )


def _own(cloud: Cloud, stack: str, lambda_: Any) -> int:
    """What the stack's function has reserved already."""
    names = [one.physical_id for one in cloudformation.resources(cloud, stack) if one.logical_id == LOGICAL_ID]
    if not names:
        return 0
    return int(lambda_.get_function_concurrency(FunctionName=names[0]).get("ReservedConcurrentExecutions", 0))
