"""What a failing test tells, seen as a person sees it: in the report of a run of its own."""

from pathlib import Path

import pytest

from fixtures.command import pytest_on
from fixtures.faults import BRIEF_SECONDS

pytestmark = [
    pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone"),
    pytest.mark.usefixtures("starts_cloud"),
]

FAILING = """
from fixtures.invoices import document, invoice

def test_that_fails(stack, unique):
    stack.ingest(document(invoice("other")), f"{unique}-other.json")
    assert stack.ingest(document(invoice("x", valor=-1)), f"{unique}.json")["stored"] == 1


def test_that_passes(stack, unique):
    stack.ingest(document(invoice(unique)), f"{unique}-passes.json")
"""

KILLED = """
from fixtures.invoices import document, invoice
from aws_stack.proxy import ALWAYS, Fault, Hang
from aws_stack.waiting import NotYet, wait_until


def test_of_a_function_that_is_killed(brief_stack, unique):
    brief_stack.proxy.arm(Fault("GetObject", Hang(), ALWAYS))
    sent = brief_stack.upload(document(invoice(unique)), f"{unique}.json")
    calls = brief_stack.proxy.calls
    wait_until("it is tried again", lambda: calls.count("UpdateItem") == 2 or NotYet(str(calls)), 30)
    assert brief_stack.entry(sent)["status"] == "completed"
"""


def test_a_failing_test_tells_of_its_uploads_and_of_no_others(tmp_path: Path) -> None:
    with pytest_on(tmp_path, FAILING, "-n1") as run:
        assert run.wait() == 1
        report = run.out
        assert "1 failed, 1 passed" in report
        assert "ledger entry of test_that_fails-" in report
        assert '"rejected": "1"' in report
        assert "log lines of test_that_fails-" in report
        assert '"message":"upload taken up"' in report
        assert '"message":"upload finished"' in report
        assert "REPORT RequestId: " in report
        assert "last lines of the " in report
        assert "-passes.json" not in report


def test_a_killed_function_is_told_of_with_its_log_where_the_tests_run_in_one_process(tmp_path: Path) -> None:
    with pytest_on(tmp_path, KILLED, "-n0") as run:
        assert run.wait() == 1
        assert '"status": "processing"' in run.out
        assert f"Task timed out after {BRIEF_SECONDS}.00 seconds" in run.out
        assert "failures queue of notas-" in run.out
        assert "last lines of the " in run.out
