"""Clouds that are there already: an AWS account, or whatever answers at an endpoint."""

import urllib.error
import urllib.request

import boto3

from ..errors import CloudError
from ..package import Target
from .cloud import Cloud
from .local import ACCOUNT, REGION

AWS_TARGET = Target("python3.13", "x86_64")


def aws() -> Cloud:
    """The AWS account and region of the default credential chain. Raises CloudError where there are none."""
    session = boto3.Session()
    if session.region_name is None:
        raise CloudError("no AWS region is set. Export AWS_DEFAULT_REGION, or set one with: aws configure")
    if session.get_credentials() is None:
        raise CloudError("no AWS credentials were found. Log in with `aws configure` or `aws sso login`")
    return Cloud(name="aws", region=session.region_name, target=AWS_TARGET, why="asked for", version="AWS")


def endpoint(url: str) -> Cloud:
    """The AWS that answers at `url`, as `notas up` prints it. Raises CloudError where nothing does."""
    session = boto3.Session()
    emulated = False
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_localstack/health", timeout=5):  # noqa: S310 - the user's own
            emulated = True
    except urllib.error.HTTPError:
        pass  # Something answers, which is all that is asked; real AWS endpoints have no such page.
    except (OSError, ValueError) as error:
        raise CloudError(f"nothing answers at {url}: {error}. Start a cloud with: notas up") from None
    return Cloud(
        name="endpoint",
        region=session.region_name or REGION,
        target=Target.this_interpreter() if _runs_functions_here(url) else AWS_TARGET,
        endpoint_url=url.rstrip("/"),
        account=ACCOUNT if session.get_credentials() is None else None,
        why="asked for",
        version=url,
        emulated=emulated,
    )


def _runs_functions_here(url: str) -> bool:
    """Whether functions run on an interpreter of this machine, as MiniStack's do, and not in a Lambda image."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_ministack/health", timeout=5):  # noqa: S310 - the user's own
            return True
    except urllib.error.HTTPError:
        return False
