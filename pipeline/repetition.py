"""Repeating a request whose answer was lost or said "later", until somebody's patience ends."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

PATIENCE = 60.0
"""Seconds for which a request is repeated, unless the user says otherwise."""

PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""Statuses of answers that may be others later, as AWS's own clients take them.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0

LEAST_TRY = 0.25
"""Seconds that there have to be for another try."""


class Repetition:
    """The tries of one request: for `patience` seconds from now, with longer and longer pauses."""

    def __init__(
        self,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._ends = clock() + patience
        self._longest = FIRST_PAUSE

    def left(self) -> float:
        """How long the next try may take, in seconds."""
        return max(LEAST_TRY, self._ends - self._clock())

    def wait(self, failed: Exception, asked: float = 0.0) -> None:
        """Pause before the next try: for as long as the server `asked`, or longer.

        Raises `failed`, the outcome of the last try, where that would take longer than the patience lasts.
        """
        # At least half of it, so that many clients do not come back together.
        pause = max(asked, random.uniform(self._longest / 2, self._longest))
        if self._clock() + pause + LEAST_TRY > self._ends:
            raise failed
        self._sleep(pause)
        self._longest = min(2 * self._longest, LONGEST_PAUSE)


def seconds_asked(retry_after: str | None) -> float:
    """The seconds that a Retry-After header asks for: a number, or the time until a date; 0 for anything else.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
