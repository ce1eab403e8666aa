"""Send files by the API and wait for their ends, as `run` does with a cloud."""

import http.client
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .client import Client, NotFoundError
from .errors import CloudError
from .following import Advice, Ended, follow
from .functions.rejects import Reject
from .functions.rest.media import MAX_BODY
from .functions.versions import version_id
from .repetition import PASSING, Repetition, seconds_asked
from .run import name_of
from .watching import Watcher
from .web import open_url

LOOK_SECONDS = 2.0
"""The longest pause between two questions about an upload."""

_MEDIA_TYPES = {".json": "application/json", ".jsonl": "application/jsonl", ".ndjson": "application/x-ndjson"}

# The longest name that POST /envios accepts.
_NAME = 200

# What S3 says where another try, with a new URL, may do. ExpiredToken: the credentials that signed the URL are too old.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
_AGAIN = (b"<Code>RequestTimeout</Code>", b"<Code>ExpiredToken</Code>")

# The longest wait for S3 to take a piece of the file, or to answer.
_S3_SECONDS = 60.0


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
    """Upload to a URL from the API. Each try has a new URL, of the same key, because URLs expire.

    S3 takes one object of that key. So where its answer was lost, the API is asked whether the object is there.
    """
    path = f"/envios?nome={quote(file.name[-_NAME:], safe='')}&tamanho={file.stat().st_size}"
    same_call = {"Idempotency-Key": str(uuid.uuid4())}
    repetition = Repetition(client.patience)
    while True:
        invitation: dict[str, Any] = client.call("POST", path, headers=same_call).json()
        key: str = invitation["key"]
        try:
            return key, _put(invitation, file, client.patience)
        except urllib.error.HTTPError as error:
            is_there, asked = error.code == HTTPStatus.PRECONDITION_FAILED, seconds_asked(error.headers["Retry-After"])
            failed = _not_uploaded(file, error)
            if not is_there and not _passes(error):
                raise failed from None
        except (OSError, http.client.HTTPException) as error:
            # S3 may have refused the file without reading it, and closed the connection while it was being sent.
            is_there, asked, failed = False, 0.0, _not_uploaded(file, error)
        if not is_there:
            repetition.wait(failed, asked)
        try:
            return key, client.get("/envios", chave=key).json()["version_id"]
        except NotFoundError:
            continue


def _put(invitation: dict[str, Any], file: Path, patience: float) -> str:
    """PUT the file; its version id. Raises what `urllib.request.urlopen` does."""
    url, headers = invitation["url"], invitation["headers"]
    with file.open("rb") as body:
        request = urllib.request.Request(url, body, headers, method="PUT")  # noqa: S310 - the API's own
        with open_url(request, max(1.0, min(_S3_SECONDS, patience))) as answer:
            return version_id(answer.headers["x-amz-version-id"], answer.headers["ETag"])


def _passes(error: urllib.error.HTTPError) -> bool:
    """Whether S3 may take the file later."""
    said = error.read()
    return error.code in PASSING or error.code == HTTPStatus.CONFLICT or any(words in said for words in _AGAIN)


def _not_uploaded(file: Path, error: Exception) -> CloudError:
    return CloudError(f"{file} was not uploaded to the URL from the API: {error}. Try again")


def _to_its_end(client: Client, file: str, key: str, version: str, watcher: Watcher, advice: Advice) -> Ended:
    path = f"/envios/{quote(key, safe='')}/{quote(version, safe='')}"

    def look() -> dict[str, Any] | None:
        try:
            entry: dict[str, Any] = client.get(path).json()
        except NotFoundError:
            return None
        return entry

    entry = follow(file, look, watcher, advice, LOOK_SECONDS)
    watcher.end(entry["status"])
    told = client.pages(f"{path}/rejeitadas", "rejeitadas") if entry["rejects"] else ()
    rejects = [Reject(int(one["position"]), one["reasons"], one["original"] or "null") for one in told]
    return Ended(file, key, version, entry, rejects)
