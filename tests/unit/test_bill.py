"""The bill counts by AWS's published rules: sizes, units, and what an update or an INSERT writes."""

from typing import Any

import pytest

from aws_stack.proxy import Exchange
from aws_stack.scarcity.expressions import inserted, updated
from aws_stack.scarcity.sizes import attribute_size, item_size, number_size
from fixtures.bill import Meter, Usage
from fixtures.prices import PRICES

from .exchanges import INVOICES, KB, TABLES, exchange, failed, inserts, item, put


def units(*exchanges: Exchange) -> tuple[float, float]:
    """The write and read units of the last exchange, after the others."""
    meter = Meter(TABLES)
    meter.read(exchanges[:-1])
    used = meter.read(exchanges[-1:])
    return used.write_units, used.read_units


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 1),
        ("-0.0", 1),
        ("1", 2),
        ("15", 2),
        ("150", 3),
        ("1500", 2),  # Zeros at the end take nothing, in pairs.
        ("1.5", 3),
        ("0.25", 2),
        ("0.1", 2),
        ("0.001", 2),
        ("2878.1", 4),
        ("-2878.1", 5),
        ("1E+125", 2),
        ("1E-130", 2),
        ("-1E-130", 3),
        ("9" * 38, 20),
        ("-" + "9" * 38, 21),
        ("1." + "2" * 37, 21),
    ],
)
def test_a_number_takes_a_byte_for_each_pair_of_digits_beside_the_decimal_point(text: str, size: int) -> None:
    assert number_size(text) == size


@pytest.mark.parametrize(
    ("attribute", "size"),
    [
        ({"S": "João 🧾"}, 10),
        ({"B": "AAEC"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"NS": ["1", "1.5"]}, 5),
        ({"L": []}, 3),
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + (1 + 2) + (1 + 2)),
        ({"M": {"ab": {"S": "c"}, "d": {"L": []}}}, 3 + (1 + 2 + 1) + (1 + 1 + 3)),
    ],
)
def test_a_value_takes_its_bytes_and_a_collection_its_overhead(attribute: dict[str, Any], size: int) -> None:
    assert attribute_size(attribute) == size


def test_an_item_is_as_large_as_the_calculator_of_zac_charles_says() -> None:
    example: dict[str, Any] = {
        "id": {"S": "f0ba8d6c"},
        "fullName": {"S": "Zac Charles"},
        "isAdmin": {"BOOL": True},
        "favouriteNumber": {"N": "-1E-130"},
        "foods": {"SS": ["pizza", "burger"]},
    }
    assert item_size(example) == 10 + 19 + 8 + 18 + 16


@pytest.mark.parametrize(("size", "expected"), [(100, 2), (KB, 2), (KB + 1, 4), (390 * KB, 780)])
def test_a_put_costs_a_unit_for_each_kb_in_the_table_and_in_the_index(size: int, expected: int) -> None:
    assert units(put(item("a", size))) == (expected, 0)
    assert units(inserts(item("a", size))) == (expected, 0)


def test_an_item_without_the_key_of_the_index_costs_nothing_there() -> None:
    assert units(put(item("a", cliente=""))) == (1, 0)


def test_a_transaction_costs_twice_in_the_table_and_once_in_the_index() -> None:
    puts = {"TransactItems": [{"Put": {"TableName": INVOICES, "Item": item(id_)}} for id_ in "ab"]}
    assert units(exchange("TransactWriteItems", puts)) == (6, 0)
    reasons = [{"Code": "ConditionalCheckFailed"}, {"Code": "None"}]
    cancelled = failed("TransactWriteItems", puts, "TransactionCanceledException", CancellationReasons=reasons)
    assert units(put(item("a", 3 * KB)), cancelled) == (3 + 1, 0)
    conflict = [{"Code": "TransactionConflict"}, {"Code": "None"}]
    passing = failed("TransactWriteItems", puts, "TransactionCanceledException", CancellationReasons=conflict)
    assert units(passing) == (0, 0)


@pytest.mark.parametrize(("before", "after", "expected"), [(300, 310, 310), (310, 300, 310), (1, 1, 1)])
def test_a_condition_that_does_not_hold_costs_the_larger_item(before: int, after: int, expected: int) -> None:
    held, new = item("a", before * KB), item("a", after * KB)
    request = {"TableName": INVOICES, "Item": new, "ConditionExpression": "attribute_not_exists(id)"}
    assert units(put(held), failed("PutItem", request, "ConditionalCheckFailedException")) == (expected, 0)
    assert units(put(held), inserts(new, errors=("DuplicateItem",))) == (expected, 0)


