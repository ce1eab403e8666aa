"""Clouds that run already: an AWS account, or whatever answers at an endpoint."""

import os
import re
import urllib.error

from ..errors import CloudError, UsageError
from ..target import Target
from ..web import is_plain, open_url
from ..words import _
from .cloud import Cloud, default_session
from .local import ACCOUNT, REGION, exported_region

AWS_TARGET = Target("python3.13", "x86_64")


def aws() -> Cloud:
    """The AWS account and region of the default credential chain. Raises CloudError if there are none."""
    session = default_session()
    if session.region_name is None:
        raise CloudError(_("no AWS region is set. Export AWS_DEFAULT_REGION, or set one with: aws configure"))
    if session.get_credentials() is None:
        raise CloudError(_("no AWS credentials were found. Log in with `aws configure` or `aws sso login`"))
    return Cloud(name="aws", region=session.region_name, target=AWS_TARGET, why=_("as you asked"), version="AWS")


def endpoint(url: str) -> Cloud:
    """The cloud that answers at `url`. Raises UsageError if it is no URL, and CloudError if nothing answers."""
    if not is_plain(url):
        raise UsageError(_("the endpoint {url!r} is not a URL such as http://127.0.0.1:4566", url=url))
    try:
        emulated = _has_page(url, "_localstack/health")
    except (OSError, ValueError) as error:
        raise CloudError(
            _("nothing answers at {url}: {error}. Start a cloud with: {start}", url=url, error=error)
        ) from None
    account: str | None
    if emulated:
        account, region = _exported()
    else:
        session = default_session()
        region = session.region_name or REGION
        account = ACCOUNT if session.get_credentials() is None else None
    return Cloud(
        name="endpoint",
        region=region,
        # MiniStack runs functions on an interpreter of this machine, others in a Lambda image.
        target=Target.this_interpreter() if _has_page(url, "_ministack/health") else AWS_TARGET,
        endpoint_url=url.rstrip("/"),
        account=account,
        why=_("as you asked"),
        version=url,
        emulated=emulated,
    )


def _has_page(url: str, path: str) -> bool:
    """Whether the server at `url` has this page. Real AWS endpoints have neither of the two."""
    try:
        with open_url(f"{url.rstrip('/')}/{path}", 5):
            return True
    except urllib.error.HTTPError:
        return False


def _exported() -> tuple[str, str]:
    """Account and region on an emulator: those that were exported.

    A key that is not 12 digits long is AWS's own, and no account of an emulator.
    """
    key = os.environ.get("AWS_ACCESS_KEY_ID", "")
    return (key, exported_region()) if re.fullmatch("[0-9]{12}", key) else (ACCOUNT, REGION)
