"""A cloud: an endpoint, credentials, a region, and what its Lambda runs."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from ..errors import CloudError
from ..target import Target
from ..words import _

# Local clouds take any secret; the access key id names the account.
LOCAL_SECRET = "local"  # nosec B105 # no secret

# A session is not made to be used by several threads at once; its clients are.
_MAKING_CLIENTS = Lock()


@dataclass(frozen=True, slots=True)
class Cloud:
    """AWS, or an emulator of it.

    `endpoint_url` is None for AWS itself. `account` is the 12-digit account of a local cloud, where any such number is
    an account of its own; None where the default credential chain decides. `why` says why this cloud was chosen. A
    `temporary` cloud was started for this run and ends with it, with all it holds. One that is `emulated` is no AWS:
    nobody else reaches it, and it serves APIs at its endpoint. Functions reach servers of this machine under the name
    `this_machine`.
    """

    name: str
    region: str
    target: Target
    endpoint_url: str | None = None
    account: str | None = None
    why: str = ""
    version: str = ""
    temporary: bool = False
    emulated: bool = False
    this_machine: str = "127.0.0.1"
    check: Callable[[], None] = lambda: None
    """Raises CloudError, with the last lines of the log, if the cloud has gone away."""
    log_lines: Callable[[], list[str]] = list
    """The last lines of the cloud's own log. Empty in processes that did not start it."""

    def client(self, service: str, **settings: Any) -> Any:
        """A boto3 client of this cloud.

        Those of a local cloud take nothing from AWS's variables and files, and go through no proxy.
        """
        if self.account is not None:
            settings = {"proxies": {}, **settings}
        config = Config(**{"retries": {"mode": "standard", "total_max_attempts": 5}, **settings})
        with _MAKING_CLIENTS:
            client: Any = _session(self.region, self.account).client  # The stubs know services by literal names only.
            return client(service, endpoint_url=self.endpoint_url, config=config)

    def in_account(self, account: str) -> "Cloud":
        """The same cloud in another account. Accounts see nothing of each other."""
        return replace(self, account=account)

    def variables(self) -> dict[str, str]:
        """What to export so that other programs find this cloud: `{"AWS_ENDPOINT_URL": …, …}`."""
        variables = {"AWS_DEFAULT_REGION": self.region}
        if self.endpoint_url is not None:
            variables["AWS_ENDPOINT_URL"] = self.endpoint_url
        if self.account is not None:
            variables |= {"AWS_ACCESS_KEY_ID": self.account, "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET}
        return variables


@lru_cache(maxsize=8)
def _session(region: str, account: str | None) -> boto3.Session:
    """A session. It is kept, because its first client takes 40 ms of reading."""
    if account is None:
        return default_session(region)
    session = botocore.session.Session(_without_configuration())
    session.register_component("data_loader", _loader())
    return boto3.Session(
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key=LOCAL_SECRET,
        botocore_session=session,
    )


@lru_cache(maxsize=1)
def _loader() -> botocore.loaders.Loader:
    """What reads botocore's descriptions of services, once for all accounts."""
    return botocore.loaders.create_loader()


def default_session(region: str | None = None) -> boto3.Session:
    """A session with AWS's default chain: variables, profiles, files. Raises CloudError if they are wrong."""
    try:
        return boto3.Session(region_name=region)
    except BotoCoreError as error:  # A profile that there is not, or a file that cannot be read.
        raise CloudError(
            _("the AWS configuration here is wrong: {error}. Mend it with: aws configure", error=error)
        ) from None


def _without_configuration() -> dict[str, tuple[None, None, Any, Any]]:
    """Every setting of botocore with its default, read from no variable, profile or file.

    https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
    """
    settings = {
        name: (None, None, default, convert)
        for name, (_name, _variables, default, convert) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    nothing = (None, None, os.devnull, None)
    return settings | {"config_file": nothing, "credentials_file": nothing}
