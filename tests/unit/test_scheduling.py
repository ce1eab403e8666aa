"""Which worker gets which test."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from fixtures.scheduling import CHUNK, WAITING, Apart

WAITS = [f"{WAITING[0]}::test_{number}" for number in range(5)]
WORKS = [f"tests/unit/test_some.py::test_{number}" for number in range(9)]
COLLECTION = [*WORKS[:4], *WAITS, *WORKS[4:]]


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


def scheduled(count: int) -> tuple[Any, list[Any]]:
    options = {"tx": [f"{count}*popen"], "maxschedchunk": CHUNK}
    config: Any = SimpleNamespace(getvalue=options.get, getoption=options.get)
    scheduler: Any = Apart(config, None)
    nodes = [Node(gateway=SimpleNamespace(id=f"gw{number}")) for number in range(count)]
    for node in nodes:
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


def test_the_first_worker_waits_and_the_others_work() -> None:
    scheduler, nodes = scheduled(3)
    run(scheduler, nodes)
    assert nodes[0].given[: len(WAITS)] == WAITS
    assert not {*WAITS} & {*nodes[1].given, *nodes[2].given}
    assert sorted(nodes[0].given + nodes[1].given + nodes[2].given) == sorted(COLLECTION)
    assert all(node.shutting_down for node in nodes)


def test_one_worker_waits_first_and_then_works_in_order() -> None:
    scheduler, [node] = scheduled(1)
    run(scheduler, [node])
    assert node.given == WAITS + WORKS


def test_who_has_no_work_left_helps_with_the_waiting() -> None:
    scheduler, [waiter, worker] = scheduled(2)
    while pending := scheduler.node2pending[worker]:
        scheduler.mark_test_complete(worker, pending[0])
    assert worker.given == WORKS + WAITS[CHUNK:]
    assert waiter.given == WAITS[:CHUNK]


def test_another_worker_waits_where_the_first_has_died() -> None:
    scheduler, nodes = scheduled(3)
    crashed = scheduler.remove_node(nodes[0])
    run(scheduler, nodes[1:])
    assert crashed == WAITS[0]
    assert nodes[1].given.count(WAITS[1]) == 1
    assert sorted({*nodes[1].given, *nodes[2].given}) == sorted({*COLLECTION} - {WAITS[0]})
