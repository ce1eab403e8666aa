"""A function with a share of a core, as Lambda gives it to one of little memory."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from .watching import LOOK_AGAIN_SECONDS, running

WHOLE_CORE_MB = 1769
"""With so much memory a function has one core: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

LEAST_MB = 128
"""The least memory that Lambda gives a function, and the template's least."""

LEAST_SHARE = LEAST_MB / WHOLE_CORE_MB

TURN_SECONDS = 0.01
"""Processors' time is counted in steps of so much on most systems."""


@contextmanager
def slowed(function: str, share: float) -> Iterator[None]:
    """Stop the function's processes, during the `with` block, whenever they have had more than their share of a core.

    As Lambda does, it counts only what the processes use: those that wait save nothing up, but lose nothing.
    """
    over = threading.Event()
    thread = threading.Thread(target=_share_out, args=(function, share, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _share_out(function: str, share: float, over: threading.Event) -> None:
    found: dict[int, _Slowed] = {}
    look_again = 0.0
    while not over.wait(TURN_SECONDS):
        if time.monotonic() > look_again:
            found = {one.pid: found.get(one.pid) or _Slowed(one, share) for one in running(function)}
            look_again = time.monotonic() + LOOK_AGAIN_SECONDS
        for one in found.values():
            one.turn()
    for one in found.values():
        one.let_go()


class _Slowed:
    """One process, with the processor time that it may still use."""

    def __init__(self, process: psutil.Process, share: float) -> None:
        self._process = process
        self._share = share
        self._looked = time.monotonic()
        self._used = _used(process)
        self._credit = 0.0
        self._stopped = False

    def turn(self) -> None:
        """Let it go on, or stop it, by what it has used since the last turn."""
        now = time.monotonic()
        with suppress(psutil.Error):  # It ended.
            used = _used(self._process)
            self._credit = min(self._credit + self._share * (now - self._looked) - (used - self._used), TURN_SECONDS)
            self._looked, self._used = now, used
            if self._stopped != (self._credit < 0):
                self._stopped = not self._stopped
                self._process.suspend() if self._stopped else self._process.resume()

    def let_go(self) -> None:
        """Let it go on for good."""
        with suppress(psutil.Error):
            self._process.resume()


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
