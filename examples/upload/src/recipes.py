"""Reads recipes in YAML from a bucket into a table."""

import os
from typing import Any
from urllib.parse import unquote_plus

import boto3
import yaml

s3 = boto3.client("s3")
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event: dict[str, Any], _context: object) -> None:
    """Store the recipe of each object that S3 tells of."""
    for record in event["Records"]:
        # S3 encodes keys: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        print(f"reading {key}")
        recipe = yaml.safe_load(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        table.put_item(Item={"name": recipe["name"], "ingredients": recipe["ingredients"]})
