"""The ingest function. It takes S3's event, and writes two log lines and one set of metrics for each upload.

Where the time is over before an upload is, the function sends itself the event that goes on with it.
"""

import os
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from . import continuation
from .aws import clients, functions
from .aws.invoices import Invoices
from .aws.ledger import Ledger, Status
from .aws.patience import Patience
from .aws.statements import Statements
from .aws.uploads import Upload
from .errors import ThrottledError
from .metrics import metrics_of
from .process import Result, Services, process
from .progress import Progress

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

logger = Logger(service="ingest")
metrics = metrics_of("ingest")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Process every upload the event names, even where others fail; then raise if any of them failed.

    Lambda retries an event that failed. The uploads that did not fail are closed in the ledger by then, or go on by an
    event of their own, and are not processed again.
    """
    patience = Patience(lambda: context.get_remaining_time_in_millis() / 1000)
    failures = []
    for record in event["Records"]:
        upload = Upload.from_event(record)
        if upload.is_folder:
            continue
        # Logged first, so that the log of a function that is killed still names the upload.
        logger.info("upload taken up", extra=upload.names())
        try:
            following = _go_on(event, record, upload, patience)
            if following is not None:
                functions.send(_lambda_client(), context.invoked_function_arn, following, patience.to_the_last())
        except Exception as error:  # The whole event fails below; nothing is swallowed.
            logger.exception("upload not finished", extra=upload.names())
            metrics.add_metric("uploads_unfinished", MetricUnit.Count, 1)
            failures.append(error)
    if failures:
        # What is only throttled is told by its own name, which `stalled` looks at.
        if len(failures) == 1 or all(isinstance(one, ThrottledError) for one in failures):
            raise failures[0]
        raise ExceptionGroup("several uploads were not finished", failures)


def _go_on(event: dict[str, Any], record: dict[str, Any], upload: Upload, patience: Patience) -> dict[str, Any] | None:
    """Process an upload as far as the time goes. Returns the event of the next invocation; None if there is to be none.

    Where a service only asked for less at a time, the next one tries again, even if this one could not so much as ask
    the ledger where to begin. Lambda's two retries would soon be over.
    """
    if patience.is_short():
        # An upload that comes late in its event has an invocation of its own.
        return continuation.event(event, record, Progress())
    started = time.perf_counter()
    try:
        result = process(upload, _services(patience, continuation.generation(event)))
    except ThrottledError as error:
        following = continuation.waiting(event, record, datetime.now(UTC))
        if following is None:
            raise
        facts = {**upload.names(), "throttled": str(error)}
        logger.warning("upload tries again in the next invocation", extra=facts)
        metrics.add_metric("uploads_continued", MetricUnit.Count, 1)
        return following
    _report(upload, result, time.perf_counter() - started)
    return None if result.progress is None else continuation.event(event, record, result.progress)


def _services(patience: Patience, generation: str | None) -> Services:
    s3, dynamodb, statements = _clients()
    return Services(
        s3=s3,
        ledger=Ledger(dynamodb, os.environ["UPLOADS_TABLE"], patience, generation),
        invoices=Invoices(dynamodb, statements, os.environ["INVOICES_TABLE"], patience),
        rejects_bucket=os.environ["REJECTS_BUCKET"],
        unfinished_bucket=os.environ["UNFINISHED_BUCKET"],
        patience=patience,
    )


@lru_cache(maxsize=1)
def _clients() -> "tuple[S3Client, DynamoDBClient, Statements]":
    dynamodb = clients.dynamodb()
    return clients.s3(), dynamodb, Statements(dynamodb)


@lru_cache(maxsize=1)
def _lambda_client() -> "LambdaClient":
    return clients.lambda_()


def _report(upload: Upload, result: Result, seconds: float) -> None:
    facts: dict[str, Any] = {**upload.names(), "status": result.status.value, "milliseconds": round(seconds * 1000)}
    if result.progress is not None:
        logger.info("upload goes on in the next invocation", extra={**facts, **result.progress.as_dict()})
        metrics.add_metric("uploads_continued", MetricUnit.Count, 1)
        return
    if result.status is Status.PROCESSING:
        logger.info("upload left to a later event", extra=facts)
        metrics.add_metric("uploads_left", MetricUnit.Count, 1)
        return
    if result.replayed:
        logger.info("upload was finished before", extra=facts)
        metrics.add_metric("uploads_replayed", MetricUnit.Count, 1)
        return
    if result.error is not None:
        facts["error"] = result.error.as_dict()
    logger.info("upload finished", extra={**facts, **result.counts.as_dict()})
    metrics.add_metric(f"uploads_{result.status.value}", MetricUnit.Count, 1)
    metrics.add_metric("upload_seconds", MetricUnit.Seconds, _age(upload))
    for name, count in result.counts.as_dict().items():
        metrics.add_metric(name, MetricUnit.Count, count)


def _age(upload: Upload) -> float:
    """Seconds since S3 took the object, with all that it waited. Not less than 0, though two clocks are compared."""
    return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(upload.uploaded_at)).total_seconds())


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # Lambda does not count the time that a function takes to start.
    _clients()
