"""The one way to wait."""

import time
from collections.abc import Callable

import pytest

from aws_stack.waiting import NotYet, WaitTimeoutError, wait_until


def answers(*sequence: object) -> Callable[[], object]:
    """A question that gets these answers, one after the other."""
    following = iter(sequence)
    return lambda: next(following)


def busy(seconds: float) -> None:
    """Take as long as a slow question."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def test_the_first_answer_is_returned_and_nothing_is_asked_after_it() -> None:
    ask = answers("there", "asked again")
    assert wait_until("it is there", ask, 1) == "there"
    assert ask() == "asked again"


def test_it_asks_until_there_is_an_answer() -> None:
    ask = answers(NotYet("1"), NotYet("2"), "there", "asked again")
    assert wait_until("it is there", ask, 10, first=0.001) == "there"
    assert ask() == "asked again"


@pytest.mark.parametrize("answer", [None, False, 0, "", []])
def test_an_answer_that_is_empty_is_an_answer(answer: object) -> None:
    assert wait_until("it is there", answers(answer), 0) == answer


def test_it_asks_once_even_without_time() -> None:
    assert wait_until("it is there", answers("there"), 0) == "there"


def test_the_error_says_what_was_waited_for_how_long_and_what_was_seen_last() -> None:
    with pytest.raises(WaitTimeoutError, match=r"^it is there: not within 0\.02 s; seen last: third$"):
        wait_until("it is there", answers(NotYet("first"), NotYet("second"), *[NotYet("third")] * 99), 0.02)


def test_even_without_time_the_error_says_what_was_seen() -> None:
    with pytest.raises(WaitTimeoutError, match=r"not within 0 s; seen last: first$"):
        wait_until("it is there", answers(NotYet("first")), 0)


def test_it_does_not_give_up_before_the_time_is_over() -> None:
    begun = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", lambda: NotYet("nothing"), 0.05, longest=0.02)
    assert time.monotonic() - begun >= 0.05


def test_the_time_that_questions_take_counts() -> None:
    # If only the pauses counted, which begin with 2 ms, there would be more than ten questions, over half a second.
    asked = 0

    def ask() -> NotYet:
        nonlocal asked
        asked += 1
        busy(0.04)
        return NotYet("nothing")

    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", ask, 0.1)
    assert asked <= 4


def test_pauses_never_grow_past_the_deadline() -> None:
    # The pause would be ten minutes.
    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", lambda: NotYet("nothing"), 0.02, first=600, longest=600)


def test_pauses_grow_to_their_longest() -> None:
    asked = 0

    def ask() -> NotYet:
        nonlocal asked
        asked += 1
        return NotYet("nothing")

    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", ask, 0.1, first=0.001, longest=0.05)
    # 100 questions would be asked if they did not grow.
    assert asked <= 25


def test_an_exception_ends_the_waiting() -> None:
    def ask() -> NotYet:
        raise KeyError("a typo is no 'not yet'")

    with pytest.raises(KeyError, match="typo"):
        wait_until("it is there", ask, 10)
