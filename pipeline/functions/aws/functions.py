"""Functions, called by functions."""

import json
from typing import TYPE_CHECKING, Any

from .patience import Patience

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def send(lambda_: "LambdaClient", function: str, event: dict[str, Any], patience: Patience) -> None:
    """Have Lambda invoke a function with an event, in its own time."""
    payload = json.dumps(event).encode()
    patience.outlast(lambda: lambda_.invoke(FunctionName=function, InvocationType="Event", Payload=payload))
