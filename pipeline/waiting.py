"""The one way to wait: ask until it is so, or a deadline passes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotYet:
    """What was seen instead of what is waited for."""

    seen: str


class WaitTimeoutError(Exception):
    """It was not so before the deadline; the message has what was seen last."""


def wait_until(
    what: str, ask: Callable[[], T | NotYet], seconds: float, *, first: float = 0.002, longest: float = 0.25
) -> T:
    """Ask until the answer is something else than NotYet, and return it.

    The pauses between questions grow from `first` to `longest` seconds, a quarter at a time. Whatever `ask` raises ends
    the waiting. Raises WaitTimeoutError after `seconds`, whatever the questions themselves take.
    """
    deadline = time.monotonic() + seconds
    pause = first
    while True:
        answer = ask()
        if not isinstance(answer, NotYet):
            return answer
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError(f"{what}: not within {seconds:g} s; seen last: {answer.seen}")
        time.sleep(min(pause, left))
        pause = min(pause * 1.25, longest)
