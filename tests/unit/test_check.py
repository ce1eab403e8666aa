"""What `notas check` finds is what the reference model expects of uploads to an empty table."""

import gc
import gzip
import io
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fixtures.invoices import counts, document, invoice
from fixtures.model import Entry, Model, Reject, Upload
from fixtures.observations import NAME_CHARACTERS
from fixtures.strategies.batches import documents, long_documents
from fixtures.strategies.damage import Damaged, damaged
from fixtures.strategies.documents import PLAIN, Document
from fixtures.strategies.nfe import nfe_documents
from pipeline.check import Check, Source
from pipeline.ended import Ended

from .documents import QUICK

NAME = "x" * NAME_CHARACTERS


def source(body: bytes, key: str = "notas.json") -> Source:
    return Source(f"outubro/{key}", key, io.BytesIO(body).read)


def judged(*bodies: bytes) -> list[Ended]:
    """The files' outcomes, one after the other; their names are 0.json, 1.json and so on."""
    check = Check()
    return [check.judge(source(body, f"{number}.json")) for number, body in enumerate(bodies)]


def refused(position: int, reasons: list[dict[str, Any]], original: str) -> Reject:
    codes = frozenset((reason["code"], reason["path"]) for reason in reasons)
    [members] = [reason["values"]["members"] for reason in reasons if reason["code"] == "conflict"] or [""]
    return Reject(position, codes, original, members)


def agrees(ended: Ended, expected: Entry) -> None:
    assert {name: ended.entry[name] for name in expected.counts} == expected.counts
    assert ended.entry["status"] == expected.status
    error = ended.entry["error"]
    assert error["code"] in expected.errors if error else not expected.errors
    found = [refused(one.position, one.reasons, one.original) for one in ended.rejects]
    assert found == list(expected.rejects)


@QUICK
@given(st.lists(st.one_of(documents(PLAIN), documents(), damaged(), nfe_documents()), min_size=1, max_size=3))
def test_files_end_in_their_order_as_the_model_says(drawn: list[Document | Damaged]) -> None:
    check, model = Check(), Model()
    for number, one in enumerate(drawn):
        named = one.named(NAME)
        upload = Upload(f"{number}{named.form.suffix}", "", named)
        ended = check.judge(source(named.body(), upload.key))
        model.finish(upload)
        agrees(ended, model.ledger[upload.place])


@QUICK
@given(long_documents())
def test_a_file_of_many_invoices_ends_like_a_small_one(drawn: Document) -> None:
    check, model = Check(), Model()
    named = drawn.named(NAME)
    upload = Upload(f"a{named.form.suffix}", "", named)
    model.finish(upload)
    agrees(check.judge(source(named.body(), upload.key)), model.ledger[upload.place])


def test_the_same_file_again_holds_duplicates_only() -> None:
    body = document(invoice("NF-1"), invoice("NF-2"))
    check = Check()
    first, second = (check.judge(source(body)) for _ in range(2))
    assert counts(first.entry) == {"received": 2, "stored": 2}
    assert counts(second.entry) == {"received": 2, "duplicates": 2}


def test_a_conflict_names_the_file_that_holds_the_id_and_what_differs() -> None:
    other = {"valor": 7, "cliente": "Ana"}
    _, conflict = judged(
        document(invoice("NF-1"), invoice("NF-2")), document(invoice("NF-1"), invoice("NF-2", **other))
    )
    [reject] = conflict.rejects
    [reason] = reject.reasons
    assert (reason["code"], reason["path"]) == ("conflict", "/id")
    # No version: a file has none.
    found = {"position": 1, "key": "0.json", "file": "outubro/0.json", "members": "cliente, valor", "hint": "file"}
    assert reason["values"] == found
    wanted = "has other content at position 1 of outubro/0.json, in cliente, valor. An issued invoice is immutable"
    assert reason["message"] == wanted


def test_a_conflict_in_many_members_names_some() -> None:
    many = {f"m{number:02}": number for number in range(12)}
    _, conflict = judged(document(invoice("NF-1", **many)), document(invoice("NF-1")))
    [[reason]] = [reject.reasons for reject in conflict.rejects]
    assert reason["message"].startswith("has other content at position 0 of outubro/0.json, in m00, m01, ")
    assert " m09 and 2 more. " in reason["message"]


def test_a_conflict_is_with_what_would_be_stored_and_not_with_a_file_that_failed() -> None:
    bodies = [document(invoice("NF-1")), document(invoice("NF-2"))[:-1], document(invoice("NF-2", valor=7))]
    conflict = judged(*bodies, document(invoice("NF-2")))[-1]
    [[reason]] = [reject.reasons for reject in conflict.rejects]
    assert (reason["values"]["file"], reason["values"]["members"]) == ("outubro/2.json", "valor")


def test_a_file_that_breaks_off_holds_no_id() -> None:
    whole = document(*(invoice(f"NF-{number}") for number in range(60)), {"id": 1})
    broken, after = judged(whole[:-1], document(invoice("NF-1"), invoice("NF-59", valor=7)))
    assert (broken.entry["status"], counts(broken.entry), list(broken.rejects)) == ("failed", {}, [])
    assert broken.entry["error"]["code"] == "truncated"
    assert counts(after.entry) == {"received": 2, "stored": 2}


def test_a_file_that_breaks_off_leaves_the_ids_of_the_files_before() -> None:
    first, _, after = judged(document(invoice("NF-1")), document(invoice("NF-2"))[:-1], document(invoice("NF-1")))
    assert counts(first.entry) == {"received": 1, "stored": 1}
    assert counts(after.entry) == {"received": 1, "duplicates": 1}


def test_the_name_says_in_any_case_that_a_file_is_compressed() -> None:
    ended = Check().judge(source(gzip.compress(document(invoice("NF-1"))), "NOTAS.JSON.GZ"))
    assert counts(ended.entry) == {"received": 1, "stored": 1}


def test_a_file_of_another_name_is_not_read() -> None:
    def read(_size: int) -> bytes:
        raise AssertionError("it was read")

    ended = Check().judge(Source("notas.csv", "notas.csv", read))
    assert (ended.entry["status"], ended.entry["error"]["code"]) == ("failed", "unknown_type")
    assert ended.entry["error"]["values"]["names"]


def test_rejects_can_be_read_more_than_once_and_after_the_next_file() -> None:
    first, second = judged(document({"id": 1}, {}), document([]))
    assert [one.original for one in first.rejects] == ['{"id": 1}', "{}"]
    assert [one.original for one in second.rejects] == ["[]"]
    assert [one.position for one in first.rejects] == [0, 1]


def peak(read: Callable[[int], bytes]) -> int:
    tracemalloc.start()
    try:
        ended = Check().judge(Source("a.jsonl", "a.jsonl", read))
        assert sum(1 for _ in ended.rejects) == ended.entry["rejected"]
        assert ended.entry["received"] == 400
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_neither_invoices_nor_rejects_are_kept_in_memory() -> None:
    """40 MB of each; the limit is a few chunks of a document."""
    for changes in ({}, {"valor": -1}):
        lines = (document(invoice(f"NF-{number}", texto="x" * 100_000, **changes))[1:-1] for number in range(400))
        pieces = (line + b"\n" for line in lines)
        assert peak(lambda _size, pieces=pieces: next(pieces, b"")) < 16 * 1024 * 1024  # type: ignore[misc]


def test_what_is_kept_is_closed_without_a_warning() -> None:
    gc.collect()  # What other tests left would warn below.
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        judged(document(invoice("NF-1")))
        gc.collect()
    assert not warned
