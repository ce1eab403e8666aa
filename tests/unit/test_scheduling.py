"""Which worker gets which test."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.parts import pytest_xdist_node_collection_finished
from fixtures.scheduling import CHUNK, Apart

WAITS = [f"tests/faults/test_some.py::test_{number}" for number in range(5)]
ASKS = [f"tests/e2e/test_some.py::test_{number}" for number in range(9)]
COMPUTES = [f"tests/unit/test_some.py::test_{number}" for number in range(9)]
COLLECTION = [*WAITS, *ASKS, *COMPUTES]


@dataclass(eq=False)
class Node:
    """A worker, and the tests that it was given."""

    given: list[str] = field(default_factory=list)
    shutting_down: bool = False
    gateway: Any = None

    def send_runtest_some(self, numbers: list[int]) -> None:
        self.given += [COLLECTION[number] for number in numbers]

    def shutdown(self) -> None:
        self.shutting_down = True


def tell_parts(config: Any) -> None:
    """As a worker does, once it has collected."""
    channel = SimpleNamespace(receive=lambda: (len(WAITS), len(ASKS), True))
    pytest_xdist_node_collection_finished(SimpleNamespace(config=config, workerinput={"notas_parts": channel}))


def scheduled(count: int) -> tuple[Any, list[Any]]:
    options = {"tx": [f"{count}*popen"], "maxschedchunk": CHUNK}
    config: Any = SimpleNamespace(getvalue=options.get, getoption=options.get, stash=pytest.Stash())
    scheduler: Any = Apart(config, None)
    nodes = [Node(gateway=SimpleNamespace(id=f"gw{number}")) for number in range(count)]
    for node in nodes:
        tell_parts(config)
        scheduler.add_node(node)
        scheduler.add_node_collection(node, COLLECTION)
    scheduler.schedule()
    return scheduler, nodes


def run(scheduler: Any, nodes: list[Any]) -> None:
    """The workers take turns, each with a test at a time, until there are no more."""
    while any(scheduler.node2pending.values()):
        for node in nodes:
            if pending := scheduler.node2pending[node]:
                scheduler.mark_test_complete(node, pending[0])


def test_each_worker_begins_at_its_own_part_and_helps_with_the_others() -> None:
    scheduler, nodes = scheduled(4)
    run(scheduler, nodes)
    assert nodes[0].given[: len(WAITS)] == WAITS
    assert nodes[1].given[:CHUNK] == ASKS[:CHUNK]
    assert nodes[2].given[:CHUNK] == ASKS[CHUNK : 2 * CHUNK]
    assert nodes[3].given[:CHUNK] == COMPUTES[:CHUNK]
    assert not {*WAITS} & {test for node in nodes[1:] for test in node.given}
    assert sorted(test for node in nodes for test in node.given) == sorted(COLLECTION)
    assert all(node.shutting_down for node in nodes)


def test_one_worker_takes_them_in_order() -> None:
    scheduler, [node] = scheduled(1)
    run(scheduler, [node])
    assert node.given == COLLECTION


def test_of_two_workers_the_second_asks_first() -> None:
    scheduler, [_, second] = scheduled(2)
    while pending := scheduler.node2pending[second]:
        scheduler.mark_test_complete(second, pending[0])
    assert second.given == ASKS + COMPUTES + WAITS[CHUNK:]


def test_who_has_computed_it_all_asks_before_it_waits() -> None:
    scheduler, nodes = scheduled(3)
    while pending := scheduler.node2pending[nodes[-1]]:
        scheduler.mark_test_complete(nodes[-1], pending[0])
    assert nodes[-1].given == COMPUTES + ASKS[CHUNK:] + WAITS[CHUNK:]


def test_another_worker_waits_where_the_first_has_died() -> None:
    scheduler, nodes = scheduled(3)
    crashed = scheduler.remove_node(nodes[0])
    run(scheduler, nodes[1:])
    assert crashed == WAITS[0]
    assert nodes[1].given.count(WAITS[1]) == 1
    assert sorted({*nodes[1].given, *nodes[2].given}) == sorted({*COLLECTION} - {WAITS[0]})
