"""Patience: what passes, the pauses between attempts, and when work stops."""

from collections.abc import Callable

import pytest
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
)

from pipeline.functions.aws.patience import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    THROTTLED,
    Patience,
    Pauses,
    StatementError,
    is_throttled,
    passes,
)
from pipeline.functions.errors import OutOfTimeError, ThrottledError

from .stand_ins import aws_error

URL = "https://dynamodb.sa-east-1.amazonaws.com/"


class Clock:
    """The time of an invocation, which passes only where somebody sleeps."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self.pauses: list[float] = []

    def remaining(self) -> float:
        return self.left

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.left -= seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(900)
    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", clock.sleep)
    return clock


def failing(times: int, error: Exception) -> Callable[[], str]:
    """A call that fails so many times."""
    left = [error] * times

    def call() -> str:
        if left:
            raise left.pop()
        return "done"

    return call


@pytest.mark.parametrize(("seconds", "margin"), [(0.3, 0.25), (3, 1), (60, 20), (90, 30), (900, 30)])
def test_work_stops_while_enough_time_is_left_to_write_down_how_far_it_came(seconds: float, margin: float) -> None:
    clock = Clock(seconds)
    patience = Patience(clock.remaining)
    assert not patience.is_short()
    assert patience.left() == pytest.approx(seconds - margin)
    clock.left = margin + 0.01
    assert not patience.is_short()
    clock.left = margin
    assert patience.is_short()
    assert patience.grace() == pytest.approx(margin / 2)
    clock.left = 0
    assert patience.grace() == 0


def test_what_the_margin_is_kept_for_may_use_it_up_to_the_moment_that_an_error_takes(clock: Clock) -> None:
    patience = Patience(clock.remaining)
    clock.left = 30
    assert patience.to_the_last().outlast(failing(20, aws_error("TooManyRequestsException", 429))) == "done"
    with pytest.raises(ThrottledError):
        patience.to_the_last().outlast(failing(10_000, aws_error("TooManyRequestsException", 429)))
    assert clock.left == pytest.approx(0.25)
    assert patience.left() < 0, "others have stopped"


@pytest.mark.parametrize(("seconds", "between"), [(2, 0.25), (8, 1), (900, 2)])
def test_checkpoints_come_every_other_second_and_more_often_where_time_is_short(seconds: float, between: float) -> None:
    assert Patience(lambda: seconds).checkpoint_seconds == between


@pytest.mark.parametrize(
    "code",
    [
        *sorted(THROTTLED),
        "InternalServerError",
        "RequestTimeout",
        "TransactionConflict",
        "TransactionConflictException",
    ],
)
def test_what_aws_says_will_pass_is_outlasted_for_as_long_as_there_is_time(clock: Clock, code: str) -> None:
    # Many more attempts than any fixed number of them.
    assert Patience(clock.remaining).outlast(failing(100, aws_error(code))) == "done"
    assert len(clock.pauses) == 100


@pytest.mark.parametrize(
    "error",
    [
        aws_error("503", 503),
        aws_error("AnyNewName", 500),
        ConnectTimeoutError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL, error="refused"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
        FlexibleChecksumError(error_msg="other bytes"),
    ],
    ids=str,
)
def test_faults_of_the_service_and_of_the_connection_pass(clock: Clock, error: Exception) -> None:
    assert Patience(clock.remaining).outlast(failing(3, error)) == "done"
    assert passes(error)
    assert not is_throttled(error)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])
def test_what_will_not_pass_is_raised_at_once(clock: Clock, code: str) -> None:
    error = aws_error(code)
    with pytest.raises(type(error)) as raised:
        Patience(clock.remaining).outlast(failing(1, error))
    assert raised.value is error
    assert clock.pauses == []


def test_a_fault_that_lasts_ends_the_work_and_not_the_invocation(clock: Clock) -> None:
    with pytest.raises(OutOfTimeError, match="ReadTimeoutError") as raised:
        Patience(clock.remaining).outlast(failing(10_000, ReadTimeoutError(endpoint_url=URL)))
    assert clock.left == pytest.approx(30), "the margin is left for a checkpoint"
    assert not isinstance(raised.value, ThrottledError)


@pytest.mark.parametrize("error", [aws_error("SlowDown", 503), StatementError("ThrottlingError", "too much")], ids=str)
def test_throttling_that_lasts_is_told_from_a_fault(clock: Clock, error: Exception) -> None:
    pauses = Pauses(Patience(clock.remaining))
    while clock.left > 30:
        pauses.wait(error)
    with pytest.raises(ThrottledError):
        pauses.wait(error)


def test_a_statement_that_failed_otherwise_was_not_throttled() -> None:
    assert not is_throttled(StatementError("InternalServerError", ""))


def test_pauses_grow_up_to_the_longest_and_are_never_the_same_for_all(clock: Clock) -> None:
    pauses = Pauses(Patience(clock.remaining))
    longest, lengths = FIRST_PAUSE, []
    for _ in range(30):
        pauses.wait(aws_error("SlowDown"))
        assert longest / 2 <= clock.pauses[-1] <= longest
        lengths.append(clock.pauses[-1] / longest)
        longest = min(2 * longest, LONGEST_PAUSE)
    assert len(set(lengths)) > 10


def test_pauses_are_short_again_once_an_attempt_got_somewhere(clock: Clock) -> None:
    pauses = Pauses(Patience(clock.remaining))
    for _ in range(10):
        pauses.wait(aws_error("SlowDown"))
    pauses.renew()
    pauses.wait(aws_error("SlowDown"))
    assert clock.pauses[-1] <= FIRST_PAUSE


def test_no_pause_is_longer_than_the_time_for_work(clock: Clock) -> None:
    pauses = Pauses(Patience(clock.remaining))
    for _ in range(10):
        pauses.wait(aws_error("SlowDown"))
    clock.left = 30.5
    pauses.wait(aws_error("SlowDown"))
    assert clock.pauses[-1] == pytest.approx(0.5)


def test_the_fault_that_was_waited_for_last_is_remembered(clock: Clock) -> None:
    patience = Patience(clock.remaining)
    assert not is_throttled(patience.last_fault)
    patience.outlast(failing(1, aws_error("ThrottlingException")))
    assert is_throttled(patience.last_fault)
    patience.outlast(failing(2, aws_error("InternalServerError", 500)))
    assert not is_throttled(patience.last_fault)
