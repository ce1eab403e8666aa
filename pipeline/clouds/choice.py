"""Which cloud a command runs on, and why that one."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import boto3

from ..errors import CloudError, UsageError
from ..package import Target
from . import embedded
from .cloud import Cloud

AWS_TARGET = Target("python3.13", "x86_64")


class CloudName(StrEnum):
    """The clouds a person can name."""

    AUTO = "auto"
    LOCALSTACK = "localstack"
    EMBEDDED = "embedded"
    AWS = "aws"


@contextmanager
def open_cloud(name: CloudName, port: int = 0) -> Iterator[Cloud]:
    """A cloud to run on: one that is started, and ends with the `with` block, or the AWS account.

    `port` is for a cloud that is started; 0 takes any. Raises UsageError and CloudError.
    """
    match name:
        case CloudName.AWS:
            yield aws()
        case CloudName.LOCALSTACK:
            raise UsageError("LocalStack in a container is not part of this version. Use --cloud embedded")
        case CloudName.EMBEDDED:
            with embedded.start(port, why="asked for") as cloud:
                yield cloud
        case CloudName.AUTO:
            with embedded.start(port, why="needs no Docker") as cloud:
                yield cloud


def standing_cloud(name: CloudName, endpoint_url: str | None) -> Cloud:
    """A cloud that is there already: what answers at `endpoint_url`, or the AWS account.

    Raises UsageError where neither is named: no command takes to an AWS account by itself.
    """
    if endpoint_url is not None:
        return _endpoint(endpoint_url)
    if name is not CloudName.AWS:
        raise UsageError(
            "name where the stack is: --cloud aws, or the endpoint of a running `notas up` by --endpoint-url"
        )
    return aws()


def aws() -> Cloud:
    """The AWS account and region of the default credential chain. Raises CloudError where there are none."""
    session = boto3.Session()
    if session.region_name is None:
        raise CloudError("no AWS region is set. Export AWS_DEFAULT_REGION, or set one with: aws configure")
    if session.get_credentials() is None:
        raise CloudError("no AWS credentials were found. Log in with `aws configure` or `aws sso login`")
    return Cloud(name="aws", region=session.region_name, target=AWS_TARGET, why="asked for", version="AWS")


def _endpoint(url: str) -> Cloud:
    session = boto3.Session()
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_localstack/health", timeout=5):  # noqa: S310 - the user's own
            pass
    except urllib.error.HTTPError:
        pass  # Something answers, which is all that is asked; real AWS endpoints have no such page.
    except (OSError, ValueError) as error:
        raise CloudError(f"nothing answers at {url}: {error}. Start a cloud with: notas up") from None
    return Cloud(
        name="endpoint",
        region=session.region_name or embedded.REGION,
        target=Target.this_interpreter() if _runs_functions_here(url) else AWS_TARGET,
        endpoint_url=url.rstrip("/"),
        account=embedded.ACCOUNT if session.get_credentials() is None else None,
        why="asked for",
        version=url,
    )


def _runs_functions_here(url: str) -> bool:
    """Whether functions run on an interpreter of this machine, as MiniStack's do, and not in a Lambda image."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_ministack/health", timeout=5):  # noqa: S310 - the user's own
            return True
    except urllib.error.HTTPError:
        return False
