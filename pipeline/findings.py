"""What an audit finds wrong."""

from dataclasses import dataclass, field
from enum import StrEnum

from .words import _, plural

SHOWN = 5
"""How many invoices a finding names; it says how many there are in all."""


class Kind(StrEnum):
    """What can be wrong."""

    UNHEARD = "unheard"
    """An object in the uploads bucket has no entry in the ledger."""
    PROCESSING = "processing"
    """An upload has not ended yet."""
    STALLED = "stalled"
    """Lambda gave up on an upload."""
    ENTRY = "entry"
    """An entry of the ledger cannot be read."""
    COUNTS = "counts"
    """The counts of an entry do not add up."""
    STORED = "stored"
    """The invoices table holds more or fewer invoices of an upload than its entry says."""
    POSITIONS = "positions"
    """Invoices have positions that their upload does not have, or share one."""
    CONTENT = "content"
    """Invoices are not what was stored."""
    CUSTOMER = "customer"
    """Invoices are not under their customers' names in the index."""
    UNKNOWN_UPLOAD = "unknown_upload"
    """Invoices name an upload that the ledger does not know."""
    REJECTS = "rejects"
    """The rejects of an upload are missing, or are not those that its entry counts."""
    UNCLAIMED_REJECTS = "unclaimed_rejects"
    """No entry points to an object in the rejects bucket."""


UNFINISHED = (Kind.UNHEARD, Kind.PROCESSING, Kind.STALLED)
"""What is not wrong with a stack that is at work, but is with one whose uploads have all ended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. `message` follows `about`, and says what to do.

    `key` and `version_id` name the upload that it is about, if there is one.
    """

    kind: Kind
    about: str
    message: str
    key: str | None = None
    version_id: str | None = None

    @classmethod
    def of(cls, kind: Kind, key: str, version_id: str, message: str) -> "Finding":
        """A finding about an upload."""
        return cls(kind, _("{key} (version {version_id})", key=key, version_id=version_id), message, key, version_id)


@dataclass(slots=True)
class Some:
    """Invoices: how many, and the ids of the first."""

    count: int = 0
    ids: list[str] = field(default_factory=list)

    def add(self, id_: str) -> None:
        """Count one."""
        self.count += 1
        if len(self.ids) < SHOWN:
            self.ids.append(id_)

    def __str__(self) -> str:
        ids = ", ".join(map(repr, self.ids))
        more = self.count - len(self.ids)
        return _("{ids} and {more} more", ids=ids, more=more) if more else ids


def invoices(count: int) -> str:
    """`1 invoice`, `2,000 invoices`."""
    return plural(count, "{count:,} invoice", "{count:,} invoices")
