"""The last check of the stacks that faults struck: it fails if anything was lost."""

from pathlib import Path

import pytest

from aws_stack.clouds import Cloud
from aws_stack.waiting import WaitTimeoutError
from fixtures.command import pytest_on
from fixtures.last_check import nothing_is_lost
from fixtures.stacks import Stack, deployed

from .audited import Sample

LOSING = """
from fixtures.invoices import document, invoice


def test_that_loses_an_invoice(watched_stack, unique):
    watched_stack.ingest(document(invoice(unique)), f"{unique}.json")
    table = watched_stack.outputs["InvoicesTable"]
    watched_stack.dynamodb.delete_item(TableName=table, Key={"id": {"S": unique}})


def test_after_it(watched_stack):
    pass
"""


def test_uploads_left_unfinished_are_no_loss_and_all_else_is(cloud: Cloud, unique: str) -> None:
    with deployed(cloud, Stack) as stack:
        sample = Sample.made(stack, unique)
        nothing_is_lost(stack, set())

        place = sample.sent.key, sample.sent.version_id
        for status in ("processing", "stalled"):
            sample.set_entry(status={"S": status})
            nothing_is_lost(stack, {place})
            with pytest.raises((AssertionError, WaitTimeoutError), match=f"(is|is still|has been) {status}"):
                nothing_is_lost(stack, set(), seconds=0)

        sample.set_entry(status={"S": "completed"})
        sample.remove(3)
        with pytest.raises(AssertionError, match="has 7 invoices in the table"):
            nothing_is_lost(stack, {place})


@pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")
@pytest.mark.usefixtures("starts_cloud")
def test_a_run_that_lost_an_invoice_fails_though_its_tests_pass(tmp_path: Path) -> None:
    with pytest_on(tmp_path, LOSING, "-n1") as run:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED, run.out
        assert "2 passed, 1 error" in run.out
        assert "has 0 invoices in the table, but the ledger counts 1 as stored" in run.out
