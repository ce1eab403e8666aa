"""Every order in which functions may make their calls, and kills between them, in one process."""

from collections.abc import Iterator

import pytest

from ..schedules import Bound, Run, Scenario, explore, read, run, told
from ..schedules.running import W

BOUNDS = Bound(2), Bound(0, kills=1)
"""What is tried if a test does not say: two preemptions, and a kill at every point."""


class AwsSchedules:
    """Runs schedules of scenarios, while the emulator in this process answers every client of boto3's."""

    def explore(self, scenario: Scenario[W], *bounds: Bound) -> Iterator[Run[W]]:
        """Run every schedule of the scenario that is within one of the bounds, each once."""
        return explore(scenario, *(bounds or BOUNDS))

    def check(self, scenario: Scenario[W], *bounds: Bound) -> int:
        """Fail with the first schedule in which something does not hold. Returns how many there are."""
        __tracebackhide__ = True
        number = 0
        for number, ran in enumerate(self.explore(scenario, *bounds), start=1):  # noqa: B007 - it is what is returned
            if ran.failure:
                pytest.fail(told(ran), pytrace=False)
        return number

    def run(self, scenario: Scenario[W], line: str) -> Run[W]:
        """Run one schedule, which a failure has told. Raises ValueError and UnfitError."""
        return run(scenario, read(line))
