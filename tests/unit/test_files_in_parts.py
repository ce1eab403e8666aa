"""Files that `send` uploads in parts, by the URLs of the API: each becomes one upload, whatever S3 says meanwhile.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
"""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from aws_stack.errors import CloudError
from pipeline import repetition
from pipeline.client import Client
from pipeline.send import _upload as upload
from tests.unit.scripted import DROP, Scripted, Server, serving

UPLOADED = {"key": "api/1/a.json", "version_id": "v1"}
LARGE = 4 * 1024 * 1024 + 1
DROPPED = Scripted(DROP)
MISSING = Scripted(404, {"detail": "nothing was uploaded under this key", "correlation_id": "1"})
HERE = Scripted(200, UPLOADED)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repetition, "FIRST_PAUSE", 0.01)


@pytest.fixture
def _a_pause_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repetition, "FIRST_PAUSE", 1000)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "a.json"
    file.write_bytes(b" " * LARGE)
    return file


def client(server: Server) -> Client:
    return Client(server.url, patience=10)


PART = 3_000_000


def in_parts(server: Server, upload_id: str = "u/1") -> Scripted:
    urls = [f"{server.url}/s3?partNumber={number}&of={upload_id}" for number in (1, 2)]
    parts = {"upload_id": upload_id, "size": PART, "urls": urls, "complete": f"{server.url}/s3?uploadId={upload_id}"}
    told = {"key": UPLOADED["key"], "expires_in": 900, "url": None, "headers": None}
    return Scripted(201, {**told, "parts": {**parts, "headers": {"If-None-Match": "*"}}})


def part(number: int) -> Scripted:
    return Scripted(200, headers={"ETag": f'"e{number}"'})


COMPLETED = Scripted(200, "<CompleteMultipartUploadResult/>")
IN_PARTS: dict[str, list[Scripted | str]] = {
    "taken": ["invited", part(1), part(2), COMPLETED, HERE],
    "a part is lost": ["invited", part(1), DROPPED, "invited", part(2), COMPLETED, HERE],
    "the completion is lost": ["invited", part(1), part(2), DROPPED, HERE],
    "complete already": ["invited", part(1), part(2), Scripted(HTTPStatus.PRECONDITION_FAILED), HERE],
    "complete, and forgotten": ["invited", part(1), part(2), Scripted(HTTPStatus.NOT_FOUND), HERE],
    "an error after 200": [
        "invited",
        part(1),
        part(2),
        Scripted(200, "<Error><Code>InternalError</Code></Error>"),
        MISSING,
        "invited",
        COMPLETED,
        HERE,
    ],
}


@pytest.mark.parametrize("script", IN_PARTS.values(), ids=IN_PARTS)
def test_a_file_that_is_sent_in_parts_becomes_one_upload(large: Path, script: list[Any]) -> None:
    with serving() as server:
        server.script += [in_parts(server) if answer == "invited" else answer for answer in script]
        assert upload(client(server), large) == ("api/1/a.json", "v1")
    invitations = [request for request in server.requests if request.path.startswith("/envios?nome=")]
    assert len({request.headers["idempotency-key"] for request in invitations}) == 1
    assert ["partes=u%2F1" in request.path for request in invitations] == [False] + [True] * (len(invitations) - 1)
    puts = {request.path: request.body for request in server.requests if request.method == "PUT"}
    assert [len(body) for body in puts.values()] == [PART, LARGE - PART]
    completions = [request for request in server.requests if "uploadId" in request.path]
    for request in completions:
        assert request.headers["if-none-match"] == "*"
        assert re.findall(r"<PartNumber>(\d)</PartNumber><ETag>(.*?)</ETag>", request.body.decode()) == [
            ("1", '"e1"'),
            ("2", '"e2"'),
        ]


# By S3's rule for If-None-Match.
@pytest.mark.parametrize(
    "conflict",
    [Scripted(HTTPStatus.CONFLICT), Scripted(200, "<Error><Code>ConditionalRequestConflict</Code></Error>")],
    ids=["a conflict", "a conflict after 200"],
)
def test_after_a_conflict_every_part_is_sent_again_to_a_new_upload_of_the_same_key(
    large: Path, conflict: Scripted
) -> None:
    with serving() as server:
        server.script += [in_parts(server), part(1), part(2), DROPPED, MISSING]
        server.script += [in_parts(server), conflict, MISSING]
        server.script += [in_parts(server, "u/2"), part(3), part(4), COMPLETED, HERE]
        assert upload(client(server), large) == ("api/1/a.json", "v1")
    invitations = [request for request in server.requests if request.path.startswith("/envios?nome=")]
    assert len({request.headers["idempotency-key"] for request in invitations}) == 1
    assert ["partes=" in request.path for request in invitations] == [False, True, False]
    puts = [request for request in server.requests if request.method == "PUT"]
    assert [urlsplit(request.path).query for request in puts] == [
        f"partNumber={number}&of={upload_id}" for upload_id in ("u/1", "u/2") for number in (1, 2)
    ]
    assert [len(request.body) for request in puts] == 2 * [PART, LARGE - PART]
    *_, last = [request for request in server.requests if "uploadId" in request.path]
    assert last.path.endswith("u/2")
    assert re.findall(r"<ETag>(.*?)</ETag>", last.body.decode()) == ['"e3"', '"e4"']


def test_a_conflict_with_what_was_completed_meanwhile_is_that_upload(large: Path) -> None:
    with serving() as server:
        server.script += [in_parts(server), part(1), part(2), Scripted(HTTPStatus.CONFLICT), HERE]
        assert upload(client(server), large) == ("api/1/a.json", "v1")


def test_a_conflict_that_does_not_end_is_reported(large: Path) -> None:
    with serving() as server:
        server.script += 3 * [in_parts(server), part(1), part(2), Scripted(HTTPStatus.CONFLICT), MISSING]
        with pytest.raises(CloudError, match="409"):
            upload(client(server), large)


@pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED])
def test_what_s3_says_is_there_and_is_not_is_reported(large: Path, status: int) -> None:
    with serving() as server:
        server.script += [in_parts(server), part(1), part(2), Scripted(status), MISSING]
        with pytest.raises(CloudError, match=str(int(status))):
            upload(client(server), large)
