"""Faults of every kind, drawn at random, that strike attempts whose calls come in a drawn order.

As `tests/faults/test_drawn.py`, whose functions are processes behind a proxy; here an example takes a fraction of a
second, and time is counted by calls.
"""

import pytest
from hypothesis import given, target

from aws_stack.schedules.running import run
from aws_stack.schedules.switching import Switch, deciding
from aws_stack.schedules.telling import told
from fixtures.profiles import examples
from fixtures.schedules.drawing import switches
from fixtures.schedules.troubles import Struck, paces, small
from fixtures.strategies.troubles import Trouble, troubles
from fixtures.strikes import count

PARTS = [0, *(pytest.param(part, marks=pytest.mark.night("one of 16 is drawn by day")) for part in range(1, 16))]
"""The property as several tests, so that several processes can draw."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", PARTS)
@examples(1)
@given(troubles(fillers=12), paces(), switches())
def test_whatever_strikes_whom_the_end_is_the_models(
    part: int, trouble: Trouble, pace: float, order: list[Switch]
) -> None:
    struck = Struck(trouble, pace)
    with small():
        ran = run(struck.scenario(), deciding(order))
    count(struck.handles, len(trouble.uploads))
    target(float(sum(len(handle.struck) for handle in struck.handles)), label="struck")
    if ran.failure:
        pytest.fail(told(ran), pytrace=False)
