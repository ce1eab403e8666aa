"""A cloud as scarce as AWS: who waits for which tokens, what meets a transaction, and what AWS says then."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import botocore.session
import pytest

from aws_stack.proxy.answer import Answer
from aws_stack.scarcity import AWS, SCARCE, Capacity, Mode, Scarcity
from aws_stack.scarcity.answers import EXCEPTIONS
from aws_stack.scarcity.schemas import Index, Table
from aws_stack.scarcity.sizes import Item
from aws_stack.scarcity.tokens import Bucket

from .exchanges import INVOICES, KB, TABLES, inserts, item

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/invoices"
SCHEMAS = {**TABLES, INVOICES: Table(("id",), {"por-cliente": Index(("cliente", "data_emissao"))}, ARN)}
PLENTY = 1_000_000


class Clock:
    """A time that passes when it is told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Cloud:
    """An emulator that does whatever it is asked, behind a layer of this capacity. `asked` has what came through."""

    def __init__(self, capacity: Capacity) -> None:
        self.clock = Clock()
        self.scarcity = Scarcity(SCHEMAS, capacity, self.clock)
        self.asked: list[dict[str, Any]] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.read: list[Item] = []

    def ask(self, operation: str, **request: Any) -> Answer:
        return self.scarcity.carry_out(operation, json.dumps(request).encode(), self._do)

    def _do(self, body: bytes) -> Answer:
        self.meanwhile()
        request = json.loads(body)
        self.asked.append(request)
        answer: dict[str, Any] = {"Items": [] if "FilterExpression" in request else self.read}
        if "Statements" in request:
            answer = {"Responses": [{"TableName": INVOICES} for _ in request["Statements"]]}
        return Answer(200, {}, json.dumps(answer).encode())

    def put(self, one: Item, **more: Any) -> str:
        """The error of a put; "" where it is done."""
        return error(self.ask("PutItem", TableName=INVOICES, Item=one, **more))

    def insert(self, *items: Item) -> list[str]:
        """The codes of a batch of statements; "" where one is done."""
        answer = self.ask("BatchExecuteStatement", **json.loads(inserts(*items).request))
        assert answer.status == 200
        return [one.get("Error", {}).get("Code", "") for one in content(answer)["Responses"]]


def content(answer: Answer) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(answer.body)
    return read


def error(answer: Answer) -> str:
    return "" if answer.status == 200 else str(content(answer)["__type"].rpartition("#")[2])


def key(id_: str) -> Item:
    return {"id": {"S": id_}}


def transact(*ids: str) -> dict[str, Any]:
    return {"TransactItems": [{"Put": {"TableName": INVOICES, "Item": item(id_)}} for id_ in ids]}


def capacity(partition: float = PLENTY, table: float = PLENTY, quota: float = PLENTY) -> Capacity:
    return Capacity(partition, table, quota)


# Tokens


def test_tokens_come_at_their_rate_up_to_what_the_bucket_holds_and_debts_are_paid_first() -> None:
    clock = Clock()
    bucket = Bucket(10, 20, clock)
    bucket.take(19.5)
    assert not bucket.is_empty()
    bucket.take(5)
    assert bucket.is_empty()
    clock.now = 0.4
    assert bucket.is_empty()
    clock.now = 0.5
    assert not bucket.is_empty()
    clock.now = 1000
    bucket.take(20)
    assert bucket.is_empty()
    bucket.take(-1000)
    bucket.take(20)
    assert bucket.is_empty()


def test_the_capacity_is_what_aws_publishes_and_tests_have_a_tenth() -> None:
    assert Capacity(partition=1_000, table=4_000, quota=40_000, seconds=1) == AWS
    assert Capacity(partition=100, table=400, quota=4_000, seconds=1 / 25) == SCARCE


def test_a_partition_takes_as_many_units_a_second_as_it_has_and_others_take_as_many_more() -> None:
    cloud = Cloud(capacity(partition=3))
    assert [cloud.put(item("a", size)) for size in (100, 101, 102, 103)] == ["", "", "", "ThrottlingException"]
    assert cloud.scarcity.struck == {"TableWriteKeyRangeThroughputExceeded": 1}
    cloud = Cloud(capacity(partition=3))
    assert [cloud.put(item(id_, cliente=id_)) for id_ in "abcdefgh"] == [""] * 8
    # Half a second brings half of it back.
    assert [cloud.put(item("a", size, cliente="a")) for size in (101, 102, 103)] == ["", "", "ThrottlingException"]
    cloud.clock.now += 1 / 2
    assert [cloud.put(item("a", size, cliente="a")) for size in (103, 104, 105)] == ["", "", "ThrottlingException"]


