"""The invoices table: each invoice for itself, whatever becomes of the others of its batch."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from fixtures.invoices import invoice
from pipeline.functions.additions import PROVENANCE
from pipeline.functions.aws.invoices import Invoices
from pipeline.functions.aws.patience import FIRST_PAUSE, Patience
from pipeline.functions.differences import texts_of
from pipeline.functions.errors import InfrastructureError, ThrottledError
from pipeline.functions.outcome import Candidate, Held, Holder, Origin
from pipeline.functions.reasons import Reason

from .documents import checked, exact
from .stand_ins import aws_error

TABLE = "notas-Invoices"
TIME = "2026-10-05T12:00:00.000Z"
ORIGIN = Origin("notas.json", "v1", 3)

Answer = dict[str, Any] | Exception | None
"""What becomes of one write: None is stored, a dictionary is the error of its statement, an exception that of all."""


class Table:
    """DynamoDB's side: the items, what was asked, and what becomes of the next writes, reads and puts."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = {item["id"]["S"]: item for item in items}
        self.batches: list[list[dict[str, Any]]] = []
        self.reads: list[dict[str, Any]] = []
        self.puts: list[dict[str, Any]] = []
        self.refuse: Callable[[str], Answer] = lambda _: None
        self.refuse_put: Callable[[str], Exception | None] = lambda _: None
        self.most_read = 100

    def execute(self, statements: Iterable[str]) -> list[dict[str, Any]]:
        """BatchExecuteStatement."""
        batch = [json.loads(one) for one in statements]
        self.batches.append(batch)
        assert 0 < len(batch) <= 25
        return [self._insert(one) for one in batch]

    def _insert(self, one: dict[str, Any]) -> dict[str, Any]:
        begin, end = f'INSERT INTO "{TABLE}" VALUE {{', "}"
        assert one["Statement"].startswith(begin)
        assert one["Statement"].endswith(end)
        members = one["Statement"].removeprefix(begin).removesuffix(end).split(", ")
        names = [member.removesuffix("': ?").removeprefix("'") for member in members]
        item = dict(zip(names, one["Parameters"], strict=True))
        id_ = item["id"]["S"]
        answer = self.refuse(id_)
        if isinstance(answer, Exception):
            raise answer
        if answer is None and id_ in self.items:
            answer = {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"}
        if answer is not None:
            return {"Error": answer}
        self.items[id_] = item
        return {"TableName": TABLE}

    def put_item(self, **request: Any) -> None:
        """PutItem."""
        self.puts.append(request)
        id_ = request["Item"]["id"]["S"]
        if error := self.refuse_put(id_):
            raise error
        if request.get("ConditionExpression") == "attribute_not_exists(id)" and id_ in self.items:
            raise aws_error("ConditionalCheckFailedException")
        self.items[id_] = request["Item"]

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        """BatchGetItem: no more than `most_read` at a time."""
        self.reads.append(request)
        asked = request["RequestItems"][TABLE]
        assert asked["ConsistentRead"], "otherwise it may miss what was written just now"
        keys = asked["Keys"]
        read, rest = keys[: self.most_read], keys[self.most_read :]
        assert asked["ProjectionExpression"] == "id, #ingest", "a large item is not read whole"
        names = ("id", asked["ExpressionAttributeNames"]["#ingest"])
        found = [self.items[key["id"]["S"]] for key in read if key["id"]["S"] in self.items]
        shown = [{name: item[name] for name in names if name in item} for item in found]
        return {"Responses": {TABLE: shown}, "UnprocessedKeys": {TABLE: {"Keys": rest}} if rest else {}}

    def get_item(self, **request: Any) -> dict[str, Any]:
        """GetItem."""
        assert request["ConsistentRead"]
        item = self.items.get(request["Key"]["id"]["S"])
        return {"Item": item} if item else {}


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without waiting for them."""
    slept: list[float] = []
    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", slept.append)
    return slept


def candidate(id_: str, **changes: Any) -> Candidate:
    return Candidate(checked(exact(invoice(id_, **changes))), ORIGIN)


def item(id_: str, origin: Origin | None = None, **changes: Any) -> dict[str, Any]:
    """An item in the table; without an origin, another program wrote it."""
    held: dict[str, Any] = json.loads(checked(exact(invoice(id_, **changes))).text)
    if origin is not None:
        sha256 = checked(exact(invoice(id_, **changes))).sha256
        members = {"key": {"S": origin.key}, "version_id": {"S": origin.version_id}, "sha256": {"S": sha256}}
        held[PROVENANCE] = {"M": {**members, "position": {"N": str(origin.position)}, "time": {"S": TIME}}}
    return held


def invoices_of(table: Table, patience: Patience | None = None) -> Invoices:
    service: Any = table
    return Invoices(service, service, TABLE, patience or Patience(lambda: 900))


def insert(table: Table, *candidates: Candidate, patience: Patience | None = None) -> dict[str, Holder | Reason]:
    return invoices_of(table, patience).insert({one.checked.id: one for one in candidates}, TIME)


def own(one: Candidate) -> Holder:
    return Holder(one.checked.sha256, one.origin)


def test_invoices_whose_ids_are_free_are_stored_in_one_request() -> None:
    table, ones = Table(), [candidate(f"NF-{number}") for number in range(25)]
    assert insert(table, *ones) == {one.checked.id: own(one) for one in ones}
    assert (len(table.batches), table.reads, table.puts) == (1, [], [])
    assert table.items["NF-7"] == item("NF-7", ORIGIN)


def test_a_taken_id_is_held_by_whoever_holds_it() -> None:
    earlier = Origin("before.json", "v0", 9)
    table = Table(item("NF-1", earlier), item("NF-2", ORIGIN, cliente="Bia"))
    one, two, three = candidate("NF-1"), candidate("NF-2"), candidate("NF-3")
    assert insert(table, one, two, three) == {
        "NF-1": Holder(one.checked.sha256, earlier),
        "NF-2": Holder(candidate("NF-2", cliente="Bia").checked.sha256, ORIGIN),
        "NF-3": own(three),
    }
    assert (len(table.batches), len(table.reads)) == (1, 1)
    assert table.items["NF-1"] == item("NF-1", earlier)


def test_of_what_another_program_wrote_the_content_is_compared() -> None:
    table, one = Table(item("NF-1")), candidate("NF-1")
    assert insert(table, one) == {"NF-1": Holder(one.checked.sha256, None)}


def test_what_another_program_wrote_and_removed_at_once_holds_nothing() -> None:
    table, one = Table(item("NF-1")), candidate("NF-1")
    read_batch = table.batch_get_item

    def read_and_remove(**request: Any) -> dict[str, Any]:
        answer = read_batch(**request)
        table.items.clear()
        return answer

    table.batch_get_item = read_and_remove  # type: ignore[method-assign]
    assert insert(table, one) == {"NF-1": own(one)}
    assert len(table.batches) == 2


def test_an_item_is_read_whole_with_its_holder() -> None:
    earlier = Origin("before.json", "v0", 9)
    table = Table(item("NF-1", earlier), item("NF-2"))
    sha256 = candidate("NF-1").checked.sha256
    assert invoices_of(table).held("NF-1") == Held(Holder(sha256, earlier), texts_of(item("NF-1", earlier)))
    theirs = Holder(candidate("NF-2").checked.sha256, None)
    assert invoices_of(table).held("NF-2") == Held(theirs, texts_of(item("NF-2")))
    assert invoices_of(table).held("NF-3") is None


def test_holders_that_were_not_read_are_asked_for_again_after_a_pause(slept: list[float]) -> None:
    earlier = Origin("before.json", "v0", 9)
    table = Table(*[item(f"NF-{number}", earlier) for number in range(25)])
    table.most_read = 10
    found = insert(table, *[candidate(f"NF-{number}") for number in range(25)])
    assert {one.origin for one in found.values() if isinstance(one, Holder)} == {earlier}
    assert len(found) == 25
    assert [len(read["RequestItems"][TABLE]["Keys"]) for read in table.reads] == [25, 15, 5]
    assert len(table.batches) == 1, "nothing is written again"
    assert len(slept) == 2


def test_large_holders_that_come_a_few_at_a_time_are_not_waited_for_longer_and_longer(slept: list[float]) -> None:
    earlier = Origin("before.json", "v0", 9)
    table = Table(*[item(f"NF-{number}", earlier) for number in range(8)])
    table.most_read = 1
    assert len(insert(table, *[candidate(f"NF-{number}") for number in range(8)])) == 8
    assert len(slept) == 7
    assert max(slept) <= FIRST_PAUSE


def test_an_id_whose_holder_was_removed_meanwhile_is_free_again() -> None:
    table, one = Table(), candidate("NF-1")
    answers: list[Answer] = [{"Code": "DuplicateItem"}]
    table.refuse = lambda _: answers.pop() if answers else None
    assert insert(table, one) == {"NF-1": own(one)}


PASSING = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "InternalServerError"]


@pytest.mark.parametrize("code", PASSING)
def test_a_statement_that_is_put_off_is_asked_for_again_alone_after_a_pause(slept: list[float], code: str) -> None:
    table, ones = Table(), [candidate(f"NF-{number}") for number in range(3)]
    answers: dict[str, list[Answer]] = {"NF-1": [{"Code": code}, {"Code": code}]}
    table.refuse = lambda id_: answers[id_].pop() if answers.get(id_) else None
    assert insert(table, *ones) == {one.checked.id: own(one) for one in ones}
    assert [len(batch) for batch in table.batches] == [3, 1, 1]
    assert set(table.items) == {"NF-0", "NF-1", "NF-2"}
    assert len(slept) == 2


def test_statements_that_are_put_off_for_ever_end_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [900.0]

    def sleep(seconds: float) -> None:
        left[0] -= seconds

    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", sleep)
    table = Table()
    table.refuse = lambda _: {"Code": "ThrottlingError", "Message": "too much"}
    with pytest.raises(ThrottledError):
        insert(table, candidate("NF-1"), patience=Patience(lambda: left[0]))


def test_a_batch_that_is_throttled_is_asked_for_again() -> None:
    table, ones = Table(), [candidate(f"NF-{number}") for number in range(3)]
    answers: list[Answer] = [aws_error("ProvisionedThroughputExceededException"), aws_error("503", 503)]
    table.refuse = lambda _: answers.pop() if answers else None
    assert insert(table, *ones) == {one.checked.id: own(one) for one in ones}
    assert len(table.batches) == 3


REFUSAL = {"Code": "ValidationError", "Message": "Item size has exceeded the maximum allowed size"}


def test_an_invoice_that_dynamodb_refuses_concerns_no_other() -> None:
    table, ones = Table(item("NF-2", Origin("a.json", "v0", 0))), [candidate(f"NF-{number}") for number in range(4)]
    table.refuse = lambda id_: REFUSAL if id_ == "NF-1" else None
    table.refuse_put = lambda _: aws_error("ValidationException", 400, REFUSAL["Message"])
    found = insert(table, *ones)
    refusal = found["NF-1"]
    assert isinstance(refusal, Reason)
    assert (refusal.code, refusal.path) == ("refused", "")
    assert REFUSAL["Message"] in refusal.message
    assert {id_: one.origin for id_, one in found.items() if isinstance(one, Holder)} == {
        "NF-0": ORIGIN,
        "NF-2": Origin("a.json", "v0", 0),
        "NF-3": ORIGIN,
    }


def test_what_partiql_refuses_is_put_alone() -> None:
    table, ones = Table(), [candidate(f"NF-{number}") for number in range(3)]
    table.refuse = lambda id_: REFUSAL if id_ == "NF-1" else None
    assert insert(table, *ones) == {one.checked.id: own(one) for one in ones}
    assert [put["Item"] for put in table.puts] == [item("NF-1", ORIGIN)]


def test_the_invoices_of_a_batch_that_is_refused_whole_are_put_alone() -> None:
    table, ones = Table(), [candidate(f"NF-{number}") for number in range(3)]
    table.refuse = lambda id_: aws_error("ValidationException") if id_ == "NF-1" else None
    assert insert(table, *ones) == {one.checked.id: own(one) for one in ones}
    assert len(table.puts) == 3


@pytest.mark.parametrize(
    "name", ["número", "a b", "it's", "a-b", "1st", "a.b", '"', "'; DROP", "x': ?, 'y", "\n", "x" * 9_000], ids=ascii
)
def test_only_plain_names_stand_in_a_statement(name: str) -> None:
    table, one = Table(), candidate("NF-1", **{name: 1})
    assert insert(table, one, candidate("NF-2")) == {"NF-1": own(one), "NF-2": own(candidate("NF-2"))}
    assert [len(batch) for batch in table.batches] == [1]
    assert table.items["NF-1"] == item("NF-1", ORIGIN, **{name: 1})


def test_no_statement_is_longer_than_dynamodb_takes() -> None:
    table = Table()
    for number in range(100, 1_500, 7):
        members = dict.fromkeys((f"n{one}" for one in range(number)), 1)
        insert(table, candidate(f"NF-{number}", **members))
    lengths = [len(one["Statement"]) for batch in table.batches for one in batch]
    assert 8_000 < max(lengths) <= 8_192
    assert table.puts


def test_an_invoice_that_is_put_alone_never_takes_anothers_place() -> None:
    earlier = Origin("before.json", "v0", 9)
    table = Table(item("NF-1", earlier, número=2))
    found = insert(table, candidate("NF-1", número=1))
    assert found == {"NF-1": Holder(candidate("NF-1", número=2).checked.sha256, earlier)}
    assert table.items["NF-1"] == item("NF-1", earlier, número=2)


def test_a_refusal_that_has_nothing_to_do_with_the_invoice_is_raised() -> None:
    table = Table()
    table.refuse = lambda _: {"Code": "AccessDenied", "Message": "no"}
    with pytest.raises(InfrastructureError, match="AccessDenied, no"):
        insert(table, candidate("NF-1"))
    table.refuse = lambda _: aws_error("AccessDeniedException")
    with pytest.raises(Exception, match="AccessDeniedException"):
        insert(table, candidate("NF-1"))
