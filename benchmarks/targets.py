"""The targets, and whether what was measured meets them."""

from dataclasses import dataclass

from .alone import Run, middle
from .bill import INVOICES, Bill
from .contestants import BATCH_WRITER, NAIVE, PIPELINE
from .large import Large
from .memory import Cost
from .slowed import LEAST_MB
from .speed import Times

MANY = 1_000
"""The speed targets are for files of at least this many invoices."""

LEAST_SPEEDUP = 6.0
MOST_SLOWDOWN = 1.5
LEAST_PER_SECOND = 8_000.0
MOST_OF_BEFORE = 0.6
MOST_MEMORY_MB = 100.0
MOST_WAIT = 1.3
# Noise of a shared machine; a cost that grew with the file would grow a hundredfold.
MOST_GROWTH = 1.25

MOST_STANDIN = 0.5
"""Of a core. A stand-in that is busier than that may be what holds the function up."""

UNITS = {"stored": 2, "duplicates": 1, "conflicts": 1, "rejected": 0}
PER_UPLOAD = 10
"""The most write units of an upload besides those of its invoices."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target and whether it was met."""

    what: str
    measured: float
    met: bool

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'MISSED'}  {self.what}: {self.measured:,.2f}"


def most(what: str, measured: float, limit: float) -> Target:
    """A target that is met by what is no more than the limit."""
    return Target(f"{what}, {limit:,g} or less", measured, measured <= limit)


def least(what: str, measured: float, limit: float) -> Target:
    """A target that is met by what is no less than the limit."""
    return Target(f"{what}, {limit:,g} or more", measured, measured >= limit)


def of_speed(times: dict[int, dict[str, Times]]) -> list[Target]:
    """The pipeline beside its rivals."""
    targets = []
    for size, by_name in times.items():
        if size >= MANY:
            own = by_name[PIPELINE].p50
            targets.append(
                least(f"{size:,} invoices: times as fast as {NAIVE}", by_name[NAIVE].p50 / own, LEAST_SPEEDUP)
            )
            targets.append(
                most(
                    f"{size:,} invoices: times the time of {BATCH_WRITER}",
                    own / by_name[BATCH_WRITER].p50,
                    MOST_SLOWDOWN,
                )
            )
    return targets


def of_runs(now: list[Run], before: list[Run]) -> list[Target]:
    """The function alone."""
    own = middle(now)
    targets = [
        least("invoices a second on one core, without an emulator", own.per_second, LEAST_PER_SECOND),
        most("of a core that the stand-in was busy", own.standin, MOST_STANDIN),
    ]
    if before:
        ratio = own.cpu_microseconds / middle(before).cpu_microseconds
        targets.append(most("times the processor time a record of before", ratio, MOST_OF_BEFORE))
    return targets


def of_bills(bills: list[Bill]) -> list[Target]:
    """The write units of each outcome."""
    return [
        most(
            f"{bill.outcome}: write units of a file of {INVOICES:,}",
            bill.usage.write_units,
            UNITS[bill.outcome] * INVOICES + PER_UPLOAD,
        )
        for bill in bills
    ]


def of_memory(costs: list[Cost]) -> list[Target]:
    """Memory and a record's cost, which must not grow with the file."""
    stored = [cost for cost in costs if cost.what == "stored"]
    growth = stored[-1].cpu_microseconds / stored[0].cpu_microseconds
    what = f"{stored[-1].invoices:,} invoices: times the processor time a record of {stored[0].invoices:,}"
    largest = [stored[-1], *(cost for cost in costs if cost.what != "stored")]
    return [
        *(most(f"{one.invoices:,}, {one.what}: MB of resident memory", one.peak_mb, MOST_MEMORY_MB) for one in largest),
        most(what, growth, MOST_GROWTH),
    ]


def of_least(costs: list[Cost]) -> list[Target]:
    """The function with the least memory: it has to have room there."""
    return [most(f"{one.invoices:,}, {one.what}: MB of resident memory", one.peak_mb, LEAST_MB) for one in costs]


def of_large(large: Large) -> list[Target]:
    """The largest file: its last tenth costs what its first one does."""
    name, first, last = f"{large.invoices:,} invoices in one file", large.first, large.last
    return [
        most(f"{name}: MB of resident memory", last.peak_mb, MOST_MEMORY_MB),
        most(f"{name}: times the memory of the first tenth", last.peak_mb / first.peak_mb, MOST_GROWTH),
        most(
            f"{name}: times the time a record of the first tenth",
            last.wall_microseconds / first.wall_microseconds,
            MOST_GROWTH,
        ),
    ]


def of_waits(waits: dict[int, tuple[Times, Times]]) -> list[Target]:
    """The tests' own wait."""
    return [
        most(f"{size:,} invoices: times a bare wait", own.p50 / bare.p50, MOST_WAIT)
        for size, (own, bare) in waits.items()
    ]
