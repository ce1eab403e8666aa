"""What becomes of each record, given who holds its id in the table."""

import json
import tracemalloc
from typing import Any

import pytest

from fixtures.invoices import document, invoice
from pipeline.functions.counts import Counts, Outcome
from pipeline.functions.differences import texts_of
from pipeline.functions.document import Layout, Record, records
from pipeline.functions.outcome import MAX_CHUNK_BYTES, Chunk, Held, Holder, Judged, Origin
from pipeline.functions.reasons import Reason, broken

from .documents import checked, exact, read

KEY, VERSION = "2025/notas.json", "v1"


def chunk_of(*values: Any) -> Chunk:
    chunk = Chunk(KEY, VERSION)
    for record in read(document(*values)):
        chunk.add(record)
    return chunk


def sha256(value: dict[str, Any]) -> str:
    return checked(exact(value)).sha256


def held_as(value: dict[str, Any], origin: Origin | None) -> Held:
    """What the table holds of an invoice that came from there."""
    one = checked(exact(value))
    return Held(Holder(one.sha256, origin), texts_of(json.loads(one.text)))


def judged(chunk: Chunk, *held: tuple[dict[str, Any], Origin | None]) -> list[Judged]:
    """What becomes of a chunk's records, given which invoices the table holds and where they came from."""
    items = {value["id"]: held_as(value, origin) for value, origin in held}
    holders: dict[str, Holder | Reason] = {id_: one.holder for id_, one in items.items()}
    assert chunk.compare(holders, items.get) == {}
    return chunk.judge(holders)


def outcomes(chunk: Chunk, *held: tuple[dict[str, Any], Origin | None]) -> list[str]:
    """The outcomes alone."""
    return [one.outcome.value for one in judged(chunk, *held)]


A = invoice("a", valor=1)
CHANGED = invoice("a", valor=2)
ELSEWHERE = Origin("outro.json", "v9", 3)

HOLDERS = {
    "this very record": (A, Origin(KEY, VERSION, 0), "stored"),
    "another position": (A, Origin(KEY, VERSION, 1), "duplicate"),
    "another version of the key": (A, Origin(KEY, "v2", 0), "duplicate"),
    "another key": (A, Origin("notas.json", VERSION, 0), "duplicate"),
    "another program": (A, None, "duplicate"),
    "another upload with other content": (CHANGED, ELSEWHERE, "conflict"),
    "another version with other content": (CHANGED, Origin(KEY, "v2", 0), "conflict"),
    "another program with other content": (CHANGED, None, "conflict"),
}


@pytest.mark.parametrize(("held", "origin", "expected"), HOLDERS.values(), ids=HOLDERS)
def test_the_holder_of_the_id_decides(held: dict[str, Any], origin: Origin | None, expected: str) -> None:
    assert outcomes(chunk_of(A), (held, origin)) == [expected]


def test_what_an_earlier_attempt_at_this_upload_stored_is_stored() -> None:
    assert outcomes(chunk_of(1, A), (A, Origin(KEY, VERSION, 1))) == ["rejected", "stored"]


def test_within_a_file_the_first_of_an_id_goes_to_the_table() -> None:
    chunk = chunk_of(A, CHANGED, A)
    assert list(chunk.candidates) == ["a"]
    assert chunk.candidates["a"].origin == Origin(KEY, VERSION, 0)
    assert chunk.candidates["a"].checked.sha256 == sha256(A)


def test_within_a_file_later_ones_are_judged_by_the_first() -> None:
    assert outcomes(chunk_of(A, CHANGED, A), (A, Origin(KEY, VERSION, 0))) == ["stored", "conflict", "duplicate"]


def test_within_a_file_all_are_judged_by_what_was_there_before() -> None:
    assert outcomes(chunk_of(A, CHANGED, A), (CHANGED, ELSEWHERE)) == ["conflict", "duplicate", "conflict"]


