"""What reports are about, as plain values: the run, how long things took, how many there are of each size."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from statistics import quantiles

BINS_A_DECADE = 20


@dataclass(frozen=True, slots=True)
class Run:
    """The run itself. `tests` are pytest's own counts, such as `{"passed": 12, "failed": 1}`; `failed` has names."""

    begun: datetime
    seconds: float
    command: str
    cloud: str
    tests: dict[str, int]
    failed: list[str]
    stopped_early: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """`count` of them took more than `low` seconds, up to `high`."""

    low: float
    high: float
    count: int


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The value that `percent` of them do not exceed, interpolated where need be; None without values."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def bins(seconds: Iterable[float]) -> list[Bin]:
    """How many took how long, in bins whose limits grow by an eighth, from the first non-empty to the last."""
    # Rounded, so that a limit is in the bin that it ends.
    counts = Counter(math.ceil(round(math.log10(one) * BINS_A_DECADE, 9)) for one in seconds)
    if not counts:
        return []
    return [
        Bin(10 ** ((number - 1) / BINS_A_DECADE), 10 ** (number / BINS_A_DECADE), counts[number])
        for number in range(min(counts), max(counts) + 1)
    ]


def ranges(values: Iterable[int], limits: Sequence[int]) -> list[tuple[str, int]]:
    """How many values are in each range that ends with a limit: `[("0", 2), ("1", 0), ("2–3", 7)]`.

    From the first non-empty range to the last. Values above every limit are "more than" the last one.
    """
    counts = Counter(bisect_left(limits, value) for value in values)
    names = [f"{limits[0]:,}"]
    for last, limit in pairwise(limits):
        names.append(f"{limit:,}" if limit == last + 1 else f"{last + 1:,}–{limit:,}")
    names.append(f"more than {limits[-1]:,}")
    return [(names[place], counts[place]) for place in range(min(counts), max(counts) + 1)] if counts else []


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """How long these last together, each from a moment to another; where they overlap, that counts once."""
    seconds, until = 0.0, float("-inf")
    for begun, ended in sorted(spans):
        seconds += max(0.0, ended - max(begun, until))
        until = max(until, ended)
    return seconds


def in_order(workers: Iterable[str]) -> list[str]:
    """Names of workers in the order in which a person counts: gw2 before gw10."""
    return sorted(workers, key=lambda name: (len(name), name))


def milliseconds(seconds: float | None) -> str:
    """Seconds as whole milliseconds; a dash for None."""
    return "–" if seconds is None else f"{seconds * 1000:,.0f}"


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """The rows of a table as lines of text: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    ]