def test_an_index_that_cannot_follow_throttles_its_table() -> None:
    cloud = Cloud(capacity(partition=3))
    assert cloud.insert(*map(item, "abcde")) == ["", "", "", "ThrottlingError", "ThrottlingError"]
    assert cloud.scarcity.struck == {"IndexWriteKeyRangeThroughputExceeded": 2}
    # What has no entry in the index is none of its business.
    assert cloud.insert(*(item(id_, cliente="") for id_ in "fghij")) == [""] * 5


def test_a_table_takes_as_many_units_as_it_has_whatever_the_partitions() -> None:
    cloud = Cloud(capacity(table=3))
    assert cloud.insert(*(item(id_, cliente=id_) for id_ in "abcd")) == ["", "", "", "ThrottlingError"]


def test_what_is_throttled_goes_no_further_and_costs_nothing() -> None:
    cloud = Cloud(capacity(partition=2))
    assert cloud.insert(*map(item, "abcd")) == ["", "", "ThrottlingError", "ThrottlingError"]
    [asked] = cloud.asked
    assert [one["Parameters"][0]["S"] for one in asked["Statements"]] == ["a", "b"]
    assert cloud.scarcity.used.write_units == 4
    assert cloud.insert(*map(item, "cd")) == ["ThrottlingError"] * 2
    assert len(cloud.asked) == 1, "of a batch that is denied whole, nothing is left to ask for"


def test_a_read_takes_a_third_of_a_token_and_its_half_if_it_need_not_be_consistent() -> None:
    for consistent, number in ((True, 6), (False, 12)):
        cloud = Cloud(capacity(partition=2))
        read = {"TableName": INVOICES, "Key": key("a"), "ConsistentRead": consistent}
        answers = [error(cloud.ask("GetItem", **read)) for _ in range(number + 1)]
        assert answers == [""] * number + ["ThrottlingException"]
        assert cloud.scarcity.struck == {"TableReadKeyRangeThroughputExceeded": 1}


def test_a_search_is_charged_once_it_is_known_what_it_read() -> None:
    cloud = Cloud(capacity(partition=1))
    search = {
        "TableName": INVOICES,
        "IndexName": "por-cliente",
        "KeyConditionExpression": "cliente = :c",
        "ExpressionAttributeValues": {":c": {"S": "c"}},
    }
    assert error(cloud.ask("Query", **search)) == ""
    assert cloud.scarcity.used.read_units == 1 / 2
    assert cloud.put(item("a")) == ""
    assert error(cloud.ask("Query", **search)) == "ThrottlingException"
    assert cloud.scarcity.struck == {"IndexReadKeyRangeThroughputExceeded": 1}


def test_a_search_in_a_local_index_waits_for_its_tables_partition() -> None:
    tables = {INVOICES: Table(("id",), {"por-data": Index(("id", "data_emissao"), local=True)}, ARN)}
    clock = Clock()
    scarcity = Scarcity(tables, capacity(partition=1), clock)
    query = {
        "TableName": INVOICES,
        "IndexName": "por-data",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": "a"}},
    }

    def ask(operation: str, **request: Any) -> Answer:
        return scarcity.carry_out(operation, json.dumps(request).encode(), lambda _: Answer(200, {}, b'{"Items": []}'))

    assert error(ask("PutItem", TableName=INVOICES, Item=item("a", 3 * KB))) == ""
    assert error(ask("Query", **query)) == "ThrottlingException"
    assert scarcity.struck == {"TableReadKeyRangeThroughputExceeded": 1}
    clock.now = 60
    assert error(ask("Query", **query)) == ""


