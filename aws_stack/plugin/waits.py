"""How a test waits for what happens, and for what must not happen."""

import time
from collections.abc import Callable
from typing import TypeVar

from ..waiting import NotYet, WaitTimeoutError, wait_until

T = TypeVar("T")

SECONDS = 30.0
QUIET_SECONDS = 1.0

AWS_PATIENCE = 10
"""How much longer than on a local cloud all may take on AWS, where functions start and events and logs travel."""


class Eventually:
    """Asks until the answer is true, or not `NotYet`, and returns it."""

    def __init__(self, patience: float = 1.0) -> None:
        self._patience = patience

    def __call__(self, ask: Callable[[], T | NotYet], *, what: str = "", seconds: float = SECONDS) -> T:
        """The answer. `ask` may return `NotYet(what it saw)` instead of what is false.

        What `ask` raises ends the waiting at once: a mistake in it is no "not yet". Raises WaitTimeoutError, which says
        what was seen last.
        """
        __tracebackhide__ = True

        def once() -> T | NotYet:
            answer = ask()
            return answer if answer or isinstance(answer, NotYet) else NotYet(repr(answer))

        return wait_until(what or "the answer is true", once, seconds * self._patience)


class Never:
    """Asks for a while, and fails as soon as the answer is true."""

    def __init__(self, patience: float = 1.0) -> None:
        self._patience = patience

    def __call__(
        self,
        ask: Callable[[], object],
        *,
        after: Callable[[], object] | None = None,
        what: str = "",
        seconds: float = QUIET_SECONDS,
    ) -> None:
        """Fail if the answer is true within `seconds`.

        `after` is asked first, until it is true: of something that travels the same way and comes later, so that what
        must not happen would have happened by then. A quiet period alone is either too short or too long.
        """
        __tracebackhide__ = True
        if after is not None:
            Eventually(self._patience)(after, what="what is waited for first has come")
        found: list[object] = []

        def once() -> bool | NotYet:
            answer = ask()
            if answer:
                found.append(answer)
            return bool(answer) or NotYet(repr(answer))

        begun = time.monotonic()
        try:
            wait_until("never", once, seconds * self._patience, longest=0.05)
        except WaitTimeoutError:
            return
        raise AssertionError(
            f"{what or 'what must not happen'}: after {time.monotonic() - begun:.2f} s the answer was {found[0]!r}"
        )
