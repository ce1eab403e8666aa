"""What `notas redrive` sends to the function, told by stand-ins for its services. tests/commands has it on a cloud."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from pipeline.deploy import Outputs
from pipeline.functions import continuation
from pipeline.redrive import redrive

from .test_upload_event import record

OUTPUTS: Outputs = {
    "UploadsBucket": "notas-envios",
    "UploadsTable": "uploads",
    "IngestFunction": "ingest",
    "FailuresQueueUrl": "https://sqs.sa-east-1.amazonaws.com/123456789012/failures",
}


def sent_again(event: dict[str, Any]) -> dict[str, Any]:
    """The event that is sent for one that is alone in the failures queue."""
    message = {"MessageId": "1", "ReceiptHandle": "1", "Body": json.dumps({"requestPayload": event})}
    batches = [[message], []]
    sent: list[bytes] = []
    clients = {
        "sqs": SimpleNamespace(
            receive_message=lambda **_: {"Messages": batches.pop(0)}, delete_message=lambda **_: None
        ),
        "lambda": SimpleNamespace(invoke=lambda **request: sent.append(request["Payload"])),
        "dynamodb": SimpleNamespace(
            get_paginator=lambda _: SimpleNamespace(paginate=lambda **_: [{"Items": []}]),
        ),
    }
    assert redrive(SimpleNamespace(client=clients.get), OUTPUTS) == 1  # type: ignore[arg-type]
    [payload] = sent
    return json.loads(payload)  # type: ignore[no-any-return]


def test_an_upload_that_had_waited_long_may_wait_anew() -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=7)
    event = continuation.waiting({"Records": [record()]}, record(), long_ago)
    assert event is not None
    again = sent_again(event)
    assert continuation.waiting(again, record(), datetime.now(UTC)) is not None
    assert (again["Records"], continuation.order(again)) == (event["Records"], continuation.order(event))
