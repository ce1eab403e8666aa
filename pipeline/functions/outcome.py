"""What becomes of each invoice of an upload. Pure.

The table decides: for each id it holds the content that came first. Everything else follows from comparing with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .attributes import Texts
from .counts import Outcome
from .differences import differing
from .document import BEGINNING, Place, Record
from .invoice import Checked, check
from .reasons import Reason, shown_name

MAX_CHUNK_INVOICES = 25
"""The most statements that one BatchExecuteStatement takes."""

MAX_CHUNK_BYTES = 1024 * 1024
"""Bytes of items, or characters of text, in one chunk. DynamoDB takes 4 MB; several chunks are in memory at a time."""

RECORD_BYTES = 1_000
"""Roughly what a record takes in memory besides its text: `{}` is only two characters, but breaks four rules."""


MAX_NAMED = 10
"""How many of the members that differ a conflict names."""

Content = tuple[str, str]
"""What a record holds: the invoice's id, and the hash of its content."""


class Origin(NamedTuple):
    """Where an invoice came from: the upload, and the record's position in it."""

    key: str
    version_id: str
    position: int


class Holder(NamedTuple):
    """The holder of an id in the table: its content, and where it came from (None where another program wrote it)."""

    sha256: str
    origin: Origin | None


class Held(NamedTuple):
    """The whole item that holds an id, read at one moment. `texts` are its attributes."""

    holder: Holder
    texts: Texts


class Candidate(NamedTuple):
    """A valid invoice, to be stored if its id is free."""

    checked: Checked
    origin: Origin


class Judged(NamedTuple):
    """One record and what became of it; `reasons` say why it goes to the rejects, if it does."""

    record: Record
    outcome: Outcome
    reasons: list[Reason]


def check_record(record: Record) -> Checked | list[Reason]:
    """The invoice of a record, or every reason to refuse it."""
    if record.fault:
        return [record.fault]
    checked = check(record.value)
    if not record.lacks:
        return checked
    reasons = [] if isinstance(checked, Checked) else checked
    # The invoice's rules miss the same, but do not say where an NF-e has it.
    known = {(lack.code, lack.path) for lack in record.lacks}
    return [*record.lacks, *[reason for reason in reasons if (reason.code, reason.path) not in known]]


@dataclass(slots=True)
class Chunk:
    """Consecutive records of an upload, checked. Their invoices go to the table together.

    `candidates` has the first valid invoice of each id. Later ones with the same id are judged without the table. Where
    DynamoDB refuses the first, `next_candidates` puts another in its place; `compare` finds what conflicts are about.
    `end` is the place after the last record.
    """

    key: str
    version_id: str
    entries: list[tuple[Record, Checked | list[Reason]]] = field(default_factory=list)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    size: int = 0
    end: Place = BEGINNING
    _refused: dict[Content, Reason] = field(default_factory=dict)
    _conflicts: dict[Content, Reason] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Check a record and add it."""
        checked = check_record(record)
        self.entries.append((record, checked))
        self.size += RECORD_BYTES + len(record.text or "")
        if isinstance(checked, Checked) and checked.id not in self.candidates:
            self.candidates[checked.id] = self._candidate(record, checked)
            self.size += checked.wire_bytes

    def is_full(self) -> bool:
        """Whether the chunk should take no more."""
        return len(self.candidates) >= MAX_CHUNK_INVOICES or self.size >= MAX_CHUNK_BYTES

    def next_candidates(self, holders: Mapping[str, Holder | Reason]) -> dict[str, Candidate]:
        """The candidates to try in place of those that DynamoDB refused: for each id the next one with other content.

        `holders` says who holds the candidates' ids now, or why DynamoDB refused the candidate. Ask again once these
        have been tried, until there are none.
        """
        self._note_refusals(holders)
        following: dict[str, Candidate] = {}
        if not self._refused:
            return following
        for record, checked in self.entries:
            if not isinstance(checked, Checked) or not isinstance(holders[checked.id], Reason):
                continue
            if checked.id not in following and (checked.id, checked.sha256) not in self._refused:
                following[checked.id] = self._candidate(record, checked)
        self.candidates |= following
        return following

    def compare(self, holders: dict[str, Holder | Reason], read: Callable[[str], Held | None]) -> dict[str, Candidate]:
        """Find what each conflict is about, once there is no other candidate to try.

        `read` gives the item that holds an id; it is asked for those in conflict only, and `holders` then say who held
        them at that moment. Returns the candidates to try again: those whose ids are held no longer.
        """
        freed: dict[str, Candidate] = {}
        for id_ in self._in_conflict(holders):
            held = read(id_)
            if held is None:
                freed[id_] = self.candidates[id_]
                continue
            holders[id_] = held.holder
            contents = {one.sha256: one for _, one in self.entries if isinstance(one, Checked) and one.id == id_}
            for sha256, checked in contents.items():
                if sha256 != held.holder.sha256:
                    self._conflicts[id_, sha256] = _conflict(held.holder, differing(checked, held.texts))
            # Only one such item is in memory at a time.
            del held
        return freed

    def _in_conflict(self, holders: Mapping[str, Holder | Reason]) -> dict[str, None]:
        """The ids that records of other content have than their holders, and that were not compared yet; in order."""
        found: dict[str, None] = {}
        for _, checked in self.entries:
            if not isinstance(checked, Checked):
                continue
            holder = holders[checked.id]
            if isinstance(holder, Reason) or holder.sha256 == checked.sha256:
                continue
            content = checked.id, checked.sha256
            if content not in self._refused and content not in self._conflicts:
                found[checked.id] = None
        return found

    def judge(self, holders: Mapping[str, Holder | Reason]) -> list[Judged]:
        """What became of each record, in order, given the holders that were found for the last candidates.

        Conflicts must have been compared.
        """
        self._note_refusals(holders)
        judged = []
        for record, checked in self.entries:
            if not isinstance(checked, Checked):
                judged.append(Judged(record, Outcome.REJECTED, checked))
                continue
            holder = holders[checked.id]
            if self._refused:
                holder = self._refused.get((checked.id, checked.sha256), holder)
            if isinstance(holder, Reason):
                judged.append(Judged(record, Outcome.REJECTED, [holder]))
            elif holder.origin == (self.key, self.version_id, record.position):
                judged.append(Judged(record, Outcome.STORED, []))
            elif holder.sha256 == checked.sha256:
                judged.append(Judged(record, Outcome.DUPLICATE, []))
            else:
                judged.append(Judged(record, Outcome.CONFLICT, [self._conflicts[checked.id, checked.sha256]]))
        return judged

    def _candidate(self, record: Record, checked: Checked) -> Candidate:
        return Candidate(checked, Origin(self.key, self.version_id, record.position))

    def _note_refusals(self, holders: Mapping[str, Holder | Reason]) -> None:
        for id_, holder in holders.items():
            if isinstance(holder, Reason):
                self._refused[id_, self.candidates[id_].checked.sha256] = holder


def _conflict(holder: Holder, members: list[str]) -> Reason:
    """The reason, which names the first `MAX_NAMED` of the members that differ."""
    values: dict[str, str | int] = {"members": ", ".join(map(shown_name, members[:MAX_NAMED]))}
    hints = []
    if holder.origin is None:
        hints.append("foreign")
    else:
        values |= holder.origin._asdict()
    if len(members) > MAX_NAMED:
        hints.append("more")
        values |= {"more": len(members) - MAX_NAMED}
    return Reason("conflict", "/id", values | ({"hint": "_".join(hints)} if hints else {}))
