"""What requests are charged, by the examples that AWS publishes, and where.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations
"""

import json
from typing import Any

import botocore.session
import pytest

from aws_stack.proxy import Exchange
from aws_stack.scarcity.charges import Charge, Counter
from aws_stack.scarcity.parts import OPERATIONS
from aws_stack.scarcity.schemas import Index, Table, Tables

from .exchanges import INVOICES, KB, TABLES, exchange, failed, inserts, item, put

C, D = json.dumps({"S": "c"}), json.dumps({"S": "d"})


def plain(id_: str, size: float) -> dict[str, Any]:
    """An item that is in no index."""
    return item(id_, round(size), cliente="")


def key(id_: str) -> dict[str, Any]:
    return {"id": {"S": id_}}


def charges(*exchanges: Exchange) -> list[Charge]:
    """The charges of the last exchange, after the others."""
    counter = Counter(TABLES)
    return [counter.count(one) for one in exchanges][-1]


def reads(*exchanges: Exchange) -> float:
    return sum(one.reads for one in charges(*exchanges))


def writes(*exchanges: Exchange) -> float:
    return sum(one.writes for one in charges(*exchanges))


def get(id_: str, *, consistent: bool = True) -> Exchange:
    return exchange("GetItem", {"TableName": INVOICES, "Key": key(id_), "ConsistentRead": consistent})


def transaction(*actions: dict[str, Any], operation: str = "TransactWriteItems") -> Exchange:
    return exchange(operation, {"TransactItems": [*actions]})


@pytest.mark.parametrize(("size", "units"), [(3.5, 1), (4, 1), (10, 3), (8, 2)])
def test_a_read_is_rounded_up_to_4_kb(size: float, units: int) -> None:
    held = put(plain("a", size * KB))
    assert reads(held, get("a")) == units
    assert reads(held, get("a", consistent=False)) == units / 2
    assert (
        reads(held, transaction({"Get": {"TableName": INVOICES, "Key": key("a")}}, operation="TransactGetItems"))
        == 2 * units
    )


def test_a_batch_of_reads_is_rounded_up_item_by_item() -> None:
    batch = {"RequestItems": {INVOICES: {"Keys": [key("a"), key("b")], "ConsistentRead": True}}}
    found = charges(put(plain("a", 1.5 * KB)), put(plain("b", 6.5 * KB)), exchange("BatchGetItem", batch))
    assert [one.reads for one in found] == [1, 2]


@pytest.mark.parametrize(("number", "size", "kilobytes"), [(10, 4.08 * KB, 44), (1500, 64, 96), (0, 0, 4)])
@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_a_search_is_rounded_up_for_all_that_it_read_together(
    operation: str, number: int, size: float, kilobytes: int
) -> None:
    found = {"Items": [{"x": {"S": "x" * (round(size) - 1)}}] * number}
    request: dict[str, Any] = {"TableName": INVOICES, "ConsistentRead": True}
    if operation == "Query":
        request |= {"KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": {"S": "a"}}}
    assert reads(exchange(operation, request, found)) == kilobytes / 4
    assert reads(exchange(operation, {**request, "ConsistentRead": False}, found)) == kilobytes / 8


def test_a_query_is_charged_to_its_partition_of_the_index_and_a_scan_to_all() -> None:
    query = {
        "TableName": INVOICES,
        "IndexName": "por-cliente",
        "KeyConditionExpression": "#c = :c AND data_emissao BETWEEN :from AND :to",
        "ExpressionAttributeNames": {"#c": "cliente"},
        "ExpressionAttributeValues": {":c": {"S": "c"}, ":from": {"S": "a"}, ":to": {"S": "b"}},
    }
    assert charges(exchange("Query", query, {"Items": []})) == [Charge(INVOICES, "por-cliente", C, reads=0.5)]
    assert charges(exchange("Scan", {"TableName": INVOICES}, {"Items": []})) == [Charge(INVOICES, "", None, reads=0.5)]
    # What its answer hides was read, too, and is not guessed.
    with pytest.raises(ValueError, match="FilterExpression"):
        charges(exchange("Scan", {"TableName": INVOICES, "FilterExpression": "x = y"}, {"Items": []}))


def test_an_index_has_what_is_projected_and_a_local_one_takes_its_tables_throughput() -> None:
    schema = Table(
        ("id",), {"keys": Index(("cliente",), frozenset({"id", "cliente"})), "local": Index(("id", "x"), None, True)}
    )
    counter = Counter({INVOICES: schema})
    a = json.dumps({"S": "a"})
    table, keys = Charge(INVOICES, "", a, writes=3), Charge(INVOICES, "keys", C, writes=1)
    assert counter.count(put(item("a", 3 * KB))) == [table, keys, table]
    # No attribute that `keys` has is another.
    assert counter.count(put(item("a", 3 * KB, data_emissao="e"))) == [table, table]
    query = {
        "TableName": INVOICES,
        "IndexName": "local",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "a"}},
    }
    assert counter.count(exchange("Query", query, {"Items": []})) == [Charge(INVOICES, "", a, reads=0.5)]


def test_tables_are_read_with_their_indexes_when_they_are_first_needed() -> None:
    def schema(*names: str) -> list[dict[str, str]]:
        return [{"AttributeName": name} for name in names]

    class DynamoDB:
        asked = 0

        def describe_table(self, TableName: str) -> dict[str, Any]:  # noqa: N803 # boto3's
            self.asked += 1
            some = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["valor"]}
            by_client = {"IndexName": "c", "KeySchema": schema("cliente"), "Projection": some}
            local = {"IndexName": "l", "KeySchema": schema("id", "x"), "Projection": {"ProjectionType": "ALL"}}
            described = {"KeySchema": schema("id"), "TableArn": f"arn:{TableName}"}
            return {"Table": {**described, "GlobalSecondaryIndexes": [by_client], "LocalSecondaryIndexes": [local]}}

    dynamodb: Any = DynamoDB()
    found = Tables(dynamodb)
    assert dynamodb.asked == 0
    indexes = {"c": Index(("cliente",), frozenset({"id", "cliente", "valor"})), "l": Index(("id", "x"), None, True)}
    assert found["t"] == found["t"] == Table(("id",), indexes, "arn:t")
    assert dynamodb.asked == 1


