"""Uploads to a cloud as scarce as AWS, scaled down: they are throttled, refused and kept waiting, and end well."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given

from aws_stack.plugin.owner import RETRY_SECONDS
from aws_stack.proxy import Delay, Fault
from aws_stack.scarcity import SCARCE
from aws_stack.scarcity.schemas import Tables
from aws_stack.scarcity.sizes import Item
from aws_stack.waiting import NotYet, wait_until
from fixtures.bill import Meter
from fixtures.examples import Example
from fixtures.invoices import as_stored, counts, document, invoice
from fixtures.profiles import examples
from fixtures.scarce import AT_ONCE, ScarceStack
from fixtures.stacks import LONGEST_SECONDS
from fixtures.strategies.batches import long_documents
from fixtures.strategies.documents import Document

FEW = 4
"""The write units that a partition has at once."""

assert SCARCE.partition * SCARCE.seconds == FEW

ONCE = {"mode": "standard", "total_max_attempts": 1}
"""That a client does not ask again."""


def test_invoices_of_one_customer_wait_for_their_partition_of_the_index(scarce_stack: ScarceStack, unique: str) -> None:
    ids = [f"{unique}-{number}" for number in range(60)]
    entry = scarce_stack.ingest(document(*map(invoice, ids)), f"{unique}.json")
    assert counts(entry) == {"received": 60, "stored": 60}
    assert scarce_stack.scarcity.struck["IndexWriteKeyRangeThroughputExceeded"] > 0
    assert scarce_stack.items(ids).keys() == set(ids)


def test_invoices_of_many_customers_wait_for_the_table_and_so_do_their_readers(
    scarce_stack: ScarceStack, unique: str
) -> None:
    meter = Meter(Tables(scarce_stack.dynamodb))
    before = scarce_stack.scarcity.used.copy()
    scarce_stack.proxy.keep()
    ones = [invoice(f"{unique}-{number}", cliente=f"{unique} {number}") for number in range(300)]
    entry = scarce_stack.ingest(document(*ones), f"{unique}-1.json")
    assert counts(entry) == {"received": 300, "stored": 300}
    again = [{**one, "valor": 1} if place % 3 == 0 else one for place, one in enumerate(ones)]
    entry = scarce_stack.ingest(document(*again), f"{unique}-2.json")
    assert counts(entry) == {"received": 300, "duplicates": 200, "conflicts": 100}
    assert scarce_stack.scarcity.struck["TableWriteKeyRangeThroughputExceeded"] > 0

    # What was taken is what the bill is made of.
    billed = meter.read(scarce_stack.proxy.kept())
    used = scarce_stack.scarcity.used
    assert billed.write_units == used.write_units - before.write_units > 2 * 300 + 300
    assert billed.read_units == used.read_units - before.read_units >= 300 + 100


def test_a_document_of_many_transactions_ends_as_the_model_says(scarce_stack: ScarceStack) -> None:
    @examples(0.1)
    @given(long_documents())
    def ends_as_the_model_says(document: Document) -> None:
        example = Example(scarce_stack, document)
        example.run(document)
        example.agrees()

    ends_as_the_model_says()


def test_an_item_in_another_programs_transaction_is_asked_for_again(scarce_stack: ScarceStack, unique: str) -> None:
    # The name of the last one's member is none that a statement takes, so that it is put alone.
    ones = [invoice(unique), invoice(f"{unique}-2"), {**invoice(f"{unique}-alone"), "não é um nome": 1}]
    scarcity, table = scarce_stack.scarcity, scarce_stack.outputs["InvoicesTable"]
    before = scarcity.struck.copy()

    def conflicts() -> bool | NotYet:
        # Once for each, and once more: it is not given up.
        met = scarcity.struck["TransactionConflict"] - before["TransactionConflict"]
        return met > 2 or NotYet(f"{met} conflicts")

    with ThreadPoolExecutor(1) as pool:
        with scarcity.transaction(table, *({"id": {"S": str(one["id"])}} for one in (ones[0], ones[2]))):
            sent = scarce_stack.upload(document(*ones), f"{unique}.json", silent=True)
            # The function is asked directly: Lambda's own retries could hide that it gave up.
            answer = pool.submit(scarce_stack.deliver, scarce_stack.event(sent))
            wait_until("the upload meets the transaction", conflicts, 10)
        assert answer.result() == {}
    entry = scarce_stack.wait(sent)
    assert counts(entry) == {"received": 3, "stored": 3}
    for one in ones:
        assert scarce_stack.stored(str(one["id"])) == as_stored(one)


def test_the_pipeline_asks_for_nothing_that_aws_would_refuse(scarce_stack: ScarceStack, unique: str) -> None:
    ones = [
        # A statement with so many names would be too long.
        {**invoice(f"{unique}-0"), **{f"um_membro_de_nome_bem_comprido_{number:03}": number for number in range(250)}},
        # The longest id in bytes; and the longest customer, whose letters take six bytes each in the index.
        invoice(f"{unique}-{'🧾' * (254 - len(unique))}", cliente="ΐ" * 255),
        # What takes six times as much in a request as in the table, and nearly 2 Mi characters there.
        invoice(f"{unique}-2", cliente=f"{unique} 2", observacao="\x01" * 340 * 1024),
        *(invoice(f"{unique}-{number}") for number in range(3, 24)),
    ]
    before = scarce_stack.scarcity.struck["ValidationError"]
    entry = scarce_stack.ingest(document(*ones), f"{unique}.json")
    assert counts(entry) == {"received": 24, "stored": 24}
    assert scarce_stack.scarcity.struck["ValidationError"] == before
    for one in ones[:3]:
        assert scarce_stack.stored(str(one["id"])) == as_stored(one)


TOO_MUCH: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "an id of 2,049 bytes": lambda table: insert(table, {"id": {"S": "x" * 2049}}),
    "a customer of 2,049 bytes": lambda table: insert(table, entry_of("x" * 2049, "2026-01-01")),
    "a date of 1,025 bytes": lambda table: put(table, entry_of("c", "2" * 1025)),
    "an empty customer": lambda table: insert(table, entry_of("", "2026-01-01")),
    "a statement of 8,193 characters": lambda table: insert(table, {"id": {"S": "a"}}, length=8193),
    "16 MB": lambda table: insert(table, *({"id": {"S": f"{one}"}, "x": {"S": "\x01" * 120_000}} for one in range(24))),
    "a transaction of 4 MB": lambda table: transaction(table, {"x": {"S": "x" * 390_000}}, 11),
}
"""What MiniStack and LocalStack may take and AWS does not; see docs/testbed.md."""


def entry_of(customer: str, date: str) -> Item:
    return {"id": {"S": uuid.uuid4().hex}, "_cliente": {"S": customer}, "data_emissao": {"S": date}}


def put(table: str, item: Item) -> tuple[str, dict[str, Any]]:
    return "put_item", {"TableName": table, "Item": item}


def statement(table: str, item: Item, length: int = 0) -> dict[str, Any]:
    text = f'INSERT INTO "{table}" VALUE {{{", ".join(f"{name!r}: ?" for name in item)}}}'
    return {"Statement": text.ljust(length), "Parameters": list(item.values())}


def insert(table: str, *items: Item, length: int = 0) -> tuple[str, dict[str, Any]]:
    return "batch_execute_statement", {"Statements": [statement(table, item, length) for item in items]}


def transaction(table: str, item: Item, number: int) -> tuple[str, dict[str, Any]]:
    statements = [statement(table, {"id": {"S": f"{one}"}, **item}) for one in range(number)]
    return "execute_transaction", {"TransactStatements": statements}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_an_emulator_takes_and_aws_does_not_is_refused(scarce_stack: ScarceStack, name: str) -> None:
    method, request = TOO_MUCH[name](scarce_stack.outputs["InvoicesTable"])
    through = replace(scarce_stack.cloud, endpoint_url=scarce_stack.proxy.url_here).client("dynamodb", retries=ONCE)
    assert codes(lambda: getattr(through, method)(**request)) <= {"ValidationError", "ValidationException", "413"}


def codes(ask: Callable[[], dict[str, Any]]) -> set[str]:
    """How a request, or each of its statements, is refused; "" is that it is not."""
    try:
        return {one.get("Error", {}).get("Code", "") for one in ask().get("Responses", [{}])}
    except ClientError as error:
        return {error.response["Error"]["Code"]}


@pytest.fixture
def few(scarce_stack: ScarceStack, request: pytest.FixtureRequest) -> Iterator[int]:
    """How many attempts the stack lets run at once: some of those that it was deployed with."""
    name = scarce_stack.outputs["IngestFunction"]
    assert scarce_stack.lambda_.get_function_configuration(FunctionName=name)["Timeout"] == LONGEST_SECONDS
    scarce_stack.lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=request.param)
    yield request.param
    scarce_stack.lambda_.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=AT_ONCE)


@pytest.mark.parametrize(
    "few", [2, pytest.param(AT_ONCE, marks=pytest.mark.night("ten processes of the function start"))], indirect=True
)
def test_uploads_beyond_what_may_run_at_once_wait_and_none_is_given_up(
    scarce_stack: ScarceStack, unique: str, few: int
) -> None:
    # Each attempt takes longer than all that Lambda waits between three attempts that fail.
    held = scarce_stack.proxy.arm(Fault("UpdateItem", Delay(3 * RETRY_SECONDS + 1), times=few))
    bodies = [document(*(invoice(f"{unique}-{number}-{one}") for one in range(20))) for number in range(few + 2)]
    sent = [scarce_stack.upload(body, f"{unique}-{number}.json") for number, body in enumerate(bodies)]
    wait_until("all that may run do", lambda: len(held.struck) == few or NotYet(f"{len(held.struck)} run"), 30)
    lambda_ = scarce_stack.cloud.client("lambda", retries=ONCE)
    with pytest.raises(lambda_.exceptions.TooManyRequestsException):
        lambda_.invoke(FunctionName=scarce_stack.outputs["IngestFunction"], Payload=b"{}")
    for one in sent:
        assert counts(scarce_stack.wait(one)) == {"received": 20, "stored": 20}
    assert scarce_stack.failures() == []
