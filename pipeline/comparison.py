"""How an entry of the ledger compares with the invoices and the rejects of its upload. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .findings import Kind, Some, counted
from .functions.counts import Counts
from .functions.rejects import Reject

FINAL = ("completed", "failed")

STATUSES = (*FINAL, "processing", "stalled")

LOST_MIDWAY = ("missing_object", "archived", "key_denied", "client_key")
"""Errors of an upload that could no longer be read. What was stored by then stays, however much it is."""

AGAIN = "Upload the same file again: what is there counts as duplicate, and what is missing is stored"
REMOVE_THEM = "Restore the table, or remove them and upload the same file again"
RESTORE_LEDGER = "Restore the ledger's table"

Fault = tuple[Kind, str]
"""What is wrong with an upload, and the message that follows its name."""

_WRONG = {
    Kind.CONTENT: "whose content is not what was stored",
    Kind.CUSTOMER: "which a search for the customer does not find",
    Kind.POSITIONS: "at a position that it does not have, or where there is another",
}


@dataclass(slots=True)
class Upload:
    """What the ledger says of an upload, and what the invoices table holds of it so far.

    `error` is the error's code. `stored` is how many invoices were in the table for certain when the entry was read: as
    many as it counts where the upload has ended, else as many as its last checkpoint counts. An upload `is_late` if its
    entry was made while the audit ran: not all of its invoices may have been seen.

    The positions that were seen take a bit each: a million invoices take 125 KB.
    """

    status: str
    counts: Counts
    rejects: str | None = None
    error: str | None = None
    stored: int = 0
    is_late: bool = False
    found: int = 0
    _seen: bytearray | None = None
    _wrong: dict[Kind, Some] | None = None

    @classmethod
    def of(cls, entry: dict[str, Any]) -> "Upload":
        """An entry of the ledger, as `unmarshal` of `functions.aws.ledger` reads it.

        Raises ValueError, which says what is wrong with it.
        """
        try:
            counts = Counts(**{name: int(entry[name]) for name in Counts().as_dict()})
            error, progress = entry["error"], entry.get("progress")
            upload = cls(str(entry["status"]), counts, entry["rejects"], error and error["code"])
            upload.stored = counts.stored
            if progress and not upload.is_final:
                upload.stored = int(progress["counts"]["stored"])
        except KeyError as missing:
            raise ValueError(f"has no {missing}") from None
        except (TypeError, ValueError, ArithmeticError) as wrong:
            raise ValueError(f"has a wrong value: {wrong}") from None
        if upload.status not in STATUSES:
            raise ValueError(f"has the status {upload.status!r}, which is none of {', '.join(STATUSES)}")
        return upload

    @property
    def is_final(self) -> bool:
        """Whether the upload has ended."""
        return self.status in FINAL

    @property
    def refused(self) -> int:
        """How many lines its rejects have."""
        return self.counts.conflicts + self.counts.rejected

    def is_told_by(self, entry: dict[str, Any]) -> bool:
        """Whether an entry that was read later says the same."""
        try:
            other = Upload.of(entry)
        except ValueError:
            return False
        ours, theirs = ((one.status, one.counts, one.rejects, one.error) for one in (self, other))
        return ours == theirs

    def add(self, id_: str, position: int, *, intact: bool, indexed: bool = True) -> None:
        """Count an invoice of the table that names this upload.

        `intact` says that its content has its hash, `indexed` that the index has it under its customer's name.
        """
        self.found += 1
        if not intact:
            self._some(Kind.CONTENT).add(id_)
        if not indexed:
            self._some(Kind.CUSTOMER).add(id_)
        if self.status == "completed" and not self._is_new(position):
            self._some(Kind.POSITIONS).add(id_)

    def _is_new(self, position: int) -> bool:
        if not 0 <= position < self.counts.received:
            return False
        place, bit = position // 8, 1 << position % 8
        if self._seen is None:
            self._seen = bytearray()
        # As far as needed only: a count may be damaged, too.
        self._seen.extend(bytes(max(0, place + 1 - len(self._seen))))
        is_new = not self._seen[place] & bit
        self._seen[place] |= bit
        return is_new

    def _some(self, kind: Kind) -> Some:
        self._wrong = self._wrong or {}
        return self._wrong.setdefault(kind, Some())

    def compare(self) -> Iterator[Fault]:
        """What does not hold, once every invoice of the table was added. That it has not ended is not said here."""
        if not self.is_late:
            if self.is_final:
                yield from self._compare_counts()
            # What was stored of an upload that could be read no longer is not counted.
            may_be_more = not self.is_final or self.error in LOST_MIDWAY
            if self.found < self.stored or (self.found > self.stored and not may_be_more):
                remedy = AGAIN if self.found < self.stored else RESTORE_LEDGER
                yield (
                    Kind.STORED,
                    f"has {counted(self.found, 'invoice')} in the table, but the ledger counts {self.stored:,} as "
                    f"stored. {remedy}",
                )
        for kind, some in (self._wrong or {}).items():
            yield kind, f"has {counted(some.count, 'invoice')} in the table {_WRONG[kind]}: {some}. {REMOVE_THEM}"

    def _compare_counts(self) -> Iterator[Fault]:
        counts = self.counts
        total = counts.stored + counts.duplicates + counts.conflicts + counts.rejected
        if counts.received != total:
            yield (
                Kind.COUNTS,
                f"has counts that do not add up: {counts.received} received, but {counts.stored} stored + "
                f"{counts.duplicates} duplicates + {counts.conflicts} conflicts + {counts.rejected} rejected = "
                f"{total}. {RESTORE_LEDGER}",
            )
        if bool(self.refused) != bool(self.rejects):
            points = "points to rejects" if self.rejects else "points to no rejects"
            yield (
                Kind.REJECTS,
                f"{points}, but the ledger counts {self.refused} conflicts and rejected. {RESTORE_LEDGER}",
            )


def unfinished(entry: dict[str, Any]) -> Fault:
    """How far an upload has come that has not ended, by its entry in the ledger."""
    if entry["status"] == "stalled":
        why = entry["error"]["message"].rstrip(".") if entry["error"] else "no reason given"
        return (
            Kind.STALLED,
            f"has been stalled since {entry.get('stalled_at')}: {why}. Remove the cause, then run: notas redrive",
        )
    return (
        Kind.PROCESSING,
        f"is still processing, since {entry.get('started_at')}, {_how_far(entry)}. Look again later; if it does not "
        "move on, the function's logs say why",
    )


def _how_far(entry: dict[str, Any]) -> str:
    progress = entry.get("progress")
    if not progress:
        return "with nothing to show yet"
    of_bytes = f"{progress['bytes']} of {entry['size']} bytes"
    if progress["reading"] == 1:
        return f"with {of_bytes} checked by {progress['at']}"
    return f"with {progress['position']} invoices judged by {progress['at']}, in {of_bytes}"


def check_rejects(lines: Iterable[bytes], received: int, refused: int) -> tuple[int, str | None]:
    """How many lines there are, and the first thing that is wrong with them, if anything is.

    The lines are an upload's rejects, each with its newline. The ledger counts so many invoices as received and as
    refused.
    """
    number, last, wrong = 0, -1, None
    for number, line in enumerate(lines, start=1):
        if wrong is None:
            position = _position(line)
            if position is None:
                wrong = f"line {number} cannot be read"
            elif position <= last:
                wrong = f"line {number} has position {position}, which does not come after {last}"
            elif position >= received:
                wrong = f"line {number} has position {position}, but only {received} invoices were received"
            last = last if position is None else position
    if wrong is None and number != refused:
        wrong = f"they have {number} lines, but the ledger counts {refused} conflicts and rejected"
    return number, wrong


def _position(line: bytes) -> int | None:
    """The position of a line of rejects; None if the line is not as it was written."""
    try:
        text = line.decode()
        reject = Reject.parse(text.removesuffix("\n"))
    except ValueError:
        return None
    head = f'{{"position": {reject.position}, "reasons": {json.dumps(reject.reasons)}, "original": '
    is_whole = text == f"{head}{reject.original}}}\n" and _is_json(reject.original)
    return reject.position if is_whole else None


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except RecursionError:
        return True  # What was refused may be deeper than a parser goes.
    except ValueError:
        return False
    return True
