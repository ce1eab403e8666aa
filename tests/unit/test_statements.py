"""Statements go to DynamoDB as text, signed; its answers and errors come back as boto3's would."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.httpsession import URLLib3Session

from aws_stack.clouds.cloud import LOCAL_SECRET
from pipeline.functions.aws.clients import dynamodb
from pipeline.functions.aws.patience import passes
from pipeline.functions.aws.statements import Statements


class Service:
    """A DynamoDB that has one answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body
        self.requests: list[Any] = []

    def send(self, request: Any) -> AWSResponse:
        self.requests.append(request)
        answer = AWSResponse(request.url, self.status, {}, None)  # type: ignore[arg-type]
        answer._content = self.body  # type: ignore[attr-defined]
        return answer


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Statements:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "AWS_DEFAULT_REGION": "sa-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    return Statements(dynamodb())


def answering(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> Service:
    service = Service(status, body)
    monkeypatch.setattr(URLLib3Session, "send", lambda _, request: service.send(request))
    return service


def test_the_texts_are_the_body_and_the_request_is_signed(
    monkeypatch: pytest.MonkeyPatch, statements: Statements
) -> None:
    service = answering(monkeypatch, 200, b'{"Responses": [{}, {"Error": {"Code": "DuplicateItem"}}]}')
    assert statements.execute(['{"Statement": "a"}', '{"Statement": "b"}']) == [
        {},
        {"Error": {"Code": "DuplicateItem"}},
    ]
    (request,) = service.requests
    assert json.loads(request.body) == {"Statements": [{"Statement": "a"}, {"Statement": "b"}]}
    assert request.url == "https://dynamodb.sa-east-1.amazonaws.com/"
    assert request.headers["X-Amz-Target"] == "DynamoDB_20120810.BatchExecuteStatement"
    assert b"AKID/" in request.headers["Authorization"].encode()
    assert b"/sa-east-1/dynamodb/aws4_request" in request.headers["Authorization"].encode()


@pytest.mark.parametrize(
    ("status", "body", "code", "is_passing"),
    [
        (
            400,
            b'{"__type": "com.amazonaws.dynamodb.v20120810#ThrottlingException", "message": "m"}',
            "ThrottlingException",
            True,
        ),
        (400, b'{"__type": "ValidationException", "Message": "m"}', "ValidationException", False),
        (500, b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}', "InternalServerError", True),
        (503, b"<html>busy</html>", "503", True),
    ],
)
def test_a_refused_batch_is_an_error_with_its_code(
    monkeypatch: pytest.MonkeyPatch, statements: Statements, status: int, body: bytes, code: str, is_passing: bool
) -> None:
    answering(monkeypatch, status, body)
    with pytest.raises(ClientError) as error:
        statements.execute(["{}"])
    assert error.value.response["Error"]["Code"] == code
    assert passes(error.value) == is_passing


def test_an_answer_that_breaks_off_passes(monkeypatch: pytest.MonkeyPatch, statements: Statements) -> None:
    answering(monkeypatch, 200, b'{"Responses": [')
    with pytest.raises(ConnectionClosedError) as error:
        statements.execute(["{}"])
    assert passes(error.value)
