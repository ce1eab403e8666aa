"""The judge as a class of tests, for a team that keeps its implementation's verdict in its own suite.

    from pipeline.judge.testing import PipelineTests

    class TestOurs(PipelineTests):
        adapter = "adapter.toml"

Each promise is a test. One that is not applicable is skipped, and says why.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from .judging import Session, cloud
from .promises import PROMISES, promise
from .reading import load
from .reports import wording
from .verdict import Outcome, Ruling


class PipelineTests:
    """Tests of an implementation. A subclass names its `adapter`, seen from the file that the subclass stands in."""

    adapter: ClassVar[str]
    level: ClassVar[int] = 4
    """Promises of higher levels have no say."""

    @pytest.fixture(scope="class")
    def judging(self, request: pytest.FixtureRequest) -> Iterator[Session]:
        """The implementation under trial, on a cloud of the class's own."""
        here = Path(inspect.getfile(request.cls)).parent
        with cloud() as where, Session(load(here / self.adapter), where) as session:
            yield session

    @pytest.mark.parametrize("number", [one.number for one in PROMISES])
    def test_promise(self, judging: Session, number: str) -> None:
        """The promise is kept."""
        level = promise(number).level
        if level > self.level:
            pytest.skip(f"it is of level {level}, and level = {self.level}")
        ruling = judging.rule(number)
        match ruling.outcome:
            case Outcome.BROKEN:
                pytest.fail(told(ruling), pytrace=False)
            case Outcome.NOT_APPLICABLE | Outcome.UNCLEAR:
                pytest.skip(f"{wording.outcome(ruling)}: {ruling.why}")


def told(ruling: Ruling) -> str:
    """What there is to say of a broken promise, as text."""
    heading = f"{ruling.promise.number} {ruling.promise.name}"
    parts = [f"{what}:\n    " + text.replace("\n", "\n    ") for what, text in wording.details(ruling)]
    return "\n".join([heading, *parts])
