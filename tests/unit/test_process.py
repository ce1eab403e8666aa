"""An upload over many invocations: whatever ends each of them, the end is that of one that had the time."""

import gzip
import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import FlexibleChecksumError

from fixtures.invoices import invoice
from fixtures.nfe import NAMESPACE
from fixtures.strategies.values import with_check_digits
from pipeline.functions import outcome, process
from pipeline.functions.aws import rejects, uploads
from pipeline.functions.aws.ledger import Begun, Status
from pipeline.functions.aws.patience import Patience, StatementError
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.counts import Counts
from pipeline.functions.differences import texts_of
from pipeline.functions.errors import DocumentError, OutOfTimeError, ThrottledError
from pipeline.functions.outcome import Candidate, Held, Holder, Origin
from pipeline.functions.process import Result, Services
from pipeline.functions.progress import Progress, Reading
from pipeline.functions.reasons import Reason, broken
from pipeline.functions.rejects import object_key

from .stand_ins import BUCKETS, S3, Countdown, CrashedError, Life, upload_of

NUMBER = 120
REFUSED = "what DynamoDB refuses"
ELSEWHERE = Held(Holder("0" * 64, Origin("another.json", "v0", 0)), {"cliente": '{"S":"Ana"}'})


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks and small parts, so that a small document has many."""
    monkeypatch.setattr(outcome, "MAX_CHUNK_INVOICES", 5)
    monkeypatch.setattr(rejects, "PART", 1_000)


def values() -> list[dict[str, Any]]:
    """Invoices of every outcome: a fifth is stored nowhere."""
    made = []
    for number in range(NUMBER):
        match number % 10:
            case 3:
                made.append(invoice(f"NF-{number}", valor=-1))
            case 4:
                made.append(invoice(f"NF-{number - 2}"))
            case 5:
                made.append(invoice(f"NF-{number - 3}", cliente="Bia"))
            case 6:
                made.append(invoice(f"taken-{number}"))
            case 7:
                made.append(invoice(f"{REFUSED} {number}"))
            case _:
                made.append(invoice(f"NF-{number}"))
    return made


COUNTS = Counts(received=120, stored=60, duplicates=12, conflicts=24, rejected=24)
REJECTED = [number for number in range(NUMBER) if number % 10 in (3, 5, 6, 7)]


def lines(made: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in made)


# As ids of NF-e are keys, the series says what the table makes of one.
SERIES = {"NF": "001", "taken": "002", REFUSED: "003"}


def key_of(id_: str) -> str:
    kind = next(kind for kind in SERIES if id_.startswith(kind))
    number = int("".join(filter(str.isdigit, id_)))
    return with_check_digits(f"3526101122233300018155{SERIES[kind]}{number:09}100000000", 9, 1)


def nfe(made: dict[str, Any]) -> str:
    amount = f"{made['valor']:.2f}"
    return (
        f'<nfeProc><NFe><infNFe versao="4.00" Id="NFe{key_of(made["id"])}">'
        f"<ide><mod>55</mod><dhEmi>2025-10-03T10:00:00-03:00</dhEmi></ide>"
        f"<emit><CNPJ>11222333000181</CNPJ></emit><dest><xNome>{made['cliente']}</xNome></dest>"
        f"<det><prod><xProd>Café</xProd><qCom>1</qCom><vUnCom>1</vUnCom><vProd>{amount}</vProd></prod></det>"
        f"<total><ICMSTot><vNF>{amount}</vNF></ICMSTot></total></infNFe></NFe></nfeProc>"
    )


def lot(made: list[dict[str, Any]]) -> bytes:
    inner = "\n".join(map(nfe, made))
    return f'<lote xmlns="{NAMESPACE}">\n{inner}\n</lote>\n'.encode()


def is_of(id_: str, kind: str) -> bool:
    return id_.startswith(kind) or id_[22:25] == SERIES[kind]


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    ".json": lambda made: json.dumps(made).encode(),
    ".jsonl": lines,
    ".json.gz": lambda made: gzip.compress(json.dumps(made).encode()),
    ".jsonl.gz": lambda made: gzip.compress(lines(made)),
    ".xml": lot,
    ".xml.gz": lambda made: gzip.compress(lot(made)),
}


@dataclass
class Entry:
    """An upload's entry in the ledger."""

    status: Status = Status.PROCESSING
    progress: Progress = field(default_factory=Progress)
    counts: Counts = field(default_factory=Counts)
    rejects: str | None = None
    error: DocumentError | None = None


