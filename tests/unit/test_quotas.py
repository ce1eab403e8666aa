"""DynamoDB's limits of size and number, each at its edge: what fits passes, and one more is refused.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
"""

import json
from typing import Any

import botocore.session
import pytest

from aws_stack.scarcity import AWS, quotas
from aws_stack.scarcity.parts import Kind, Part
from aws_stack.scarcity.sizes import Item

from .exchanges import INVOICES, KB, inserts, item
from .test_scarcity import PLENTY, Cloud, capacity, content, error, key, transact

MB = 1024 * KB


def cloud() -> Cloud:
    return Cloud(capacity())


def with_keys(id_: str = "a", cliente: str = "c", data: str = "d") -> Item:
    return {"id": {"S": id_}, "cliente": {"S": cliente}, "data_emissao": {"S": data}}


# An "é" takes two bytes.
KEYS = {
    "an id of 2,048 bytes": (with_keys(id_="é" * 1024), with_keys(id_="é" * 1024 + "x")),
    "an id of 1 byte": (with_keys(id_="x"), with_keys(id_="")),
    "a customer of 2,048 bytes": (with_keys(cliente="é" * 1024), with_keys(cliente="é" * 1024 + "x")),
    "a customer of 1 byte": (with_keys(cliente="x"), with_keys(cliente="")),
    "a date of 1,024 bytes": (with_keys(data="é" * 512), with_keys(data="é" * 512 + "x")),
    "a date of 1 byte": (with_keys(data="x"), with_keys(data="")),
    "400 KB": (item("a", 400 * KB), item("a", 400 * KB + 1)),
}


@pytest.mark.parametrize("name", KEYS)
def test_an_item_and_its_keys_have_a_largest_and_a_smallest_size(name: str) -> None:
    fits, does_not = KEYS[name]
    assert cloud().put(fits) == ""
    assert cloud().insert(fits) == [""]
    refusing = cloud()
    assert refusing.put(does_not) == "ValidationException"
    assert refusing.insert(item("z"), does_not) == ["", "ValidationError"]
    batch = refusing.ask(
        "BatchWriteItem", RequestItems={INVOICES: [{"PutRequest": {"Item": one}} for one in (item("y"), does_not)]}
    )
    assert error(batch) == "ValidationException", "one spoils the whole batch"
    transaction = {"TransactItems": [{"Put": {"TableName": INVOICES, "Item": one}} for one in (item("y"), does_not)]}
    reasons = content(refusing.ask("TransactWriteItems", **transaction))["CancellationReasons"]
    assert [one["Code"] for one in reasons] == ["None", "ValidationError"]
    # Nothing of it went further, or took a token.
    assert len(refusing.asked) == 1
    assert refusing.scarcity.used.write_units == 2


def test_a_sort_key_of_a_table_has_a_largest_size() -> None:
    asked = {"TableName": "uploads", "Key": {"key": {"S": "k"}, "version_id": {"S": "v" * 1024}}}
    assert error(cloud().ask("GetItem", **asked)) == ""
    asked["Key"]["version_id"]["S"] += "v"  # type: ignore[index]
    assert error(cloud().ask("GetItem", **asked)) == "ValidationException"


def test_an_update_that_makes_an_item_too_large_is_refused() -> None:
    update = {
        "TableName": INVOICES,
        "Key": key("a"),
        "UpdateExpression": "SET x = :x",
        "ExpressionAttributeValues": {":x": {"S": "x" * (400 * KB - len("id") - len("a") - len("x"))}},
    }
    assert error(cloud().ask("UpdateItem", **update)) == ""
    update["ExpressionAttributeValues"][":x"]["S"] += "x"  # type: ignore[index]
    answer = cloud().ask("UpdateItem", **update)
    assert content(answer)["message"] == "Item size to update has exceeded the maximum allowed size"


def test_a_request_has_16_mb_at_the_most() -> None:
    def of_bytes(size: int) -> dict[str, Any]:
        one = {"TableName": INVOICES, "Item": item("a"), "ClientRequestToken": ""}
        return {**one, "ClientRequestToken": "x" * (size - len(json.dumps(one)))}

    assert cloud().ask("PutItem", **of_bytes(16 * MB)).status == 200
    assert cloud().ask("PutItem", **of_bytes(16 * MB + 1)).status == 413


def test_a_transaction_has_4_mb_at_the_most() -> None:
    items = [item(id_, 400 * KB) for id_ in "abcdefghij"]
    transaction = {
        "TransactItems": [{"Put": {"TableName": INVOICES, "Item": one}} for one in [*items, item("k", 96 * KB)]]
    }
    assert error(cloud().ask("TransactWriteItems", **transaction)) == ""
    statements = {"TransactStatements": json.loads(inserts(*items, item("k", 96 * KB)).request)["Statements"]}
    assert error(cloud().ask("ExecuteTransaction", **statements)) == ""
    transaction["TransactItems"][-1]["Put"]["Item"] = item("k", 96 * KB + 1)
    assert error(cloud().ask("TransactWriteItems", **transaction)) == "ValidationException"
    statements = {"TransactStatements": json.loads(inserts(*items, item("k", 96 * KB + 1)).request)["Statements"]}
    assert error(cloud().ask("ExecuteTransaction", **statements)) == "ValidationException"


