"""What `notas redrive` sends to the function. Its services are an emulator in this process; no function runs."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aws_stack.schedules.emulator import emulator
from fixtures.schedules import cloud
from fixtures.stacks import Stack
from pipeline.functions import continuation
from pipeline.functions.aws.ledger import Ledger
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.counts import Counts
from pipeline.functions.errors import DocumentError
from pipeline.redrive import Left, redrive

from .events import waiting
from .stand_ins import patience

Events = list[dict[str, Any]]


@pytest.fixture
def stack() -> Iterator[Stack]:
    """Its queue and its ledger are empty after a test."""
    here = cloud.stack()
    yield here
    here.cloud.client("sqs").purge_queue(QueueUrl=here.outputs["FailuresQueueUrl"])
    dynamodb, table = here.cloud.client("dynamodb"), here.outputs["UploadsTable"]
    for item in dynamodb.scan(TableName=table)["Items"]:
        dynamodb.delete_item(TableName=table, Key={name: item[name] for name in ("key", "version_id")})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Events:
    """The events that Lambda was given."""
    events: Events = []
    monkeypatch.setattr(emulator(), "lambda_", lambda payload: events.append(json.loads(payload)))
    return events


def upload_of(stack: Stack, key: str) -> Upload:
    return Upload(stack.outputs["UploadsBucket"], key, "v1", 1, "2026-10-05T12:00:00.000Z")


def event_of(stack: Stack, key: str) -> dict[str, Any]:
    return {"Records": [upload_of(stack, key).as_record()]}


def put(stack: Stack, body: str) -> None:
    stack.cloud.client("sqs").send_message(QueueUrl=stack.outputs["FailuresQueueUrl"], MessageBody=body)


def give_up(stack: Stack, event: dict[str, Any]) -> None:
    """Put Lambda's record of an event that failed into the failures queue."""
    put(stack, json.dumps({"requestPayload": event}))


def keys(events: Events) -> list[str]:
    return [Upload.from_event(event["Records"][0]).key for event in events]


def test_what_has_stalled_by_queue_or_ledger_goes_on_once_and_nothing_else_does(stack: Stack, sent: Events) -> None:
    ledger = Ledger(stack.cloud.client("dynamodb"), stack.outputs["UploadsTable"], patience())
    for key in ("kept.json", "forgotten.json", "open.json", "ended.json"):
        ledger.begin(upload_of(stack, key))
    for key in ("kept.json", "forgotten.json"):
        ledger.stall(upload_of(stack, key), DocumentError("gave_up", {"hint": "silent", "attempts": 3}))
    ledger.complete(upload_of(stack, "ended.json"), Counts(), None)
    give_up(stack, event_of(stack, "kept.json"))
    assert redrive(stack.cloud, stack.outputs) == 2
    assert keys(sent) == ["kept.json", "forgotten.json"]


@pytest.mark.parametrize("foreign", ["please look at this queue", "[1]", '{"requestPayload": {"detail": {}}}'])
def test_what_is_no_event_stays_and_stops_no_other(stack: Stack, sent: Events, foreign: str) -> None:
    put(stack, foreign)
    give_up(stack, event_of(stack, "a.json"))
    left: list[Left] = []
    assert redrive(stack.cloud, stack.outputs, left.append) == 1
    assert ("not Lambda's record" in left[0].why, keys(sent)) == (True, ["a.json"])


def test_more_events_than_come_at_a_time_all_go_on(stack: Stack, sent: Events) -> None:
    names = [f"{number}.json" for number in range(23)]
    for name in names:
        give_up(stack, event_of(stack, name))
    assert redrive(stack.cloud, stack.outputs) == 23
    assert sorted(keys(sent)) == sorted(names)


def test_an_event_of_another_bucket_stays(stack: Stack, sent: Events) -> None:
    event = event_of(stack, "a.json")
    event["Records"][0]["s3"]["bucket"]["name"] = "another-bucket"
    give_up(stack, event)
    left: list[Left] = []
    assert redrive(stack.cloud, stack.outputs, left.append) == 0
    assert ("an event of another-bucket" in left[0].why, sent) == (True, [])


def test_an_upload_that_had_waited_long_may_wait_anew(stack: Stack, sent: Events) -> None:
    event = event_of(stack, "a.json")
    waited = waiting(event, datetime.now(UTC) - timedelta(hours=7))
    assert waited is not None
    give_up(stack, waited)
    assert redrive(stack.cloud, stack.outputs) == 1
    [again] = sent
    assert waiting(again, datetime.now(UTC)) is not None
    assert (again["Records"], continuation.order(again)) == (event["Records"], continuation.order(event))