@dataclass
class World:
    """What outlives an invocation."""

    upload: Upload
    objects: dict[tuple[str, str], bytes]
    entry: Entry = field(default_factory=Entry)
    table: dict[str, Held] = field(default_factory=dict)
    seen: list[tuple[int, int]] = field(default_factory=list)
    read: list[tuple[int, int]] = field(default_factory=list)

    def names(self, bucket: str) -> list[str]:
        return S3(self.objects).names(bucket)

    def rejects(self) -> list[dict[str, Any]]:
        [key] = self.names("rejects")
        assert self.entry.rejects == f"s3://rejects/{key}"
        return [json.loads(line) for line in self.objects["rejects", key].splitlines()]


class Ledger:
    """The ledger, as `aws.ledger` promises it."""

    def __init__(self, world: World, life: Life) -> None:
        self.world = world
        self.life = life
        self.before_checkpoint: list[Callable[[], object]] = []
        self.is_left = False

    def begin(self, _: Upload) -> Begun:
        self.life.before()
        return Begun(self.world.entry.status, "2026-10-05T12:00:00.000Z", self.world.entry.progress, self.is_left)

    def checkpoint(self, _: Upload, progress: Progress) -> bool:
        if self.before_checkpoint:
            self.before_checkpoint.pop()()
        self.life.before()
        entry = self.world.entry
        if entry.status.is_final or self.is_left or entry.progress.order > progress.order:
            return False
        if entry.progress.order == progress.order:
            return entry.status is Status.PROCESSING
        # What is held is a copy, as in a table.
        entry.progress = Progress.of(json.loads(json.dumps(progress.as_dict())))
        entry.status = Status.PROCESSING
        self.world.seen.append(progress.order)
        self.world.read.append((progress.reading, progress.bytes_read))
        self.life.after()
        return True

    def resume(self, _: Upload) -> bool:
        self.life.before()
        assert self.world.entry.status is Status.STALLED
        self.world.entry.status = Status.PROCESSING
        return True

    def complete(self, _: Upload, counts: Counts, url: str | None) -> bool:
        return self._close(Status.COMPLETED, replace(counts), url, None)

    def fail(self, _: Upload, error: DocumentError) -> bool:
        return self._close(Status.FAILED, Counts(), None, error)

    def _close(self, status: Status, counts: Counts, url: str | None, error: DocumentError | None) -> bool:
        self.life.before()
        is_open = not self.world.entry.status.is_final
        if is_open:
            self.world.entry = Entry(status, Progress(), counts, url, error)
        self.life.after()
        return is_open


class Invoices:
    """The invoices table, as `aws.invoices` promises it."""

    def __init__(self, world: World, life: Life) -> None:
        self.table = world.table
        self.life = life
        self.fault: Exception | None = None

    def insert(self, candidates: dict[str, Candidate], _: str) -> dict[str, Holder | Reason]:
        self.life.before()
        if self.fault:
            raise self.fault
        assert len(candidates) <= 25
        found: dict[str, Holder | Reason] = {}
        for id_, one in candidates.items():
            if is_of(id_, REFUSED) and "Ana" not in one.checked.text:
                found[id_] = broken("refused", answer="no")
            elif is_of(id_, "taken"):
                found[id_] = ELSEWHERE.holder
            else:
                new = Held(Holder(one.checked.sha256, one.origin), texts_of(json.loads(one.checked.text)))
                found[id_] = self.table.setdefault(id_, new).holder
        self.life.after()
        return found

    def held(self, id_: str) -> Held | None:
        return ELSEWHERE if is_of(id_, "taken") else self.table.get(id_)


