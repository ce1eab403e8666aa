"""Which errors of AWS's services the API takes for passing."""

from http import HTTPStatus

import pytest

from pipeline.functions.rest.failures import _failure as failure

from .stand_ins import aws_error

# An answer to HEAD has no body to name the error in, so boto3 takes the status for its code.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
CODES = {
    **dict.fromkeys([("SlowDown", 503), ("ThrottlingException", 400)], HTTPStatus.SERVICE_UNAVAILABLE),
    **dict.fromkeys([(str(status), status) for status in (429, 500, 502, 503, 504)], HTTPStatus.SERVICE_UNAVAILABLE),
    # Whatever a service calls its own fault.
    **dict.fromkeys([("InternalError", 500), ("KMSInternalException", 500)], HTTPStatus.SERVICE_UNAVAILABLE),
    ("ConditionalRequestConflict", 409): HTTPStatus.SERVICE_UNAVAILABLE,
    ("403", 403): HTTPStatus.INTERNAL_SERVER_ERROR,
    ("AccessDenied", 403): HTTPStatus.INTERNAL_SERVER_ERROR,
}


@pytest.mark.parametrize(("said", "status"), CODES.items(), ids=[code for code, _ in CODES])
def test_what_passes_is_told_from_what_does_not(said: tuple[str, int], status: HTTPStatus) -> None:
    assert failure(aws_error(*said)).status == status


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("Cannot read from backfilling global secondary index: por-cliente", HTTPStatus.SERVICE_UNAVAILABLE),
        ("The table does not have the specified index: por-cliente", HTTPStatus.SERVICE_UNAVAILABLE),
        ("Invalid KeyConditionExpression: Syntax error", HTTPStatus.INTERNAL_SERVER_ERROR),
    ],
)
def test_an_index_that_is_being_made_is_waited_for(message: str, status: HTTPStatus) -> None:
    assert failure(aws_error("ValidationException", 400, message)).status == status
