"""What would become of files, by the functions' own code and without a cloud, on a table that is empty before."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .ended import Ended
from .errors import UsageError
from .functions import layouts
from .functions.counts import Counts
from .functions.errors import DocumentError
from .functions.gunzip import gunzip
from .functions.outcome import Candidate, Chunk, Holder
from .functions.reasons import Reason
from .functions.rejects import Reject, line
from .kept import Kept
from .words import _

PIECE = 64 * 1024
"""Bytes to read at once."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document to check: how reports call it, the key it would be uploaded under, and what reads some of its bytes.

    `read` is as a file's. It may raise OSError.
    """

    file: str
    key: str
    read: Callable[[int], bytes]


class Check:
    """Checks documents as if each was uploaded after the one before had ended.

    It keeps the ids and the hashes of the invoices that would be stored, and the rejects.
    """

    def __init__(self) -> None:
        self._table = _Table()
        self._rejects = Kept()
        self._uploads = 0

    def judge(self, source: Source) -> Ended:
        """What would become of a document. Raises UsageError where it cannot be read to its end."""
        self._uploads += 1
        version = str(self._uploads)
        counts, begin = Counts(), self._rejects.end
        try:
            for chunk in _chunks(source, version):
                for judged in chunk.judge(self._table.insert(chunk.candidates)):
                    counts.add(judged.outcome)
                    if judged.reasons:
                        self._rejects.add(line(judged))
        except DocumentError as error:
            # Nothing of it would be stored.
            self._table.forget(version)
            self._rejects.end = begin
            return Ended(source.file, source.key, None, _entry("failed", Counts(), error))
        rejects = _Rejects(self._rejects, begin, self._rejects.end)
        return Ended(source.file, source.key, None, _entry("completed", counts, None), rejects)


def _chunks(source: Source, version: str) -> Iterator[Chunk]:
    """The document's records, together as the function takes them. Raises DocumentError and UsageError."""
    layout = layouts.layout_of(source.key)
    chunk = Chunk(source.key, version)
    pieces = _pieces(source)
    for record in layouts.reader_of(gunzip(pieces) if layouts.is_compressed(source.key) else pieces, layout):
        chunk.add(record)
        if chunk.is_full():
            yield chunk
            chunk = Chunk(source.key, version)
    yield chunk


def _pieces(source: Source) -> Iterator[bytes]:
    try:
        yield from iter(lambda: source.read(PIECE), b"")
    except OSError as error:
        facts = {"file": source.file, "why": error.strerror, "so": _("no file was reported on")}
        raise UsageError(_("{file} cannot be read: {why}; {so}", **facts)) from None


def _entry(status: str, counts: Counts, error: DocumentError | None) -> dict[str, Any]:
    return {"status": status, **counts.as_dict(), "error": error and error.as_dict()}


class _Table:
    """Who holds each id."""

    def __init__(self) -> None:
        self._held: dict[str, Holder] = {}

    def insert(self, candidates: Mapping[str, Candidate]) -> dict[str, Holder | Reason]:
        """Store the candidates whose ids are free. Returns who holds each id then."""
        return {
            id_: self._held.setdefault(id_, Holder(candidate.checked.sha256, candidate.origin))
            for id_, candidate in candidates.items()
        }

    def forget(self, version: str) -> None:
        """Remove what came from an upload."""
        # The last ones, because a dict keeps the order.
        while self._held:
            id_, holder = self._held.popitem()
            if holder.origin is None or holder.origin.version_id != version:
                self._held[id_] = holder
                break


@dataclass(frozen=True, slots=True)
class _Rejects:
    """The rejects of one upload, which are lines in `kept`. They are read anew whenever they are asked for."""

    kept: Kept
    begin: int
    end: int

    def __iter__(self) -> Iterator[Reject]:
        place = self.begin
        while place < self.end:
            text = self.kept.line(place)
            place += len(text)
            yield Reject.parse(text.decode().rstrip("\n"))