def world_of(body: bytes, suffix: str = ".json") -> World:
    upload = upload_of(f"notas{suffix}", len(body))
    return World(upload, {("uploads", upload.key): body})


def services(world: World, seconds: float = math.inf, life: Life | None = None, *, often: bool = False) -> Services:
    """An invocation that has so many seconds, one of which passes whenever somebody asks."""
    life = life or Life()
    patience = Patience(Countdown(seconds) if seconds < math.inf else lambda: 900)
    patience.checkpoint_seconds = 0.0 if often else math.inf
    s3: Any = S3(world.objects, life)
    ledger: Any = Ledger(world, life)
    invoices: Any = Invoices(world, life)
    return Services(s3, ledger, invoices, *BUCKETS, patience)


def run(world: World, seconds: float = math.inf, life: Life | None = None, *, often: bool = False) -> Result:
    return process.process(world.upload, services(world, seconds, life, often=often))


def run_to_the_end(world: World, seconds: float) -> int:
    """Invocations of so many seconds each, until the upload has ended. Returns how many it took."""
    for number in range(1, 200):
        result = run(world, seconds)
        if result.progress is None:
            assert result.status is world.entry.status
            return number
        assert result.status is Status.PROCESSING
        assert world.entry.progress == result.progress
        assert world.names("rejects") == [], "rejects appear whole or not at all"
    raise AssertionError("it never ends")


@cache
def in_one_go(body: bytes, suffix: str) -> World:
    """The world after an invocation that had the time."""
    world = world_of(body, suffix)
    assert run(world) == Result(Status.COMPLETED, COUNTS)
    return world


def assert_ended_as_in_one_go(world: World) -> None:
    assert (world.entry.status, world.entry.counts) == (Status.COMPLETED, COUNTS)
    whole = in_one_go(world.objects["uploads", world.upload.key], world.upload.key.removeprefix("notas"))
    assert [one["position"] for one in world.rejects()] == REJECTED
    assert world.objects == whole.objects, "the same rejects, and nothing unfinished"
    assert world.table == whole.table
    assert world.seen == sorted(world.seen), "progress never goes back"
    assert world.read == sorted(world.read), "nor do the bytes that a person sees"
    assert all(0 <= read <= world.upload.size for _, read in world.read)


@pytest.mark.parametrize("suffix", FORMS)
def test_an_upload_that_has_the_time_ends_in_one_invocation(suffix: str) -> None:
    world = world_of(FORMS[suffix](values()), suffix)
    assert run(world) == Result(Status.COMPLETED, COUNTS)
    assert_ended_as_in_one_go(world)
    assert world.seen == []


@pytest.mark.parametrize("seconds", [20, 40, 170])
@pytest.mark.parametrize("suffix", FORMS)
def test_an_upload_that_outlasts_its_invocations_ends_as_in_one(suffix: str, seconds: float) -> None:
    world = world_of(FORMS[suffix](values()), suffix)
    assert run_to_the_end(world, seconds) > 1
    assert_ended_as_in_one_go(world)


def test_both_readings_go_on_where_they_were_left() -> None:
    world = world_of(lines(values()), ".jsonl")
    run_to_the_end(world, 10)
    readings = [reading for reading, _ in world.seen]
    assert readings.count(1) > 5
    assert readings.count(2) > 3
    assert (2, 0) in world.seen, "the second reading begins at the beginning"


