"""AWS clients whose calls outlast short faults."""

import random
from collections.abc import Iterator

import boto3
from botocore.config import Config

ATTEMPTS = 8

# Throttling, 5xx, lost connections and timeouts are retried with exponential backoff and jitter. A call that hangs is
# given up after 10 s, not the default 60: DynamoDB and S3 answer in milliseconds.
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    connect_timeout=3,
    read_timeout=10,
    max_pool_connections=16,
)


def create(service: str) -> "boto3.client":
    """A client of `service`, with the settings above."""
    return boto3.client(service, config=CONFIG)


def delays() -> Iterator[float]:
    """Seconds to wait between the attempts of a call that boto3 does not retry: up to 50 ms, 100 ms, … 3.2 s, at random."""
    for attempt in range(ATTEMPTS - 1):
        yield random.uniform(0, 0.05 * 2**attempt)
