"""The outcomes that an invoice can have, and how many invoices of an upload had each. Pure."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one invoice: exactly one of these."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(slots=True)
class Counts:
    """How many invoices of an upload had each outcome."""

    received: int = 0
    stored: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one invoice."""
        self.received += 1
        match outcome:
            case Outcome.STORED:
                self.stored += 1
            case Outcome.DUPLICATE:
                self.duplicates += 1
            case Outcome.CONFLICT:
                self.conflicts += 1
            case Outcome.REJECTED:
                self.rejected += 1

    def as_dict(self) -> dict[str, int]:
        """`{"received": …, "stored": …, "duplicates": …, "conflicts": …, "rejected": …}`."""
        return asdict(self)
