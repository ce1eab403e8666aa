"""What a function's processes take while it works: memory and processor time, looked at many times a second."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

PAUSE_SECONDS = 0.01

LOOK_AGAIN_SECONDS = 1.0
"""How often to look for other processes: a cloud may start another one for a file, and keep it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One look. `cpu_seconds` is since the watching began; `done` is what the caller counts, such as items."""

    at: float
    cpu_seconds: float
    resident_mb: float
    done: int


@dataclass
class Watch:
    """The looks at a function, in their order."""

    samples: list[Sample] = field(default_factory=list)

    @property
    def peak_mb(self) -> float:
        """The most memory that one of its processes had."""
        return max(sample.resident_mb for sample in self.samples)

    @property
    def cpu_seconds(self) -> float:
        """The processor time of all its processes."""
        return self.samples[-1].cpu_seconds

    def when(self, done: int) -> Sample:
        """The first look at which so much was done."""
        return next(sample for sample in self.samples if sample.done >= done)

    def peak_until(self, last: Sample) -> float:
        """The most memory that one of its processes had until then."""
        return max(sample.resident_mb for sample in self.samples if sample.at <= last.at)


@contextmanager
def watched(function: str, count: Callable[[], int] = lambda: 0, pause: float = PAUSE_SECONDS) -> Iterator[Watch]:
    """Watch a function during the `with` block. Systems record peaks themselves, but only Linux lets one reset them."""
    watch, over = Watch(), threading.Event()
    looker = _Looker(function)

    def look() -> None:
        while not over.wait(pause):
            watch.samples.append(looker.look(count()))
        watch.samples.append(looker.look(count()))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield watch
    finally:
        over.set()
        watcher.join()


class _Looker:
    def __init__(self, function: str) -> None:
        self._function = function
        self._found = processes(function)
        self._look_again = time.monotonic() + LOOK_AGAIN_SECONDS
        self._before = {process.pid: _cpu_seconds(process) for process in self._found}
        self._cpu = dict(self._before)

    def look(self, done: int) -> Sample:
        if time.monotonic() > self._look_again:
            self._found = processes(self._function)
            self._look_again = time.monotonic() + LOOK_AGAIN_SECONDS
        resident = 0.0
        for process in self._found:
            try:
                self._cpu[process.pid] = _cpu_seconds(process)
                resident = max(resident, process.memory_info().rss / 2**20)
            except psutil.Error:
                continue  # It ended.
        cpu = sum(self._cpu.values()) - sum(self._before.values())
        return Sample(time.perf_counter(), cpu, resident, done)


def processes(function: str) -> list[psutil.Process]:
    """The processes that run a function. Raises RuntimeError if there is none."""
    found = running(function)
    if not found:
        raise RuntimeError(f"no process runs the function {function}")
    return found


def running(function: str) -> list[psutil.Process]:
    """The processes that run a function at this moment, if any does."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == function:
                found.append(process)
        except psutil.Error:
            continue  # It ended meanwhile, or is not ours.
    return found


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
