"""`--timeout`: where nobody answers any more, a command ends within the seconds that the user gave, or little later.

The time here passes only where somebody waits.
"""

import json
import math
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ReadTimeoutError

from aws_stack.errors import CloudError
from pipeline import by_url, repetition
from pipeline.client import Client, UnavailableError

URL = "https://api.example/v1"
PATIENCE = (0, 1, 3, 10, 60, 600)
LATE = 1.5

NOT_FOUND = {"detail": "there is no such upload", "correlation_id": "c1"}
INVITED = {"key": "api/1/a.json", "expires_in": 1e9, "url": "https://s3.example/a", "headers": {}, "parts": None}
PARTS = {
    "upload_id": "u",
    "size": 1,
    "urls": ["https://s3.example/1"],
    "complete": "https://s3.example/c",
    "headers": {},
}


class Network:
    """A network on which S3 says nothing, and the API nothing once it has given `answers`.

    `answer` gives the status and the body for a URL. Whoever waits for nothing waits for this `share` of the time-out.
    """

    def __init__(
        self, share: float, answers: float = 0, answer: Callable[[str], tuple[int, bytes]] = lambda _: (200, b"{}")
    ) -> None:
        self.now = 0.0
        self.tries = 0
        """How often S3 was tried."""
        self._share, self._left, self._answer = share, answers, answer

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def call_api(self, url: str, seconds: float) -> tuple[int, bytes]:
        if self._left <= 0:
            self._wait(seconds)
        self._left -= 1
        return self._answer(url)

    def call_s3(self, _: urllib.request.Request, seconds: float) -> NoReturn:
        self.tries += 1
        self._wait(seconds)

    def _wait(self, seconds: float) -> NoReturn:
        self.now += self._share * seconds
        raise TimeoutError


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[Network], Network]:
    """Let commands be on a network."""

    def on(network: Network) -> Network:
        class Session:
            """botocore's, with its time-outs for connecting and for reading."""

            def __init__(self, timeout: tuple[float, float], **_: object) -> None:
                self._seconds = sum(timeout)

            def send(self, request: Any) -> AWSResponse:
                try:
                    status, body = network.call_api(request.url, self._seconds)
                except TimeoutError as error:
                    raise ReadTimeoutError(endpoint_url=request.url, error=error) from None
                return AWSResponse(request.url, status, HTTPHeaders(), SimpleNamespace(stream=lambda: [body]))

        clocked = partial(repetition.Repetition, clock=lambda: network.now, sleep=network.sleep)
        monkeypatch.setattr("pipeline.client.URLLib3Session", Session)
        monkeypatch.setattr("pipeline.client.Repetition", clocked)
        monkeypatch.setattr("pipeline.by_url.Repetition", clocked)
        monkeypatch.setattr("pipeline.by_url.time", SimpleNamespace(monotonic=lambda: network.now))
        monkeypatch.setattr("pipeline.by_url.open_url", network.call_s3)
        return network

    return on


@pytest.mark.parametrize("share", [0.3, 0.9, 1])
@pytest.mark.parametrize("patience", PATIENCE)
def test_a_call_that_nobody_answers_ends_in_time(
    on: Callable[[Network], Network], patience: float, share: float
) -> None:
    silent = on(Network(share))
    with pytest.raises(UnavailableError):
        Client(URL, patience=patience).get("/notas/NF-1")
    assert patience * 0.5 - repetition.LONGEST_PAUSE <= silent.now <= patience + LATE


@pytest.mark.parametrize("share", [0.3, 0.9, 1])
@pytest.mark.parametrize("patience", PATIENCE)
def test_so_does_one_that_gets_no_answer_after_others_that_say_later(
    on: Callable[[Network], Network], patience: float, share: float
) -> None:
    busy = on(Network(share, 3, lambda _: (503, b"{}")))
    with pytest.raises(UnavailableError):
        Client(URL, patience=patience).get("/notas/NF-1")
    assert busy.now <= patience + LATE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.json"
    made.write_bytes(b"1")
    return made


def api(parts: Any) -> Callable[[str], tuple[int, bytes]]:
    """The API invites, to one URL or to those of parts, and knows of no upload."""

    def answer(url: str) -> tuple[int, bytes]:
        invited = "nome=" in url
        return (201 if invited else 404), json.dumps({**INVITED, "parts": parts} if invited else NOT_FOUND).encode()

    return answer


# The first answer is the invitation. The others are to what comes after a try without an answer.
@pytest.mark.parametrize("answers", [1, 2, 3])
@pytest.mark.parametrize("share", [0.3, 0.9, 1])
@pytest.mark.parametrize("patience", PATIENCE)
@pytest.mark.parametrize("parts", [None, PARTS], ids=["whole", "in parts"])
def test_a_file_that_s3_does_not_answer_to_ends_in_time(
    on: Callable[[Network], Network], file: Path, parts: Any, patience: float, share: float, answers: int
) -> None:
    silent = on(Network(share, answers, api(parts)))
    with pytest.raises(CloudError, match=r"may not have been uploaded|does not answer"):
        by_url.upload(Client(URL, patience=patience), file)
    assert silent.now <= patience + LATE


@pytest.mark.parametrize("parts", [None, PARTS], ids=["whole", "in parts"])
def test_and_one_that_s3_has_no_answer_to_is_sent_again_meanwhile(
    on: Callable[[Network], Network], file: Path, parts: Any
) -> None:
    silent = on(Network(1, math.inf, api(parts)))
    with pytest.raises(CloudError, match="may not have been uploaded"):
        by_url.upload(Client(URL, patience=60), file)
    assert silent.tries > 1
    assert 50 <= silent.now <= 60 + LATE