def test_each_statement_of_a_batch_is_charged_by_itself() -> None:
    batch = inserts(item("a"), item("b"), item("c"), errors=("DuplicateItem", "", "ThrottlingError"))
    assert units(put(item("a")), batch) == (1 + 2, 0)
    # The throttled item is not there, so it is charged as a new one.
    assert units(put(item("a")), batch, inserts(item("c"))) == (2, 0)


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ValidationException", "ProvisionedThroughputExceededException"]
)
def test_other_refusals_cost_nothing(code: str) -> None:
    assert units(failed("PutItem", {"TableName": INVOICES, "Item": item("a")}, code)) == (0, 0)


def test_unprocessed_items_cost_nothing() -> None:
    writes = [{"PutRequest": {"Item": item(id_)}} for id_ in "abc"]
    answer = {"UnprocessedItems": {INVOICES: writes[1:]}}
    assert units(exchange("BatchWriteItem", {"RequestItems": {INVOICES: writes}}, answer)) == (2, 0)


def test_a_change_of_the_key_of_an_index_is_two_writes_there_and_no_change_is_none() -> None:
    assert units(put(item("a")), put(item("a"))) == (1, 0)
    assert units(put(item("a")), put(item("a", size=101))) == (1 + 1, 0)
    assert units(put(item("a")), put(item("a", cliente="d"))) == (1 + 2, 0)
    assert units(put(item("a")), put(item("a", cliente=""))) == (1 + 1, 0)


def test_a_read_costs_a_unit_for_each_4_kb_of_the_whole_item() -> None:
    get = {"TableName": INVOICES, "Key": {"id": {"S": "a"}}, "ProjectionExpression": "id"}
    held = put(item("a", 9 * KB))
    assert units(held, exchange("GetItem", {**get, "ConsistentRead": True})) == (0, 3)
    assert units(held, exchange("GetItem", get)) == (0, 1.5)
    assert units(exchange("GetItem", {**get, "ConsistentRead": True})) == (0, 1)
    keys = [{"id": {"S": id_}} for id_ in "abc"]
    batch = {"RequestItems": {INVOICES: {"Keys": keys, "ConsistentRead": True}}}
    answer = {"UnprocessedKeys": {INVOICES: {"Keys": keys[2:]}}}
    assert units(held, exchange("BatchGetItem", batch, answer)) == (0, 3 + 1)


def test_an_update_is_charged_for_the_larger_of_what_was_there_and_what_is() -> None:
    update = {
        "TableName": "uploads",
        "Key": {"key": {"S": "k"}, "version_id": {"S": "v"}},
        "UpdateExpression": "SET #s = if_not_exists(#s, :s), counts = :counts REMOVE error, #p",
        "ExpressionAttributeNames": {"#s": "status", "#p": "progress"},
        "ExpressionAttributeValues": {":s": {"S": "processing"}, ":counts": {"N": "1"}},
    }
    large = {"TableName": "uploads", "Item": {**update["Key"], "progress": {"S": "x" * 3000}}}  # type: ignore[dict-item]
    assert units(exchange("UpdateItem", update)) == (1, 0)
    assert units(exchange("PutItem", large), exchange("UpdateItem", update)) == (3, 0)
    assert units(exchange("PutItem", large), exchange("UpdateItem", update), exchange("UpdateItem", update)) == (1, 0)
    assert units(exchange("PutItem", large), failed("UpdateItem", update, "ConditionalCheckFailedException")) == (3, 0)


def test_requests_to_s3_are_counted_and_what_is_unknown_is_not_guessed() -> None:
    meter = Meter(TABLES)
    names = ["GetObject", "HeadObject", "PutObject", "UploadPart", "UploadPartCopy", "AbortMultipartUpload"]
    assert meter.read(Exchange(name, b"", 200, b"") for name in names) == Usage(puts=3, gets=2)
    with pytest.raises(KeyError, match="ImportTable"):
        meter.read([exchange("ImportTable", {})])


