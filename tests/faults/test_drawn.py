"""Faults of every kind, drawn at random, while uploads come at once. Whatever happens, they end as the model says.

Each example's uploads are audited as `notas audit` does it, and the whole stack after the last test: see
`fixtures.last_check`.
"""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, target

from aws_stack.waiting import NotYet, wait_until
from fixtures.examples import Example, Place
from fixtures.faults import StruckStack
from fixtures.last_check import nothing_is_lost_of
from fixtures.profiles import examples
from fixtures.strategies.documents import bound
from fixtures.strategies.faults import OF_INGEST
from fixtures.strategies.troubles import Trouble, troubles
from pipeline.redrive import redrive

STRUCK_SECONDS = 10
"""How long faults strike at the most, from the function's first call on."""

START_SECONDS = 60
"""How long a function may take to make a call."""

PARTS = [0, *(pytest.param(part, marks=pytest.mark.night("a quarter is drawn by day")) for part in (1, 2, 3))]
"""The property as several tests, so that several processes can draw."""

END_SECONDS = 90
"""How long the uploads may take from then on."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", PARTS)
# Each example begins with a proxy that has no fault.
@settings(examples(0.25), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(troubles())
def test_whatever_goes_wrong_meanwhile_uploads_end_as_the_model_says(
    small_stack: StruckStack, part: int, trouble: Trouble
) -> None:
    proxy = small_stack.proxy
    proxy.clear()
    example = Example(small_stack, trouble)
    for fault in trouble.faults:
        proxy.arm(replace(fault, about=bound(fault.about, example.name)), may_miss=True)
    with ThreadPoolExecutor(len(trouble.uploads)) as pool:
        places = list(pool.map(example.put, trouble.uploads, trouble.keys))
    settle(small_stack, example, places)
    assert set(proxy.calls) <= set(OF_INGEST), "faults are drawn of these"
    target(float(proxy.attempts), label="attempts")
    target(float(proxy.repeated), label="calls made again")
    proxy.clear()
    end(small_stack, example, places)
    example.follow(*places)
    example.agrees()
    for place in places:
        entry = example.entry(place)
        assert entry is not None
        written = {etag for _, etag in small_stack.reject_versions(entry)}
        assert len(written) == bool(entry["rejects"]), "whoever writes the rejects writes the same"
    nothing_is_lost_of(small_stack, example.name)


def entries(example: Example, places: Iterable[Place]) -> dict[Place, dict[str, Any] | None]:
    return {place: example.entry(place) for place in places}


def settle(stack: StruckStack, example: Example, places: list[Place]) -> None:
    """Wait until each upload has ended or stalled, or faults have struck for long enough."""
    calls = stack.proxy.calls
    wait_until("the function is there", lambda: bool(calls) or NotYet("no call"), START_SECONDS, first=0.02)
    over = time.monotonic() + STRUCK_SECONDS

    def ask() -> bool | NotYet:
        found = entries(example, places)
        is_settled = all(entry and entry["status"] != "processing" for entry in found.values())
        return is_settled or time.monotonic() > over or NotYet(str(found))

    wait_until("uploads have ended or stalled", ask, 2 * STRUCK_SECONDS, first=0.05)


def end(stack: StruckStack, example: Example, places: list[Place]) -> None:
    """Wait until each upload has ended. Those on which Lambda gave up are redriven, each time once."""
    redriven: set[tuple[Place, str]] = set()

    def ask() -> bool | NotYet:
        found = entries(example, places)
        stalled = {(place, entry["stalled_at"]) for place, entry in found.items() if entry and entry["stalled_at"]}
        if stalled - redriven:
            redrive(stack.cloud, stack.outputs)
            redriven.update(stalled)
        return all(entry and entry["finished_at"] for entry in found.values()) or NotYet(str(found))

    wait_until("every upload has ended", ask, END_SECONDS, first=0.05)
