"""How much memory, and what a record costs, as files grow. Linux: a function's process is seen through /proc."""

import os
from dataclasses import dataclass
from pathlib import Path

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
    """From upload to final ledger entry, a record, the cloud's own part included."""
    cpu_microseconds: float
    """The function's own processor time, a record."""


def measure(contestant: Contestant, sizes: tuple[int, ...]) -> list[Cost]:
    """The cost of a file of each size."""
    contestant.seconds(document(100))
    costs = []
    for invoices in sizes:
        body = document(invoices)
        processes = _processes(contestant.function)
        for process in processes:
            (process / "clear_refs").write_text("5")  # The peak starts from now: man 5 proc.
        before = sum(map(_cpu_seconds, processes))
        seconds = contestant.seconds(body)
        # A cloud may start another process for a file, and keep it.
        processes = _processes(contestant.function)
        cpu, peak = sum(map(_cpu_seconds, processes)) - before, max(map(_peak_mb, processes))
        costs.append(Cost(invoices, len(body) / 1e6, peak, seconds / invoices * 1e6, cpu / invoices * 1e6))
    return costs


def _processes(function: str) -> list[Path]:
    """The processes, in /proc, that run a function."""
    mark = f"AWS_LAMBDA_FUNCTION_NAME={function}\0".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes() + b"\0":
                found.append(entry)
        except OSError:
            continue  # It ended meanwhile, or is not ours.
    if not found:
        raise RuntimeError(f"no process runs the function {function}")
    return found


def _peak_mb(process: Path) -> float:
    (line,) = (line for line in (process / "status").read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _cpu_seconds(process: Path) -> float:
    fields = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
