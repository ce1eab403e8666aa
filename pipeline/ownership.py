"""Which stacks are notas' own. It changes and removes no other."""

from typing import Any

from aws_stack.cloudformation import describe
from aws_stack.clouds import Cloud
from aws_stack.errors import UsageError

from .words import _

TAG = {"Key": "project", "Value": "notas"}
"""Every stack that notas makes has this tag."""


def find(cloud: Cloud, stack: str) -> str | None:
    """The state of a stack that notas made, such as "UPDATE_COMPLETE"; None if there is no stack of this name.

    Raises UsageError if somebody else made it. To change or remove that one would take along all that it holds.
    """
    description = described(cloud, stack)
    return None if description is None else str(description["StackStatus"])


def described(cloud: Cloud, stack: str) -> dict[str, Any] | None:
    """A stack that notas made, as CloudFormation describes it; otherwise as `find`."""
    description = describe(cloud, stack)
    if description is not None and TAG not in description.get("Tags", []):
        raise UsageError(
            _(
                "the stack {stack} in {region} was not made by notas. Name another with --stack",
                stack=stack,
                region=cloud.region,
            )
        )
    return description
