"""The strategy of faults: every kind of every call that AWS may answer so, and nothing that is not so."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings

from aws_stack.proxy import ErrorInside, Exhaust, Fault, Hang, Kill, KillIn, Operation, Refuse, RefuseStatements
from aws_stack.proxy.errors import ERRORS, service_of
from aws_stack.proxy.fault import KINDS
from fixtures.strategies.faults import LONGEST, MAX_TIMES, OF_INGEST, SKIPS, UNTRUE, faults

MANY = settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drawn(operation: Operation) -> list[Fault]:
    """Some hundred faults of an operation."""
    found: list[Fault] = []

    @MANY
    @given(faults([operation]))
    def draw(fault: Fault) -> None:
        found.append(fault)

    draw()
    return found


@pytest.mark.parametrize("operation", ["GetObject", "BatchExecuteStatement", "CompleteMultipartUpload", "Invoke"])
def test_every_kind_is_drawn_that_aws_may_answer_with(operation: Operation) -> None:
    never = {RefuseStatements: "BatchExecuteStatement", ErrorInside: "CompleteMultipartUpload"}
    kinds = {kind for kind in KINDS if never.get(kind, operation) == operation}
    assert {type(fault.how) for fault in drawn(operation)} == kinds


@pytest.mark.parametrize("operation", UNTRUE)
def test_no_fault_says_what_is_not_so(operation: Operation) -> None:
    codes = {fault.how.code for fault in drawn(operation) if isinstance(fault.how, Refuse)}
    assert codes
    assert not codes & UNTRUE[operation]
    assert UNTRUE[operation] <= ERRORS[service_of(operation)].keys()


@settings(max_examples=50, deadline=None)
@given(faults(about=("a", "b")))
def test_what_is_drawn_comes_to_an_end(fault: Fault) -> None:
    assert fault.operation in OF_INGEST
    assert fault.about in {"a", "b"}
    assert 1 <= fault.times <= MAX_TIMES
    assert fault.skip in SKIPS
    assert fault.seconds <= 1
    if isinstance(fault.how, Kill | KillIn | Exhaust | Hang):
        assert (fault.times, fault.seconds) == (1, 0), "each costs a second or more"
    assert getattr(fault.how, "seconds", 0) <= LONGEST


def test_every_operation_is_drawn() -> None:
    assert set(OF_INGEST) <= set(get_args(Operation))
    found: set[str] = set()

    # What is drawn depends on which modules are loaded. With 200, one run of some hundred misses an operation.
    @settings(MANY, max_examples=600)
    @given(faults())
    def draw(fault: Fault) -> None:
        found.add(fault.operation)

    draw()
    assert found == set(OF_INGEST)
