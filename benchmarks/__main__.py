"""`python -m benchmarks`: measure, print tables in Markdown, and exit with 1 where a target is missed."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from aws_stack.clouds import Cloud, embedded
from fixtures.prices import AS_OF, PRICES
from fixtures.stacks import Stack, deployed

from . import alone, bill, conflicts, large, least, memory, speed, stages, targets, waiting
from .contestants import BATCH_WRITER, NAIVE, PIPELINE, Contestant
from .targets import Target

REGION = "us-east-1"
"""Whose prices the bills are in."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What to measure on. `contestants` begin with the pipeline."""

    cloud: Cloud
    contestants: list[Contestant]
    quick: bool


def main() -> int:
    """Measure everything, or the parts that are named. Returns 0 if all targets are met."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds: figures to look at, not to quote")
    parser.add_argument("parts", nargs="*", help=f"what to measure, of: {', '.join(PARTS)}; without any, all")
    arguments = parser.parse_args()
    if unknown := [part for part in arguments.parts if part not in PARTS]:
        parser.error(f"no part of the benchmark: {', '.join(unknown)}")
    with embedded.start() as cloud:
        contestants = [Contestant(cloud, PIPELINE, "1" * 12)]
        contestants += [Contestant(cloud, NAIVE, "2" * 12), Contestant(cloud, BATCH_WRITER, "3" * 12)]
        busy = f"load {os.getloadavg()[0]:.1f} before it began"
        print(f"On {cloud.version}, Python {sys.version.split()[0]}, {os.cpu_count()} cores, {busy}\n")
        bench = Bench(cloud, contestants, arguments.quick)
        results = [target for part in arguments.parts or PARTS for target in PARTS[part](bench)]
    print(*results, sep="\n")
    return 0 if all(target.met for target in results) else 1


def _alone(bench: Bench) -> list[Target]:
    print("| on one core, without an emulator | invoices/s | µs of the processor a record | the stand-in's core |")
    print("| --- | ---: | ---: | ---: |")
    size, rounds = (alone.QUICK_INVOICES, alone.QUICK_ROUNDS) if bench.quick else (alone.INVOICES, alone.ROUNDS)
    runs: dict[str, list[alone.Run]] = {alone.NOW: [], alone.BEFORE: []}
    for version, run in alone.measure(size, rounds):
        runs[version].append(run)
        _row(
            f"| {version}, {size:,} invoices | {run.per_second:,.0f} | {run.cpu_microseconds:.0f} | {run.standin:.0%} |"
        )
    print()
    return targets.of_runs(runs[alone.NOW], runs[alone.BEFORE])


def _stages(bench: Bench) -> list[Target]:
    _row("| stage | µs of the processor a record |")
    _row("| --- | ---: |")
    for stage in stages.measure(stages.QUICK_INVOICES if bench.quick else stages.INVOICES):
        _row(f"| {stage.name} | {stage.microseconds:.1f} |")
    print()
    return []


def _speed(bench: Bench) -> list[Target]:
    print("| invoices in a file | way | invoices/s | p50 ms | p95 ms | time, notas = 1 |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    times = {}
    for size, by_name in speed.measure(bench.contestants, speed.QUICK_ROUNDS if bench.quick else speed.ROUNDS):
        times[size] = by_name
        for name, own in by_name.items():
            ratio = own.p50 / by_name[PIPELINE].p50
            _row(
                f"| {size:,} | {name} | {size / own.p50:,.0f} | {own.p50 * 1000:,.0f} | {own.p95 * 1000:,.0f} "
                f"| {ratio:.2f} |"
            )
    print()
    return targets.of_speed(times)


def _bill(bench: Bench) -> list[Target]:
    print(f"| way | outcome | write units each | read units each | a million, in {REGION} ({AS_OF}) |")
    print("| --- | --- | ---: | ---: | ---: |")
    bills = []
    for one in bill.measure(bench.cloud):
        bills.append(one)
        _show_bill(one)
    for one in bill.weighed():
        _show_bill(one)
    print()
    return targets.of_bills(bills)


def _show_bill(one: bill.Bill) -> None:
    usage, dollars = one.usage, PRICES[REGION].of(one.usage) * 1_000_000 / bill.INVOICES
    _row(
        f"| {one.way} | {one.outcome} | {usage.write_units / bill.INVOICES:.3f} "
        f"| {usage.read_units / bill.INVOICES:.3f} | ${dollars:.2f} |"
    )


def _memory(bench: Bench) -> list[Target]:
    print("| invoices in a file | MB | peak memory, MB | µs a record | of it the function's processor time |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    costs = []
    for cost in _costs(bench):
        costs.append(cost)
        _row(
            f"| {cost.invoices:,}, {cost.what} | {cost.megabytes:.1f} | {cost.peak_mb:.0f} "
            f"| {cost.wall_microseconds:.0f} | {cost.cpu_microseconds:.0f} |"
        )
    print()
    return targets.of_memory(costs)


def _costs(bench: Bench) -> Iterator[memory.Cost]:
    yield from memory.measure(bench.contestants[0], memory.QUICK_SIZES if bench.quick else memory.SIZES)
    yield conflicts.measure(conflicts.QUICK_INVOICES if bench.quick else conflicts.INVOICES)


def _least(bench: Bench) -> list[Target]:
    _row("| invoices in a file | peak memory, MB | µs a record | of it the function's processor time | in 900 s |")
    _row("| ---: | ---: | ---: | ---: | ---: |")
    costs = []
    for cost in least.measure(least.QUICK_INVOICES if bench.quick else least.INVOICES):
        costs.append(cost)
        _row(
            f"| {cost.invoices:,}, {cost.what} | {cost.peak_mb:.0f} | {cost.wall_microseconds:,.0f} "
            f"| {cost.cpu_microseconds:.0f} | {least.in_its_time(cost):,.0f} |"
        )
    print()
    return targets.of_least(costs)


def _large(bench: Bench) -> list[Target]:
    print(
        "| in one file | MB | s | of which reading, s | tenth | peak memory, MB | µs a record | of it the function's |"
    )
    print("| ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |")
    one = large.measure(bench.contestants[0], large.QUICK_INVOICES if bench.quick else large.INVOICES)
    for name, tenth in (("first", one.first), ("last", one.last)):
        _row(
            f"| {one.invoices:,} | {one.megabytes:.0f} | {one.seconds:.0f} | {one.reading_seconds:.0f} | {name} "
            f"| {tenth.peak_mb:.0f} | {tenth.wall_microseconds:.0f} | {tenth.cpu_microseconds:.0f} |"
        )
    print()
    return targets.of_large(one)


def _waits(bench: Bench) -> list[Target]:
    print("| invoices in a file | the tests' wait, p50 ms | asking without a pause, p50 ms | ratio |")
    print("| ---: | ---: | ---: | ---: |")
    with deployed(bench.cloud, Stack) as stack:
        waits = waiting.measure(stack, waiting.QUICK_ROUNDS if bench.quick else waiting.ROUNDS)
    for size, (own, bare) in waits.items():
        _row(f"| {size:,} | {own.p50 * 1000:,.0f} | {bare.p50 * 1000:,.0f} | {own.p50 / bare.p50:.2f} |")
    print()
    return targets.of_waits(waits)


def _row(text: str) -> None:
    print(text, flush=True)


PARTS: dict[str, Callable[[Bench], Iterable[Target]]] = {
    "alone": _alone,
    "stages": _stages,
    "bill": _bill,
    "speed": _speed,
    "memory": _memory,
    "least": _least,
    "large": _large,
    "waits": _waits,
}


if __name__ == "__main__":
    sys.exit(main())
