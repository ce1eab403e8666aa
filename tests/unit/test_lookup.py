"""What the API reads, by S3's own rules."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from fixtures.template import parsed
from pipeline.deploy import TEMPLATE
from pipeline.functions.aws import clients
from pipeline.functions.aws.lookup import Customer, Lookup, Place
from tests.unit.stand_ins import aws_error


class Asked:
    """A DynamoDB that notes what it is asked, and has nothing."""

    def __init__(self) -> None:
        self.queries: list[dict[str, Any]] = []

    def query(self, **query: Any) -> dict[str, Any]:
        self.queries.append(query)
        return {"Items": []}


def lookup(service: Any) -> Lookup:
    return Lookup(service, service, "invoices", "uploads")


@pytest.mark.parametrize("days", [{}, {"de": "2025-10-03"}, {"ate": "2025-10-03"}])
@pytest.mark.parametrize("after", [None, ("2025-10-03", "NF-8")])
def test_a_customer_is_asked_for_by_the_keys_of_the_index(days: dict[str, str], after: Place | None) -> None:
    table = parsed(TEMPLATE.read_text(encoding="utf-8"))["Resources"]["Invoices"]["Properties"]
    [index] = table["GlobalSecondaryIndexes"]
    hash_, range_ = (one["AttributeName"] for one in index["KeySchema"])
    assert {one["AttributeName"] for one in table["AttributeDefinitions"]} == {"id", hash_, range_}

    asked = Asked()
    assert lookup(asked).of_customer(Customer("joão", **days), 10, after) == ([], False)
    [query] = asked.queries
    assert query["IndexName"] == index["IndexName"]
    # An expression takes no name that begins with "_":
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ExpressionPlaceholders.html
    [(placeholder, name)] = query["ExpressionAttributeNames"].items()
    assert name == hash_
    assert query["KeyConditionExpression"].startswith(f"{placeholder} = :cliente")
    assert (f"AND {range_} BETWEEN" in query["KeyConditionExpression"]) == bool(days)
    assert query["ExpressionAttributeValues"][":cliente"] == {"S": "joão"}
    start = {hash_: {"S": "joão"}, range_: {"S": "2025-10-03"}, "id": {"S": "NF-8"}}
    assert query.get("ExclusiveStartKey") == (start if after else None)


def test_nobody_has_no_invoices_and_is_not_asked_for() -> None:
    """DynamoDB refuses an empty key."""
    asked = Asked()
    assert lookup(asked).of_customer(Customer(""), 10, None) == ([], False)
    assert asked.queries == []


@pytest.mark.parametrize("failures", [2, 3])
def test_the_api_asks_three_times_while_its_caller_waits(monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
    """By boto3's own retries, with the clients that the API is given."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    answers = [(500, b"{}")] * failures + [(200, b'{"Item": {"id": {"S": "NF-1"}}}')]

    headers: Any = {}

    def answer(request: Any, **_: Any) -> AWSResponse:
        status, content = answers.pop(0)
        raw: Any = SimpleNamespace(stream=lambda *_, **__: iter([content]))
        return AWSResponse(request.url, status, headers, raw)

    dynamodb: Any = clients.dynamodb(clients.PROMPT)
    dynamodb.meta.events.register("before-send", answer)
    found = lookup(dynamodb)
    if failures == 2:
        assert found.invoice("NF-1") == {"id": {"S": "NF-1"}}
    else:
        with pytest.raises(ClientError, match="500"):
            found.invoice("NF-1")
    assert len(answers) == failures - 2, "and no more"


class Failing:
    """An S3 that answers every request with an error."""

    def __init__(self, code: str, status: int) -> None:
        self._error = aws_error(code, status)

    def get_object(self, **_: Any) -> None:
        raise self._error


def rejects(code: str, status: int) -> Any:
    return lookup(Failing(code, status)).rejects("s3://rejects/a.jsonl", 0)


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchBucket"])
def test_rejects_that_are_gone_are_none(code: str) -> None:
    assert rejects(code, 404) is None


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("SlowDown", 503), ("InternalError", 500)])
def test_rejects_that_cannot_be_read_are_not_taken_for_gone(code: str, status: int) -> None:
    with pytest.raises(ClientError, match=code):
        rejects(code, status)
