"""HTTP requests outside boto3, and the proxies for them."""

import re
import urllib.request
from http.client import HTTPResponse
from ipaddress import ip_address
from typing import cast
from urllib.parse import urlsplit

from botocore.utils import get_environ_proxies

_PRINTED = re.compile(r"\S+")
_LOCAL_NAMES = ("host.docker.internal", "localhost.localstack.cloud")


_HOST = re.compile(r"(?=.{1,253}\Z)(?!-)[^\W_][\w-]{0,62}(?:\.[\w-]{1,63})*\.?")


def is_plain(url: str) -> bool:
    """Whether this is an HTTP URL that a path can be put behind: a host, perhaps a port, perhaps a path, no more."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if "[" in parts.netloc:
            ip_address(host)
    except ValueError:  # An open bracket, no address in it, or no port.
        return False
    # urlsplit passes over line breaks and tabs, and takes any port of digits.
    if parts.scheme not in ("http", "https") or "?" in url or "#" in url or not _PRINTED.fullmatch(url) or port == 0:
        return False
    return "[" in parts.netloc or bool(_HOST.fullmatch(host))


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
