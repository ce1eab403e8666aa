"""Which errors of AWS's services the API takes for passing."""

from http import HTTPStatus

import pytest
from botocore.exceptions import ClientError

from pipeline.functions.rest.failures import _failure as failure

# An answer to HEAD has no body to name the error in, so boto3 takes the status for its code.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
CODES = {
    "SlowDown": HTTPStatus.SERVICE_UNAVAILABLE,
    **dict.fromkeys(("429", "500", "502", "503", "504"), HTTPStatus.SERVICE_UNAVAILABLE),
    "403": HTTPStatus.INTERNAL_SERVER_ERROR,
    "AccessDenied": HTTPStatus.INTERNAL_SERVER_ERROR,
}


@pytest.mark.parametrize(("code", "status"), CODES.items(), ids=CODES)
def test_what_passes_is_told_from_what_does_not(code: str, status: HTTPStatus) -> None:
    assert failure(ClientError({"Error": {"Code": code}}, "HeadObject")).status == status
