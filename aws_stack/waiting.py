"""The one way to wait: ask until the answer comes, or a deadline passes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .words import _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotYet:
    """The answer has not come yet. `seen` is what was seen instead."""

    seen: str


class WaitTimeoutError(Exception):
    """The deadline passed. The message says what was seen last."""


def wait_until(
    what: str, ask: Callable[[], T | NotYet], seconds: float, *, first: float = 0.002, longest: float = 0.25
) -> T:
    """Ask until the answer is not NotYet, and return it.

    The pauses between questions grow from `first` to `longest` seconds, a quarter at a time. Whatever `ask` raises ends
    the waiting. Raises WaitTimeoutError after `seconds`, whatever the questions themselves take.
    """
    __tracebackhide__ = True  # pytest shows where the test waits, not how.
    deadline = time.monotonic() + seconds
    pause = first
    while True:
        answer = ask()
        if not isinstance(answer, NotYet):
            return answer
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError(
                _("{what}: not within {seconds:g} s; seen last: {seen}", what=what, seconds=seconds, seen=answer.seen)
            )
        time.sleep(min(pause, left))
        pause = min(pause * 1.25, longest)
