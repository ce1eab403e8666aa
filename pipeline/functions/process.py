"""One upload, from its bytes to its last outcome.

A document is read twice: once to its last byte, because a document that breaks off must leave nothing behind, and once
to store it. Every step can be repeated, by a replay or by an attempt after a crash, with the same result:

- the ledger entry opens once and closes once;
- an invoice is stored where its id is free, and an invoice whose `_ingest` names this upload and position counts as
  stored, whichever attempt stored it;
- so every attempt judges every record alike, and writes the same rejects to the same place.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .aws.invoices import Invoices
from .aws.ledger import Ledger, Status
from .aws.rejects import RejectsWriter
from .aws.uploads import Upload, read
from .counts import Counts
from .document import Record, records
from .errors import DocumentError
from .outcome import Chunk, Holder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SMALL = 1024 * 1024
"""A document of up to this many characters is kept between the two readings; a larger one is fetched again."""

WRITERS = 3
"""How many chunks are on their way to the table at once, while the next one is read and checked."""


@dataclass(frozen=True, slots=True)
class Services:
    """The services that the function uses."""

    s3: "S3Client"
    ledger: Ledger
    invoices: Invoices
    rejects_bucket: str


@dataclass(frozen=True, slots=True)
class Result:
    """How an upload ended. `counts` are all 0 unless it completed; `replayed` says that it had ended before."""

    status: Status
    counts: Counts
    error: DocumentError | None = None
    replayed: bool = False


def process(upload: Upload, services: Services) -> Result:
    """Process an upload to its end, unless it has ended already."""
    begun = services.ledger.begin(upload)
    if begun.status is not Status.PROCESSING:
        return Result(begun.status, Counts(), replayed=True)
    try:
        counts, rejects_url = _judged(upload, services, _well_formed(upload, services), begun.started_at)
    except DocumentError as error:
        # A large document may also be deleted between its two readings. What was stored by then stays: without the
        # bytes, nobody can tell what else was in them.
        closed = services.ledger.fail(upload, error)
        return Result(Status.FAILED, Counts(), error, replayed=not closed)
    closed = services.ledger.complete(upload, counts, rejects_url)
    return Result(Status.COMPLETED, counts, replayed=not closed)


def _judged(
    upload: Upload, services: Services, reread: Callable[[], Iterable[Record]], started_at: str
) -> tuple[Counts, str | None]:
    """Give every invoice its outcome. Returns the counts, and the URL of the rejects."""
    counts = Counts()
    with RejectsWriter(services.s3, services.rejects_bucket, upload) as rejects:
        for chunk, holders in _insert(_chunks(upload, reread()), services.invoices, started_at):
            for judged in chunk.judge(holders):
                counts.add(judged.outcome)
                if judged.reasons:
                    rejects.add(judged)
    return counts, rejects.url


def _well_formed(upload: Upload, services: Services) -> Callable[[], Iterable[Record]]:
    """Read the document to its last byte. Returns a way to read its records again. Raises DocumentError."""
    kept: list[Record] | None = []
    room = SMALL
    for record in records(read(services.s3, upload), upload.layout):
        room -= len(record.text or "") + 1
        if room < 0:
            kept = None
        elif kept is not None:
            kept.append(record)
    if kept is not None:
        small = kept
        return lambda: small
    return lambda: records(read(services.s3, upload), upload.layout)


def _chunks(upload: Upload, found: Iterable[Record]) -> Iterator[Chunk]:
    chunk = Chunk(upload.key, upload.version_id)
    for record in found:
        chunk.add(record)
        if chunk.is_full():
            yield chunk
            chunk = Chunk(upload.key, upload.version_id)
    if chunk.entries:
        yield chunk


def _insert(chunks: Iterator[Chunk], invoices: Invoices, started_at: str) -> Iterator[tuple[Chunk, dict[str, Holder]]]:
    """Put chunks into the table, several at a time. Yields each with its holders, in file order."""
    under_way: deque[tuple[Chunk, Future[dict[str, Holder]]]] = deque()
    with ThreadPoolExecutor(WRITERS) as pool:
        for chunk in chunks:
            # File order decides who is first, so an id is never on its way twice at once.
            while len(under_way) == WRITERS or any(
                chunk.candidates.keys() & other.candidates for other, _ in under_way
            ):
                yield _landed(under_way)
            under_way.append((chunk, pool.submit(invoices.insert, chunk.candidates, started_at)))
        while under_way:
            yield _landed(under_way)


def _landed(under_way: deque[tuple[Chunk, Future[dict[str, Holder]]]]) -> tuple[Chunk, dict[str, Holder]]:
    chunk, holders = under_way.popleft()
    return chunk, holders.result()
