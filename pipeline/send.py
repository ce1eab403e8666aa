"""Send files by the API and wait for their ends, as `run` does with a cloud."""

import http.client
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .client import Client, NotFoundError
from .errors import CloudError
from .functions.rejects import Reject
from .functions.rest.media import MAX_BODY
from .run import WAIT_SECONDS, Ended, name_of
from .waiting import NotYet, WaitTimeoutError, wait_until
from .web import open_url

# The longest name that POST /envios accepts.
_NAME = 200


def send(client: Client, files: list[Path]) -> Iterator[Ended]:
    """Send each file and follow it to its end, before the next: the files' order decides who is first.

    Raises CloudError.
    """
    for file in files:
        key, version_id = _upload(client, file)
        yield _follow(client, name_of(file), key, version_id)


def _upload(client: Client, file: Path) -> tuple[str, str]:
    """The upload's key and version id."""
    if file.stat().st_size > MAX_BODY:
        return _upload_to_url(client, file)
    lines = file.name.removesuffix(".gz").endswith(".jsonl")
    headers = {"Content-Type": "application/jsonl" if lines else "application/json"}
    if file.name.endswith(".gz"):
        headers["Content-Encoding"] = "gzip"
    upload = client.call("POST", "/notas", file.read_bytes(), headers).json()
    return upload["key"], upload["version_id"]


def _upload_to_url(client: Client, file: Path) -> tuple[str, str]:
    invitation = client.call("POST", f"/envios?nome={quote(file.name[-_NAME:], safe='')}").json()
    with file.open("rb") as body:
        headers = {"Content-Length": str(file.stat().st_size), "Content-Type": "application/octet-stream"}
        request = urllib.request.Request(invitation["url"], body, headers, method="PUT")  # noqa: S310 - the API's own
        try:
            with open_url(request) as answer:
                return invitation["key"], answer.headers["x-amz-version-id"]
        except (OSError, http.client.HTTPException) as error:
            raise CloudError(f"{file} was not uploaded to the URL from the API: {error}. Try again") from None


def _follow(client: Client, file: str, key: str, version_id: str) -> Ended:
    path = f"/envios/{quote(key, safe='')}/{quote(version_id, safe='')}"

    def ask() -> dict[str, Any] | NotYet:
        try:
            entry: dict[str, Any] = client.get(path).json()
        except NotFoundError as error:
            return NotYet(str(error))
        return NotYet("the upload is processing") if entry["status"] == "processing" else entry

    try:
        entry = wait_until(f"{file} is processed", ask, WAIT_SECONDS, first=0.05, longest=2)
    except WaitTimeoutError as error:
        raise CloudError(f"{error}. The function's logs have it under {version_id}") from None
    told = client.pages(f"{path}/rejeitadas", "rejeitadas") if entry["rejects"] else ()
    rejects = [Reject(int(one["position"]), one["reasons"], one["original"] or "null") for one in told]
    return Ended(file, key, version_id, entry, rejects)
