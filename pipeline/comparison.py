"""How an entry of the ledger compares with the invoices and the rejects of its upload. Pure."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .findings import Kind, Some, invoices
from .functions.counts import Counts
from .functions.rejects import Reject
from .words import _, marked, plural, told

FINAL = ("completed", "failed")

STATUSES = (*FINAL, "processing", "stalled")

LOST_MIDWAY = ("missing_object", "archived", "key_denied", "client_key")
"""Errors of an upload that could no longer be read. What was stored by then stays, however much it is."""

AGAIN = marked("Upload the same file again: what is there counts as duplicate, and what is missing is stored")
REMOVE_THEM = marked("Restore the table, or remove them and upload the same file again")
RESTORE_LEDGER = marked("Restore the ledger's table")

Fault = tuple[Kind, str]
"""What is wrong with an upload, and the message that follows its name."""

_WRONG = {
    Kind.CONTENT: marked("has {invoices} in the table whose content is not what was stored: {ids}"),
    Kind.CUSTOMER: marked("has {invoices} in the table which a search for the customer does not find: {ids}"),
    Kind.POSITIONS: marked(
        "has {invoices} in the table at a position that it does not have, or where there is another: {ids}"
    ),
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
            raise ValueError(_("has no {name}", name=missing)) from None
        except (TypeError, ValueError, ArithmeticError) as wrong:
            raise ValueError(_("has a wrong value: {error}", error=wrong)) from None
        if upload.status not in STATUSES:
            known = ", ".join(STATUSES)
            raise ValueError(
                _("has the status {status!r}, which is none of {known}", status=upload.status, known=known)
            )
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
                message = _(
                    "has {invoices} in the table, but the ledger counts {stored:,} as stored",
                    invoices=invoices(self.found),
                    stored=self.stored,
                )
                yield Kind.STORED, f"{message}. {_(remedy)}"
        for kind, some in (self._wrong or {}).items():
            message = _(_WRONG[kind], invoices=invoices(some.count), ids=some)
            yield kind, f"{message}. {_(REMOVE_THEM)}"

    def _compare_counts(self) -> Iterator[Fault]:
        counts = self.counts
        total = counts.stored + counts.duplicates + counts.conflicts + counts.rejected
        if counts.received != total:
            message = _(
                "has counts that do not add up: {received} received, but {stored} stored + {duplicates} duplicates + "
                "{conflicts} conflicts + {rejected} rejected = {total}",
                total=total,
                **counts.as_dict(),
            )
            yield Kind.COUNTS, f"{message}. {_(RESTORE_LEDGER)}"
        if bool(self.refused) != bool(self.rejects):
            message = (
                _("points to rejects, but the ledger counts {refused} conflicts and rejected", refused=self.refused)
                if self.rejects
                else _(
                    "points to no rejects, but the ledger counts {refused} conflicts and rejected", refused=self.refused
                )
            )
            yield Kind.REJECTS, f"{message}. {_(RESTORE_LEDGER)}"


def unfinished(entry: dict[str, Any]) -> Fault:
    """How far an upload has come that has not ended, by its entry in the ledger."""
    if entry["status"] == "stalled":
        why = told(entry["error"]).rstrip(".") if entry["error"] else _("no reason given")
        return Kind.STALLED, _(
            "has been stalled since {time}: {why}. Remove the cause, then run: notas redrive",
            time=entry.get("stalled_at"),
            why=why,
        )
    return Kind.PROCESSING, _(
        "is still processing, since {time}, {how_far}. Look again later; if it does not move on, the function's logs "
        "say why",
        time=entry.get("started_at"),
        how_far=_how_far(entry),
    )


def _how_far(entry: dict[str, Any]) -> str:
    progress = entry.get("progress")
    if not progress:
        return _("with nothing to show yet")
    facts = {"bytes": progress["bytes"], "size": entry["size"], "time": progress["at"]}
    if progress["reading"] == 1:
        return _("with {bytes} of {size} bytes checked by {time}", **facts)
    return plural(
        int(progress["position"]),
        "with {count} invoice judged by {time}, in {bytes} of {size} bytes",
        "with {count} invoices judged by {time}, in {bytes} of {size} bytes",
        **facts,
    )


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
                wrong = _("line {number} cannot be read", number=number)
            elif position <= last:
                wrong = _(
                    "line {number} has position {position}, which does not come after {last}",
                    number=number,
                    position=position,
                    last=last,
                )
            elif position >= received:
                wrong = plural(
                    received,
                    "line {number} has position {position}, but only {count} invoice was received",
                    "line {number} has position {position}, but only {count} invoices were received",
                    number=number,
                    position=position,
                )
            last = last if position is None else position
    if wrong is None and number != refused:
        wrong = plural(
            number,
            "they have {count} line, but the ledger counts {refused} conflicts and rejected",
            "they have {count} lines, but the ledger counts {refused} conflicts and rejected",
            refused=refused,
        )
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
