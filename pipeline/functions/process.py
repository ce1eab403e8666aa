"""One upload, from its bytes to its last outcome, or as far as an invocation's time goes.

A document is read twice: once to its last byte, because a document that breaks off must leave nothing behind, and once
to store it. Every step can be repeated, by a replay or by an attempt after a crash, with the same result:

- the ledger's entry opens once and closes once, and its progress never goes back;
- an invoice is stored where its id is free, and an invoice whose `_ingest` names this upload and position counts as
  stored, whichever attempt stored it;
- so every attempt judges every record alike, and goes on wherever another left off.
"""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .aws.invoices import Invoices
from .aws.ledger import Begun, Ledger, Status
from .aws.patience import Patience, Pauses, out_of_time
from .aws.rejects import Rejects
from .aws.uploads import Body, Upload
from .chunks import chunked
from .counts import Counts
from .document import BEGINNING
from .errors import (
    DamagedError,
    DocumentError,
    OutOfTimeError,
    OvertakenError,
    UnfinishedGoneError,
    UnreadableError,
)
from .layouts import reader_of
from .outcome import Chunk, Holder
from .progress import Progress, Reading
from .reasons import Reason

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Holders = dict[str, Holder | Reason]
"""Who holds each id, or why DynamoDB refuses the invoice."""

SMALL = 1024 * 1024
"""A document of up to this many bytes is kept between the two readings; a larger one is fetched again."""

WRITERS = 8
"""How many chunks are on their way to the table at once, while the next one is read and checked."""

MAX_UNDER_WAY = 4 * 1024 * 1024
"""The most bytes of chunks on their way to the table, by `Chunk.size`."""


@dataclass(frozen=True, slots=True)
class Services:
    """The services that the function uses, and the time that it has for them."""

    s3: "S3Client"
    ledger: Ledger
    invoices: Invoices
    rejects_bucket: str
    unfinished_bucket: str
    patience: Patience


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an upload. `counts` are all 0 unless it completed; `replayed` says that it had ended before.

    Where the status is `processing`, the time is over, and the next invocation goes on after `progress`; or there is
    none, because the upload is left to the attempt at a later event.
    """

    status: Status
    counts: Counts
    error: DocumentError | None = None
    replayed: bool = False
    progress: Progress | None = None


def process(upload: Upload, services: Services) -> Result:
    """Process an upload to its end, unless it has ended already, or as far as the time goes.

    Raises OutOfTimeError if the upload came no further; ThrottledError if that was because a service asked for less at
    a time, also where the ledger was too busy to say where to begin.
    """
    first: Progress | None = None
    anew = False
    pauses = Pauses(services.patience)
    while True:
        begun = _begin(upload, services)
        if begun.status.is_final:
            # The attempt that ended it may have been killed before it cleaned up.
            _rejects(upload, services, Progress()).clean_up()
            return Result(begun.status, Counts(), replayed=True)
        if begun.is_left:
            return Result(Status.PROCESSING, Counts())
        first = first or begun.progress
        attempt = _Attempt(upload, services, begun.started_at, begun.progress, anew=anew)
        try:
            return attempt.run()
        except OutOfTimeError:
            if attempt.saved.order == first.order:
                raise
            return Result(Status.PROCESSING, Counts(), progress=attempt.saved)
        except OvertakenError:
            continue
        except DamagedError as damage:
            pauses.wait(damage)
        except UnfinishedGoneError:
            # If no other attempt removed them, they have expired, because the upload has been stalled for long.
            expired = services.ledger.begin(upload) == begun
            if expired and anew:
                raise
            anew = anew or expired


def _begin(upload: Upload, services: Services) -> Begun:
    """Open the upload's entry in the ledger, or find it. One that had stalled goes on."""
    while True:
        begun = services.ledger.begin(upload)
        if begun.status is not Status.STALLED or services.ledger.resume(upload):
            return begun