@pytest.mark.parametrize("seconds", [20, math.inf])
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".jsonl.gz", ".xml"])
def test_a_fault_of_the_document_has_the_same_place_however_many_invocations_it_took(
    suffix: str, seconds: float
) -> None:
    made = values()
    text = (b"[\n" + lines(made).replace(b"\n", b",\n") if suffix == ".json" else lines(made)) + b"\n\n, oops"
    if suffix == ".xml":
        text = lot(made).removesuffix(b"</lote>\n") + b"\n&oops;"
    world = world_of(gzip.compress(text) if suffix.endswith(".gz") else text, suffix)
    assert (run_to_the_end(world, seconds) > 1) == (seconds < math.inf)
    error = world.entry.error
    assert error is not None
    lines_before = text.count(b"\n") + 1
    assert (error.line, error.column) == (lines_before, 3 if suffix == ".json" else 1)
    assert world.table == {}
    assert world.names("unfinished") == []


def test_checkpoints_come_on_the_way() -> None:
    world = world_of(lines(values()), ".jsonl")
    with pytest.raises(CrashedError):
        run(world, life=Life(165), often=True)
    assert world.entry.progress.reading is Reading.STORING
    assert 0 < world.entry.progress.place.position < NUMBER
    assert world.entry.progress.counts.received == world.entry.progress.place.position


def test_no_more_than_one_tail_is_kept() -> None:
    world = world_of(lines(values()), ".jsonl")
    while run(world, 20).progress is not None:
        assert len([name for name in world.names("unfinished") if "/tail-" in name]) <= 1


def test_what_is_unfinished_of_others_stays() -> None:
    world = world_of(lines(values()), ".jsonl")
    world.objects["unfinished", "another.jsonl/part-00001"] = b"theirs"
    run_to_the_end(world, 20)
    assert world.names("unfinished") == ["another.jsonl/part-00001"]


def test_another_attempt_that_comes_to_the_end_first_is_believed() -> None:
    for skipped in range(40):
        world = world_of(lines(values()), ".jsonl")
        ours = services(world, often=True)
        ledger: Any = ours.ledger
        ledger.before_checkpoint = [lambda world=world: run(world), *[lambda: None] * skipped]
        result = process.process(world.upload, ours)
        if ledger.before_checkpoint:
            break
        assert (result.status, result.replayed) == (Status.COMPLETED, True)
        assert_ended_as_in_one_go(world)
    assert skipped > 10


@pytest.mark.parametrize("calls", [0, 3], ids=["before it begins", "on its way"])
def test_an_attempt_leaves_the_upload_to_a_later_event(calls: int) -> None:
    world = world_of(lines(values()), ".jsonl")
    ours = services(world, often=True)
    ledger: Any = ours.ledger
    ledger.is_left = not calls
    ledger.before_checkpoint = [lambda: setattr(ledger, "is_left", True), *[lambda: None] * max(0, calls - 1)]
    assert process.process(world.upload, ours) == Result(Status.PROCESSING, Counts())
    assert len(world.seen) == max(0, calls - 1), "it stops where it finds that out"
    run_to_the_end(world, 20)
    assert_ended_as_in_one_go(world)


def test_an_attempt_that_may_not_resume_an_upload_looks_again() -> None:
    # Lambda gave up on it once more, between its beginning and that.
    world = world_of(lines(values()), ".jsonl")
    world.entry.status = Status.STALLED
    ours = services(world)
    ledger: Any = ours.ledger
    resume = ledger.resume

    def refused(_: Upload) -> bool:
        ledger.resume = resume
        return False

    ledger.resume = refused
    begun = ledger.begin
    statuses = []

    def begin(upload: Upload) -> Begun:
        statuses.append(world.entry.status)
        return begun(upload)  # type: ignore[no-any-return]

    ledger.begin = begin
    assert process.process(world.upload, ours).status is Status.COMPLETED
    assert statuses == [Status.STALLED, Status.STALLED]


