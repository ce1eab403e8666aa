"""What the reason of a conflict says: in which members an invoice differs from the item that holds its id."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.invoices import invoice
from pipeline.functions.differences import differing, texts_of
from pipeline.functions.outcome import MAX_NAMED, Chunk, Held, Holder, Origin
from pipeline.functions.reasons import Reason

from .documents import QUICK, checked, exact, value_of
from .test_outcome import ELSEWHERE, KEY, VERSION, chunk_of, held_as

A = invoice("a", valor=1)


class Items:
    """The table, and which items of it were read."""

    def __init__(self, *held: Held) -> None:
        self.items = {json.loads(one.texts["id"])["S"]: one for one in held}
        self.read: list[str] = []

    def __call__(self, id_: str) -> Held | None:
        self.read.append(id_)
        return self.items.get(id_)

    def holders(self) -> dict[str, Holder | Reason]:
        return {id_: one.holder for id_, one in self.items.items()}


def conflict(value: dict[str, Any], with_: dict[str, Any], origin: Origin | None = ELSEWHERE) -> Reason:
    """The reason of an invoice that conflicts with another."""
    chunk, items = chunk_of(value), Items(held_as(with_, origin))
    holders = items.holders()
    assert chunk.compare(holders, items) == {}
    [judged] = chunk.judge(holders)
    [reason] = judged.reasons
    assert (reason.code, reason.path) == ("conflict", "/id")
    return reason


DIFFERENCES = {
    "another value": ({"valor": 2}, {}, ["valor"]),
    "a value of another type": ({"n": "1"}, {"n": 1}, ["n"]),
    "only in the file": ({"desconto": 1}, {}, ["desconto"]),
    "only in the table": ({}, {"frete": 1}, ["frete"]),
    "null is something": ({}, {"a": [None]}, ["a"]),
    "inside": ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, ["a"]),
    "an order in an array": ({"a": [1, 2]}, {"a": [2, 1]}, ["a"]),
    "several, sorted": ({"z": 1, "cliente": "Bia", "é": 1}, {"a": 1, "é": 2}, ["a", "cliente", "z", "é"]),
}


@pytest.mark.parametrize(("changes", "held", "names"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_the_members_that_differ_are_found(changes: dict[str, Any], held: dict[str, Any], names: list[str]) -> None:
    texts = held_as(invoice("a", **held), ELSEWHERE).texts
    assert differing(checked(exact(invoice("a", **changes))), texts) == names


def test_what_differs_in_spelling_alone_does_not_differ() -> None:
    value = exact(invoice("a", valor="1500.00", n={"x": 1, "y": 1.50}))
    item = json.loads(checked(exact(invoice("a", valor=1500, n={"y": 1.5, "x": 1e0}, cliente="Bia"))).text)
    assert differing(checked(value), texts_of(item)) == ["cliente"]


def test_what_the_pipeline_adds_is_not_compared() -> None:
    item = json.loads(checked(exact(A)).text)
    item |= {"_cliente": {"S": "somebody else"}, "_ingest": {"M": {"key": {"S": "a.json"}}}, "valor": {"N": "3"}}
    assert differing(checked(exact(A)), texts_of(item)) == ["valor"]


def test_of_an_item_that_was_changed_later_its_hash_differs() -> None:
    assert differing(checked(exact(A)), held_as(A, ELSEWHERE).texts) == ["_ingest"]


VALUES = ["1", "1.0", "1e0", '"1"', "true", "null", "[]", "{}", "[1,2]", "[2,1]", '{"a":1,"b":2}', '{"b":2.0,"a":1}']
MEMBERS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(VALUES).map(value_of), max_size=5)


@QUICK
@given(MEMBERS, MEMBERS)
def test_exactly_those_differ_that_are_not_the_same_alone(one: dict[str, Any], other: dict[str, Any]) -> None:
    def sha256(members: dict[str, Any], name: str) -> str | None:
        return checked({**exact(A), name: members[name]}).sha256 if name in members else None

    expected = [name for name in "abcdef" if sha256(one, name) != sha256(other, name)]
    ours, theirs = checked({**exact(A), **one}), checked({**exact(A), **other})
    assert (ours.sha256 == theirs.sha256) == (expected == [])
    assert differing(ours, texts_of(json.loads(theirs.text))) == (expected or ["_ingest"])


# The reason


def test_a_conflict_names_the_invoice_that_came_first_and_what_differs() -> None:
    reason = conflict(invoice("a", valor=2, frete=1), with_=A)
    assert reason.values == {"members": "frete, valor", **ELSEWHERE._asdict()}
    assert reason.message == (
        "is in the table with other content, in frete, valor; that came from position 3 of outro.json (version v9). "
        "An issued invoice is immutable"
    )


def test_a_conflict_with_another_program_names_no_upload() -> None:
    reason = conflict(invoice("a", valor=2), with_=A, origin=None)
    assert reason.values == {"members": "valor", "hint": "foreign"}
    assert "in valor. An issued" in reason.message


@pytest.mark.parametrize("origin", [ELSEWHERE, None])
@pytest.mark.parametrize("number", [MAX_NAMED, MAX_NAMED + 1, 300])
def test_only_some_members_are_named_and_the_others_counted(number: int, origin: Origin | None) -> None:
    names = [f"m{one:03}" for one in range(number)]
    reason = conflict(invoice("a", valor=1, **dict.fromkeys(names, 1)), with_=A, origin=origin)
    assert reason.values["members"] == ", ".join(names[:MAX_NAMED])
    more = number - MAX_NAMED
    assert reason.values.get("more", 0) == more
    assert (f"{names[MAX_NAMED - 1]} and {more} more" in reason.message) == (more > 0)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("número", "número"),
        ("a, b", '"a, b"'),
        ('"', '"\\""'),
        ("\n", '"\\n"'),
        ("x" * 300, "x" * 39 + "…"),
        (" ", '" "'),
    ],
)
def test_a_name_is_shown_short_and_so_that_nobody_mistakes_it(name: str, shown: str) -> None:
    assert conflict({**A, name: 1}, with_=A).values["members"] == shown


# Reading the items that hold the ids


def test_only_the_items_of_conflicts_are_read_and_each_once() -> None:
    changed = [invoice("a", valor=number) for number in (2, 3)]
    chunk = chunk_of(*changed, A, invoice("b"), 1, invoice("c"), invoice("b", valor=-1))
    items = Items(
        held_as(A, ELSEWHERE), held_as(invoice("b"), ELSEWHERE), held_as(invoice("c"), Origin(KEY, VERSION, 5))
    )
    holders = items.holders()
    assert chunk.compare(holders, items) == {}
    assert items.read == ["a"]
    assert chunk.compare(holders, items) == {}
    assert items.read == ["a"], "once it was compared, it is not read again"
    found = [one.outcome.value for one in chunk.judge(holders)]
    assert found == ["conflict", "conflict", "duplicate", "duplicate", "rejected", "stored", "rejected"]


def test_an_invoice_of_the_same_file_is_compared_like_any_other() -> None:
    chunk, items = chunk_of(A, {**A, "valor": 2}), Items(held_as(A, Origin(KEY, VERSION, 0)))
    holders = items.holders()
    chunk.compare(holders, items)
    [_, judged] = chunk.judge(holders)
    assert judged.reasons[0].values == {"members": "valor", **Origin(KEY, VERSION, 0)._asdict()}


def test_where_the_item_is_gone_the_id_is_free_and_asked_for_again() -> None:
    chunk, items = chunk_of({**A, "valor": 2}, {**A, "valor": 3}), Items()
    holders: dict[str, Holder | Reason] = {"a": held_as(A, ELSEWHERE).holder}
    freed = chunk.compare(holders, items)
    assert freed == chunk.candidates
    stored = held_as({**A, "valor": 2}, freed["a"].origin)
    items.items["a"] = stored
    holders |= {"a": stored.holder}
    assert chunk.compare(holders, items) == {}
    assert [one.outcome.value for one in chunk.judge(holders)] == ["stored", "conflict"]


def test_where_the_item_is_another_by_then_that_one_counts() -> None:
    """Somebody has removed the item and stored another since DynamoDB said that the id is taken."""
    chunk = chunk_of({**A, "valor": 2}, {**A, "valor": 3})
    items = Items(held_as({**A, "valor": 2}, None))
    holders: dict[str, Holder | Reason] = {"a": held_as({**A, "valor": 3}, ELSEWHERE).holder}
    assert chunk.compare(holders, items) == {}
    [first, second] = chunk.judge(holders)
    assert first.outcome.value == "duplicate"
    assert second.reasons[0].values == {"members": "valor", "hint": "foreign"}


def test_no_two_items_are_held_at_a_time() -> None:
    """An item may have 400 KB, and several chunks are compared at a time."""
    alive = 0

    class Tracked(dict[str, Any]):
        def __init__(self, members: dict[str, Any]) -> None:
            nonlocal alive
            super().__init__(members)
            alive += 1

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def read(id_: str) -> Held:
        assert alive == 0
        held = held_as(invoice(id_), ELSEWHERE)
        return Held(held.holder, Tracked(held.texts))

    chunk: Chunk = chunk_of(*(invoice(f"n{number}", valor=1) for number in range(5)))
    holders: dict[str, Holder | Reason] = {id_: held_as(invoice(id_), ELSEWHERE).holder for id_ in chunk.candidates}
    assert chunk.compare(holders, read) == {}
    assert alive == 0
