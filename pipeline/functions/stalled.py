"""The function for what Lambda gave up on: it keeps the event for `notas redrive`, and tells the ledger.

Lambda hands over its record of the event and of the last attempt:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

import json
import os
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from . import continuation
from .aws import clients, functions
from .aws.ledger import Ledger
from .aws.patience import Patience
from .aws.uploads import Upload
from .errors import DocumentError, ThrottledError
from .messages import Values
from .metrics import metrics_of

logger = Logger(service="stalled")
metrics = metrics_of("stalled")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(record: dict[str, Any], context: LambdaContext) -> None:
    """Go on with the uploads that came further since the event was sent; the others have stalled.

    An upload that has ended, or that a later event goes on with, is left alone. Attempts that were cut off but got
    somewhere do not count as failures. Nor does it count where a service only asked for less at a time, up to the
    moment when Lambda was to take the next event: such an upload waits as long as any.
    """
    patience = Patience(lambda: context.get_remaining_time_in_millis() / 1000)
    event = record["requestPayload"]
    ledger = Ledger(_dynamodb(), os.environ["UPLOADS_TABLE"], patience, _generation(event))
    stalled = []
    for one in _records(event):
        upload = Upload.from_event(one)
        begun = ledger.begin(upload)
        if begun.status.is_final or begun.is_left:
            continue
        following: dict[str, Any] | None = None
        if begun.progress.order > continuation.order(event):
            following = continuation.event(event, one, begun.progress)
        elif _was_throttled(record):
            following = continuation.waiting(event, one, datetime.now(UTC))
        if following is not None:
            logger.info("upload goes on", extra=upload.names())
            functions.send(clients.lambda_(), os.environ["INGEST_FUNCTION"], following, patience)
        else:
            stalled.append(upload)
    if not stalled and _records(event):
        return
    # First the queue: whoever reads that an upload has stalled finds its event there.
    body = json.dumps(record)
    patience.outlast(lambda: clients.sqs().send_message(QueueUrl=os.environ["FAILURES_QUEUE_URL"], MessageBody=body))
    error = DocumentError("gave_up", _why(record))
    for upload in stalled:
        if not ledger.stall(upload, error):
            continue  # Another attempt has ended it meanwhile, or goes on with it.
        logger.error("upload has stalled", extra={**upload.names(), "error": error.as_dict()})
        metrics.add_metric("uploads_stalled", MetricUnit.Count, 1)


def _records(event: Any) -> list[dict[str, Any]]:
    """The event's uploads; none where somebody invoked the function with something else."""
    return event.get("Records", []) if isinstance(event, dict) else []


def _generation(event: Any) -> str | None:
    return continuation.generation(event) if _records(event) else continuation.FIRST


@lru_cache(maxsize=1)
def _dynamodb() -> Any:
    return clients.dynamodb()


def _was_throttled(record: dict[str, Any]) -> bool:
    """Whether the last attempt failed because a service asked for less at a time."""
    return (record.get("responsePayload") or {}).get("errorType") == ThrottledError.__name__


def _why(record: dict[str, Any]) -> Values:
    """Why Lambda gave up."""
    context = record.get("requestContext", {})
    attempts = context.get("approximateInvokeCount", 0)
    if context.get("condition") == "EventAgeExceeded":
        return {"hint": "waited", "attempts": attempts}
    answer = record.get("responsePayload") or {}
    said = ": ".join(filter(None, [answer.get("errorType"), answer.get("errorMessage")]))
    return {"attempts": attempts, "answer": said} if said else {"hint": "silent", "attempts": attempts}