def test_an_attempt_whose_parts_another_has_removed_finds_that_it_has_ended() -> None:
    world = world_of(lines(values()), ".jsonl")
    ours = services(world, often=True)
    s3: Any = ours.s3
    begin = s3.create_multipart_upload

    def begin_late(**request: Any) -> Any:
        assert run(world).status is Status.COMPLETED
        return begin(**request)

    s3.create_multipart_upload = begin_late
    assert process.process(world.upload, ours).replayed
    assert_ended_as_in_one_go(world)
    assert s3.open == {}, "no multipart upload stays open"


@pytest.mark.parametrize("what", ["part", "tail", ""])
def test_what_is_gone_of_unfinished_rejects_is_written_anew(what: str) -> None:
    # After 30 days they are removed, whether their upload has ended or not.
    world = world_of(lines(values()), ".jsonl")
    while not (world.entry.progress.parts and world.entry.progress.tail):
        run(world, 20)
    gone = [name for name in world.names("unfinished") if what in name]
    assert gone
    for name in gone:
        del world.objects["unfinished", name]
    assert run(world).status is Status.COMPLETED
    assert_ended_as_in_one_go(world)


def test_parts_that_are_gone_again_and_again_are_a_fault() -> None:
    world = world_of(lines(values()), ".jsonl")
    while not world.entry.progress.parts:
        run(world, 20)
    ours = services(world)
    s3: Any = ours.s3
    copy = s3.upload_part_copy

    def copy_late(**request: Any) -> Any:
        for name in world.names("unfinished"):
            del world.objects["unfinished", name]
        return copy(**request)

    s3.upload_part_copy = copy_late
    with pytest.raises(Exception, match="NoSuchKey"):
        process.process(world.upload, ours)


def test_an_upload_that_had_stalled_goes_on_and_says_so_at_once() -> None:
    world = world_of(lines(values()), ".jsonl")
    while world.entry.progress.reading is Reading.CHECKING:
        run(world, 20)
    world.entry.status = Status.STALLED
    at_first: list[Status] = []
    ours = services(world)
    invoices: Any = ours.invoices
    insert = invoices.insert

    def looking(*arguments: Any) -> Any:
        at_first.append(world.entry.status)
        return insert(*arguments)

    invoices.insert = looking
    assert process.process(world.upload, ours).status is Status.COMPLETED
    assert set(at_first) == {Status.PROCESSING}
    assert_ended_as_in_one_go(world)


def test_an_upload_that_has_ended_is_left_alone() -> None:
    world = world_of(lines(values()), ".jsonl")
    run(world)
    before = dict(world.objects)
    assert run(world) == Result(Status.COMPLETED, Counts(), replayed=True)
    assert world.objects == before


def failing(world: World, error: Exception) -> Services:
    ours = services(world)
    invoices: Any = ours.invoices
    invoices.fault = error
    return ours


def test_an_invocation_that_came_no_further_has_failed() -> None:
    world = world_of(lines(values()), ".jsonl")
    with pytest.raises(OutOfTimeError):
        process.process(world.upload, failing(world, OutOfTimeError("InternalServerError")))


@pytest.mark.parametrize("fault", [OutOfTimeError("InternalServerError"), ThrottledError("SlowDown")], ids=repr)
def test_an_invocation_that_came_further_before_a_fault_is_continued(fault: Exception) -> None:
    world = world_of(lines(values()), ".jsonl")
    ours = services(world)
    invoices: Any = ours.invoices
    insert = invoices.insert

    def breaking(candidates: Any, time: str) -> Any:
        if any(id_ == "NF-100" for id_ in candidates):
            raise fault
        return insert(candidates, time)

    invoices.insert = breaking
    result = process.process(world.upload, ours)
    assert result.progress is not None
    assert 0 < result.progress.place.position <= 100
    assert run(world).status is Status.COMPLETED
    assert_ended_as_in_one_go(world)