def test_an_update_makes_what_its_expression_says() -> None:
    before = {"k": {"S": "k"}, "n": {"N": "1"}, "old": {"S": "o"}, "gone": {"S": "g"}}
    request = {
        "Key": {"k": {"S": "k"}},
        "UpdateExpression": (
            "SET #n = #n + :one, old = if_not_exists(old, :new), fresh = if_not_exists(fresh, :new), copy = #n "
            "REMOVE gone"
        ),
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":new": {"S": "n"}},
    }
    assert updated(before, request) == {
        "k": {"S": "k"},
        "n": {"N": "2"},
        "old": {"S": "o"},
        "fresh": {"S": "n"},
        "copy": {"N": "1"},
    }


@pytest.mark.parametrize(
    ("expression", "changed"),
    [
        ("ADD n :one", {"n": {"N": "2"}}),
        ("add fresh :one", {"fresh": {"N": "1"}}),
        ("ADD tags :tags", {"tags": {"SS": ["a", "b", "c"]}}),
        ("DELETE tags :tags", {"tags": {"SS": ["a"]}}),
        ("DELETE tags :all", {"tags": None}),
        ("SET l = list_append(l, :list)", {"l": {"L": [{"S": "x"}, {"S": "y"}, {"S": "z"}]}}),
        ("SET fresh = list_append(if_not_exists(fresh, :list), :list)", {"fresh": {"L": [{"S": "z"}, {"S": "z"}]}}),
        ("SET m.#n = :one, l[1] = :one", {"m": {"M": {"n": {"N": "1"}}}, "l": {"L": [{"S": "x"}, {"N": "1"}]}}),
        ("SET l[7] = :one", {"l": {"L": [{"S": "x"}, {"S": "y"}, {"N": "1"}]}}),
        ("REMOVE l[0], l[1], m.n", {"l": {"L": []}, "m": {"M": {}}}),
        ("SET n = n + :one, other = absent", {}),
    ],
)
def test_an_update_may_add_take_from_a_set_append_and_go_inside(expression: str, changed: dict[str, Any]) -> None:
    before: dict[str, Any] = {
        "n": {"N": "1"},
        "tags": {"SS": ["a", "b"]},
        "l": {"L": [{"S": "x"}, {"S": "y"}]},
        "m": {"M": {"n": {"S": "old"}}},
    }
    values = {":one": {"N": "1"}, ":tags": {"SS": ["b", "c"]}, ":all": before["tags"], ":list": {"L": [{"S": "z"}]}}
    request = {
        "Key": {"k": {"S": "k"}},
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": values,
    }
    expected = {"k": {"S": "k"}, **before, **changed}
    assert updated(before, request) == {name: value for name, value in expected.items() if value is not None}


@pytest.mark.parametrize("expression", ["ADD n", "SET n = size(n)", "SET a b = :one", "SET n"])
def test_an_update_that_is_not_understood_is_not_guessed(expression: str) -> None:
    request = {"Key": {}, "UpdateExpression": expression, "ExpressionAttributeValues": {":one": {"N": "1"}}}
    with pytest.raises(ValueError, match=r"^unsupported (action|value|path) in UpdateExpression: "):
        updated({"n": {"N": "1"}}, request)


def test_an_insert_has_its_members_in_the_order_of_its_parameters() -> None:
    statement = """INSERT INTO "a-table" VALUE {'id': ?, 'it''s, "so"': ?,'z' :?}"""
    values = [{"S": "1"}, {"S": "2"}, {"N": "3"}]
    assert inserted(statement, values) == ("a-table", {"id": values[0], 'it\'s, "so"': values[1], "z": values[2]})


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM t", "INSERT INTO t VALUE {'a': 'b'}", "INSERT INTO t VALUE {a: ?}"]
)
def test_a_statement_that_is_not_understood_is_not_guessed(statement: str) -> None:
    with pytest.raises(ValueError, match=r"^unsupported (value in )?Statement: "):
        inserted(statement, [{"S": "1"}])


def test_a_million_stored_invoices_cost_what_two_million_write_units_do() -> None:
    prices = PRICES["us-east-1"]
    assert prices.of(Usage(write_units=2_000_000)) == pytest.approx(1.25)
    assert prices.of(Usage(read_units=1_000_000, puts=1000, gets=1000)) == pytest.approx(0.125 + 0.005 + 0.0004)
    assert prices.of_time(100, 1024) == pytest.approx(0.00166667)