def some(number: int) -> list[str]:
    return [f"{place}" for place in range(number)]


REQUESTS: dict[str, Any] = {
    "BatchExecuteStatement": lambda n: json.loads(inserts(*map(item, some(n))).request),
    "ExecuteTransaction": lambda n: {
        "TransactStatements": json.loads(inserts(*map(item, some(n))).request)["Statements"]
    },
    "TransactWriteItems": lambda n: transact(*some(n)),
    "TransactGetItems": lambda n: {
        "TransactItems": [{"Get": {"TableName": INVOICES, "Key": key(id_)}} for id_ in some(n)]
    },
    "BatchWriteItem": lambda n: {"RequestItems": {INVOICES: [{"PutRequest": {"Item": item(id_)}} for id_ in some(n)]}},
    "BatchGetItem": lambda n: {"RequestItems": {INVOICES: {"Keys": [key(id_) for id_ in some(n)]}}},
}


@pytest.mark.parametrize("operation", REQUESTS)
def test_a_request_of_many_parts_has_so_many_at_the_most(operation: str) -> None:
    most = {**{name: number for name, (_, number) in quotas.MOST.items()}, **quotas.MOST_OF_BATCHES}[operation]
    assert error(cloud().ask(operation, **REQUESTS[operation](most))) == ""
    assert error(cloud().ask(operation, **REQUESTS[operation](most + 1))) == "ValidationException"


def test_the_numbers_are_those_of_the_model() -> None:
    model = botocore.session.get_session().get_service_model("dynamodb")
    for operation, (member, most) in quotas.MOST.items():
        shape = model.operation_model(operation).input_shape
        assert shape is not None
        assert shape.members[member].metadata["max"] == most, operation
    assert model.shape_for("PartiQLStatement").metadata["max"] == quotas.MAX_STATEMENT
    assert model.shape_for("WriteRequests").metadata["max"] == quotas.MOST_OF_BATCHES["BatchWriteItem"]
    assert model.shape_for("KeyList").metadata["max"] == quotas.MOST_OF_BATCHES["BatchGetItem"]


def test_a_statement_has_8192_characters_at_the_most() -> None:
    def statement(length: int) -> dict[str, Any]:
        asked: dict[str, Any] = json.loads(inserts(item("a")).request)["Statements"][0]
        return {**asked, "Statement": asked["Statement"] + " " * (length - len(asked["Statement"]))}

    for fits, made in ((True, statement(8192)), (False, statement(8193))):
        assert (error(cloud().ask("BatchExecuteStatement", Statements=[made])) == "") is fits
        assert (error(cloud().ask("ExecuteStatement", **made)) == "") is fits
        assert (error(cloud().ask("ExecuteTransaction", TransactStatements=[made])) == "") is fits


def test_an_expression_has_4_kb_at_the_most() -> None:
    asked = {"TableName": INVOICES, "Item": item("a")}
    assert error(cloud().ask("PutItem", **asked, ConditionExpression="x" * 4096)) == ""
    assert error(cloud().ask("PutItem", **asked, ConditionExpression="x" * 4097)) == "ValidationException"


@pytest.mark.parametrize("operation", ["TransactWriteItems", "BatchWriteItem", "BatchGetItem", "TransactGetItems"])
def test_an_item_is_named_once(operation: str) -> None:
    request = REQUESTS[operation](2)
    twice = json.loads(json.dumps(request).replace('{"S": "1"}', '{"S": "0"}'))
    assert error(cloud().ask(operation, **request)) == ""
    assert error(cloud().ask(operation, **twice)) == "ValidationException"


def test_a_batch_of_reads_leaves_what_would_not_fit_in_its_answer() -> None:
    reading = cloud()
    for id_ in some(60):
        assert reading.put(item(id_, 300 * KB)) == ""
    keys = [key(id_) for id_ in some(60)]
    answer = content(reading.ask("BatchGetItem", RequestItems={INVOICES: {"Keys": keys}}))
    left = answer["UnprocessedKeys"][INVOICES]["Keys"]
    # A partition gives 1 MB, which is three of them, and there are four.
    assert len(keys) - len(left) == 3 * quotas.PARTITIONS
    assert keys[0] not in left, "so that whoever asks again gets on"


def test_of_a_hundred_items_of_300_kb_52_fit_in_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
    monkeypatch.setattr(quotas, "MOST_OF_A_PARTITION", PLENTY * KB)
    parts = [Part(Kind.READ, INVOICES, key(id_)) for id_ in some(100)]
    held = [item(id_, 300 * KB) for id_ in some(100)]
    assert quotas.left_over(parts, held) == [False] * 52 + [True] * 48


def test_four_partitions_serve_what_a_new_table_does() -> None:
    assert quotas.PARTITIONS * AWS.partition == AWS.table
