"""`python -m benchmarks`: measure, print tables in Markdown, and exit with 1 where a target is missed."""

import argparse
import sys
from dataclasses import dataclass

from fixtures.stacks import Stack, deployed
from pipeline.clouds import embedded

from . import memory, speed, waiting
from .contestants import BATCH_WRITER, NAIVE, PIPELINE, Contestant

MANY = 1_000
"""The speed targets are for files of at least this many invoices."""

LEAST_SPEEDUP = 6.0
MOST_SLOWDOWN = 1.5
MOST_MEMORY_MB = 200.0
MOST_WAIT = 1.3
# Noise of a shared machine; a cost that grew with the file would grow a hundredfold.
MOST_GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class Target:
    """A target and whether it was met."""

    what: str
    measured: float
    met: bool

    def __str__(self) -> str:
        return f"{'met   ' if self.met else 'MISSED'}  {self.what}: {self.measured:.2f}"


def main() -> int:
    """Measure everything. Returns 0 if all targets are met."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: figures to look at, not to quote")
    quick = parser.parse_args().quick
    with embedded.start() as cloud:
        contestants = [Contestant(cloud, PIPELINE, "1" * 12)]
        contestants += [Contestant(cloud, NAIVE, "2" * 12), Contestant(cloud, BATCH_WRITER, "3" * 12)]
        print(f"On {cloud.version}, Python {sys.version.split()[0]}\n")
        times = speed.measure(contestants, speed.QUICK_ROUNDS if quick else speed.ROUNDS)
        _show_speed(times)
        costs = memory.measure(contestants[0], memory.QUICK_SIZES if quick else memory.SIZES)
        _show_memory(costs)
        with deployed(cloud, Stack) as stack:
            waits = waiting.measure(stack, waiting.QUICK_ROUNDS if quick else waiting.ROUNDS)
        _show_waits(waits)
    targets = [*_speed_targets(times), *_memory_targets(costs), *_wait_targets(waits)]
    print(*targets, sep="\n")
    return 0 if all(target.met for target in targets) else 1


def _show_speed(times: dict[int, dict[str, speed.Times]]) -> None:
    print("| invoices in a file | way | invoices/s | p50 ms | p95 ms | time, notas = 1 |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    for size, by_name in times.items():
        for name, own in by_name.items():
            ratio = own.p50 / by_name[PIPELINE].p50
            print(
                f"| {size:,} | {name} | {size / own.p50:,.0f} | {own.p50 * 1000:,.0f} | {own.p95 * 1000:,.0f} "
                f"| {ratio:.2f} |"
            )
    print()


def _show_memory(costs: list[memory.Cost]) -> None:
    print("| invoices in a file | MB | peak memory, MB | µs per record | of which the function's processor time |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for cost in costs:
        print(
            f"| {cost.invoices:,} | {cost.megabytes:.1f} | {cost.peak_mb:.0f} | {cost.wall_microseconds:.0f} "
            f"| {cost.cpu_microseconds:.0f} |"
        )
    print()


def _show_waits(waits: dict[int, tuple[speed.Times, speed.Times]]) -> None:
    print("| invoices in a file | the tests' wait, p50 ms | asking without a pause, p50 ms | ratio |")
    print("| ---: | ---: | ---: | ---: |")
    for size, (own, bare) in waits.items():
        print(f"| {size:,} | {own.p50 * 1000:,.0f} | {bare.p50 * 1000:,.0f} | {own.p50 / bare.p50:.2f} |")
    print()


def _wait_targets(waits: dict[int, tuple[speed.Times, speed.Times]]) -> list[Target]:
    return [
        Target(
            f"{size:,} invoices: times a bare wait, {MOST_WAIT:g} or less",
            own.p50 / bare.p50,
            own.p50 / bare.p50 <= MOST_WAIT,
        )
        for size, (own, bare) in waits.items()
    ]


def _speed_targets(times: dict[int, dict[str, speed.Times]]) -> list[Target]:
    targets = []
    for size, by_name in times.items():
        if size >= MANY:
            speedup = by_name[NAIVE].p50 / by_name[PIPELINE].p50
            slowdown = by_name[PIPELINE].p50 / by_name[BATCH_WRITER].p50
            targets.append(
                Target(
                    f"{size:,} invoices: times as fast as {NAIVE}, {LEAST_SPEEDUP:g} or more",
                    speedup,
                    speedup >= LEAST_SPEEDUP,
                )
            )
            targets.append(
                Target(
                    f"{size:,} invoices: times the time of {BATCH_WRITER}, {MOST_SLOWDOWN:g} or less",
                    slowdown,
                    slowdown <= MOST_SLOWDOWN,
                )
            )
    return targets


def _memory_targets(costs: list[memory.Cost]) -> list[Target]:
    peak, growth = costs[-1].peak_mb, costs[-1].cpu_microseconds / costs[0].cpu_microseconds
    invoices = costs[-1].invoices
    return [
        Target(
            f"{invoices:,} invoices: MB of resident memory, {MOST_MEMORY_MB:g} or less", peak, peak <= MOST_MEMORY_MB
        ),
        Target(
            f"{invoices:,} invoices: a record's cost against {costs[0].invoices:,}, {MOST_GROWTH:g} or less",
            growth,
            growth <= MOST_GROWTH,
        ),
    ]


if __name__ == "__main__":
    sys.exit(main())
