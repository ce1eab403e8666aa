"""The failures queue's events, sent to the function again."""

import json
from typing import Any

from .clouds import Cloud
from .deploy import Outputs
from .errors import CloudError


def redrive(cloud: Cloud, outputs: Outputs) -> int:
    """Send every event of the failures queue again, and return how many there were. Raises CloudError.

    A message is `{"requestPayload": the event, "responsePayload": the error, …}`, as Lambda writes it for a failure
    destination. It leaves the queue only after Lambda took its event: an event sent twice changes nothing, one that is
    lost would. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    sqs, lambda_ = cloud.client("sqs"), cloud.client("lambda")
    queue = outputs["FailuresQueueUrl"]
    sent = 0
    # Without a wait, SQS asks only some of its servers, and may find nothing in a full queue.
    ask = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1}
    while messages := sqs.receive_message(**ask).get("Messages"):
        for message in messages:
            lambda_.invoke(
                FunctionName=outputs["IngestFunction"],
                InvocationType="Event",
                Payload=json.dumps(_event(message)).encode(),
            )
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            sent += 1
    return sent


def _event(message: dict[str, Any]) -> dict[str, Any]:
    try:
        event: dict[str, Any] = json.loads(message["Body"])["requestPayload"]
    except (ValueError, KeyError, TypeError):
        raise CloudError(
            f"message {message['MessageId']} of the failures queue is not a failed event from Lambda: "
            f"{message['Body'][:200]!r}. Remove it and try again"
        ) from None
    return event
