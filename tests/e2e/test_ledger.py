"""The ledger against a real table: checkpoints that never go back, stalling, and entries that close once."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from fixtures.stacks import Sent, Stack
from pipeline.functions import continuation
from pipeline.functions.aws.ledger import Ledger, Status
from pipeline.functions.aws.patience import Patience
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.counts import Counts
from pipeline.functions.document import Place
from pipeline.functions.errors import DocumentError
from pipeline.functions.progress import Progress, Reading
from pipeline.functions.window import Point

COUNTS = Counts(received=9, stored=5, duplicates=2, conflicts=1, rejected=1)
GAVE_UP = DocumentError("gave_up", {"hint": "silent", "attempts": 3})

OfGeneration = Callable[[str | None], Ledger]


def at(reading: Reading, position: int) -> Progress:
    return Progress(reading, Place(position, Point(position * 7, 2, position + 1)), position, COUNTS, 3, 44)


@pytest.fixture
def upload(unique: str, stack: Stack) -> Iterator[Upload]:
    """An upload without an object. Its entry is removed, because it would be a find for an audit."""
    upload = Upload("any", f"{unique}.json", "v1", 77, "2026-10-05T12:00:00.000Z")
    yield upload
    key = {"key": {"S": upload.key}, "version_id": {"S": upload.version_id}}
    stack.dynamodb.delete_item(TableName=stack.outputs["UploadsTable"], Key=key)


@pytest.fixture
def ledger(stack: Stack) -> Ledger:
    return Ledger(stack.dynamodb, stack.outputs["UploadsTable"], Patience(lambda: 60))


def entry(stack: Stack, upload: Upload) -> dict[str, Any]:
    found = stack.entry(Sent(upload.key, upload.version_id, upload.size))
    assert found is not None
    return found


def test_an_entry_opens_once(ledger: Ledger, upload: Upload) -> None:
    first = ledger.begin(upload)
    assert (first.status, first.progress) == (Status.PROCESSING, Progress())
    assert ledger.begin(upload) == first


def test_a_checkpoint_is_found_as_it_was_written(ledger: Ledger, upload: Upload) -> None:
    ledger.begin(upload)
    progress = at(Reading.STORING, 9)
    assert ledger.checkpoint(upload, progress)
    assert ledger.begin(upload).progress == progress
    assert ledger.checkpoint(upload, progress), "another attempt has come as far"


def test_progress_never_goes_back(ledger: Ledger, upload: Upload) -> None:
    ledger.begin(upload)
    steps = [at(Reading.CHECKING, 900), at(Reading.STORING, 0), at(Reading.STORING, 5), at(Reading.STORING, 30)]
    for number, step in enumerate(steps):
        assert ledger.checkpoint(upload, step)
        for earlier in steps[:number]:
            assert not ledger.checkpoint(upload, earlier)
        assert ledger.begin(upload).progress == step


def test_a_closed_entry_has_no_progress_and_gets_none(ledger: Ledger, upload: Upload, stack: Stack) -> None:
    ledger.begin(upload)
    ledger.checkpoint(upload, at(Reading.STORING, 5))
    assert ledger.complete(upload, COUNTS, "s3://rejects/any")
    closed = entry(stack, upload)
    assert (closed["status"], closed["progress"], closed["generation"]) == ("completed", None, None)
    assert ledger.begin(upload).status is Status.COMPLETED
    assert not ledger.checkpoint(upload, at(Reading.STORING, 30))
    assert not ledger.stall(upload, GAVE_UP)
    assert not ledger.fail(upload, GAVE_UP)
    assert not ledger.complete(upload, Counts(), None)
    ledger.resume(upload)
    assert entry(stack, upload) == closed


@pytest.fixture
def of_generation(stack: Stack) -> OfGeneration:
    """The ledger for an attempt at an event of a generation."""
    return lambda generation: Ledger(stack.dynamodb, stack.outputs["UploadsTable"], Patience(lambda: 60), generation)


def test_an_attempt_is_to_leave_what_a_later_event_has_taken_up(of_generation: OfGeneration, upload: Upload) -> None:
    first, later, last = of_generation(continuation.FIRST), of_generation("00000001-a"), of_generation("00000001-b")
    for ledger in (first, first, later, later, last, last):
        assert not ledger.begin(upload).is_left, "it is no earlier than any before"
    assert first.begin(upload).is_left
    assert last.checkpoint(upload, at(Reading.STORING, 5))
    for ledger in (first, later):
        begun = ledger.begin(upload)
        assert (begun.is_left, begun.progress) == (True, at(Reading.STORING, 5))
        assert not ledger.checkpoint(upload, at(Reading.STORING, 9))
    assert last.begin(upload).progress == at(Reading.STORING, 5)
    assert not last.begin(upload).is_left


@pytest.fixture
def entry_of_before(ledger: Ledger, upload: Upload, stack: Stack) -> None:
    """An entry that the version without generations has opened."""
    ledger.begin(upload)
    key = {"key": {"S": upload.key}, "version_id": {"S": upload.version_id}}
    stack.dynamodb.update_item(TableName=stack.outputs["UploadsTable"], Key=key, UpdateExpression="REMOVE generation")


@pytest.mark.usefixtures("entry_of_before")
@pytest.mark.parametrize("generation", [continuation.FIRST, "00000001-a", None])
@pytest.mark.parametrize("begins", [True, False])
def test_an_upload_of_the_version_without_generations_goes_on(
    of_generation: OfGeneration, upload: Upload, generation: str | None, *, begins: bool
) -> None:
    ledger = of_generation(generation)
    if begins:
        assert not ledger.begin(upload).is_left
    assert ledger.checkpoint(upload, at(Reading.STORING, 5))
    assert not ledger.begin(upload).is_left


def test_an_event_without_a_generation_goes_on_in_any_case(of_generation: OfGeneration, upload: Upload) -> None:
    # An update was rolled back, and made again. What follows an event of the version between is numbered from 1 again.
    later, between = of_generation("00000005-a"), of_generation(None)
    later.begin(upload)
    assert not between.begin(upload).is_left
    later.begin(upload)
    assert between.checkpoint(upload, at(Reading.STORING, 5))
    following = of_generation("00000001-b")
    assert not following.begin(upload).is_left
    assert following.checkpoint(upload, at(Reading.STORING, 9))


def test_what_a_later_event_has_taken_up_has_not_stalled(of_generation: OfGeneration, upload: Upload) -> None:
    first, later = of_generation(continuation.FIRST), of_generation("00000001-a")
    later.begin(upload)
    assert not first.stall(upload, GAVE_UP)
    assert later.begin(upload).status is Status.PROCESSING
    assert later.stall(upload, GAVE_UP)


def test_only_the_event_that_came_last_resumes_what_has_stalled(of_generation: OfGeneration, upload: Upload) -> None:
    first, later = of_generation(continuation.FIRST), of_generation("00000001-a")
    first.begin(upload)
    first.stall(upload, GAVE_UP)
    first.begin(upload)
    later.begin(upload)
    assert not first.resume(upload)
    assert later.begin(upload).status is Status.STALLED
    assert later.resume(upload)


def test_a_checkpoint_takes_an_upload_up_as_well(of_generation: OfGeneration, upload: Upload) -> None:
    first, later = of_generation(continuation.FIRST), of_generation("00000001-a")
    first.begin(upload)
    later.checkpoint(upload, at(Reading.STORING, 5))
    assert first.begin(upload).is_left


def test_what_has_stalled_goes_on_with_whatever_event_comes(of_generation: OfGeneration, upload: Upload) -> None:
    first, later = of_generation(continuation.FIRST), of_generation("00000001-a")
    later.begin(upload)
    later.stall(upload, GAVE_UP)
    begun = first.begin(upload)
    assert (begun.status, begun.is_left) == (Status.STALLED, False)
    first.resume(upload)
    assert not first.begin(upload).is_left
    assert first.checkpoint(upload, at(Reading.STORING, 5))


def test_an_upload_ends_whoever_ends_it(of_generation: OfGeneration, upload: Upload) -> None:
    of_generation("00000001-a").begin(upload)
    first = of_generation(continuation.FIRST)
    assert first.complete(upload, COUNTS, None)
    assert first.begin(upload).status is Status.COMPLETED


def test_a_call_whose_answer_is_lost_is_made_again_and_finds_its_own_values(upload: Upload, stack: Stack) -> None:
    lost = []

    def update(**request: Any) -> Any:
        answer = stack.dynamodb.update_item(**request)
        if request in lost:
            return answer
        lost.append(request)
        raise ReadTimeoutError(endpoint_url="https://dynamodb.sa-east-1.amazonaws.com/")

    client: Any = SimpleNamespace(update_item=update, exceptions=stack.dynamodb.exceptions)
    ledger = Ledger(client, stack.outputs["UploadsTable"], Patience(lambda: 60))
    assert not ledger.begin(upload).is_left
    assert ledger.checkpoint(upload, at(Reading.STORING, 5))
    assert ledger.stall(upload, GAVE_UP)
    assert ledger.complete(upload, COUNTS, None)
    assert len(lost) == 4


def test_an_upload_that_has_stalled_keeps_its_progress_and_says_why(
    ledger: Ledger, upload: Upload, stack: Stack
) -> None:
    ledger.begin(upload)
    progress = at(Reading.STORING, 5)
    ledger.checkpoint(upload, progress)
    assert ledger.stall(upload, GAVE_UP)
    found = entry(stack, upload)
    assert (found["status"], found["finished_at"]) == ("stalled", None)
    assert found["error"] == GAVE_UP.as_dict()
    assert found["stalled_at"]
    begun = ledger.begin(upload)
    assert (begun.status, begun.progress) == (Status.STALLED, progress)
    assert not begun.status.is_final


def test_an_upload_that_goes_on_has_not_stalled(ledger: Ledger, upload: Upload, stack: Stack) -> None:
    ledger.begin(upload)
    before = entry(stack, upload)
    ledger.stall(upload, GAVE_UP)
    ledger.resume(upload)
    assert entry(stack, upload) == before
    ledger.resume(upload)
    assert entry(stack, upload) == before


def test_an_attempt_that_is_at_work_says_so_with_its_checkpoint(ledger: Ledger, upload: Upload, stack: Stack) -> None:
    ledger.begin(upload)
    ledger.stall(upload, GAVE_UP)
    assert ledger.checkpoint(upload, at(Reading.STORING, 5))
    found = entry(stack, upload)
    assert (found["status"], found["error"], found["stalled_at"]) == ("processing", None, None)


@pytest.mark.parametrize("fails", [True, False])
def test_an_upload_that_had_stalled_ends_as_if_it_had_not(
    ledger: Ledger, upload: Upload, stack: Stack, *, fails: bool
) -> None:
    ledger.begin(upload)
    ledger.checkpoint(upload, at(Reading.STORING, 5))
    ledger.stall(upload, GAVE_UP)
    error = DocumentError("not_utf8", {"found": "0xFF", "at": 44}, 2, 3, 44)
    assert ledger.fail(upload, error) if fails else ledger.complete(upload, COUNTS, None)
    found = entry(stack, upload)
    assert (found["stalled_at"], found["progress"]) == (None, None)
    assert found["error"] == (error.as_dict() if fails else None)
    assert found["finished_at"]
