"""`notas redrive`: what is stalled goes on, and what is no event of the function stays where it is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from fixtures.inprocess import notas_here
from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Sent, Stack
from pipeline.functions.aws.ledger import Ledger
from pipeline.functions.aws.patience import Patience
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.errors import DocumentError
from pipeline.redrive import Left, redrive


@pytest.fixture
def queue(quiet: Stack) -> Iterator[str]:
    """The URL of its failures queue, which is empty before and after a test."""
    yield quiet.outputs["FailuresQueueUrl"]
    quiet.sqs.purge_queue(QueueUrl=quiet.outputs["FailuresQueueUrl"])


def record(stack: Stack, event: Any, function: str = "") -> str:
    """Lambda's record of an event that failed at the stack's function, or at another one."""
    arn = f"arn:aws:lambda:sa-east-1:000000000000:function:{function or stack.outputs['IngestFunction']}:$LATEST"
    return json.dumps({"requestContext": {"functionArn": arn}, "requestPayload": event, "responsePayload": {}})


def put(stack: Stack, body: str) -> str:
    """Put a message into the failures queue; its id."""
    return str(stack.sqs.send_message(QueueUrl=stack.outputs["FailuresQueueUrl"], MessageBody=body)["MessageId"])


def in_queue(stack: Stack) -> list[str]:
    """The ids of the messages that anybody sees in the failures queue."""
    answer = stack.sqs.receive_message(
        QueueUrl=stack.outputs["FailuresQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [message["MessageId"] for message in answer.get("Messages", [])]


def upload(stack: Stack, unique: str) -> Sent:
    return stack.upload(document(invoice(unique)), f"{unique}.json")


# {event} is one of the function's; the others are Lambda's records of events.
FOREIGN = {
    "no JSON": ("please look at this queue", "not Lambda's record"),
    "no object": ("[1]", "not Lambda's record"),
    "an event by itself": ("{event}", "not Lambda's record"),
    "no object either, but brackets": ("[" * 100_000, "not Lambda's record"),
    "an event of no object": ("{of no object}", "not Lambda's record"),
    "another kind of event": ('{"requestPayload": {"detail": {}}}', "not Lambda's record"),
    "an event of nothing": ('{"requestPayload": {"Records": []}}', "an event of no bucket"),
    "another bucket": ("{of another bucket}", "an event of another-bucket"),
    "another function": ("{of another function}", ":another:$LATEST, not of "),
}


@pytest.mark.parametrize(("body", "why"), FOREIGN.values(), ids=FOREIGN)
@pytest.mark.usefixtures("queue")
def test_what_is_no_event_of_the_function_is_left_and_the_rest_goes_on(
    quiet: Stack, unique: str, body: str, why: str
) -> None:
    first, second = upload(quiet, f"{unique}-1"), upload(quiet, f"{unique}-2")
    event = quiet.event(first)
    forms = {
        "{event}": json.dumps(event),
        "{of another bucket}": record(quiet, event).replace(quiet.outputs["UploadsBucket"], "another-bucket"),
        "{of another function}": record(quiet, event, "another"),
        "{of no object}": record(quiet, {"Records": [{"s3": {"bucket": {"name": quiet.outputs["UploadsBucket"]}}}]}),
    }
    put(quiet, record(quiet, quiet.event(first)))
    foreign = put(quiet, forms.get(body, body))
    put(quiet, record(quiet, quiet.event(second)))
    left: list[Left] = []
    assert redrive(quiet.cloud, quiet.outputs, left.append) == 2
    assert [one.message_id for one in left] == [foreign]
    assert why in left[0].why
    for sent in (first, second):
        assert counts(quiet.wait(sent)) == {"received": 1, "stored": 1}
    assert in_queue(quiet) == [foreign], "others see it at once"


@pytest.mark.usefixtures("queue")
def test_more_messages_than_come_at_a_time_are_each_left_once(quiet: Stack, unique: str) -> None:
    foreign = {put(quiet, f"message {number}") for number in range(23)}
    sent = upload(quiet, unique)
    put(quiet, record(quiet, quiet.event(sent)))
    left: list[Left] = []
    assert redrive(quiet.cloud, quiet.outputs, left.append) == 1
    assert len(left) == 23
    assert {one.message_id for one in left} == foreign


@pytest.mark.usefixtures("queue")
def test_a_message_that_comes_again_is_left_once(quiet: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.redrive.HIDDEN_SECONDS", 0)
    foreign = put(quiet, "please look at this queue")
    left: list[Left] = []
    assert redrive(quiet.cloud, quiet.outputs, left.append) == 0
    assert [one.message_id for one in left] == [foreign]


@pytest.mark.usefixtures("queue")
def test_an_event_goes_on_although_giving_it_up_had_failed_too(quiet: Stack, unique: str) -> None:
    # Then Lambda puts its record of the function `Stalled` into the queue, around that of the ingest function.
    sent = upload(quiet, unique)
    put(quiet, record(quiet, json.loads(record(quiet, quiet.event(sent))), "stalled"))
    left: list[Left] = []
    assert (redrive(quiet.cloud, quiet.outputs, left.append), left) == (1, [])
    assert counts(quiet.wait(sent)) == {"received": 1, "stored": 1}
    assert not in_queue(quiet)


@pytest.mark.usefixtures("queue")
def test_an_event_is_sent_as_it_is(quiet: Stack, unique: str) -> None:
    body = document(*(invoice(f"{unique}-{number}") for number in range(3)))
    sent = quiet.upload(body, f"{unique}.json")
    put(quiet, record(quiet, {**quiet.event(sent), "continues": {"reading": 1, "position": 0}}))
    assert redrive(quiet.cloud, quiet.outputs) == 1
    assert counts(quiet.wait(sent)) == {"received": 3, "stored": 3}


def stall(stack: Stack, sent: Sent) -> None:
    """Make an upload's entry in the ledger that of one that has stalled."""
    ledger = Ledger(stack.dynamodb, stack.outputs["UploadsTable"], Patience(lambda: 60.0))
    upload = Upload.from_event(stack.event(sent)["Records"][0])
    ledger.begin(upload)
    ledger.stall(upload, DocumentError("gave_up", {"hint": "silent", "attempts": 3}))


