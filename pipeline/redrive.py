"""Stalled uploads go on: their events are sent to the function again.

They are in the failures queue, which forgets them after 14 days. The ledger does not, so what it calls stalled goes on
without them.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from aws_stack.clouds import Cloud

from .deploy import Outputs
from .functions import continuation
from .functions.aws.ledger import Status, unmarshal
from .functions.aws.uploads import Upload
from .words import _

HIDDEN_SECONDS = 600
"""For how long a message that was received is hidden: longer than sending all of a queue's events takes."""


@dataclass(frozen=True, slots=True)
class Left:
    """A message that stays in the failures queue, and why."""

    message_id: str
    why: str


class _ForeignError(Exception):
    """A message is no failed event of this stack's function. It says what it is instead."""


def redrive(cloud: Cloud, outputs: Outputs, leave: Callable[[Left], None] = lambda _left: None) -> int:
    """Send the events of all stalled uploads again, and return how many there were.

    First those of the failures queue, then those of uploads that have stalled by the ledger and were not in the queue.

    A message is `{"requestContext": {"functionArn": …}, "requestPayload": the event, …}`, as Lambda writes it for a
    failure destination. Where the function that gives up failed, too, such a record is the payload of another one.
    A message leaves the queue only after Lambda took its event: an event sent twice changes nothing, one that is lost
    would. `leave` is told of each message that stays: what is no event of this stack's function, and what
    Lambda refuses. Lambda's first refusal is raised as ClientError, after the rest of the queue; the ledger is not read
    then.
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    lambda_ = cloud.client("lambda")

    def send(event: dict[str, Any]) -> None:
        payload = json.dumps(event).encode()
        lambda_.invoke(FunctionName=outputs["IngestFunction"], InvocationType="Event", Payload=payload)

    sent = 0
    going_on: set[Upload] = set()
    refusal: ClientError | None = None
    with closing(_Queue(cloud.client("sqs"), outputs["FailuresQueueUrl"])) as queue:
        for message in queue.messages():
            try:
                event = _event(message["Body"], outputs)
                send(event)
            except _ForeignError as error:
                leave(Left(message["MessageId"], str(error)))
            except ClientError as error:
                refusal = refusal or error
                leave(Left(message["MessageId"], str(error)))
            else:
                queue.remove(message)
                going_on |= _uploads(event)
                sent += 1
    if refusal is not None:
        raise refusal
    for upload in _stalled(cloud, outputs):
        if upload not in going_on:
            send({"Records": [upload.as_record()]})
            sent += 1
    return sent


def _stalled(cloud: Cloud, outputs: Outputs) -> Iterator[Upload]:
    """The uploads that have stalled by the ledger, all of which is read."""
    pages = (
        cloud.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=outputs["UploadsTable"],
            ConsistentRead=True,
            FilterExpression="#status = :stalled",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":stalled": {"S": Status.STALLED.value}},
        )
    )
    for entry in (unmarshal(item) for page in pages for item in page["Items"]):
        yield Upload(
            outputs["UploadsBucket"], entry["key"], entry["version_id"], int(entry["size"]), entry["uploaded_at"]
        )


def _uploads(event: dict[str, Any]) -> set[Upload]:
    return {Upload.from_event(record) for record in event["Records"]}


def _event(body: str, outputs: Outputs) -> dict[str, Any]:
    """The event of a message. Raises _ForeignError."""
    try:
        message = json.loads(body)
        if "requestPayload" in message["requestPayload"]:
            # The function that tells the ledger failed, too: this is Lambda's record of the record it was given.
            message = message["requestPayload"]
        event: dict[str, Any] = continuation.waits_anew(message["requestPayload"])
        buckets = {upload.bucket for upload in _uploads(event)}
        function = str(message.get("requestContext", {}).get("functionArn", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _ForeignError(_("not Lambda's record of a failed S3 event: {body!r}", body=body[:100])) from None
    if buckets != {outputs["UploadsBucket"]}:
        named = ", ".join(sorted(map(str, buckets))) or _("no bucket")
        raise _ForeignError(_("an event of {other}, not of {own}", other=named, own=outputs["UploadsBucket"]))
    # arn:aws:lambda:REGION:ACCOUNT:function:NAME, with a version or $LATEST after it.
    if function and outputs["IngestFunction"] not in function.split(":")[6:7]:
        raise _ForeignError(_("an event of {other}, not of {own}", other=function, own=outputs["IngestFunction"]))
    return event


class _Queue:
    """A queue's messages, each of them once, however often it is received. Those not removed go back at the end."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs = sqs
        self._url = url
        # By the message's id, what the queue knows it by.
        self._held: dict[str, str] = {}

    def messages(self) -> Iterator[dict[str, Any]]:
        ask = {
            "QueueUrl": self._url,
            "MaxNumberOfMessages": 10,
            "VisibilityTimeout": HIDDEN_SECONDS,
            # Without a wait, SQS asks only some of its servers, and may find nothing in a full queue.
            "WaitTimeSeconds": 1,
        }
        while messages := self._sqs.receive_message(**ask).get("Messages"):
            new = [message for message in messages if message["MessageId"] not in self._held]
            self._held |= {message["MessageId"]: message["ReceiptHandle"] for message in messages}
            if not new:
                return  # They come again after HIDDEN_SECONDS, and would do so for ever.
            yield from new

    def remove(self, message: dict[str, Any]) -> None:
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=self._held.pop(message["MessageId"]))

    def close(self) -> None:
        for handle in self._held.values():
            try:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)
            except self._sqs.exceptions.MessageNotInflight:
                continue  # Others see it already.