def test_a_search_that_shows_less_than_it_reads_is_charged_for_what_it_reads() -> None:
    cloud = Cloud(capacity())
    cloud.read = [item("a", 9 * KB)]
    filtered = {
        "TableName": INVOICES,
        "KeyConditionExpression": "#id = :id",
        "FilterExpression": "#x = :x",
        "ExpressionAttributeNames": {"#id": "id", "#x": "x"},
        "ExpressionAttributeValues": {":id": {"S": "a"}, ":x": {"S": "y"}},
        "Limit": 10,
    }
    assert content(cloud.ask("Query", **filtered)) == {"Items": []}
    assert cloud.scarcity.used.read_units == 3 / 2
    assert cloud.asked == [
        filtered,
        {
            "TableName": INVOICES,
            "KeyConditionExpression": "#id = :id",
            "ExpressionAttributeNames": {"#id": "id"},
            "ExpressionAttributeValues": {":id": {"S": "a"}},
            "Limit": 10,
        },
    ]


def test_a_condition_that_does_not_hold_gives_back_what_the_index_was_not_asked_for() -> None:
    cloud = Cloud(capacity(partition=1))
    body = json.dumps({"TableName": INVOICES, "Item": item("a")}).encode()
    refusal = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}).encode()
    cloud.scarcity.carry_out("PutItem", body, lambda _: Answer(400, {}, refusal))
    assert cloud.scarcity.used.write_units == 1
    assert cloud.put(item("b")) == "", "the customer's entry was never made"
    assert cloud.put(item("a", 101)) == "ThrottlingException"


def test_a_call_that_gets_no_answer_gives_back_what_it_took() -> None:
    cloud = Cloud(capacity(partition=1))

    def lost() -> None:
        raise ConnectionError

    cloud.meanwhile = lost
    with pytest.raises(ConnectionError):
        cloud.put(item("a"))
    cloud.meanwhile = lambda: None
    assert cloud.put(item("a")) == ""


def test_what_is_counted_and_not_enforced_is_counted_alike() -> None:
    cloud = Cloud(capacity(partition=1))
    cloud.scarcity.enforcing = False
    assert cloud.insert(*map(item, "abcd")) == [""] * 4
    assert cloud.scarcity.used.write_units == 8
    assert not cloud.scarcity.struck


def test_other_services_are_none_of_its_business() -> None:
    cloud = Cloud(capacity())
    assert cloud.scarcity.carry_out("GetObject", b"", lambda body: Answer(200, {}, body)) == Answer(200, {}, b"")


# Batches


def test_a_batch_of_writes_leaves_what_is_throttled_and_fails_where_all_is() -> None:
    cloud = Cloud(capacity(partition=2))
    puts = [{"PutRequest": {"Item": item(id_)}} for id_ in "abcd"]
    answer = cloud.ask("BatchWriteItem", RequestItems={INVOICES: puts})
    assert content(answer)["UnprocessedItems"] == {INVOICES: puts[2:]}
    assert cloud.asked == [{"RequestItems": {INVOICES: puts[:2]}}]
    again = cloud.ask("BatchWriteItem", RequestItems={INVOICES: puts[2:]})
    assert error(again) == "ThrottlingException"


def test_a_batch_of_reads_leaves_what_is_throttled_and_fails_where_all_is() -> None:
    cloud = Cloud(capacity(table=1))
    keys = [key(id_) for id_ in "abcde"]
    asked = {"ConsistentRead": True, "Keys": keys}
    answer = cloud.ask("BatchGetItem", RequestItems={INVOICES: asked})
    assert content(answer)["UnprocessedKeys"] == {INVOICES: {**asked, "Keys": keys[3:]}}
    assert cloud.asked == [{"RequestItems": {INVOICES: {**asked, "Keys": keys[:3]}}}]
    assert error(cloud.ask("BatchGetItem", RequestItems={INVOICES: asked})) == "ThrottlingException"


# Transactions


def test_a_transaction_is_throttled_whole_and_takes_nothing_then() -> None:
    cloud = Cloud(capacity(partition=PLENTY, table=5))
    answer = cloud.ask("TransactWriteItems", **transact("a", "b", "c", "d"))
    codes = [reason["Code"] for reason in content(answer)["CancellationReasons"]]
    assert codes == ["None", "None", "None", "ThrottlingError"]
    assert not cloud.asked
    assert cloud.scarcity.used.write_units == 0
    assert error(cloud.ask("TransactWriteItems", **transact("a", "b"))) == ""
    # Twice at the table, and once at the index.
    assert cloud.scarcity.used.write_units == 2 * (2 + 1)


