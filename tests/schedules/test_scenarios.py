"""Every order of calls within bounds, in each of the scenarios: whatever the order, the end is the model's."""

from collections.abc import Iterator

import pytest

from aws_stack.schedules.telling import told
from fixtures.schedules.plans import BY_NIGHT, by_day, by_night, named
from fixtures.schedules.running import Run, Scenario
from fixtures.schedules.scenarios import SCENARIOS
from fixtures.schedules.world import stepped


def number_that_hold(scenario: Scenario, runs: Iterator[Run]) -> int:
    """How many schedules there are. The first that fails is told."""
    number = 0
    with stepped(scenario.part, scenario.chunk):
        for number, ran in enumerate(runs, start=1):  # noqa: B007 - it is what is returned
            if ran.failure:
                pytest.fail(told(ran), pytrace=False)
    return number


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_every_order_with_few_preemptions_and_a_kill_at_every_point_end_as_the_model_says(scenario: Scenario) -> None:
    assert number_that_hold(scenario, by_day(scenario)) > 10


@pytest.mark.night("thousands of schedules in each")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", BY_NIGHT)
def test_every_order_with_two_preemptions_and_a_kill_and_larger_documents_end_as_the_model_says(name: str) -> None:
    scenario = named(name)
    assert scenario is not None
    assert number_that_hold(scenario, by_night(scenario)) > 20
