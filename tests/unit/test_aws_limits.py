"""Limits that a test arms before a stack's functions: they are the functions' alone, and a test says where in vain."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_stack.clouds import embedded
from aws_stack.plugin import AwsLimits
from aws_stack.proxy import Proxy
from aws_stack.scarcity import AWS
from aws_stack.scarcity.schemas import Table

from .cloudlet import ITEM, Cloudlet, cloudlet, dynamodb

FEW = AWS.scaled(1 / 1000, seconds=0.001)
"""A unit a second, and next to nothing at once."""

PUT: Any = {"TableName": "notas", "Item": ITEM}


@pytest.fixture
def upstream() -> Iterator[Cloudlet]:
    with cloudlet() as cloud:
        yield cloud


@pytest.fixture
def proxy(upstream: Cloudlet) -> Iterator[Proxy]:
    with Proxy(upstream.url) as one:
        yield one


@pytest.fixture
def limits(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> AwsLimits:
    monkeypatch.setattr("aws_stack.plugin.limits.Tables", lambda _: {"notas": Table(("id",))})
    limits = AwsLimits(embedded.at(1), proxy)
    # What the table holds is the emulator's to say, and here it is nothing.
    monkeypatch.setattr(limits, "_held", lambda *_: None)
    return limits


def test_a_function_is_throttled_until_the_test_ends(limits: AwsLimits, proxy: Proxy, upstream: Cloudlet) -> None:
    scarcity, function = limits.arm(FEW), dynamodb(proxy.url)
    function.put_item(**PUT)
    with pytest.raises(ClientError, match="ThrottlingException"):
        function.put_item(**PUT)
    assert scarcity.struck == {"TableWriteKeyRangeThroughputExceeded": 1}
    assert scarcity.used.write_units == 1
    assert limits.end() == []
    function.put_item(**PUT)
    assert len(upstream.bodies) == 2


def test_where_nothing_was_scarce_the_test_showed_nothing(limits: AwsLimits, proxy: Proxy) -> None:
    limits.arm()
    dynamodb(proxy.url).put_item(**PUT)
    assert limits.end() == ["nothing was scarce"]


def test_a_test_may_say_that_nothing_need_be_scarce(limits: AwsLimits) -> None:
    limits.arm(may_miss=True)
    assert limits.end() == []


def test_a_request_that_dynamodb_refuses_by_itself_goes_on_to_it(
    limits: AwsLimits, proxy: Proxy, upstream: Cloudlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoTables(dict[str, Table]):
        def __missing__(self, name: str) -> Table:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": name}}, "DescribeTable")

    monkeypatch.setattr("aws_stack.plugin.limits.Tables", lambda _: NoTables())
    limits.arm(may_miss=True)
    dynamodb(proxy.url).put_item(**PUT)
    assert len(upstream.bodies) == 1
    assert limits.end() == []


def test_a_request_whose_cost_is_not_known_is_named(limits: AwsLimits, proxy: Proxy, upstream: Cloudlet) -> None:
    limits.arm(may_miss=True)
    with pytest.raises(ClientError, match="501"):
        dynamodb(proxy.url).execute_statement(Statement="SELECT * FROM notas")
    assert upstream.bodies == []
    assert limits.end() == [
        "what it costs is not known: ExecuteStatement: unsupported Statement: 'SELECT * FROM notas'"
    ]