def test_the_next_invoice_of_an_id_is_tried_where_dynamodb_refuses_the_first() -> None:
    id_ = f"{REFUSED} 1"
    others = [invoice(id_), invoice(id_, cliente="Ana"), invoice(id_)]
    world = world_of(json.dumps([invoice("a chunk of its own"), *others]).encode())
    assert run(world).counts == Counts(received=4, stored=2, rejected=2)


DIFFERENT = lines([invoice(f"NF-{number}") for number in range(NUMBER)])


def assert_a_chunk_waits_for_the_one_before(world: World, number: int) -> None:
    """The chunk after the one of this number, counted from 1, is not begun before that one has landed."""
    ours = services(world)
    invoices: Any = ours.invoices
    insert = invoices.insert
    begun: list[object] = []
    next_one = Event()

    def slow(*arguments: Any) -> Any:
        begun.append(arguments)
        if len(begun) == number:
            assert not next_one.wait(0.2), "the next chunk waits for this one"
        elif len(begun) > number:
            next_one.set()
        return insert(*arguments)

    invoices.insert = slow
    assert process.process(world.upload, ours).status is Status.COMPLETED
    assert len(begun) > number


def test_a_table_that_is_too_slow_for_whole_chunks_takes_one_invoice_in_each_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = world_of(DIFFERENT, ".jsonl")
    left = [900.0]
    landed = process._landed

    def landed_in_the_last_moment(*arguments: Any) -> Any:
        result = landed(*arguments)
        left[0] = 0.0
        return result

    monkeypatch.setattr(process, "_landed", landed_in_the_last_moment)
    test_is_over = Event()
    try:
        for position in (1, 2, 3):
            left[0] = 900.0
            ours = replace(services(world), patience=Patience(lambda: left[0]))
            invoices: Any = ours.invoices
            insert = invoices.insert

            def slow(candidates: Any, time: str, insert: Any = insert) -> Any:
                if len(candidates) > 1:
                    test_is_over.wait(60)
                    raise CrashedError
                return insert(candidates, time)

            invoices.insert = slow
            result = process.process(world.upload, ours)
            assert (result.status, world.entry.progress.place.position) == (Status.PROCESSING, position)
    finally:
        test_is_over.set()


def test_what_is_under_way_has_a_limit_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_UNDER_WAY", 1)
    assert_a_chunk_waits_for_the_one_before(world_of(DIFFERENT, ".jsonl"), 2)


def test_an_id_is_never_on_its_way_twice() -> None:
    # The first of a file is to be the first in the table.
    ids = ["0", "NF-1", "a", "b", "c", "d", "NF-1", "e"]
    assert_a_chunk_waits_for_the_one_before(world_of(json.dumps([invoice(id_) for id_ in ids]).encode()), 2)


def test_a_document_that_is_too_large_to_keep_is_read_to_its_last_byte_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SMALL", 1_000)
    world = world_of(lines(values()) + b"\noops", ".jsonl")
    assert run(world).status is Status.FAILED
    assert world.table == {}
    world = world_of(lines(values()), ".jsonl")
    assert run(world) == Result(Status.COMPLETED, COUNTS)
    assert_ended_as_in_one_go(replace(world, seen=[]))


@pytest.mark.parametrize("throttled", [True, False])
def test_what_is_still_under_way_when_time_is_over_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, *, throttled: bool
) -> None:
    world = world_of(lines(values()), ".jsonl")
    left = [900.0]
    ours = replace(services(world), patience=Patience(lambda: left[0]))
    invoices: Any = ours.invoices
    landed = process._landed
    test_is_over = Event()

    def stuck(*_: Any) -> Any:
        test_is_over.wait(60)
        raise CrashedError

    def waited_for_too_late(*arguments: Any) -> Any:
        ours.patience.last_fault = StatementError("ThrottlingError" if throttled else "InternalServerError", "")
        left[0] = 0.0
        return landed(*arguments)

    invoices.insert = stuck
    monkeypatch.setattr(process, "_landed", waited_for_too_late)
    try:
        with pytest.raises(OutOfTimeError, match="took too long") as raised:
            process.process(world.upload, ours)
        assert isinstance(raised.value, ThrottledError) == throttled
    finally:
        test_is_over.set()


