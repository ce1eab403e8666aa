"""Send files by the API and wait for their ends, as `run` does with a cloud."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import by_url
from .client import Client, NotFoundError
from .ended import Ended
from .following import Advice, follow
from .functions.rejects import Reject
from .functions.rest.media import MAX_BODY, type_of
from .local_files import name_of
from .watching import Watcher

LOOK_SECONDS = 2.0
"""The longest pause between two questions about an upload."""


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
        return by_url.upload(client, file)
    name = file.name.lower()
    headers = {"Content-Type": type_of(name.removesuffix(".gz"))}
    if name.endswith(".gz"):
        headers["Content-Encoding"] = "gzip"
    upload = client.call("POST", "/notas", file.read_bytes(), headers).json()
    return upload["key"], upload["version_id"]


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
