"""How far an upload has come, and how long the rest will take, by the checkpoints in its ledger entry. Pure."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .words import _

FIRST_READING = 0.05
"""The first reading's part of the time. It only looks whether the file is a document: some 6 µs an invoice, where
judging and storing take more than 100."""

CHECKPOINTS = 20
"""How many checkpoints tell the speed. They are a few seconds apart, so a speed that changes is noticed in a minute."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far an upload had come at a moment: of the whole, `share` (0 to 1) is done, `judged` invoices of it."""

    at: datetime
    reading: int
    share: float
    judged: int


def checkpoint(entry: dict[str, Any]) -> Checkpoint | None:
    """The checkpoint of a ledger entry in the form that the API shows; None before the first one."""
    progress = entry["progress"]
    if progress is None:
        return None
    reading = int(progress["reading"])
    part = min(1.0, int(progress["bytes"]) / max(1, int(entry["size"])))
    share = part * FIRST_READING if reading == 1 else FIRST_READING + part * (1 - FIRST_READING)
    return Checkpoint(datetime.fromisoformat(progress["at"]), reading, share, int(progress["judged"]))


class Pace:
    """How fast one upload moves."""

    def __init__(self) -> None:
        self._seen: deque[Checkpoint] = deque(maxlen=CHECKPOINTS)

    def see(self, one: Checkpoint) -> None:
        """Take note of a checkpoint. Those of the first reading say nothing of the second, which takes longest."""
        if one.reading != 1 and not (self._seen and one.at == self._seen[-1].at):
            self._seen.append(one)

    def seconds_left(self) -> float | None:
        """How long the rest will take at the speed of the last checkpoints; None while nothing tells."""
        if len(self._seen) < 2:
            return None
        first, last = self._seen[0], self._seen[-1]
        seconds, done = (last.at - first.at).total_seconds(), last.share - first.share
        return (1 - last.share) * seconds / done if seconds > 0 and done > 0 else None


def about(seconds: float) -> str:
    """A time in words: `about 40 s`, `about 3 min`, `about 2.5 h`."""
    if seconds < 90:
        return _("about {seconds} s", seconds=max(5, round(seconds / 5) * 5))
    if seconds < 90 * 60:
        return _("about {minutes} min", minutes=round(seconds / 60))
    return _("about {hours:.1f} h", hours=seconds / 3600)
