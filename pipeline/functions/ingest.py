"""The ingest function. It takes S3's event, and writes two log lines and one set of metrics for each upload."""

import os
import time
from functools import lru_cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from .aws import clients
from .aws.invoices import Invoices
from .aws.ledger import Ledger
from .aws.uploads import Upload
from .process import Result, Services, process

logger = Logger(service="ingest")
metrics = Metrics(namespace="notas", service="ingest")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], _context: LambdaContext) -> None:
    """Process every upload the event names, even where others fail; then raise if any of them failed.

    Lambda retries an event that failed. The uploads that did not fail are closed in the ledger by then, and are not
    processed again.
    """
    failures = []
    for record in event["Records"]:
        upload = Upload.from_event(record)
        # Logged first, so that the log of a function that is killed still names the upload.
        logger.info("upload taken up", extra=_names(upload))
        started = time.perf_counter()
        try:
            result = process(upload, _services())
        except Exception as error:  # The whole event fails below; nothing is swallowed.
            logger.exception("upload not finished", extra=_names(upload))
            metrics.add_metric("uploads_unfinished", MetricUnit.Count, 1)
            failures.append(error)
        else:
            _report(upload, result, time.perf_counter() - started)
    if failures:
        raise failures[0] if len(failures) == 1 else ExceptionGroup("several uploads were not finished", failures)


@lru_cache(maxsize=1)
def _services() -> Services:
    dynamodb = clients.dynamodb()
    return Services(
        s3=clients.s3(),
        ledger=Ledger(dynamodb, os.environ["UPLOADS_TABLE"]),
        invoices=Invoices(dynamodb, os.environ["INVOICES_TABLE"]),
        rejects_bucket=os.environ["REJECTS_BUCKET"],
    )


def _report(upload: Upload, result: Result, seconds: float) -> None:
    facts: dict[str, Any] = {**_names(upload), "status": result.status.value, "milliseconds": round(seconds * 1000)}
    if result.replayed:
        logger.info("upload was finished before", extra=facts)
        metrics.add_metric("uploads_replayed", MetricUnit.Count, 1)
        return
    if result.error is not None:
        facts["error"] = result.error.as_dict()
    logger.info("upload finished", extra={**facts, **result.counts.as_dict()})
    metrics.add_metric(f"uploads_{result.status.value}", MetricUnit.Count, 1)
    for name, count in result.counts.as_dict().items():
        metrics.add_metric(name, MetricUnit.Count, count)


def _names(upload: Upload) -> dict[str, str]:
    return {"key": upload.key, "version_id": upload.version_id}
