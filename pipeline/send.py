"""Send files by the API and wait for their ends, as `run` does with a cloud."""

import http.client
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .client import Client, NotFoundError, UnavailableError
from .errors import CloudError
from .following import Advice, Ended, follow
from .functions.rejects import Reject
from .functions.rest.media import MAX_BODY
from .functions.versions import version_id
from .run import name_of
from .watching import Watcher
from .web import open_url

LOOK_SECONDS = 2.0
"""The longest pause between two questions about an upload."""

UNAVAILABLE_SECONDS = 60.0
"""How long the API may give no answer while a file is followed, which may take hours."""

_MEDIA_TYPES = {".json": "application/json", ".jsonl": "application/jsonl", ".ndjson": "application/x-ndjson"}

# The longest name that POST /envios accepts.
_NAME = 200


def send(client: Client, files: list[Path], watcher: Watcher, advice: Advice) -> Iterator[Ended]:
    """Send each file and follow it to its end, before the next: the files' order decides who is first.

    Raises CloudError.
    """
    for file in files:
        watcher.begin(name_of(file), file.stat().st_size)
        key, version = _upload(client, file)
        yield _to_its_end(client, name_of(file), key, version, watcher, advice)


def _upload(client: Client, file: Path) -> tuple[str, str]:
    """The upload's key and version id."""
    if file.stat().st_size > MAX_BODY:
        return _upload_to_url(client, file)
    name = file.name.lower()
    headers = {"Content-Type": _MEDIA_TYPES[Path(name.removesuffix(".gz")).suffix]}
    if name.endswith(".gz"):
        headers["Content-Encoding"] = "gzip"
    upload = client.call("POST", "/notas", file.read_bytes(), headers).json()
    return upload["key"], upload["version_id"]


def _upload_to_url(client: Client, file: Path) -> tuple[str, str]:
    invitation = client.call("POST", f"/envios?nome={quote(file.name[-_NAME:], safe='')}").json()
    with file.open("rb") as body:
        headers = {"Content-Length": str(file.stat().st_size), "Content-Type": "application/octet-stream"}
        request = urllib.request.Request(invitation["url"], body, headers, method="PUT")
        try:
            with open_url(request) as answer:
                return invitation["key"], version_id(answer.headers["x-amz-version-id"], answer.headers["ETag"])
        except (OSError, http.client.HTTPException) as error:
            raise CloudError(f"{file} was not uploaded to the URL from the API: {error}. Try again") from None


def _to_its_end(client: Client, file: str, key: str, version: str, watcher: Watcher, advice: Advice) -> Ended:
    path = f"/envios/{quote(key, safe='')}/{quote(version, safe='')}"
    answered = time.monotonic()
    last: dict[str, Any] | None = None

    def look() -> dict[str, Any] | None:
        nonlocal answered, last
        try:
            last = client.get(path).json()
        except NotFoundError:
            last = None
        except UnavailableError:
            if time.monotonic() - answered > UNAVAILABLE_SECONDS:
                raise
            return last
        answered = time.monotonic()
        return last

    entry = follow(file, look, watcher, advice, LOOK_SECONDS)
    watcher.end(entry["status"])
    told = client.pages(f"{path}/rejeitadas", "rejeitadas") if entry["rejects"] else ()
    rejects = [Reject(int(one["position"]), one["reasons"], one["original"] or "null") for one in told]
    return Ended(file, key, version, entry, rejects)