def test_an_invoice_that_is_refused_does_not_hold_its_id() -> None:
    chunk = chunk_of(invoice("a", valor=-1), A)
    assert chunk.candidates["a"].origin.position == 1
    assert outcomes(chunk, (A, Origin(KEY, VERSION, 1))) == ["rejected", "stored"]


def test_a_refused_invoice_does_not_go_to_the_table_and_keeps_all_its_reasons() -> None:
    chunk = chunk_of(invoice("a", valor=-1, cliente=""))
    assert chunk.candidates == {}
    [one] = judged(chunk)
    assert one.outcome is Outcome.REJECTED
    assert {(reason.code, reason.path) for reason in one.reasons} == {("negative", "/valor"), ("length", "/cliente")}


def test_a_record_that_could_not_be_read_is_refused_for_that() -> None:
    fault = broken("too_long", most=1)
    chunk = Chunk(KEY, VERSION)
    chunk.add(Record(0, None, None, fault))
    [one] = judged(chunk)
    assert (one.outcome, one.reasons) == (Outcome.REJECTED, [fault])


def test_records_are_judged_in_their_order() -> None:
    chunk = chunk_of(A, 1, invoice("b"), 2)
    assert [one.record.position for one in judged(chunk, (A, None), (invoice("b"), None))] == [0, 1, 2, 3]


def test_only_conflicts_and_rejections_have_reasons() -> None:
    chunk = chunk_of(A, A, CHANGED, 1)
    found = judged(chunk, (A, Origin(KEY, VERSION, 0)))
    assert [bool(one.reasons) for one in found] == [False, False, True, True]


@pytest.mark.parametrize(
    ("outcome", "name"),
    [
        (Outcome.STORED, "stored"),
        (Outcome.DUPLICATE, "duplicates"),
        (Outcome.CONFLICT, "conflicts"),
        (Outcome.REJECTED, "rejected"),
    ],
)
def test_each_outcome_is_counted_once_and_as_received(outcome: Outcome, name: str) -> None:
    counts = Counts()
    counts.add(outcome)
    nothing = {"received": 0, "stored": 0, "duplicates": 0, "conflicts": 0, "rejected": 0}
    assert counts.as_dict() == {**nothing, "received": 1, name: 1}


def test_counts_add_up() -> None:
    counts = Counts()
    for one in judged(chunk_of(A, A, CHANGED, 1), (A, Origin(KEY, VERSION, 0))):
        counts.add(one.outcome)
    assert counts == Counts(received=4, stored=1, duplicates=1, conflicts=1, rejected=1)


# What DynamoDB refuses

REFUSED = broken("refused", answer="too many nested levels")
ANOTHER = broken("refused", answer="a number overflows")
THIRD = invoice("a", valor=3)


def tried(chunk: Chunk, answers: dict[str, Holder | Reason]) -> list[list[str]]:
    """Try candidates until there are no more. `answers` has DynamoDB's, by content. The outcomes and their codes."""
    holders = {id_: answers[one.checked.sha256] for id_, one in chunk.candidates.items()}
    while following := chunk.next_candidates(holders):
        holders |= {id_: answers[one.checked.sha256] for id_, one in following.items()}
    items = {id_: Held(one, {}) for id_, one in holders.items() if isinstance(one, Holder)}
    assert chunk.compare(holders, items.get) == {}
    return [[one.outcome.value, *(reason.message for reason in one.reasons)] for one in chunk.judge(holders)]


def test_an_invoice_that_dynamodb_refuses_is_rejected_with_its_words_wherever_it_stands_again() -> None:
    assert tried(chunk_of(A, A), {sha256(A): REFUSED}) == [["rejected", REFUSED.message]] * 2


def test_what_dynamodb_refuses_concerns_no_other_invoice() -> None:
    b = invoice("b")
    answers: dict[str, Holder | Reason] = {sha256(A): REFUSED, sha256(b): Holder(sha256(b), Origin(KEY, VERSION, 1))}
    assert tried(chunk_of(A, b), answers) == [["rejected", REFUSED.message], ["stored"]]