@pytest.mark.usefixtures("queue")
def test_what_has_stalled_by_the_ledger_goes_on_although_the_queue_forgot_it(quiet: Stack, unique: str) -> None:
    # SQS keeps no message for more than 14 days.
    forgotten, kept, open_ = (upload(quiet, f"{unique} é+%{number}") for number in range(3))
    for sent in (forgotten, kept):
        stall(quiet, sent)
    put(quiet, record(quiet, quiet.event(kept)))
    Ledger(quiet.dynamodb, quiet.outputs["UploadsTable"], Patience(lambda: 60.0)).begin(
        Upload.from_event(quiet.event(open_)["Records"][0])
    )
    assert redrive(quiet.cloud, quiet.outputs) == 2
    for sent in (forgotten, kept):
        assert counts(quiet.wait(sent)) == {"received": 1, "stored": 1}
    entry = quiet.entry(open_)
    assert entry is not None
    assert entry["status"] == "processing"


@pytest.mark.usefixtures("queue")
def test_what_lambda_refuses_is_left_and_said(quiet: Stack, unique: str) -> None:
    uploads = [upload(quiet, f"{unique}-{number}") for number in range(2)]
    messages = [put(quiet, record(quiet, quiet.event(sent), "gone")) for sent in uploads]
    left: list[Left] = []
    with pytest.raises(ClientError, match="ResourceNotFound"):
        redrive(quiet.cloud, {**quiet.outputs, "IngestFunction": "gone"}, left.append)
    assert {one.message_id for one in left} == set(messages)
    assert set(in_queue(quiet)) == set(messages)


@pytest.mark.usefixtures("queue")
def test_the_command_says_how_many_went_on_and_what_was_left(quiet: Stack, unique: str) -> None:
    sent = upload(quiet, unique)
    put(quiet, record(quiet, quiet.event(sent)))
    foreign = put(quiet, "please look at this queue")
    environment = quiet.cloud.variables()
    [name] = [
        stack["StackName"]
        for stack in quiet.cloud.client("cloudformation").describe_stacks()["Stacks"]
        if quiet.outputs["IngestFunction"] in str(stack["Outputs"])
    ]
    where = ["--endpoint-url", str(quiet.cloud.endpoint_url), "--stack", name]
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in environment.items():
            patch.setenv(variable, value)
        ended = notas_here("redrive", *where)
        assert ended.code == 1
        assert ended.out.startswith("1 event sent again\n")
        assert f"message {foreign}: not Lambda's record of a failed S3 event: " in ended.out
        assert counts(quiet.wait(sent)) == {"received": 1, "stored": 1}
        quiet.sqs.purge_queue(QueueUrl=quiet.outputs["FailuresQueueUrl"])
        assert notas_here("redrive", *where).code == 0
