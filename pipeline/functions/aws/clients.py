"""AWS clients."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# A call that hangs is given up after 10 s, not after the default 60: DynamoDB and S3 answer in milliseconds. `patience`
# repeats what fails: it knows how much time is left, and boto3 does not.
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=3,
    read_timeout=10,
    max_pool_connections=16,
)

# For calls while an API client waits: API Gateway gives up after 29 s.
PROMPT = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=2, read_timeout=6))


def s3(config: Config = CONFIG) -> "S3Client":
    """An S3 client."""
    return boto3.client("s3", config=config)


def s3_signer(endpoint_url: str | None) -> "S3Client":
    """An S3 client that signs URLs for others to use, at an endpoint they can reach; None is AWS's own.

    On AWS the bucket must be part of the host name. Otherwise boto3 would sign for S3's global host, which redirects
    requests for new buckets.
    """
    config = Config(signature_version="s3v4", s3={"addressing_style": "path" if endpoint_url else "virtual"})
    return boto3.client("s3", endpoint_url=endpoint_url, config=config)


def dynamodb(config: Config = CONFIG) -> "DynamoDBClient":
    """A DynamoDB client."""
    # boto3 would check the type of every member of every invoice: a fifth of the function's time, for requests that
    # only this code builds.
    return boto3.client("dynamodb", config=config.merge(Config(parameter_validation=False)))


def lambda_(config: Config = CONFIG) -> "LambdaClient":
    """A Lambda client."""
    return boto3.client("lambda", config=config)


def sqs(config: Config = CONFIG) -> "SQSClient":
    """An SQS client."""
    return boto3.client("sqs", config=config)
