"""How memory, and the cost of a record, change as files grow."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psutil

from .contestants import Contestant, document

SIZES = (2_000, 20_000, 200_000)
"""Invoices in a file; the last come to 30 MB."""

QUICK_SIZES = (2_000, 20_000)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file cost. `peak_mb` is the most resident memory of the function's process while it had the file."""

    invoices: int
    megabytes: float
    peak_mb: float
    wall_microseconds: float
    """Per record, from upload to final ledger entry, including the cloud's own part."""
    cpu_microseconds: float
    """The function's own processor time per record."""


def measure(contestant: Contestant, sizes: tuple[int, ...]) -> list[Cost]:
    """The cost of a file of each size."""
    contestant.seconds(document(100))
    costs = []
    for invoices in sizes:
        body = document(invoices)
        before = sum(map(_cpu_seconds, _processes(contestant.function)))
        with _watched(contestant.function) as peak:
            seconds = contestant.seconds(body)
        # A cloud may start another process for a file, and keep it.
        cpu = sum(map(_cpu_seconds, _processes(contestant.function))) - before
        costs.append(Cost(invoices, len(body) / 1e6, peak.mb, seconds / invoices * 1e6, cpu / invoices * 1e6))
    return costs


def _processes(function: str) -> list[psutil.Process]:
    """The processes that run a function."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == function:
                found.append(process)
        except psutil.Error:
            continue  # It ended meanwhile, or is not ours.
    if not found:
        raise RuntimeError(f"no process runs the function {function}")
    return found


@dataclass
class _Peak:
    mb: float = 0.0


@contextmanager
def _watched(function: str) -> Iterator[_Peak]:
    """The most resident memory that a process of the function has during the `with` block, measured every 10 ms.

    Systems record a peak themselves, but only Linux lets a program reset it.
    """
    peak, over = _Peak(), Event()

    def watch() -> None:
        processes, look_again = _processes(function), time.monotonic() + 1
        while not over.wait(0.01):
            if time.monotonic() > look_again:
                processes, look_again = _processes(function), time.monotonic() + 1
            peak.mb = max([peak.mb, *map(_resident_mb, processes)])

    watcher = Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _resident_mb(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / 2**20
    except psutil.Error:
        return 0.0  # It ended.


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