def during(cloud: Cloud, operation: str, request: dict[str, Any], then: Callable[[], Any]) -> Any:
    """What comes of a request that is made while another is carried out."""
    found = []

    def meanwhile() -> None:
        cloud.meanwhile = lambda: None
        found.append(then())

    cloud.meanwhile = meanwhile
    cloud.ask(operation, **request)
    return found[0]


WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "put": ("PutItem", {"TableName": INVOICES, "Item": item("a")}),
    "update": (
        "UpdateItem",
        {
            "TableName": INVOICES,
            "Key": key("a"),
            "UpdateExpression": "SET n = :n",
            "ExpressionAttributeValues": {":n": {"N": "1"}},
        },
    ),
    "delete": ("DeleteItem", {"TableName": INVOICES, "Key": key("a")}),
    "statement": ("ExecuteStatement", json.loads(inserts(item("a")).request)["Statements"][0]),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_meets_a_transaction_of_its_item(name: str) -> None:
    operation, request = WRITES[name]
    cloud = Cloud(capacity())
    assert (
        during(cloud, "TransactWriteItems", transact("a", "b"), lambda: error(cloud.ask(operation, **request)))
        == "TransactionConflictException"
    )
    assert error(cloud.ask(operation, **request)) == "", "the transaction has ended"
    assert during(cloud, "TransactWriteItems", transact("b"), lambda: error(cloud.ask(operation, **request))) == ""


def test_a_statement_of_a_batch_meets_a_transaction_alone() -> None:
    cloud = Cloud(capacity())
    codes = during(cloud, "TransactWriteItems", transact("b"), lambda: cloud.insert(*map(item, "abc")))
    assert codes == ["", "TransactionConflict", ""]


def test_two_transactions_of_one_item_meet_and_a_check_counts() -> None:
    cloud = Cloud(capacity())
    check = {"ConditionCheck": {"TableName": INVOICES, "Key": key("a"), "ConditionExpression": "attribute_exists(id)"}}
    answer = during(
        cloud,
        "TransactWriteItems",
        {"TransactItems": [check]},
        lambda: cloud.ask("TransactWriteItems", **transact("b", "a")),
    )
    assert [one["Code"] for one in content(answer)["CancellationReasons"]] == ["None", "TransactionConflict"]


def test_a_read_meets_writes_in_a_transaction_only() -> None:
    cloud = Cloud(capacity())
    read = {"TransactItems": [{"Get": {"TableName": INVOICES, "Key": key("a")}}]}
    answer = during(cloud, *WRITES["put"], lambda: cloud.ask("TransactGetItems", **read))
    assert [one["Code"] for one in content(answer)["CancellationReasons"]] == ["TransactionConflict"]
    plain = {"TableName": INVOICES, "Key": key("a")}
    assert during(cloud, "TransactWriteItems", transact("a"), lambda: error(cloud.ask("GetItem", **plain))) == ""


def test_another_programs_transaction_lasts_as_long_as_a_test_says() -> None:
    cloud = Cloud(capacity())
    with cloud.scarcity.transaction(INVOICES, key("a")):
        assert cloud.insert(item("a"), item("b")) == ["TransactionConflict", ""]
    assert cloud.insert(item("a")) == [""]
    assert cloud.scarcity.struck == {"TransactionConflict": 1}


# What AWS says


@cache
def model() -> Any:
    return botocore.session.get_session().get_service_model("dynamodb")


def read(operation: str, answer: Answer) -> dict[str, Any]:
    """What boto3 makes of an answer."""
    parser = botocore.session.get_session().get_component("response_parser_factory").create_parser("json")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    response = {"body": answer.body, "headers": headers, "status_code": answer.status}
    parsed: dict[str, Any] = parser.parse(response, model().operation_model(operation).output_shape)
    if answer.status != 200:
        code = parsed["Error"]["Code"]
        [shape] = [shape for shape in model().operation_model(operation).error_shapes if shape.name == code]
        parsed |= parser.parse(response, shape)
    return parsed


OPERATION = {"GetItem": ("Read", {"TableName": INVOICES, "Key": key("a"), "ConsistentRead": True})}
OPERATION["PutItem"] = ("Write", {"TableName": INVOICES, "Item": item("a", cliente="")})


