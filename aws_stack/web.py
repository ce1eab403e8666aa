"""HTTP requests outside boto3, and the proxies for them."""

import urllib.request
from http.client import HTTPResponse
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

from botocore.utils import get_environ_proxies

_LOCAL_NAMES = ("host.docker.internal", "localhost.localstack.cloud")


def is_local(url: str) -> bool:
    """Whether a URL leads to this machine or to a private address, such as a container's."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        # A name without a dot is one of this machine's, or of a container beside this one.
        return "." not in host or host in _LOCAL_NAMES or host.endswith(".localhost")


def proxies(url: str) -> dict[str, str]:
    """The proxies of HTTP_PROXY and its like for requests to a URL, as `{"https": "http://proxy:3128"}`.

    A local URL has none, even if NO_PROXY does not name it: no proxy elsewhere could reach it.
    """
    return {} if is_local(url) else get_environ_proxies(url)


def open_url(request: urllib.request.Request | str, seconds: float | None = None) -> HTTPResponse:
    """The answer to a request. No single wait for the server lasts longer than `seconds`.

    Raises what `urllib.request.urlopen` does.
    """
    url = request if isinstance(request, str) else request.full_url
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies(url)))
    return cast(HTTPResponse, opener.open(request, timeout=seconds))
