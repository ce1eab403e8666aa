"""What the API reads, by S3's own rules."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.functions.aws.lookup import Lookup
from tests.unit.stand_ins import aws_error


class Failing:
    """An S3 that answers every request with an error."""

    def __init__(self, code: str, status: int) -> None:
        self._error = aws_error(code, status)

    def get_object(self, **_: Any) -> None:
        raise self._error


def rejects(code: str, status: int) -> Any:
    s3: Any = Failing(code, status)
    return Lookup(s3, s3, "invoices", "uploads").rejects("s3://rejects/a.jsonl", 0)


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket"])
def test_rejects_that_are_gone_are_none(code: str) -> None:
    assert rejects(code, 404) is None


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("SlowDown", 503), ("InternalError", 500)])
def test_rejects_that_cannot_be_read_are_not_taken_for_gone(code: str, status: int) -> None:
    with pytest.raises(ClientError, match=code):
        rejects(code, status)
