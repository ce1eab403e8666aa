"""The API's function: API Gateway's event in, an answer and a log line out. The routes are in `rest.routes`."""

import time
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from .metrics import metrics_of
from .rest import paths
from .rest.routes import app

logger = Logger(service="api")
metrics = metrics_of("api")


@logger.inject_lambda_context(correlation_id_path="requestContext.requestId", clear_state=True)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request. It never raises: API Gateway would then answer itself, and not with a problem document."""
    started = time.perf_counter()
    asked = event["path"]
    answer: dict[str, Any] = app.resolve({**event, "path": paths.normal(asked)}, context)
    status = answer["statusCode"]
    facts = {"method": event["httpMethod"], "path": asked, "status": status}
    logger.info("request answered", extra={**facts, "milliseconds": round((time.perf_counter() - started) * 1000)})
    metrics.add_metric(f"answers_{status // 100}xx", MetricUnit.Count, 1)
    return answer
