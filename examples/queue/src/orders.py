"""Takes orders over an API, and makes them from a queue."""

import json
import os
from typing import Any

import boto3


def take(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Put an order into the queue."""
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=event["body"])
    return {"statusCode": 202, "body": ""}


def make(event: dict[str, Any], _context: object) -> None:
    """Make the orders of a batch."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    for record in event["Records"]:
        order = json.loads(record["body"])
        print(f"making {order['id']}")
        table.put_item(Item={"id": order["id"], "pieces": order["pieces"]})