def test_the_next_content_of_the_id_is_tried_instead() -> None:
    answers: dict[str, Holder | Reason] = {
        sha256(A): REFUSED,
        sha256(CHANGED): Holder(sha256(CHANGED), Origin(KEY, VERSION, 2)),
    }
    found = tried(chunk_of(A, A, CHANGED, CHANGED, A, THIRD), answers)
    assert [one[0] for one in found] == ["rejected", "rejected", "stored", "duplicate", "rejected", "conflict"]


def test_each_content_that_is_refused_keeps_the_words_of_its_own_refusal() -> None:
    answers: dict[str, Holder | Reason] = {sha256(A): REFUSED, sha256(CHANGED): ANOTHER}
    assert tried(chunk_of(A, CHANGED, A), answers) == [
        ["rejected", REFUSED.message],
        ["rejected", ANOTHER.message],
        ["rejected", REFUSED.message],
    ]


def test_the_next_candidate_has_its_own_position() -> None:
    chunk = chunk_of(A, A, CHANGED, THIRD)
    following = chunk.next_candidates({"a": REFUSED})
    assert [one.origin.position for one in following.values()] == [2]
    following = chunk.next_candidates({"a": ANOTHER})
    assert [one.origin.position for one in following.values()] == [3]
    assert chunk.next_candidates({"a": ANOTHER}) == {}


def test_where_nothing_is_refused_there_is_no_next_candidate() -> None:
    assert chunk_of(A, CHANGED).next_candidates({"a": Holder(sha256(A), Origin(KEY, VERSION, 0))}) == {}


# Chunks


def test_a_chunk_is_full_with_as_many_invoices_as_a_batch_of_statements_takes() -> None:
    # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
    ids = [f"n{number}" for number in range(25)]
    assert not chunk_of(*map(invoice, ids[1:])).is_full()
    assert chunk_of(*map(invoice, ids)).is_full()


def test_an_id_that_repeats_takes_no_place_in_the_batch() -> None:
    chunk = chunk_of(*[A] * 200)
    assert len(chunk.candidates) == 1
    assert not chunk.is_full()


def test_an_empty_chunk_is_not_full() -> None:
    assert not Chunk(KEY, VERSION).is_full()


def test_text_and_items_count_against_a_chunks_size() -> None:
    # Each takes about 200 KB: its text, and the item made of it.
    large = [invoice(f"n{number}", texto="x" * 100_000) for number in range(6)]
    assert not chunk_of(*large[:5]).is_full()
    assert chunk_of(*large).is_full()


def test_the_text_of_what_is_refused_counts_against_a_chunks_size() -> None:
    assert not chunk_of(*["x" * 100_000] * 10).is_full()
    assert chunk_of(*["x" * 100_000] * 11).is_full()


@pytest.mark.parametrize(("size", "full"), [(MAX_CHUNK_BYTES - 1, False), (MAX_CHUNK_BYTES, True)])
def test_a_chunk_is_full_at_its_size(size: int, full: bool) -> None:
    assert Chunk(KEY, VERSION, size=size).is_full() == full


@pytest.mark.parametrize("element", [b"1,", b"{},"])
def test_a_chunk_of_the_shortest_records_is_full_before_it_fills_the_memory(element: bytes) -> None:
    # By default a function has 512 MB, and four chunks are in memory at once.
    chunk = Chunk(KEY, VERSION)
    tracemalloc.start()
    try:
        for record in records([b"[", *[element * 1_000] * 1_000], Layout.JSON):
            chunk.add(record)
            memory, _ = tracemalloc.get_traced_memory()
            full = chunk.is_full()
            if full or memory > 32_000_000:
                break
    finally:
        tracemalloc.stop()
    assert full, f"{memory} bytes in {len(chunk.entries)} records, and the chunk takes more"
