"""What waiting costs: the tests' own wait for an upload's end, compared with asking without a pause."""

import time
import uuid
from collections.abc import Callable

from fixtures.stacks import Sent, Stack

from .contestants import document
from .speed import WARM_UPS, Times

SIZES = (1, 100, 1_000)
"""Invoices in a file."""

ROUNDS = 41
QUICK_ROUNDS = 7


def measure(stack: Stack, rounds: int) -> dict[int, tuple[Times, Times]]:
    """For each size, the seconds from upload to end: with the tests' own wait, and with a bare one, in turn."""
    times = {}
    for size in SIZES:
        own, bare = Times(), Times()
        for _ in range(WARM_UPS):
            _seconds(stack, size, stack.wait)
        for _ in range(rounds):
            own.seconds.append(_seconds(stack, size, stack.wait))
            bare.seconds.append(_seconds(stack, size, lambda sent: _wait_barely(stack, sent)))
        times[size] = own, bare
    return times


def _seconds(stack: Stack, size: int, wait: Callable[[Sent], object]) -> float:
    started = time.perf_counter()
    wait(stack.upload(document(size), f"{uuid.uuid4().hex}.json"))
    return time.perf_counter() - started


def _wait_barely(stack: Stack, sent: Sent) -> None:
    while (entry := stack.entry(sent)) is None or entry["status"] == "processing":
        pass