def test_what_a_table_held_before_is_asked_once() -> None:
    asked = []

    def holds(table: str, key: dict[str, Any]) -> dict[str, Any]:
        asked.append((table, key))
        return item("a", 9 * KB, cliente="")

    counter = Counter(TABLES, holds)
    assert [one.reads for _ in range(2) for one in counter.count(get("a"))] == [3, 3]
    assert asked == [(INVOICES, key("a"))]


def test_a_batch_of_writes_is_rounded_up_item_by_item() -> None:
    puts = [{"PutRequest": {"Item": plain("a", 500)}}, {"PutRequest": {"Item": plain("b", 3.5 * KB)}}]
    found = charges(exchange("BatchWriteItem", {"RequestItems": {INVOICES: puts}}))
    assert [one.writes for one in found] == [1, 4]


def test_a_removal_costs_what_it_removes_and_one_unit_where_there_is_nothing() -> None:
    delete = exchange("DeleteItem", {"TableName": INVOICES, "Key": key("a")})
    assert writes(delete) == 1
    assert writes(put(plain("a", 2.5 * KB)), delete) == 3
    assert writes(put(plain("a", 2.5 * KB)), delete, delete) == 1
    # And its entry in the index goes, too.
    assert writes(put(item("a", 2 * KB)), delete) == 2 + 2
    batch = exchange("BatchWriteItem", {"RequestItems": {INVOICES: [{"DeleteRequest": {"Key": key("a")}}]}})
    assert writes(put(plain("a", 2.5 * KB)), batch) == 3


def test_three_items_of_500_bytes_in_a_transaction_cost_6_units() -> None:
    puts = [{"Put": {"TableName": INVOICES, "Item": plain(id_, 500)}} for id_ in "abc"]
    gets = [{"Get": {"TableName": INVOICES, "Key": key(id_)}} for id_ in "abc"]
    assert writes(transaction(*puts)) == 6
    assert reads(transaction(*puts), transaction(*gets, operation="TransactGetItems")) == 6


def test_every_action_of_a_transaction_is_written_twice() -> None:
    held = put(plain("a", 2 * KB))
    where = {"TableName": INVOICES, "Key": key("a")}
    update = {**where, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
    assert writes(held, transaction({"Delete": where})) == 4
    assert writes(held, transaction({"ConditionCheck": {**where, "ConditionExpression": "attribute_exists(id)"}})) == 4
    assert writes(held, transaction({"Update": update})) == 6
    # What is only checked is there afterwards.
    assert reads(held, transaction({"ConditionCheck": where}), get("a")) == 1
    assert reads(put(plain("a", 9 * KB)), transaction({"Delete": where}), get("a")) == 1


def test_statements_are_charged_as_what_they_do() -> None:
    [statement] = json.loads(inserts(item("a", 3 * KB)).request)["Statements"]
    assert writes(exchange("ExecuteStatement", statement)) == 3 + 3
    duplicate = failed("ExecuteStatement", statement, "DuplicateItemException")
    assert writes(exchange("ExecuteStatement", statement), duplicate) == 3
    twice = exchange("ExecuteTransaction", {"TransactStatements": [statement]})
    assert writes(twice) == 2 * 3 + 3


def test_a_write_is_charged_to_its_own_partition_and_to_that_of_its_entry_in_the_index() -> None:
    a = json.dumps({"S": "a"})
    assert charges(put(item("a"))) == [
        Charge(INVOICES, "", a, writes=1),
        Charge(INVOICES, "por-cliente", C, writes=1),
    ]
    # The entry moves from one customer to the other.
    assert charges(put(item("a")), put(item("a", cliente="d"))) == [
        Charge(INVOICES, "", a, writes=1),
        Charge(INVOICES, "por-cliente", C, writes=1),
        Charge(INVOICES, "por-cliente", D, writes=1),
    ]


def test_a_condition_that_does_not_hold_is_charged_to_the_table_alone() -> None:
    held = put(item("a", 3 * KB))
    request = {"TableName": INVOICES, "Key": key("a"), "ConditionExpression": "attribute_not_exists(id)"}
    refused = failed("DeleteItem", request, "ConditionalCheckFailedException")
    assert charges(held, refused) == [Charge(INVOICES, "", json.dumps({"S": "a"}), writes=3)]


def test_what_is_expected_of_a_request_is_what_it_is_charged_if_all_of_it_is_done() -> None:
    counter = Counter(TABLES)
    for one in (put(item("a", 3 * KB)), put(item("a", 2 * KB, cliente="d")), inserts(item("b"), item("c")), get("a")):
        parts = counter.parts(one.operation, json.loads(one.request))
        expected = [charge for part in parts for charge in counter.expected(part)]
        assert expected == counter.count(one)


def test_every_operation_that_consumes_capacity_is_understood() -> None:
    model = botocore.session.get_session().get_service_model("dynamodb")
    outputs = {name: model.operation_model(name).output_shape for name in model.operation_names}
    charged = {name for name, shape in outputs.items() if shape is not None and "ConsumedCapacity" in shape.members}
    # No table here has an index of vectors.
    assert charged - {"SearchVectors"} == OPERATIONS
