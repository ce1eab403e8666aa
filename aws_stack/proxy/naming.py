"""Which operation of any service a request asks for, and in which protocol, by botocore's models.

https://smithy.io/2.0/aws/protocols/index.html
"""

import re
from collections.abc import Iterable
from email.message import Message
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import UnknownServiceError

from .models import model

CBOR = "smithy-rpc-v2-cbor"

# In a header, or in the address of what was signed in advance.
_SCOPE = re.compile(r"Credential=[^/,]+/\d{8}/[^/]+/(?P<service>[^/]+)/aws4_request")

# They look as others do, and go to another endpoint of S3.
_ELSEWHERE = {"ListDirectoryBuckets"}

_PLACE = re.compile(r"\{(\w+)(\+?)\}")


def signed_for(url: str, headers: Message) -> str:
    """The service that a request was signed for, by the name in its signature; "" where it was not."""
    found = _SCOPE.search(f"{headers.get('Authorization', '')} {unquote(url)}")
    return found["service"] if found else ""


def protocol_of(headers: Message) -> str:
    """The protocol that a request speaks, which newer and older SDKs choose differently; "" where its path says it."""
    if "X-Amz-Target" in headers:
        return "json"
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return CBOR
    return "query" if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded") else ""


def name_of(method: str, url: str, headers: Message, body: bytes, services: Iterable[str]) -> str | None:
    """The operation that a request asks for; None where it is not known.

    Of requests that leave it to method and path, only those to the service of the signature's name are known, and to
    these `services`.
    """
    match protocol_of(headers):
        case "json":
            return headers["X-Amz-Target"].rpartition(".")[2]
        case "query" if method == "POST":
            return next(iter(parse_qs(body.decode(errors="replace")).get("Action", ())), None)
        case protocol if protocol == CBOR:
            return urlsplit(url).path.rpartition("/")[2]
    signed = signed_for(url, headers)
    for service in dict.fromkeys([signed, *services]):
        try:
            if model(service).signing_name == signed and (found := _of_rest(service, method, url, headers)):
                return found
        except UnknownServiceError:
            continue
    return None


def _of_rest(service: str, method: str, url: str, headers: Message) -> str | None:
    parts = urlsplit(url)
    asked = parse_qs(parts.query, keep_blank_values=True)
    found: list[tuple[int, int, str]] = []
    for name, own, path, query, literal in _paths(service):
        if own != method or not path.fullmatch(parts.path):
            continue
        if all(key in asked and value in ("", *asked[key]) for key, value in query):
            found.append((len(query), literal, name))
    if service == "s3" and "x-amz-copy-source" in headers:
        # The same place, and another operation.
        copies = {"PutObject": "CopyObject", "UploadPart": "UploadPartCopy"}
        found = [(more, literal, copies.get(name, name)) for more, literal, name in found]
    return max(found)[2] if found else None


@cache
def _paths(service: str) -> list[tuple[str, str, re.Pattern[str], tuple[tuple[str, str], ...], int]]:
    """Of each operation: its method, its path, what its query has to say, and how much of its path is not a name.

    What a request must have in its query, such as an upload's number, tells it from others, too.
    """
    found = []
    for name in model(service).operation_names:
        operation = model(service).operation_model(name)
        if operation.deprecated or name in _ELSEWHERE:
            continue
        path, _, query = operation.http["requestUri"].partition("?")
        pattern, last = "", 0
        for place in _PLACE.finditer(path):
            pattern += re.escape(path[last : place.start()]) + (".+" if place[2] else "[^/]+")
            last = place.end()
        pattern += re.escape(path[last:])
        told = [(key, values[0]) for key, values in parse_qs(query, keep_blank_values=True).items()]
        shape = operation.input_shape
        needed = [] if shape is None else [shape.members[one].serialization for one in shape.required_members]
        told += [(one["name"], "") for one in needed if one.get("location") == "querystring"]
        method = operation.http["method"]
        found.append((name, method, re.compile(f"{pattern}/?"), tuple(told), len(_PLACE.sub("", path))))
    return found