def test_unfinished_rejects_stand_under_the_key_of_the_finished_ones() -> None:
    world = world_of(lines(values()), ".jsonl")
    while not world.entry.progress.parts:
        run(world, 20)
    assert {name.partition("/")[0] for name in world.names("unfinished")} == {object_key(world.upload.key, "v1")}


def damaged(body: bytes, place: int) -> bytes:
    """The bytes as they arrive where one of them is hurt on its way."""
    return body[:place] + bytes([body[place] ^ 0x80]) + body[place + 1 :]


def gets(ours: Services) -> list[str | None]:
    """The ranges of the document that were asked for."""
    s3: Any = ours.s3
    return [
        request.get("Range")
        for operation, request in s3.requests
        if operation == "get_object" and request["Bucket"] == "uploads"
    ]


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
@pytest.mark.parametrize("suffix", FORMS)
def test_a_document_is_not_refused_for_bytes_that_were_damaged_on_their_way(suffix: str, share: float) -> None:
    world = world_of(FORMS[suffix](values()), suffix)
    body = world.objects["uploads", world.upload.key]
    ours = services(world)
    s3: Any = ours.s3
    place = int(len(body) * share)
    s3.script["get_object"] = [damaged(body, place), damaged(body, place - 1)]
    assert process.process(world.upload, ours) == Result(Status.COMPLETED, COUNTS)
    assert_ended_as_in_one_go(world)


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".jsonl.gz", ".xml"])
def test_nor_where_they_are_damaged_once_it_is_being_stored(monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(process, "SMALL", 100)
    monkeypatch.setattr(uploads, "CHUNK", 1_000)
    world = world_of(FORMS[suffix](values()), suffix)
    body = world.objects["uploads", world.upload.key]
    ours = services(world)
    s3: Any = ours.s3
    s3.script["get_object"] = [None, None, damaged(body, len(body) * 3 // 4)]
    assert process.process(world.upload, ours) == Result(Status.COMPLETED, COUNTS)
    assert_ended_as_in_one_go(world)
    # Two at a time in each reading, of which the second has to agree.
    asked = gets(ours)
    assert asked[:4] == [None] * 4
    # The others can be read from their start only.
    again = suffix in {".json", ".jsonl"}
    assert [bool(range_) for range_ in asked[4:]] == [again, again], "what has landed is not read again"


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".xml"])
def test_nor_is_it_stored_with_bytes_that_were_damaged_and_are_well_formed(
    monkeypatch: pytest.MonkeyPatch, suffix: str, number: int
) -> None:
    monkeypatch.setattr(process, "SMALL", 100)
    monkeypatch.setattr(uploads, "CHUNK", 1_000)
    world = world_of(FORMS[suffix](values()), suffix)
    body = world.objects["uploads", world.upload.key]
    ours = services(world)
    s3: Any = ours.s3
    s3.script["get_object"] = [*[None] * number, body.replace(b"2878.1", b"9878.1")]
    assert process.process(world.upload, ours) == Result(Status.COMPLETED, COUNTS)
    assert_ended_as_in_one_go(world)


def test_nor_where_they_are_damaged_in_a_later_invocation() -> None:
    world = world_of(lines(values()), ".jsonl")
    run(world, 20)
    assert world.entry.progress.place.position
    body = world.objects["uploads", world.upload.key]
    ours = services(world, 300)
    s3: Any = ours.s3
    s3.script["get_object"] = [damaged(body[world.entry.progress.place.point.offset :], 500)]
    assert process.process(world.upload, ours).error is None
    run_to_the_end(world, 40)
    assert_ended_as_in_one_go(world)


@pytest.mark.parametrize("seconds", range(4, 16))
def test_a_checkpoint_of_the_first_reading_stands_where_a_record_ends(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    # Where bytes are damaged that are well-formed all the same, two records come for one. What is found from the second
    # one on would be found by every reading that begins there.
    monkeypatch.setattr(process, "SMALL", 1_000)
    body = lines(values()).replace(b', "', b',  "', 40)
    world = world_of(body, ".jsonl")
    ours = services(world, seconds, often=True)
    s3: Any = ours.s3
    s3.script["get_object"] = [body.replace(b',  "', b'}\n{"')]
    with suppress(OutOfTimeError):
        process.process(world.upload, ours)
    run_to_the_end(world, 40)
    assert world.entry.status is Status.COMPLETED
    assert (world.entry.counts.stored, world.entry.counts.rejected) == (COUNTS.stored, COUNTS.rejected)


@pytest.mark.parametrize("number", range(4))
def test_bytes_that_do_not_have_their_checksum_are_read_again(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Those of either answer in either reading."""
    monkeypatch.setattr(process, "SMALL", 1_000)
    world = world_of(lines(values()), ".jsonl")
    ours = services(world)
    s3: Any = ours.s3
    # boto3 compares them at the end of the body.
    s3.script["get_object"] = [None] * number + [FlexibleChecksumError(error_msg="other bytes")]
    assert process.process(world.upload, ours) == Result(Status.COMPLETED, COUNTS)
    assert_ended_as_in_one_go(world)


@pytest.mark.parametrize("suffix", [".json", ".jsonl.gz"])
def test_a_document_is_refused_after_two_readings_that_agree(suffix: str) -> None:
    text = lines(values()) + b"oops"
    world = world_of(gzip.compress(text) if suffix.endswith(".gz") else text, suffix)
    ours = services(world)
    assert process.process(world.upload, ours).status is Status.FAILED
    assert len(gets(ours)) == 2
    assert world.table == {}


def test_what_s3_says_can_never_be_read_is_not_asked_for_again() -> None:
    world = world_of(lines(values()), ".jsonl")
    world.objects.clear()
    ours = services(world)
    result = process.process(world.upload, ours)
    assert result.error is not None
    assert (result.status, result.error.code) == (Status.FAILED, "missing_object")
    assert len(gets(ours)) == 1


def test_bytes_that_are_damaged_as_long_as_there_is_time_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SMALL", 1_000)
    world = world_of(lines(values()), ".jsonl")
    body = world.objects["uploads", world.upload.key]
    left = [900.0]

    def sleep(seconds: float) -> None:
        left[0] -= seconds

    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", sleep)
    ours = replace(services(world), patience=Patience(lambda: left[0]))
    ours.patience.checkpoint_seconds = math.inf
    s3: Any = ours.s3
    s3.script["get_object"] = [None, None, *[damaged(body, 1)] * 10_000]
    with pytest.raises(OutOfTimeError, match="DamagedError"):
        process.process(world.upload, ours)
    assert world.entry.status is Status.PROCESSING
    assert world.table == {}


EVERY_CALL = pytest.param(1, id="every call", marks=pytest.mark.night("one call in seven is tried by day"))


@pytest.mark.parametrize("step", [7, EVERY_CALL])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("seconds", [math.inf, 40], ids=["in one go", "over many invocations"])
def test_an_invocation_that_dies_at_any_call_changes_nothing(seconds: float, after: bool, step: int) -> None:
    # The first reading has a checkpoint after each record, all of them alike.
    for calls in [*range(1, NUMBER, 10 * step), *range(NUMBER, 400, step)]:
        world = world_of(lines(values()), ".jsonl")
        try:
            life = Life(calls, after=after)
            while run(world, seconds, life, often=True).progress is not None:
                pass
        except CrashedError:
            run_to_the_end(world, seconds)
            assert_ended_as_in_one_go(world)
        else:
            break
    assert calls > NUMBER + 50
