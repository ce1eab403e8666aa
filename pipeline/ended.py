"""What became of one upload."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .functions.rejects import Reject
from .words import marked

STATUS = {
    "completed": marked("completed"),
    "failed": marked("failed"),
    "processing": marked("processing"),
    "stalled": marked("stalled"),
}
"""What a person calls the status of an upload, by its name in the ledger."""


@dataclass(frozen=True, slots=True)
class Ended:
    """An upload at its end: the file, the ledger's entry as the API shows it, and its rejects.

    Without a cloud there is no `version_id`, and the entry has a status, the counts and the error.
    """

    file: str
    key: str
    version_id: str | None
    entry: dict[str, Any]
    rejects: Iterable[Reject] = ()

    @property
    def is_clean(self) -> bool:
        """Whether every invoice was stored or was a duplicate."""
        return self.entry["status"] == "completed" and not self.entry["conflicts"] and not self.entry["rejected"]

    @property
    def is_stalled(self) -> bool:
        """Whether Lambda gave up on it."""
        return bool(self.entry["status"] == "stalled")
