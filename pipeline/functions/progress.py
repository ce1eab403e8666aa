"""How far an upload has come, and where the next attempt at it goes on. Pure.

Outcomes are stable: once an id is held, it is held for ever, and the item says by which record of which upload. So the
counts and the rejects at a place of a document are the same for every attempt that comes by.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from .counts import Counts
from .document import BEGINNING, Place
from .window import Point


class Reading(IntEnum):
    """A document is read twice."""

    CHECKING = 1
    """To its last byte, because a document that breaks off must leave nothing behind."""
    STORING = 2
    """To give every invoice its outcome."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything before `place` has been read in this reading; `counts` and rejects are those of the invoices there.

    `bytes_read` is how many of the object's bytes that took. Of the rejects, `parts` are written whole, and another
    `tail` bytes are in an object of their own; see `aws.rejects`.
    """

    reading: Reading = Reading.CHECKING
    place: Place = BEGINNING
    bytes_read: int = 0
    counts: Counts = field(default_factory=Counts)
    parts: int = 0
    tail: int = 0

    @property
    def order(self) -> tuple[int, int]:
        """What comes later is greater."""
        return self.reading, self.place.position

    def as_dict(self) -> dict[str, Any]:
        """The progress as the ledger holds it."""
        point = self.place.point
        return {
            "reading": int(self.reading),
            "position": self.place.position,
            "bytes": self.bytes_read,
            "offset": point.offset,
            "line": point.line,
            "column": point.column,
            "counts": self.counts.as_dict(),
            "parts": self.parts,
            "tail": self.tail,
        }

    @classmethod
    def of(cls, held: dict[str, Any] | None) -> "Progress":
        """What `as_dict` made, read back; the beginning where there is none."""
        if held is None:
            return cls()
        point = Point(int(held["offset"]), int(held["line"]), int(held["column"]))
        return cls(
            Reading(int(held["reading"])),
            Place(int(held["position"]), point),
            int(held["bytes"]),
            Counts(**{name: int(count) for name, count in held["counts"].items()}),
            int(held["parts"]),
            int(held["tail"]),
        )
