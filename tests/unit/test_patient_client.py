"""The API's client under stress: 429, 503, dropped connections and Retry-After, for as long as the user said."""

import math
import os
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aws_stack.errors import CloudError, UsageError
from pipeline import repetition
from pipeline.client import Client, UnavailableError
from pipeline.send import _upload as upload
from tests.unit.scripted import DROP, Scripted, Server, serving


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repetition, "FIRST_PAUSE", 0.01)


FOUND = Scripted(200, {"id": "NF-1"})
UPLOADED = {"key": "api/1/a.json", "version_id": "v1"}
LARGE = 4 * 1024 * 1024 + 1
DROPPED = Scripted(DROP)


def later(status: int, retry_after: str = "0") -> Scripted:
    problem = {"detail": "there were too many requests", "correlation_id": "1"}
    return Scripted(status, problem, {"Retry-After": retry_after})


def client(server: Server, patience: float = 10) -> Client:
    return Client(server.url, patience=patience)


@pytest.mark.parametrize(
    "faults", [[later(status)] for status in (429, 500, 502, 503, 504)] + [[DROPPED], [later(429), DROPPED, later(503)]]
)
def test_a_call_lives_through_what_passes(faults: list[Scripted]) -> None:
    with serving(*faults, FOUND) as server:
        assert client(server).get("/notas/NF-1").json()["id"] == "NF-1"


def test_the_next_try_waits_as_long_as_the_api_asks() -> None:
    with serving(later(429, "1"), FOUND) as server:
        started = time.monotonic()
        client(server).get("/notas/NF-1")
        assert time.monotonic() - started >= 1


def test_patience_may_have_no_end() -> None:
    with serving(later(503), FOUND) as server:
        assert client(server, patience=math.inf).get("/notas/NF-1").json()["id"] == "NF-1"


@pytest.mark.parametrize("body", [{"message": "Not Found"}, None])
def test_what_another_server_does_not_have_says_nothing_of_the_invoice(body: Any) -> None:
    with serving(Scripted(404, body)) as server, pytest.raises(UsageError, match="no API of notas answers at"):
        client(server).get("/notas/NF-1")


def test_patience_is_a_number() -> None:
    with pytest.raises(UsageError, match="--timeout nan"):
        Client("http://127.0.0.1", patience=math.nan)


@pytest.fixture
def _a_pause_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pause would take longer than any test's patience lasts."""
    monkeypatch.setattr(repetition, "FIRST_PAUSE", 1000)


@pytest.mark.usefixtures("_a_pause_is_too_long")
def test_it_gives_up_after_the_time_the_user_gave() -> None:
    with serving(later(503)) as server, pytest.raises(UnavailableError, match="answered 503"):
        client(server).get("/notas/NF-1")


def test_it_gives_up_at_once_where_the_api_asks_for_more_time_than_that() -> None:
    with serving(later(429, "3600")) as server, pytest.raises(UnavailableError, match="too many requests"):
        client(server, patience=60).get("/notas/NF-1")


@pytest.mark.usefixtures("_a_pause_is_too_long")
def test_it_gives_up_on_connections_that_are_dropped() -> None:
    with serving(DROPPED) as server, pytest.raises(UnavailableError, match="does not answer"):
        client(server).get("/notas/NF-1")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """What the client waited after, in order."""
    seen: list[Exception] = []

    class Seen(repetition.Repetition):
        def wait(self, failed: Exception, asked: float = 0.0) -> None:
            seen.append(failed)
            super().wait(failed, asked)

    monkeypatch.setattr("pipeline.client.Repetition", Seen)
    return seen


def test_an_address_where_nothing_ever_answered_is_not_tried_again(waits: list[Exception]) -> None:
    with serving() as server:
        pass
    with pytest.raises(UnavailableError, match="does not answer"):
        client(server).get("/notas/NF-1")
    assert waits == []


def test_but_one_that_answered_before_is(waits: list[Exception]) -> None:
    with serving(Scripted(200, {}, {"Connection": "close"})) as server:
        patient = client(server, patience=1)
        patient.get("/notas/NF-1")
    with pytest.raises(UnavailableError, match="does not answer"):
        patient.get("/notas/NF-1")
    assert len(waits) > 1


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_the_api_refuses_is_not_tried_again(status: int) -> None:
    with serving(later(status)) as server, pytest.raises(UsageError):
        client(server).call("POST", "/notas", b"[]")


