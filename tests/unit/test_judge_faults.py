"""What goes wrong does so at every call of an implementation, however many it makes."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.judge.model import BrokenError
from pipeline.judge.promises.level2 import MOST_CALLS, _at_every_call
from pipeline.judge.trial import Trial
from pipeline.judge.wire import Stage, What


class Calls:
    """An implementation that makes so many calls, and keeps no promise if something goes wrong at one of them."""

    def __init__(self, count: int, weak: int | None = None) -> None:
        self.count, self.weak = count, weak
        self.tried: list[int] = []
        self.begun = 0

    def begin(self) -> None:
        self.begun += 1

    def happens(self, _trial: Trial, stage: Stage) -> None:
        self.tried.append(stage.at)
        if stage.at < self.count:
            stage.struck.set()
            if stage.at == self.weak:
                raise BrokenError("lost")

    def judge(self) -> None:
        trial: Any = SimpleNamespace(bench=self)
        _at_every_call(What.KILL, self.happens)(cast("Trial", trial), None)


@pytest.mark.parametrize("weak", range(7))
def test_one_weak_call_is_found_wherever_it_is(weak: int) -> None:
    with pytest.raises(BrokenError):
        Calls(7, weak).judge()


@pytest.mark.parametrize(("count", "tried"), [(0, 1), (7, 8), (1000, MOST_CALLS)])
def test_it_ends_with_the_last_call_and_each_time_the_tables_are_empty(count: int, tried: int) -> None:
    calls = Calls(count)
    calls.judge()
    assert calls.tried == list(range(tried))
    assert calls.begun == tried - 1, "the first time, they are already"
