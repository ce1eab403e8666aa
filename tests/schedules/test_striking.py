"""What each kind of fault does in the stepped world: what the cloud sees of a call, and what comes of the attempt."""

import pytest

from aws_stack.proxy import (
    Corrupt,
    Cut,
    Delay,
    Drip,
    Duplicate,
    ErrorInside,
    Exhaust,
    Expire,
    Fault,
    Hang,
    How,
    Kill,
    KillIn,
    Lose,
    Moment,
    Operation,
    Refuse,
    RefuseStatements,
    Reset,
)
from aws_stack.proxy.fault import KINDS
from aws_stack.schedules.running import run
from aws_stack.schedules.telling import told
from fixtures.faults import BRIEF_SECONDS
from fixtures.schedules.describing import reads_upload
from fixtures.schedules.running import Run
from fixtures.schedules.scenarios import BLANK, lines, record
from fixtures.schedules.troubles import Struck, small
from fixtures.strategies.troubles import Trouble

TAKEN = "DuplicateItem"
"""What the table says to whoever stores an invoice once more: so it had been carried out."""

# By the fault: what came of each call that stores the invoice, and how many attempts there were.
KINDS_OF_FAULT: dict[How, tuple[list[str], int]] = {
    Refuse("ThrottlingException"): (["ThrottlingException", ""], 1),
    Expire(): (["ExpiredTokenException", ""], 2),
    RefuseStatements(("ThrottlingError",)): (["ThrottlingError", ""], 1),
    Reset(): (["", ""], 1),
    Hang(): (["", ""], 1),
    Lose(): (["", TAKEN], 1),
    Cut(): (["", TAKEN], 1),
    Corrupt(): (["", TAKEN], 1),
    Drip(0.01): ([""], 1),
    Delay(0.5): ([""], 1),
    Delay(1.5): (["", "", TAKEN], 1),  # The last one is what was late.
    Duplicate(): ([TAKEN], 1),
    Kill(Moment.BEFORE): (["", ""], 2),
    Kill(Moment.AFTER): (["", TAKEN], 2),
    KillIn(0.0): (["", TAKEN], 2),
    Exhaust(): (["", TAKEN], 2),
}


def struck_by(*faults: Fault) -> Run:
    struck = Struck(Trouble((lines(record("1"), BLANK),), faults), pace=0.1)
    with small():
        ran = run(struck.scenario())
    assert ran.failure == "", told(ran)
    assert all(handle.struck for handle in struck.handles)
    return ran


def outcomes(ran: Run, operation: str) -> list[str]:
    return [step.outcome for step in ran.world.stepper.steps if step.call.operation == operation]


@pytest.mark.parametrize("how", KINDS_OF_FAULT, ids=str)
def test_each_kind_does_to_a_call_what_the_proxy_does(how: How) -> None:
    ran = struck_by(Fault("BatchExecuteStatement", how))
    assert (outcomes(ran, "BatchExecuteStatement"), len(ran.world.attempts)) == KINDS_OF_FAULT[how]


def test_every_kind_is_here() -> None:
    assert {type(how) for how in KINDS_OF_FAULT} | {ErrorInside} == set(KINDS)


def test_half_an_answer_of_an_upload_is_asked_for_from_there_on() -> None:
    ran = struck_by(Fault("GetObject", Cut(), times=2))
    assert [reads_upload(step.call) for step in ran.world.stepper.steps].count(True) == 3


@pytest.mark.parametrize("operation", ["BatchExecuteStatement", "GetObject", "UpdateItem"])
def test_an_attempt_whose_time_is_over_is_killed_and_another_comes(operation: Operation) -> None:
    ran = struck_by(Fault(operation, Drip(BRIEF_SECONDS)))
    assert len(ran.world.attempts) == 2


@pytest.mark.parametrize("operation", ["BatchExecuteStatement", "UpdateItem"])
def test_services_that_ask_for_less_fail_no_attempt(operation: Operation) -> None:
    ran = struck_by(Fault(operation, Refuse("ThrottlingException"), seconds=4.0))
    assert outcomes(ran, "Invoke") != [], "it goes on in another invocation"
    assert ran.world.given_up == 0


def test_a_fault_is_told_beside_the_call_that_it_struck() -> None:
    text = told(struck_by(Fault("GetObject", Hang())))
    assert "S3 GET uploads …-0.jsonl  ✗ Hang()" in text
    assert "again:" not in text, "a schedule alone does not make it happen again"
