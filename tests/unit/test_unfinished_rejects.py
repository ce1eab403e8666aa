"""Rejects of uploads that have not ended: the same parts whatever the checkpoints, and one object at the end."""

import itertools
from typing import Any

import pytest

from pipeline.functions.aws import rejects
from pipeline.functions.aws.rejects import Rejects
from pipeline.functions.counts import Counts, Outcome
from pipeline.functions.document import Place, Record
from pipeline.functions.errors import UnfinishedGoneError
from pipeline.functions.outcome import Judged
from pipeline.functions.progress import Progress, Reading
from pipeline.functions.reasons import Reason
from pipeline.functions.rejects import line, object_key

from .stand_ins import BUCKETS, S3, aws_error, patience, upload_of

UPLOAD = upload_of()
KEY = object_key(UPLOAD.key, UPLOAD.version_id)
PART = 1_000


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few lines."""
    monkeypatch.setattr(rejects, "PART", PART)
    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", lambda _: None)


def judged(position: int) -> Judged:
    return Judged(
        Record(position, '"' + "x" * (position * 37 % 200) + '"'), Outcome.REJECTED, [Reason("duplicate_member")]
    )


def text(number: int) -> bytes:
    return b"".join(line(judged(position)) for position in range(number))


def rejects_of(s3: Any, progress: Progress | None = None) -> Rejects:
    return Rejects(s3, BUCKETS, UPLOAD, progress or Progress(), patience())


def checkpoint(one: Rejects, position: int) -> Progress:
    """Do what an attempt does for a checkpoint, and return it."""
    progress = Progress(Reading.STORING, Place(position), 0, Counts(), *one.extent)
    one.save(progress)
    one.saved(progress)
    return progress


def publish(s3: Any, number: int, checkpoints: tuple[int, ...], *, goes_on: bool) -> str | None:
    """Write so many rejects, with checkpoints at some, after each of which another attempt goes on or the same."""
    one = rejects_of(s3)
    for position in range(number):
        one.add(judged(position))
        if position in checkpoints:
            progress = checkpoint(one, position)
            one = rejects_of(s3, progress) if goes_on else one
    return one.publish()


@pytest.mark.parametrize("number", [1, 7, 8, 40])
@pytest.mark.parametrize("goes_on", [True, False], ids=["another goes on", "the same goes on"])
def test_the_rejects_are_the_same_bytes_in_the_same_parts_whatever_the_checkpoints(
    number: int, *, goes_on: bool
) -> None:
    seen = set()
    places = (0, 1, 5, 6, 7, 20, 39)
    for checkpoints in [(), *itertools.combinations(places, 2), places, tuple(range(number))]:
        s3 = S3()
        assert publish(s3, number, checkpoints, goes_on=goes_on) == f"s3://rejects/{KEY}"
        assert s3.held["rejects", KEY] == text(number)
        seen.add(tuple((name, s3.held["unfinished", name]) for name in s3.names("unfinished") if "/part-" in name))
    assert len(seen) == 1


def test_a_part_is_whole_lines_and_never_smaller_than_its_size() -> None:
    s3 = S3()
    publish(s3, 40, (), goes_on=False)
    parts = [s3.held["unfinished", name] for name in s3.names("unfinished")]
    assert len(parts) > 3
    assert all(len(part) >= PART and part.endswith(b"\n") for part in parts)
    assert text(40).startswith(b"".join(parts))


def test_nothing_appears_before_it_is_published() -> None:
    s3 = S3()
    one = rejects_of(s3)
    for position in range(40):
        one.add(judged(position))
        checkpoint(one, position)
        assert s3.names("rejects") == []


def test_no_rejects_make_no_object() -> None:
    s3 = S3()
    assert rejects_of(s3).publish() is None
    assert s3.held == {}


def test_a_checkpoint_leaves_the_last_tail_alone() -> None:
    s3 = S3()
    one = rejects_of(s3)
    for position in range(4):
        one.add(judged(position))
        checkpoint(one, position)
    [name] = s3.names("unfinished")
    assert s3.held["unfinished", name] == text(4)


def test_a_tail_stays_until_the_ledger_has_the_next_checkpoint() -> None:
    s3 = S3()
    one = rejects_of(s3)
    one.add(judged(0))
    first = checkpoint(one, 0)
    one.add(judged(1))
    one.save(Progress(Reading.STORING, Place(2), 0, Counts(), *one.extent))
    # A crash here: the ledger has the first one.
    again = rejects_of(s3, first)
    again.add(judged(1))
    again.publish()
    assert s3.held["rejects", KEY] == text(2)


def test_a_checkpoint_without_new_rejects_keeps_the_tail() -> None:
    s3 = S3()
    one = rejects_of(s3)
    one.add(judged(0))
    checkpoint(one, 10)
    progress = checkpoint(one, 20)
    again = rejects_of(s3, progress)
    again.publish()
    assert s3.held["rejects", KEY] == text(1)
    assert [operation for operation, _ in s3.requests].count("put_object") == 2, "the tail once, and the object"


def test_what_is_unfinished_is_removed_and_nothing_else() -> None:
    s3 = S3({("unfinished", "another.jsonl/part-00001"): b"", ("unfinished", f"{KEY}x/part-00001"): b""})
    publish(s3, 40, (3, 30), goes_on=True)
    others = {name for name in s3.names("unfinished") if not name.startswith(f"{KEY}/")}
    rejects_of(s3).clean_up()
    assert set(s3.names("unfinished")) == others
    assert len(others) == 2
    assert s3.names("rejects") == [KEY]


def test_parts_that_another_attempt_has_removed_are_gone() -> None:
    s3 = S3()
    one = rejects_of(s3)
    for position in range(40):
        one.add(judged(position))
    progress = checkpoint(one, 40)
    rejects_of(s3).clean_up()
    with pytest.raises(UnfinishedGoneError):
        one.publish()
    assert s3.open == {}, "no multipart upload stays open"
    assert s3.names("rejects") == []
    with pytest.raises(UnfinishedGoneError):
        rejects_of(s3, progress)


@pytest.mark.parametrize("operation", ["upload_part_copy", "upload_part", "complete_multipart_upload"])
def test_a_multipart_upload_that_fails_is_aborted(operation: str) -> None:
    s3 = S3()
    s3.script[operation] = [aws_error("AccessDenied", 403)]
    with pytest.raises(Exception, match="AccessDenied"):
        publish(s3, 40, (), goes_on=False)
    assert s3.open == {}


def test_the_fault_of_a_multipart_upload_is_told_although_it_cannot_be_aborted_either() -> None:
    s3 = S3()
    s3.script["upload_part"] = [aws_error("AccessDenied", 403)]
    s3.script["abort_multipart_upload"] = [aws_error("NoSuchUpload", 404)]
    with pytest.raises(Exception, match="AccessDenied"):
        publish(s3, 40, (), goes_on=False)


@pytest.mark.parametrize(
    "operation",
    ["put_object", "create_multipart_upload", "upload_part_copy", "upload_part", "complete_multipart_upload"],
)
def test_a_fault_that_passes_is_outlasted(operation: str) -> None:
    s3 = S3()
    s3.script[operation] = [aws_error("SlowDown", 503), aws_error("InternalError", 500)]
    publish(s3, 40, (20,), goes_on=True)
    assert s3.held["rejects", KEY] == text(40)


def test_a_tail_whose_answer_breaks_off_is_read_again() -> None:
    s3 = S3()
    one = rejects_of(s3)
    one.add(judged(1))
    progress = checkpoint(one, 2)
    s3.script["get_object"] = [0]
    assert rejects_of(s3, progress).extent == (0, len(line(judged(1))))