@pytest.mark.parametrize("operation", OPERATION)
@pytest.mark.parametrize(
    ("mode", "short", "code", "level"),
    [
        (Mode.ON_DEMAND, "partition", "ThrottlingException", "KeyRangeThroughputExceeded"),
        (Mode.ON_DEMAND, "table", "ThrottlingException", "KeyRangeThroughputExceeded"),
        (Mode.ON_DEMAND, "quota", "RequestLimitExceeded", "AccountLimitExceeded"),
        (Mode.PROVISIONED, "partition", "ProvisionedThroughputExceededException", "KeyRangeThroughputExceeded"),
        (Mode.PROVISIONED, "table", "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded"),
    ],
)
def test_boto3_reads_why_it_was_throttled(operation: str, mode: Mode, short: str, code: str, level: str) -> None:
    kind, request = OPERATION[operation]
    few = {"partition": PLENTY, "table": PLENTY, "quota": PLENTY, short: 0.1}
    cloud = Cloud(Capacity(**few, mode=mode))
    assert error(cloud.ask(operation, **request)) == ""
    found = read(operation, cloud.ask(operation, **request))
    assert found["Error"]["Code"] == code
    assert found["Error"]["Message"].startswith(("Throughput exceeds", "The level of configured provisioned"))
    reasons = found.get("ThrottlingReasons") or found["throttlingReasons"]
    assert reasons == [{"reason": f"Table{kind}{level}", "resource": ARN}]


def test_an_index_is_named_by_its_own_arn_and_messages_are_those_of_the_model() -> None:
    documented = model().shape_for("TransactionCanceledException").documentation
    for mode in Mode:
        cloud = Cloud(Capacity(1, PLENTY, PLENTY, mode=mode))
        assert cloud.put(item("a")) == ""
        found = read("PutItem", cloud.ask("PutItem", TableName=INVOICES, Item=item("b")))
        [reason] = found.get("ThrottlingReasons") or found["throttlingReasons"]
        assert reason == {"reason": "IndexWriteKeyRangeThroughputExceeded", "resource": f"{ARN}/index/por-cliente"}
        assert found["Error"]["Message"] in documented
        table = read("PutItem", cloud.ask("PutItem", TableName=INVOICES, Item=item("a", 101)))
        assert table["Error"]["Message"].rstrip(".") in documented


def test_boto3_reads_the_reasons_of_a_cancelled_transaction() -> None:
    for mode, code in ((Mode.ON_DEMAND, "ThrottlingError"), (Mode.PROVISIONED, "ProvisionedThroughputExceeded")):
        cloud = Cloud(Capacity(PLENTY, 1, PLENTY, mode=mode))
        with cloud.scarcity.transaction(INVOICES, key("b")):
            found = read("TransactWriteItems", cloud.ask("TransactWriteItems", **transact("a", "b", "c")))
        assert found["Error"]["Code"] == "TransactionCanceledException"
        codes = [one["Code"] for one in found["CancellationReasons"]]
        assert codes == ["None", "TransactionConflict", code]
        assert codes == found["Error"]["Message"].partition("[")[2].rstrip("]").split(", ")
        documented = model().shape_for("TransactionCanceledException").documentation
        for reason in found["CancellationReasons"]:
            assert f"<code>{reason['Code']}</code>" in documented
            assert reason.get("Message", "") in documented


def test_boto3_reads_the_codes_of_statements_which_are_those_of_the_model() -> None:
    cloud = Cloud(capacity(table=1))
    with cloud.scarcity.transaction(INVOICES, key("a")):
        answer = cloud.ask("BatchExecuteStatement", **json.loads(inserts(*map(item, "abc")).request))
    found = read("BatchExecuteStatement", answer)["Responses"]
    assert [one.get("Error", {}).get("Code") for one in found] == ["TransactionConflict", None, "ThrottlingError"]
    assert {one["TableName"] for one in found} == {INVOICES}
    assert EXCEPTIONS.keys() <= set(model().shape_for("BatchStatementErrorCodeEnum").enum)


def test_a_quota_of_the_account_is_no_reason_of_a_cancelled_transaction() -> None:
    cloud = Cloud(capacity(quota=0.1))
    assert cloud.put(item("z")) == ""
    assert error(cloud.ask("TransactWriteItems", **transact("a"))) == "RequestLimitExceeded"
