"""Ctrl-C and SIGTERM are not lost, whatever a command is doing when they come."""

import signal
import sys
from collections.abc import Iterator

import pytest

from aws_stack.interrupts import obey_interrupts
from aws_stack.waiting import NotYet, wait_until


class Interrupted:
    """Receives SIGTERM, or raises another exception, in its finalizer."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def __del__(self) -> None:
        if self.error is None:
            signal.raise_signal(signal.SIGTERM)
        else:
            raise self.error


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The exceptions that reach the hook that was there before `obey_interrupts`."""
    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda args: told.append(repr(args.exc_value)))
    before = signal.getsignal(signal.SIGTERM)
    obey_interrupts()
    yield told
    signal.signal(signal.SIGTERM, before)


def test_an_interrupt_that_a_finalizer_drops_comes_again(dropped: list[str]) -> None:
    Interrupted()
    with pytest.raises(KeyboardInterrupt):
        wait_until("the interrupt", lambda: NotYet("nothing"), 5)
    assert dropped == []


def test_other_errors_of_finalizers_are_reported_as_before(dropped: list[str]) -> None:
    Interrupted(ValueError("of a finalizer"))
    assert dropped == ["ValueError('of a finalizer')"]