class _Attempt:
    """One attempt at an upload, from where it was left. `saved` is what the ledger has of its progress.

    It stores and writes the rejects `anew`, from the first invoice on, where what was unfinished of them is gone. The
    outcomes are the same again, so the ledger need not go back: it has its next checkpoint beyond the last one.
    """

    def __init__(
        self, upload: Upload, services: Services, started_at: str, progress: Progress, *, anew: bool = False
    ) -> None:
        self.upload = upload
        self.services = services
        self.started_at = started_at
        self.saved = progress
        self._start = Progress(Reading.STORING) if anew else progress
        self._saved_at = time.monotonic()

    def run(self) -> Result:
        """Go on to the end of the upload.

        Raises OutOfTimeError, OvertakenError, DamagedError or UnfinishedGoneError.
        """
        ledger, upload = self.services.ledger, self.upload
        rejects = _rejects(upload, self.services, self._start)
        try:
            kept = self._check() if self.saved.reading is Reading.CHECKING else None
            counts = self._store(kept, rejects)
        except DocumentError as error:
            # A large document may also be deleted between its two readings. What was stored by then stays: without the
            # bytes, nobody can tell what else was in them.
            result = Result(Status.FAILED, Counts(), error, replayed=not ledger.fail(upload, error))
        else:
            closed = ledger.complete(upload, counts, rejects.publish())
            result = Result(Status.COMPLETED, counts, replayed=not closed)
        if self.saved != Progress() or rejects.has_parts:
            rejects.clean_up()
        return result

    def _check(self) -> bytes | None:
        """Read the document to its last byte. Returns it if it is small. Raises DocumentError.

        A document is final once it is refused, and a byte that was damaged on its way makes any document a bad one. So
        its content is refused only where two readings came upon the same fault in the same bytes. S3's checksum would
        tell, but only once all has come, which may be terabytes after a fault; and there is none of a range, nor of all
        that was uploaded in parts.
        """
        found: tuple[DocumentError, int] | None = None
        while True:
            body = Body(self.services.s3, self.upload, self.services.patience, self.saved.place.point.offset)
            try:
                return self._read(body)
            except UnreadableError:
                raise
            except DocumentError as error:
                if (error, body.crc32) == found:
                    raise
                found = error, body.crc32

    def _read(self, body: Body) -> bytes | None:
        """Read from the last checkpoint to the last byte. Returns the document if that is all of it, and small.

        A damaged byte may end a record, or hide its end, and a checkpoint behind it would stand where none begins. No
        later reading would find that out: it begins there. So what is read on from is certain, here too.
        """
        place = self.saved.place
        kept = _Kept(body.certain(SMALL))
        reader = reader_of(kept, self.upload.layout, place, values=False)
        for _ in reader:
            over = self.services.patience.is_short()
            if over or self._is_due():
                self._save(Progress(Reading.CHECKING, reader.place(), body.bytes_read))
            if over:
                raise OutOfTimeError
        if place == BEGINNING and kept.content is not None:
            return bytes(kept.content)
        self._save(Progress(Reading.STORING))
        return None

    def _store(self, kept: bytes | None, rejects: Rejects) -> Counts:
        """Give every invoice its outcome. Returns the counts."""
        start = self._start if self._start.reading is Reading.STORING else Progress(Reading.STORING)
        body = Body(self.services.s3, self.upload, self.services.patience, start.place.point.offset)
        # An invoice is never changed, so damage must be seen before it is stored, not where the checksum comes.
        reader = reader_of(body.certain(SMALL) if kept is None else [kept], self.upload.layout, start.place)
        counts, landed = replace(start.counts), self.saved
        chunks = chunked(reader, self.upload.key, self.upload.version_id, self.services.patience.is_short)
        try:
            for chunk, holders in _insert(chunks, self.services, self.started_at):
                for judged in chunk.judge(holders):
                    counts.add(judged.outcome)
                    if judged.reasons:
                        rejects.add(judged)
                if chunk.end != BEGINNING:
                    read = body.bytes_read if kept is None else self.upload.size
                    landed = Progress(Reading.STORING, chunk.end, read, replace(counts), *rejects.extent)
                rejects.write_parts()
                if self._is_due():
                    self._save(landed, rejects)
        except OutOfTimeError:
            self._save(landed, rejects)
            raise
        except UnreadableError:
            raise
        except (DocumentError, DamagedError) as error:
            # It was read to its last byte without a fault, and a version never changes. What has landed was certain.
            self._save(landed, rejects)
            raise DamagedError(str(error)) from error
        return counts

    def _is_due(self) -> bool:
        return time.monotonic() - self._saved_at >= self.services.patience.checkpoint_seconds

    def _save(self, progress: Progress, rejects: Rejects | None = None) -> None:
        """Write a checkpoint, after all that it speaks of.

        Raises OvertakenError if another attempt has come further, ended the upload, or taken it up by a later event.
        """
        if progress.order <= self.saved.order:
            return
        if rejects is not None:
            rejects.save(progress)
        if not self.services.ledger.checkpoint(self.upload, progress):
            raise OvertakenError
        self.saved, self._saved_at = progress, time.monotonic()
        if rejects is not None:
            rejects.saved(progress)


def _rejects(upload: Upload, services: Services, progress: Progress) -> Rejects:
    buckets = services.rejects_bucket, services.unfinished_bucket
    return Rejects(services.s3, buckets, upload, progress, services.patience)


class _Kept:
    """The chunks of a document, and its content as long as it is small."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.content: bytearray | None = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if self.content is not None:
                self.content += chunk
                if len(self.content) > SMALL:
                    self.content = None
            yield chunk


def _insert(chunks: Iterator[Chunk], services: Services, started_at: str) -> Iterator[tuple[Chunk, Holders]]:
    """Put chunks into the table, several at a time. Yields each with the holders of its ids, in file order.

    Raises OutOfTimeError after the last chunk that there was time for. What is then still under way may land or not.
    """
    under_way: deque[tuple[Chunk, Future[Holders]]] = deque()
    over = None
    pool = ThreadPoolExecutor(WRITERS)
    try:
        while True:
            try:
                chunk = next(chunks)
            except StopIteration:
                break
            except OutOfTimeError as reason:
                over = reason
                break
            while (under_way and under_way[0][1].done()) or _has_to_wait(chunk, [other for other, _ in under_way]):
                yield _landed(under_way, services.patience)
            under_way.append((chunk, pool.submit(_insert_chunk, chunk, services.invoices, started_at)))
        while under_way:
            yield _landed(under_way, services.patience)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if over is not None:
        raise over


def _insert_chunk(chunk: Chunk, invoices: Invoices, started_at: str) -> Holders:
    holders: Holders = {}
    asking = chunk.candidates
    while asking:
        holders |= invoices.insert(asking, started_at)
        asking = chunk.next_candidates(holders) or chunk.compare(holders, invoices.held)
    return holders


def _has_to_wait(chunk: Chunk, under_way: list[Chunk]) -> bool:
    return (
        len(under_way) == WRITERS
        or sum(other.size for other in under_way) > MAX_UNDER_WAY
        # File order decides who is first, so an id is never on its way twice at once.
        or any(chunk.candidates.keys() & other.candidates for other in under_way)
    )


def _landed(under_way: deque[tuple[Chunk, Future[Holders]]], patience: Patience) -> tuple[Chunk, Holders]:
    chunk, holders = under_way.popleft()
    try:
        return chunk, holders.result(timeout=patience.grace())
    except TimeoutError:
        fault = patience.last_fault
        raise out_of_time(f"DynamoDB took too long; before, {fault}", fault) from None
