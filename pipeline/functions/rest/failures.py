"""Turns whatever goes wrong with a request into a problem document. No other detail leaves the function."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from botocore.exceptions import BotoCoreError, ClientError

from ..aws.patience import code_of, passes
from ..retelling import retold
from . import forms, languages, paths
from .problems import CONTENT_TYPE, ProblemError, bad_request, not_found

logger = Logger(service="api", child=True)

# boto3 has retried them by then. S3's answer to HEAD has no body to name the error in, so its status is the code.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
_PASSING_HERE = ("429", "ConditionalRequestConflict")

_INDEX = re.compile("backfilling global secondary index|does not have the specified index")


# What Pydantic says of parameters such as those of this API; the longer of two that begin alike first.
SENTENCES = (
    "Field required",
    "Input should be a valid integer, unable to parse string as an integer",
    "Unable to parse input string as an integer, exceeded maximum size",
    "Input should be greater than or equal to {least}",
    "Input should be less than or equal to {most}",
    "String should have at least {least} characters",
    "String should have at least {least} character",
    "String should have at most {most} characters",
    "there is no such day",
    *forms.IN_WORDS.values(),
)


def correlation_id(app: APIGatewayRestResolver) -> str:
    """API Gateway's id of the request, which all of its log lines have."""
    return str(app.current_event.request_context.request_id)


def handle_failures(app: APIGatewayRestResolver) -> None:
    """Answer every exception of `app` with a problem."""

    def respond(problem: ProblemError) -> Response[str]:
        language = languages.of_request(app)
        headers = {"Cache-Control": "no-store", **languages.headers(language), **problem.headers}
        return Response(problem.status.value, CONTENT_TYPE, problem.body(correlation_id(app), language), headers)

    def invalid(error: RequestValidationError) -> Response[str]:
        errors = _errors(error.errors(), languages.of_request(app))
        return respond(bad_request("the request has parameters that are missing or wrong", errors))

    def nowhere(_: NotFoundError) -> Response[str]:
        return respond(_nowhere(app.current_event.http_method, app.current_event.path))

    def failed(error: Exception) -> Response[str]:
        logger.exception("request failed")
        return respond(_failure(error))

    app.exception_handler(ProblemError)(respond)
    app.exception_handler(RequestValidationError)(invalid)
    app.exception_handler(NotFoundError)(nowhere)
    app.exception_handler(Exception)(failed)


def _errors(errors: Iterable[dict[str, Any]], language: str) -> list[dict[str, str]]:
    """Pydantic's errors, such as `{"loc": ("query", "limite"), "msg": …}`, in the form that problems have."""
    return [
        {
            "in": str(error["loc"][0]),
            "name": str(error["loc"][1]),
            "detail": retold(forms.in_words(error["msg"].removeprefix("Value error, ")), SENTENCES, language),
        }
        for error in errors
    ]


def _nowhere(method: str, path: str) -> ProblemError:
    methods = paths.methods(path)
    if not methods:
        return not_found("there is nothing at this path; GET /openapi.json lists all paths")
    allowed = ", ".join(methods)
    return ProblemError(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "{method} is not allowed here; use {allowed}",
        {"Allow": allowed},
        values={"method": method, "allowed": allowed},
    )


def _failure(error: Exception) -> ProblemError:
    if _passes(error):
        return ProblemError(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "unavailable",
            "a service that this API needs does not answer; try again",
            {"Retry-After": "2"},
        )
    return ProblemError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "something went wrong here; try again, and if that does not help, report the correlation id",
    )


def _passes(error: Exception) -> bool:
    """Whether the same request may succeed later."""
    if isinstance(error, ClientError):
        # DynamoDB says so of an index that it is still making, or that is not there while `notas deploy` makes it anew:
        # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1075
        is_making = code_of(error) == "ValidationException" and _INDEX.search(error.response["Error"]["Message"])
        return passes(error) or code_of(error) in _PASSING_HERE or bool(is_making)
    return isinstance(error, BotoCoreError)
