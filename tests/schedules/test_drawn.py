"""Longer schedules than can all be tried: more attempts, uploads and kills, drawn and made as short as they can be."""

import pytest
from hypothesis import given

from aws_stack.schedules.running import run
from aws_stack.schedules.switching import Switch, deciding
from aws_stack.schedules.telling import told
from fixtures.profiles import examples
from fixtures.schedules.drawing import Drawn, drawn, switches
from fixtures.schedules.world import stepped


@examples(0.5)
@given(drawn(), switches())
def test_whatever_the_order_and_whoever_is_killed_the_end_is_the_models(drawn_: Drawn, order: list[Switch]) -> None:
    scenario = drawn_.scenario()
    with stepped(scenario.part, scenario.chunk):
        ran = run(scenario, deciding(order))
    if ran.failure:
        pytest.fail(told(ran), pytrace=False)
