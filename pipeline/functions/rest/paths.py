"""The parts of a request's path, each decoded exactly once. Pure.

Object keys and ids may have slashes, spaces and percent signs. So every variable part becomes one segment,
percent-encoded as a whole, before a route is looked up; `unquote` then gives it back.
"""

import re
from urllib.parse import quote, unquote_to_bytes

REJECTS = "rejeitadas"

NOWHERE = "/."
"""A path at which there is nothing."""

# API Gateway passes on the path of a REST API as it came: https://github.com/middleapi/standard-server/pull/93. Some
# emulators decode it. A path with a character that every client encodes must have been decoded already.
_DECODED = re.compile(r'[^!-~]|[?#"<>]|%(?![0-9A-Fa-f]{2})')

_METHODS = (
    (re.compile(r"/"), ("GET",)),
    (re.compile(r"/(openapi|nota\.schema)\.json"), ("GET",)),
    (re.compile(r"/notas"), ("GET", "POST")),
    (re.compile(r"/notas/[^/]+"), ("GET",)),
    (re.compile(r"/envios"), ("GET", "POST")),
    (re.compile(rf"/envios/[^/]+/[^/]+(/{REJECTS})?"), ("GET",)),
)


def normal(path: str) -> str:
    """The path with each variable part as one segment; NOWHERE for a path that is not UTF-8.

    `/envios/a/b%20c.json/v1` and `/envios/a%2Fb%20c.json/v1` both give `/envios/a%2Fb%20c.json/v1`: the version is what
    follows the last slash, and an invoice's id is all that follows `/notas/`.
    """
    try:
        text = path if _DECODED.search(path) else unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return NOWHERE
    head, _, rest = text.removeprefix("/").partition("/")
    if head == "envios" and rest:
        key, _, version = rest.rpartition("/")
        tail = ""
        if version == REJECTS and "/" in key:
            tail = f"/{REJECTS}"
            key, _, version = key.rpartition("/")
        return "/envios/" + "/".join(segment(part) for part in (key, version) if part) + tail
    if head == "notas" and rest:
        return f"/notas/{segment(rest)}"
    return "/" + quote(head) + (f"/{segment(rest)}" if rest else "")


def segment(text: str) -> str:
    """Any text as one segment of a path: `a/b c` is `a%2Fb%20c`."""
    return quote(text, safe="")


def of_upload(key: str, version_id: str) -> str:
    """The path of an upload, below the API's address: `/envios/api/2026-10-05/1b2c.json/Gx3.7q`."""
    return f"/envios/{quote(key)}/{segment(version_id)}"


def methods(path: str) -> tuple[str, ...]:
    """The methods that a path, in the form of `normal`, allows; none where there is no such path."""
    return next((methods for pattern, methods in _METHODS if pattern.fullmatch(path)), ())
