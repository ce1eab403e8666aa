"""Counts the votes of one table in another."""

import os
from typing import Any

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event: dict[str, Any], _context: object) -> None:
    """Count each vote that is new."""
    for record in event["Records"]:
        if record["eventName"] == "INSERT":
            table.update_item(
                Key={"choice": record["dynamodb"]["NewImage"]["choice"]["S"]},
                UpdateExpression="ADD votes :step",
                ExpressionAttributeValues={":step": int(os.environ["STEP"])},
            )
