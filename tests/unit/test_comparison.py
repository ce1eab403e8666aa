"""What an audit says of an upload, given its entry, its invoices and its rejects."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.comparison import LOST_MIDWAY, Upload, check_rejects, unfinished
from pipeline.findings import SHOWN, Finding, Kind, Some, invoices
from pipeline.functions.counts import Outcome
from pipeline.functions.document import Record
from pipeline.functions.outcome import Judged
from pipeline.functions.reasons import Reason
from pipeline.functions.rejects import line

from .documents import QUICK

COUNTS = {"received": 5, "stored": 3, "duplicates": 1, "conflicts": 0, "rejected": 1}


def entry(status: str = "completed", **values: Any) -> dict[str, Any]:
    counts = COUNTS if status == "completed" else dict.fromkeys(COUNTS, 0)
    rejects = "s3://rejects/a.jsonl" if status == "completed" else None
    return {"status": status, "rejects": rejects, "error": None, "progress": None, **counts, **values}


def upload(*positions: int, status: str = "completed", **values: Any) -> Upload:
    """An upload whose invoices at these positions are in the table."""
    made = Upload.of(entry(status, **values))
    for position in positions:
        made.add(f"NF-{position}", position, intact=True)
    return made


def kinds(made: Upload) -> list[Kind]:
    return [kind for kind, _ in made.compare()]


def test_an_upload_whose_invoices_are_all_there_holds() -> None:
    assert kinds(upload(0, 2, 4)) == []


@pytest.mark.parametrize("positions", [(0, 2), (0, 1, 2, 4)])
def test_an_upload_with_fewer_or_more_invoices_does_not_hold(positions: tuple[int, ...]) -> None:
    assert kinds(upload(*positions)) == [Kind.STORED]


@pytest.mark.parametrize("position", [-1, 5, 2, 10**30])
def test_a_position_that_is_not_there_or_taken_does_not_hold(position: int) -> None:
    assert kinds(upload(0, 2, position)) == [Kind.POSITIONS]


@QUICK
@given(st.permutations(range(40)), st.data())
def test_positions_may_come_in_any_order_but_each_once(order: list[int], data: st.DataObject) -> None:
    counts: dict[str, Any] = {"received": 40, "stored": 40, "duplicates": 0, "rejected": 0, "rejects": None}
    assert kinds(upload(*order, **counts)) == []
    again = data.draw(st.sampled_from(order))
    assert kinds(upload(*order[:-1], again, **counts)) == ([Kind.POSITIONS] if again != order[-1] else [])


def test_a_count_of_the_ledger_that_is_damaged_takes_no_memory() -> None:
    made = upload(0, 2, 4, received=10**15)
    assert kinds(made) == [Kind.COUNTS]


def test_changed_invoices_are_named_but_not_all_of_them() -> None:
    made = Upload.of(entry(received=12, stored=10))
    for position in range(10):
        made.add(f"NF-{position}", position, intact=False)
    [(kind, message)] = made.compare()
    assert kind is Kind.CONTENT
    assert "10 invoices in the table whose content is not what was stored" in message
    assert "'NF-0', 'NF-1', 'NF-2', 'NF-3', 'NF-4' and 5 more" in message


def test_invoices_that_a_search_does_not_find_are_named() -> None:
    made = upload(0, 2)
    made.add("NF-4", 4, intact=True, indexed=False)
    [(kind, message)] = made.compare()
    assert kind is Kind.CUSTOMER
    assert "1 invoice in the table which a search for the customer does not find: 'NF-4'" in message


def test_one_is_counted_as_one_and_thousands_can_be_read() -> None:
    assert [invoices(count) for count in (0, 1, 2_000)] == ["0 invoices", "1 invoice", "2,000 invoices"]


def test_too_few_and_too_many_have_different_remedies() -> None:
    [[_, few]], [[_, many]] = upload(0).compare(), upload(0, 1, 2, 3).compare()
    assert "Upload the same file again" in few
    assert "Restore the ledger's table" in many


def test_a_few_are_all_named() -> None:
    some = Some()
    for number in range(SHOWN):
        some.add(str(number))
    assert str(some) == "'0', '1', '2', '3', '4'"


@pytest.mark.parametrize("code", LOST_MIDWAY)
def test_what_an_upload_stored_before_it_was_lost_may_be_there(code: str) -> None:
    assert kinds(upload(0, 1, status="failed", error={"code": code})) == []


def test_an_upload_that_is_no_document_has_no_invoices() -> None:
    assert kinds(upload(status="failed", error={"code": "not_json"})) == []
    assert kinds(upload(0, status="failed", error={"code": "not_json"})) == [Kind.STORED]


def progress(position: int, stored: int, reading: int = 2) -> dict[str, Any]:
    counts = {**COUNTS, "stored": stored}
    return {"reading": reading, "position": position, "bytes": 70, "at": "02:00", "counts": counts}


@pytest.mark.parametrize("status", ["processing", "stalled"])
def test_an_upload_on_its_way_has_at_least_what_its_last_checkpoint_counts(status: str) -> None:
    held: dict[str, Any] = {"status": status, "progress": progress(4, 2)}
    assert kinds(upload(0, **held)) == [Kind.STORED]
    assert kinds(upload(0, 1, **held)) == []
    assert kinds(upload(0, 1, 2, 3, **held)) == []
    assert kinds(upload(0, status=status)) == []


def test_of_an_upload_that_came_late_only_what_is_certain_is_said() -> None:
    made = upload(9)
    made.is_late = True
    made.add("NF-1", 1, intact=False)
    assert set(kinds(made)) <= {Kind.CONTENT, Kind.POSITIONS}
    assert Kind.CONTENT in kinds(made)


def test_rejects_that_the_ledger_counts_and_does_not_point_to_do_not_hold() -> None:
    assert kinds(upload(0, 2, 4, rejects=None)) == [Kind.REJECTS]
    assert kinds(upload(0, 2, 4, rejected=0, duplicates=2)) == [Kind.REJECTS]


UNREADABLE: dict[str, tuple[str, Any, str]] = {
    "a count is missing": ("stored", None, "has no 'stored'"),
    "the error is missing": ("error", None, "has no 'error'"),
    "a count is text": ("stored", "many", "has a wrong value"),
    "a count is nothing": ("stored", [], "has a wrong value"),
    "an error is text": ("error", "wrong", "has a wrong value"),
    "a status is unknown": ("status", "done", "has the status 'done', which is none of completed, failed"),
}


@pytest.mark.parametrize(("name", "value", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_entry_that_cannot_be_read_says_why(name: str, value: Any, said: str) -> None:
    damaged = entry(**{name: value})
    if value is None:
        del damaged[name]
    with pytest.raises(ValueError, match=said):
        Upload.of(damaged)


def test_an_entry_that_was_read_again_says_the_same_or_not() -> None:
    made = upload(0, 2, 4)
    assert made.is_told_by(entry())
    assert not made.is_told_by(entry(stored=4))
    assert not made.is_told_by(entry("processing"))
    assert not made.is_told_by({})


# How far an upload has come

HOW_FAR = {
    "taken up": (None, "with nothing to show yet"),
    "being checked": (progress(0, 0, reading=1), "with 70 of 100 bytes checked by 02:00"),
    "being stored": (progress(4, 2), "with 4 invoices judged by 02:00, in 70 of 100 bytes"),
}


@pytest.mark.parametrize(("held", "said"), HOW_FAR.values(), ids=HOW_FAR)
def test_an_upload_on_its_way_says_how_far_it_is(held: dict[str, Any] | None, said: str) -> None:
    kind, message = unfinished(entry("processing", started_at="01:58", size=100, progress=held))
    assert kind is Kind.PROCESSING
    assert f"is still processing, since 01:58, {said}. Look again later" in message


def test_an_upload_that_stalled_says_why_and_what_to_do() -> None:
    error = {"code": "gave_up", "message": "Lambda gave up after 3 attempts"}
    kind, message = unfinished(entry("stalled", stalled_at="02:00", error=error))
    assert kind is Kind.STALLED
    assert message.startswith("has been stalled since 02:00: Lambda gave up after 3 attempts. ")
    assert "notas redrive" in message


def test_a_finding_names_its_upload() -> None:
    found = Finding.of(Kind.STALLED, "notas.json", "v1", "is stalled")
    assert (found.about, found.key, found.version_id) == ("notas.json (version v1)", "notas.json", "v1")


# Rejects


def rejects(*positions: int) -> list[bytes]:
    reasons = [Reason("refused", "/data_emissao", {"answer": 'is no day, ", "original": '})]
    return [line(Judged(Record(position, '{"a": 1}'), Outcome.REJECTED, reasons)) for position in positions]


def test_rejects_as_they_were_written_hold() -> None:
    assert check_rejects(rejects(1, 3, 4), 5, 3) == (3, None)
    assert check_rejects([], 5, 0) == (0, None)


def test_rejects_of_which_some_are_missing_or_too_many_do_not_hold() -> None:
    assert check_rejects(rejects(1, 3), 5, 3) == (
        2,
        "they have 2 lines, but the ledger counts 3 conflicts and rejected",
    )
    assert check_rejects(rejects(1, 3), 5, 1) == (
        2,
        "they have 2 lines, but the ledger counts 1 conflicts and rejected",
    )


@pytest.mark.parametrize("positions", [(3, 1), (3, 3)])
def test_rejects_out_of_order_do_not_hold(positions: tuple[int, ...]) -> None:
    _, wrong = check_rejects(rejects(*positions), 5, 2)
    assert wrong == f"line 2 has position {positions[1]}, which does not come after 3"


def test_rejects_beyond_the_end_do_not_hold() -> None:
    assert check_rejects(rejects(5), 5, 1) == (1, "line 1 has position 5, but only 5 invoices were received")


BROKEN = {
    "no newline": lambda one: one[:-1],
    "no end": lambda one: one[:-2] + b"\n",
    "no original": lambda one: one[: one.rindex(b", ")] + b"}\n",
    "no position": lambda one: one.replace(b"position", b"place", 1),
    "no bytes of text": lambda one: one.replace(b"{", b"\xff", 1),
    "nothing but a newline": lambda one: one[-1:],
}


@pytest.mark.parametrize("damage", BROKEN.values(), ids=BROKEN)
def test_a_line_that_was_damaged_is_named(damage: Any) -> None:
    first, second = rejects(1, 2)
    assert check_rejects([first, damage(second)], 5, 2) == (2, "line 2 cannot be read")
