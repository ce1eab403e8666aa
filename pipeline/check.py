"""What would become of files, by the functions' own code and without a cloud, on a table that is empty before."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aws_stack.errors import UsageError

from .ended import Ended
from .functions import layouts
from .functions.chunks import chunked
from .functions.counts import Counts, Outcome
from .functions.differences import texts_of
from .functions.errors import DocumentError
from .functions.gunzip import gunzip
from .functions.messages import HINT
from .functions.outcome import Candidate, Chunk, Held, Holder, Judged
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

    In memory are the ids and the hashes of the invoices that would be stored. What else is needed of them, and the
    rejects, is in temporary files where it is much.
    """

    def __init__(self) -> None:
        self._table = _Table()
        self._rejects = Kept()
        # By the version that stands for it.
        self._files: dict[str, str] = {}

    def judge(self, source: Source) -> Ended:
        """What would become of a document. Raises UsageError where it cannot be read to its end."""
        version = str(len(self._files))
        self._files[version] = source.file
        counts, begin = Counts(), self._rejects.end
        try:
            for chunk in _chunks(source, version):
                holders = self._table.insert(chunk.candidates)
                chunk.compare(holders, self._table.held)
                for judged in chunk.judge(holders):
                    counts.add(judged.outcome)
                    if judged.reasons:
                        self._rejects.add(line(self._as_files(judged)))
        except DocumentError as error:
            # Nothing of it would be stored.
            self._table.forget(version)
            self._rejects.end = begin
            return Ended(source.file, source.key, None, _entry("failed", Counts(), error))
        rejects = _Rejects(self._rejects, begin, self._rejects.end)
        return Ended(source.file, source.key, None, _entry("completed", counts, None), rejects)

    def _as_files(self, judged: Judged) -> Judged:
        """The same, where a conflict names the file that holds the id: there is neither a table nor a version."""
        if judged.outcome is not Outcome.CONFLICT:
            return judged
        [reason] = judged.reasons
        values = dict(reason.values)
        values["file"] = self._files[str(values.pop("version_id"))]
        values[HINT] = "file_more" if "more" in values else "file"
        return judged._replace(reasons=[Reason(reason.code, reason.path, values)])


def _chunks(source: Source, version: str) -> Iterator[Chunk]:
    """The document's records, together as the function takes them. Raises DocumentError and UsageError."""
    layout = layouts.layout_of(source.key)
    pieces = _pieces(source)
    reader = layouts.reader_of(gunzip(pieces) if layouts.is_compressed(source.key) else pieces, layout)
    yield from chunked(reader, source.key, version)


def _pieces(source: Source) -> Iterator[bytes]:
    try:
        yield from iter(lambda: source.read(PIECE), b"")
    except OSError as error:
        facts = {"file": source.file, "why": error.strerror, "so": _("no file was reported on")}
        raise UsageError(_("{file} cannot be read: {why}; {so}", **facts)) from None


def _entry(status: str, counts: Counts, error: DocumentError | None) -> dict[str, Any]:
    return {"status": status, **counts.as_dict(), "error": error and error.as_dict()}


class _Table:
    """Who holds each id, and the items."""

    def __init__(self) -> None:
        self._holders: dict[str, tuple[Holder, int, int]] = {}
        self._items = Kept()

    def insert(self, candidates: Mapping[str, Candidate]) -> dict[str, Holder | Reason]:
        """Store the candidates whose ids are free. Returns who holds each id then."""
        found: dict[str, Holder | Reason] = {}
        for id_, (checked, origin) in candidates.items():
            if id_ not in self._holders:
                begin = self._items.end
                self._holders[id_] = Holder(checked.sha256, origin), begin, self._items.add(checked.text.encode())
            found[id_] = self._holders[id_][0]
        return found

    def held(self, id_: str) -> Held:
        """The item that holds an id."""
        holder, begin, end = self._holders[id_]
        return Held(holder, texts_of(json.loads(self._items.read(begin, end))))

    def forget(self, version: str) -> None:
        """Remove what came from the last upload, which has this version."""
        # A dict keeps the order.
        while self._holders:
            id_, (holder, begin, end) = self._holders.popitem()
            if holder.origin is None or holder.origin.version_id != version:
                self._holders[id_] = holder, begin, end
                break
            self._items.end = begin


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