def test_every_try_of_a_post_says_that_it_is_the_same_call() -> None:
    with serving(DROPPED, later(503), Scripted(202, UPLOADED), Scripted(202, UPLOADED)) as server:
        patient = client(server)
        patient.call("POST", "/notas", b"[]")
        patient.call("POST", "/notas", b"[]")
    keys = [request.headers["idempotency-key"] for request in server.requests]
    assert keys[0] == keys[1] == keys[2] != keys[3]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    file = tmp_path / "a.json"
    file.write_bytes(b" " * LARGE)
    return file


def invited(server: Server) -> Scripted:
    headers = {"Content-Type": "application/json", "If-None-Match": "*", "Content-Length": str(LARGE)}
    told = {"key": UPLOADED["key"], "expires_in": 900, "url": f"{server.url}/s3", "headers": headers, "parts": None}
    return Scripted(201, told)


PUT = Scripted(200, headers={"x-amz-version-id": "v1", "ETag": '"e"'})
MISSING = Scripted(404, {"detail": "nothing was uploaded under this key", "correlation_id": "1"})
HERE = Scripted(200, UPLOADED)

# What S3 answers to the file, what the API says of it then, and the same once more, until the version is known.
OUTCOMES: dict[str, list[Scripted | str]] = {
    "taken": ["invited", PUT],
    "taken, and the answer was lost": ["invited", DROPPED, HERE],
    "there already": ["invited", Scripted(HTTPStatus.PRECONDITION_FAILED), HERE],
    "dropped before it was taken": ["invited", DROPPED, MISSING, "invited", PUT],
    "too busy": ["invited", later(503), MISSING, "invited", PUT],
    "in conflict": ["invited", Scripted(HTTPStatus.CONFLICT), MISSING, "invited", PUT],
    "lost twice": ["invited", DROPPED, MISSING, "invited", DROPPED, HERE],
}


@pytest.mark.parametrize("script", OUTCOMES.values(), ids=OUTCOMES)
def test_a_file_that_is_sent_to_a_url_becomes_one_upload(large: Path, script: list[Any]) -> None:
    with serving() as server:
        server.script += [invited(server) if answer == "invited" else answer for answer in script]
        assert upload(client(server), large) == ("api/1/a.json", "v1")
    invitations = [request for request in server.requests if request.method == "POST"]
    assert len({request.headers["idempotency-key"] for request in invitations}) == 1, "one key, so one object"
    assert {parse_qs(urlsplit(request.path).query)["tamanho"][0] for request in invitations} == {str(LARGE)}
    for put in (request for request in server.requests if request.method == "PUT"):
        assert (put.headers["if-none-match"], put.headers["content-type"]) == ("*", "application/json")
        assert len(put.body) == LARGE


@pytest.mark.usefixtures("_a_pause_is_too_long")
@pytest.mark.parametrize(
    ("answers", "said"),
    [([Scripted(403)], "403"), ([later(503), MISSING], "503"), ([DROPPED, MISSING], "may not have been uploaded")],
)
def test_a_file_that_s3_does_not_take_is_reported(large: Path, answers: list[Scripted], said: str) -> None:
    with serving() as server:
        server.script += [invited(server), *answers]
        with pytest.raises(CloudError, match=said):
            upload(client(server), large)


@pytest.mark.usefixtures("_a_pause_is_too_long")
def test_a_file_is_looked_for_once_more_before_it_is_given_up(large: Path) -> None:
    with serving() as server:
        server.script += [invited(server), DROPPED, HERE]
        assert upload(client(server), large) == ("api/1/a.json", "v1")


def test_a_name_that_is_not_utf_8_is_sent_as_text(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe7.json"))
    file.write_bytes(b" " * LARGE)
    with serving() as server:
        server.script += [invited(server), PUT]
        upload(client(server), file)
    assert parse_qs(urlsplit(server.requests[0].path).query)["nome"] == ["\ufffd.json"]


def test_patience_begins_with_the_first_failure(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A large file may take longer to be sent than the patience lasts.
    began: list[float] = []

    class Begun(repetition.Repetition):
        def __init__(self, patience: float) -> None:
            began.append(len(server.requests))
            super().__init__(patience)

    monkeypatch.setattr("pipeline.by_url.Repetition", Begun)
    with serving() as server:
        server.script += [invited(server), DROPPED, HERE]
        upload(client(server), large)
    assert began == [2], "after the invitation and the file"
