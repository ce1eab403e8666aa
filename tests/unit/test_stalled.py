"""What becomes of the events that Lambda gives up on."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.functions import continuation, stalled
from pipeline.functions.aws import clients, functions
from pipeline.functions.aws.ledger import Begun, Status
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.errors import DocumentError, ThrottledError
from pipeline.functions.progress import Progress

from .events import CONTEXT, FURTHER, FURTHEST, following, one_id, s3s, waiting

# Powertools warns where there is nothing to count.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture(autouse=True)
def _one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    one_id(monkeypatch)


QUEUE = "https://sqs.sa-east-1.amazonaws.com/123456789012/failures"


class Services:
    """A ledger with an entry for each key, and all that was written and sent, in its order."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Status, Progress]] = {}
        self.left: set[str] = set()
        self.done: list[tuple[str, Any]] = []
        self.generations: list[str] = []

    def made(self, *arguments: Any) -> "Services":
        self.generations.append(arguments[-1])
        return self

    def begin(self, upload: Upload) -> Begun:
        status, progress = self.entries.get(upload.key, (Status.PROCESSING, Progress()))
        return Begun(status, "2026-10-05T12:00:00.000Z", progress, upload.key in self.left)

    def stall(self, upload: Upload, error: DocumentError) -> bool:
        if upload.key not in self.left:
            self.done.append(("stalled", (upload.key, error)))
        return upload.key not in self.left

    def send_message(self, **request: Any) -> None:
        assert request["QueueUrl"] == QUEUE
        self.done.append(("queue", json.loads(request["MessageBody"])))

    def send(self, _: object, function: str, event: dict[str, Any], __: object) -> None:
        assert function == "ingest"
        self.done.append(("sent", event))

    def of(self, kind: str) -> list[Any]:
        return [what for one, what in self.done if one == kind]


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    services = Services()
    for name, value in {"UPLOADS_TABLE": "uploads", "FAILURES_QUEUE_URL": QUEUE, "INGEST_FUNCTION": "ingest"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(stalled, "Ledger", services.made)
    monkeypatch.setattr(stalled, "_dynamodb", lambda: None)
    monkeypatch.setattr(clients, "lambda_", lambda: None)
    monkeypatch.setattr(clients, "sqs", lambda: services)
    monkeypatch.setattr(functions, "send", services.send)
    return services


def given_up(event: Any) -> dict[str, Any]:
    """Lambda's record: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    return {
        "version": "1.0",
        "timestamp": "2026-10-05T12:30:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf",
            "functionArn": "arn:aws:lambda:sa-east-1:123456789012:function:ingest:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorType": "OutOfTimeError", "errorMessage": "ReadTimeoutError: no answer"},
    }


def give_up(event: Any) -> dict[str, Any]:
    lambdas = given_up(event)
    stalled.handler(lambdas, SimpleNamespace(**vars(CONTEXT)))
    return lambdas


def test_an_upload_that_came_no_further_has_stalled_and_its_event_is_kept_as_it_came(services: Services) -> None:
    lambdas = give_up(s3s("a.json"))
    # Whoever reads in the ledger that it has stalled finds its event in the queue.
    assert [kind for kind, _ in services.done] == ["queue", "stalled"]
    assert services.of("queue") == [lambdas]
    [(key, error)] = services.of("stalled")
    assert (key, error.code) == ("a.json", "gave_up")
    assert "3 attempts" in error.message
    assert "OutOfTimeError: ReadTimeoutError: no answer" in error.message


def test_an_upload_that_came_further_since_its_event_was_sent_goes_on(services: Services) -> None:
    services.entries["a.json"] = (Status.PROCESSING, FURTHER)
    give_up(s3s("a.json"))
    assert services.done == [("sent", following(s3s("a.json")))]


def test_it_goes_on_as_often_as_it_comes_further_and_no_more(services: Services) -> None:
    services.entries["a.json"] = (Status.PROCESSING, FURTHEST)
    give_up(following(s3s("a.json")))
    [event] = services.of("sent")
    assert continuation.order(event) == FURTHEST.order
    services.done.clear()
    give_up(event)
    assert [kind for kind, _ in services.done] == ["queue", "stalled"]


def throttled(event: Any) -> None:
    """Lambda gives up on an event whose last attempt was not given the event of the next."""
    said = {"errorType": ThrottledError.__name__, "errorMessage": "TooManyRequestsException"}
    stalled.handler({**given_up(event), "responsePayload": said}, SimpleNamespace(**vars(CONTEXT)))


def test_an_upload_that_was_only_throttled_goes_on(services: Services) -> None:
    event = following(s3s("a.json"))
    services.entries["a.json"] = (Status.PROCESSING, FURTHER)
    throttled(event)
    [sent] = services.of("sent")
    assert len(services.done) == 1
    assert continuation.order(sent) == FURTHER.order
    since = sent["continues"]["waits_since"]
    assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(since) < timedelta(minutes=1)
    throttled(sent)
    [_, again] = services.of("sent")
    assert again["continues"]["waits_since"] == since, "it waits since then"


def test_an_upload_that_was_throttled_for_six_hours_has_stalled(services: Services) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=6, seconds=1)
    throttled(waiting(s3s("a.json"), long_ago))
    assert [kind for kind, _ in services.done] == ["queue", "stalled"]


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED])
def test_an_upload_that_another_attempt_has_ended_is_left_alone(services: Services, status: Status) -> None:
    services.entries["a.json"] = (status, Progress())
    give_up(s3s("a.json"))
    assert services.done == []


def test_an_upload_that_a_later_event_goes_on_with_has_not_stalled(services: Services) -> None:
    services.left.add("a.json")
    services.entries["a.json"] = (Status.PROCESSING, FURTHER)
    give_up(s3s("a.json"))
    assert services.done == []


def test_an_upload_that_goes_on_after_all_is_not_counted_as_stalled(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    begin = services.begin

    def goes_on_after(upload: Upload) -> Begun:
        begun = begin(upload)
        services.left.add(upload.key)
        return begun

    services.begin = goes_on_after  # type: ignore[method-assign]
    give_up(s3s("a.json"))
    assert [kind for kind, _ in services.done] == ["queue"]
    assert "stalled" not in capsys.readouterr().out


def test_the_ledger_is_asked_as_by_an_attempt_at_the_event(services: Services) -> None:
    event = following(s3s("a.json"))
    for one in (event, s3s("a.json"), {}, "no event"):
        give_up(one)
    assert services.generations == [continuation.generation(event), *[continuation.FIRST] * 3]


def test_each_upload_of_an_event_has_its_own_end(services: Services) -> None:
    services.entries = {"b.json": (Status.PROCESSING, FURTHER), "c.json": (Status.COMPLETED, Progress())}
    give_up(s3s("a.json", "b.json", "c.json"))
    assert [key for key, _ in services.of("stalled")] == ["a.json"]
    assert services.of("sent") == [following(s3s("b.json"))]
    assert len(services.of("queue")) == 1


@pytest.mark.parametrize("event", [{}, {"hello": "world"}, [], "text", None, {"Records": []}], ids=str)
def test_what_is_no_event_of_s3_is_kept_all_the_same(services: Services, event: Any) -> None:
    lambdas = give_up(event)
    assert services.done == [("queue", lambdas)]


def test_an_attempt_that_gave_no_reason_is_reported_so(services: Services) -> None:
    lambdas = {**given_up(s3s("a.json")), "responsePayload": None}
    stalled.handler(lambdas, SimpleNamespace(**vars(CONTEXT)))
    [(_, error)] = services.of("stalled")
    assert "no reason" in error.message


def test_an_event_that_waited_too_long_is_reported_so(services: Services) -> None:
    lambdas = given_up(s3s("a.json"))
    lambdas["requestContext"] |= {"condition": "EventAgeExceeded", "approximateInvokeCount": 0}
    del lambdas["responseContext"], lambdas["responsePayload"]
    stalled.handler(lambdas, SimpleNamespace(**vars(CONTEXT)))
    [(_, error)] = services.of("stalled")
    assert "0 attempts, because the event had waited too long" in error.message
