"""Faults that pass: how long to go on trying, and when to stop and hand over.

What passes is waited out, with growing pauses, as long as the invocation has time. A fixed number of attempts would
give up a table that is merely short of capacity.
"""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnectionError

from ..errors import OutOfTimeError, ThrottledError

T = TypeVar("T")

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors
THROTTLED = frozenset(
    {
        "KMS.ThrottlingException",
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# A transaction of another program is under way on the item. A statement of a batch and a request by itself say it by
# other names: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html#API_PutItem_Errors
_CONFLICTING = {"TransactionConflict", "TransactionConflictException"}

PASSING = THROTTLED | _CONFLICTING | {"InternalError", "InternalServerError", "RequestTimeout"}

LOST = (HTTPClientError, NoConnectionError)
"""What boto3 raises where a request gets no answer. It has a kind of its own for connections that were not made."""

SPOILED = (IncompleteReadError, FlexibleChecksumError)
"""What boto3 raises where an answer is not what the service sent: it ends early, or does not have its checksum."""

_LEAST_MARGIN = 0.25
_MOST_MARGIN = 30.0
_CHECKPOINT_SECONDS = 2.0


class Patience:
    """The time of one invocation. `remaining` says how many seconds are left of it.

    Work stops while enough is left to write down how far it came: a third of the time, at most half a minute.
    `checkpoint_seconds` is how often the ledger is told on the way. `last_fault` is the one that
    was waited for last.
    """

    def __init__(self, remaining: Callable[[], float]) -> None:
        self._remaining = remaining
        whole = remaining()
        self._margin = min(max(whole / 3, _LEAST_MARGIN), _MOST_MARGIN)
        self.checkpoint_seconds = min(whole / 8, _CHECKPOINT_SECONDS)
        self.last_fault: Exception | None = None

    def is_short(self) -> bool:
        """Whether it is time to stop and hand over."""
        return self.left() <= 0

    def left(self) -> float:
        """Seconds left to work."""
        return self._remaining() - self._margin

    def grace(self) -> float:
        """Seconds to wait for what is under way: half of the margin, too, once the time for work is over."""
        return max(0.0, self.left() + self._margin / 2)

    def to_the_last(self) -> "Patience":
        """The same time up to its end, for what the margin is kept for: it is not to fail at its first refusal.

        It still ends while there is time to raise an error, which says more than Lambda does of a function cut off.
        """
        last = Patience(self._remaining)
        last._margin = _LEAST_MARGIN
        return last

    def outlast(self, call: Callable[[], T]) -> T:
        """Make a call until it is answered, whatever passes meanwhile. Raises what does not pass, or OutOfTimeError."""
        pauses = Pauses(self)
        while True:
            try:
                return call()
            except (ClientError, *LOST, *SPOILED) as error:
                if not passes(error):
                    raise
                pauses.wait(error)


class Pauses:
    """The pauses between attempts of one call: longer and longer, with jitter."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._longest = FIRST_PAUSE

    def renew(self) -> None:
        """Begin with short pauses again: an attempt got somewhere."""
        self._longest = FIRST_PAUSE

    def wait(self, fault: Exception) -> None:
        """Wait for a fault to pass. Raises OutOfTimeError where no time is left for another attempt."""
        left = self._patience.left()
        self._patience.last_fault = fault
        if left <= 0:
            raise out_of_time(f"{type(fault).__name__}: {fault}", fault) from fault
        # At least half of it, because many functions may wait for the same table.
        time.sleep(min(random.uniform(self._longest / 2, self._longest), left))
        self._longest = min(2 * self._longest, LONGEST_PAUSE)


class StatementError(Exception):
    """DynamoDB refused one statement of a batch, for a reason that passes. `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def passes(error: Exception) -> bool:
    """Whether the same call may succeed later: throttling, the service's own faults, lost connections, timeouts."""
    if not isinstance(error, ClientError):
        return isinstance(error, (*LOST, *SPOILED))
    return code_of(error) in PASSING or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500


def out_of_time(message: str, fault: Exception | None) -> OutOfTimeError:
    """The error to raise where time is over; `fault` is what was waited for last."""
    return (ThrottledError if is_throttled(fault) else OutOfTimeError)(message)


def is_throttled(error: Exception | None) -> bool:
    """Whether the service asks for less at a time."""
    code = error.code if isinstance(error, StatementError) else isinstance(error, ClientError) and code_of(error)
    return code in THROTTLED


def code_of(error: ClientError) -> str:
    """The error's code, such as `ThrottlingException`."""
    return str(error.response["Error"]["Code"])
