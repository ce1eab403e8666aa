"""The one way to wait."""

from collections.abc import Callable

import pytest

from aws_stack.waiting import NotYet, WaitTimeoutError, wait_until

from .stand_ins import Clock


def answers(*sequence: object) -> Callable[[], object]:
    """A question that gets these answers, one after the other."""
    following = iter(sequence)
    return lambda: next(following)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("aws_stack.waiting.time", clock)
    return clock


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


def test_it_gives_up_when_the_time_is_over_and_not_before(clock: Clock) -> None:
    # The pauses alone would end at 60 or at 75 seconds.
    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", lambda: NotYet("nothing"), 70, first=15, longest=15)
    assert clock.now == 70


def test_the_time_that_questions_take_counts(clock: Clock) -> None:
    asked = 0

    def ask() -> NotYet:
        nonlocal asked
        asked += 1
        clock.now += 4
        return NotYet("nothing")

    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", ask, 10)
    assert asked == 3


def test_pauses_grow_by_a_quarter_to_their_longest(clock: Clock) -> None:
    with pytest.raises(WaitTimeoutError):
        wait_until("it is there", lambda: NotYet("nothing"), 10, first=1, longest=1.5)
    assert clock.pauses[:4] == [1, 1.25, 1.5, 1.5]


def test_an_exception_ends_the_waiting() -> None:
    def ask() -> NotYet:
        raise KeyError("a typo is no 'not yet'")

    with pytest.raises(KeyError, match="typo"):
        wait_until("it is there", ask, 10)
