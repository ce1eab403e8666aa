"""The verdict: what became of each promise."""

from dataclasses import dataclass
from enum import StrEnum

from .promise import Promise


class Outcome(StrEnum):
    """What became of a promise. Unclear is one that was broken once and not the second time."""

    KEPT = "kept"
    BROKEN = "broken"
    UNCLEAR = "unclear"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of one promise, and `why`.

    Of a broken one there are the smallest `inputs` that break it, (key, document) each, the function's last `error`, or
    the `result` that it returned as JSON, and the last lines of its log.
    """

    promise: Promise
    outcome: Outcome
    why: str = ""
    inputs: tuple[tuple[str, bytes], ...] = ()
    error: str = ""
    result: str = ""
    log: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All rulings on an implementation."""

    name: str
    rulings: tuple[Ruling, ...]

    @property
    def broken(self) -> list[Ruling]:
        """Those on promises that are broken."""
        return [one for one in self.rulings if one.outcome is Outcome.BROKEN]

    def count(self, outcome: Outcome) -> int:
        """How many promises came to this."""
        return sum(one.outcome is outcome for one in self.rulings)
