"""What the clouds of this machine have in common."""

import http.client
import json
import os
import socket
import urllib.error

from ..errors import CloudError, UsageError
from ..waiting import NotYet, WaitTimeoutError, wait_until
from ..web import open_url
from ..words import _
from .cloud import Cloud

HOST = "127.0.0.1"
REGION = "sa-east-1"
ACCOUNT = "000000000001"
READY_SECONDS = 60


def exported_region() -> str:
    """The region of a local cloud: what was exported."""
    return os.environ.get("AWS_DEFAULT_REGION") or REGION


def free_port() -> int:
    """A port that is free at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def refuse_a_taken(port: int) -> None:
    """Raise UsageError if something listens on this machine's `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                _(
                    "cannot use port {port} of {host}: {error}. Choose another with {port_option}",
                    port=port,
                    host=HOST,
                    error=error.strerror,
                )
            ) from None


def wait_until_ready(cloud: Cloud) -> None:
    """Wait until the cloud's health page answers. Raises CloudError if it does not, or if another program answers."""

    def ask() -> bool | NotYet:
        cloud.check()
        try:
            with open_url(f"{cloud.endpoint_url}/_localstack/health", 5) as answer:
                json.load(answer)
        except (urllib.error.HTTPError, http.client.BadStatusLine, ValueError) as error:
            if isinstance(error, ConnectionError):
                return NotYet(str(error))
            raise CloudError(
                _(
                    "what answers at {url} ({version}) has no health page like LocalStack's: {error}. Is it an AWS "
                    "emulator?",
                    url=cloud.endpoint_url,
                    version=cloud.version,
                    error=error,
                )
            ) from None
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            return NotYet(str(error))
        return True

    try:
        wait_until(_("the {name} cloud answers", name=cloud.name), ask, READY_SECONDS, first=0.02, longest=0.1)
    except WaitTimeoutError as error:
        raise CloudError(f"{error}. {_('Its log: {lines}', lines=tail(cloud))}") from None


def tail(cloud: Cloud, lines: int = 5) -> str:
    """The last lines of the cloud's log, joined."""
    return " / ".join(cloud.log_lines()[-lines:]) or _("empty")


def answers(cloud: Cloud) -> None:
    """Raise CloudError if nothing listens at the cloud's endpoint any more. For processes that did not start it."""
    address = str(cloud.endpoint_url).rpartition("/")[2]
    host, _colon, port = address.partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=5):
            pass
    except OSError as error:
        raise CloudError(
            _("the {name} cloud at {url} is gone: {error}", name=cloud.name, url=cloud.endpoint_url, error=error)
        ) from None
