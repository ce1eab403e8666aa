"""An event waits for a function that is free, as on AWS, and a caller who waits for the answer is told at once."""

from typing import Any

import pytest

from aws_stack.clouds.ministack.functions import FIRST_WAIT, LONGEST_WAIT, _queueing, _waiting

THROTTLED = {"throttle": True, "error": True}
DONE: dict[str, Any] = {"body": None}


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("aws_stack.clouds.ministack.functions.time.sleep", found.append)
    return found


def busy(times: int) -> Any:
    """Executes functions of which none is free, so many times."""
    answers = [THROTTLED] * times + [DONE]
    return _waiting(lambda *_: answers.pop(0), 1.0)


def from_queue(execute: Any, function: dict[str, Any]) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    _queueing(lambda: found.append(execute(function, {})))()
    return found[0]


def test_an_event_waits_longer_and_longer(waits: list[float]) -> None:
    assert from_queue(busy(12), {"concurrency": 2}) is DONE
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-2:] == [LONGEST_WAIT] * 2
    assert len(waits) == 12


def test_a_caller_is_told_at_once_also_after_an_event_has_waited(waits: list[float]) -> None:
    assert busy(1)({"concurrency": 2}, {}) is THROTTLED
    from_queue(busy(1), {"concurrency": 2})
    assert busy(1)({"concurrency": 2}, {}) is THROTTLED
    assert len(waits) == 1


def test_an_event_of_a_function_that_was_stopped_does_not_wait(waits: list[float]) -> None:
    assert from_queue(busy(1), {"concurrency": 0}) is THROTTLED
    assert waits == []


def test_what_fails_otherwise_does_not_wait(waits: list[float]) -> None:
    failed = {"error": True}
    assert from_queue(_waiting(lambda *_: failed, 1.0), {"concurrency": 2}) is failed
    assert waits == []
