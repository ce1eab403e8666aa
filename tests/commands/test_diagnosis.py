"""What a failing test tells, seen as a person sees it: in the report of a run of its own."""

from pathlib import Path

import pytest

from fixtures.command import pytest_on
from fixtures.faults import MORTAL_SECONDS

FAILING = """
from fixtures.invoices import document, invoice
from fixtures.proxy import Fault, Kind


def test_that_fails(stack, unique):
    stack.ingest(document(invoice("other")), f"{unique}-other.json")
    assert stack.ingest(document(invoice("x", valor=-1)), f"{unique}.json")["stored"] == 1


def test_of_a_function_that_is_killed(mortal_stack, unique):
    mortal_stack.proxy.arm(Fault("TransactWriteItems", Kind.HANG_BEFORE, times=100))
    mortal_stack.wait(mortal_stack.upload(document(invoice(unique)), f"{unique}.json"), 12)


def test_that_passes(stack, unique):
    stack.ingest(document(invoice(unique)), f"{unique}-passes.json")
"""


@pytest.mark.parametrize("workers", ["-n2", "-n0"])
def test_a_failing_test_tells_of_its_uploads_and_of_no_others(tmp_path: Path, workers: str) -> None:
    with pytest_on(tmp_path, FAILING, workers) as run:
        assert run.wait() == 1
        report = run.out
        assert "2 failed, 1 passed" in report
        assert "ledger entry of test_that_fails-" in report
        assert '"rejected": "1"' in report
        assert "log lines of test_that_fails-" in report
        assert '"message":"upload taken up"' in report
        assert '"message":"upload finished"' in report
        assert "REPORT RequestId: " in report
        assert "last lines of the " in report
        assert "-passes.json" not in report

        _, _, killed = report.partition("_ test_of_a_function_that_is_killed _")
        assert '"status": "processing"' in killed
        assert f"Task timed out after {MORTAL_SECONDS}.00 seconds" in killed
        assert "failures queue of notas-" in killed
