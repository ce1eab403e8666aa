"""How fast uploads reach their final ledger entry: the pipeline and its rivals, in turn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles

from .contestants import Contestant, document

SIZES = (1, 100, 1_000, 10_000)
"""Invoices in a file."""

ROUNDS = {1: 41, 100: 41, 1_000: 11, 10_000: 3}
QUICK_ROUNDS = {1: 11, 100: 5, 1_000: 3, 10_000: 1}

WARM_UPS = 2


@dataclass
class Times:
    """Seconds from upload to final ledger entry, each for a file of the same size, in the order they were measured."""

    seconds: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """The 95th percentile. After few rounds it is close to the slowest."""
        return quantiles(self.seconds, n=20, method="inclusive")[-1] if len(self.seconds) > 1 else self.seconds[0]


def measure(contestants: list[Contestant], rounds: dict[int, int]) -> Iterator[tuple[int, dict[str, Times]]]:
    """For each size, the times of each contestant by its name.

    In each round all contestants get a document of the same size, in rotating order, so that a machine that slows down
    slows all of them alike.
    """
    for contestant in contestants:
        for _ in range(WARM_UPS):
            contestant.seconds(document(100))
    for size in SIZES:
        times = {contestant.name: Times() for contestant in contestants}
        for round_ in range(rounds[size]):
            turn = round_ % len(contestants)
            for contestant in contestants[turn:] + contestants[:turn]:
                times[contestant.name].seconds.append(contestant.seconds(document(size)))
        yield size, times
