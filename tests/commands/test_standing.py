"""`pytest --cloud aws`, shown on a local cloud that plays AWS: one account, credentials in variables, and others in it.

The tests pass there as they do anywhere, and however the run ends, nothing of it is left.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from aws_stack import buckets
from aws_stack.clouds import Cloud
from aws_stack.stack import new_account
from aws_stack.waiting import NotYet, wait_until
from fixtures.command import module, pytest_on
from fixtures.leftovers import PREFIX

pytestmark = pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")

TESTS = [
    "tests/e2e/test_template.py",
    "tests/e2e/test_replays.py::test_an_event_that_comes_late_does_not_undo_a_later_upload",
    "tests/e2e/test_uploads.py::test_any_legal_key_is_processed",
    "tests/api/test_uploads.py::test_every_name_that_is_read_gets_a_url",
    "tests/api/test_uploads.py::test_a_stalled_upload_says_why_since_when_and_how_far_it_had_come",
    # These cannot run there.
    "tests/e2e/test_permissions.py",
    "tests/faults/test_crashes.py",
    "tests/commands/test_wheel.py",
]

ENDING_BADLY = """
import os, pathlib, signal, threading


def test_that_kills_its_worker(stack):
    assert stack.silent_bucket
    os.kill(os.getpid(), signal.SIGKILL)


def test_that_hangs(stack):
    assert stack.silent_bucket
    pathlib.Path("reached").touch()
    threading.Event().wait()
"""

SECONDS = 100


class Account:
    """An account of a local cloud, which stands for one of AWS."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud.in_account(new_account())
        # What a person has set: credentials and a region.
        self.variables = self.cloud.variables()
        del self.variables["AWS_ENDPOINT_URL"]
        self.options = ["--cloud", "aws", "--endpoint-url", str(cloud.endpoint_url)]
        self.admitting = [*self.options, "--aws-account", str(self.cloud.account)]

    def make_something(self) -> None:
        """What somebody else has in the account: a bucket, whose name is much like those of a run, and a queue."""
        buckets.make(self.cloud, f"{PREFIX}of-somebody-else")
        self.cloud.client("sqs").create_queue(QueueName=f"{PREFIX}of-somebody-else")

    def holds(self) -> list[str]:
        """Whatever is in it, by any service that the template has resources of."""
        asked = {
            "cloudformation": ("describe_stacks", "Stacks"),
            "s3": ("list_buckets", "Buckets"),
            "dynamodb": ("list_tables", "TableNames"),
            "lambda": ("list_functions", "Functions"),
            "sqs": ("list_queues", "QueueUrls"),
            "logs": ("describe_log_groups", "logGroups"),
            "cloudwatch": ("describe_alarms", "MetricAlarms"),
            "apigateway": ("get_rest_apis", "items"),
            "iam": ("list_roles", "Roles"),
        }
        found: list[str] = []
        for service, (operation, member) in asked.items():
            answer: dict[str, Any] = getattr(self.cloud.client(service), operation)()
            found += [f"{service}: {one}" for one in answer.get(member, [])]
        # LocalStack 4.14 lists stacks that are gone.
        return [one for one in found if "'DELETE_COMPLETE'" not in one]

    def authorizations(self) -> set[str]:
        """What the APIs in it ask of their callers."""
        gateway = self.cloud.client("apigateway")
        return {
            gateway.get_method(restApiId=api["id"], resourceId=resource["id"], httpMethod=method)["authorizationType"]
            for api in gateway.get_rest_apis()["items"]
            for resource in gateway.get_resources(restApiId=api["id"])["items"]
            for method in resource.get("resourceMethods", {})
        }


@pytest.fixture
def account(cloud: Cloud) -> Account:
    return Account(cloud)


def kinds(found: list[str]) -> set[str]:
    return {one.partition(":")[0] for one in found}


def test_the_suite_does_not_know_the_difference_and_leaves_nothing_but_what_was_there(account: Account) -> None:
    account.make_something()
    before = account.holds()
    with module("pytest", "-p", "no:cacheprovider", "-n2", *account.admitting, *TESTS, **account.variables) as run:
        assert run.wait(SECONDS) == pytest.ExitCode.OK, run.out + run.err
        passed = re.search(r"(\d+) passed", run.out)
        assert passed
        assert int(passed[1]) > 20
        assert re.search(r"\d+ tests: a proxy on this machine strikes their functions", run.out)
        assert re.search(r"\d+ tests: they start a cloud of their own", run.out)
        assert re.search(r"\d+ tests: they start commands", run.out)
        assert f"in account {account.cloud.account} is removed" in run.out
    assert account.holds() == before


def test_what_is_left_by_a_worker_that_died_and_by_ctrl_c_is_removed(account: Account, tmp_path: Path) -> None:
    with pytest_on(tmp_path, ENDING_BADLY, "-n1", *account.admitting, **account.variables) as run:
        wait_until("the second worker has a stack", lambda: (tmp_path / "reached").exists() or NotYet(run.out), 60)
        assert sum(one.startswith("cloudformation") for one in account.holds()) == 2
        run.interrupt()
        assert run.wait() == pytest.ExitCode.INTERRUPTED, run.out
        assert re.search(rf"removing what the tests left: {PREFIX}\w{{6}}-\w{{6}}", run.out)
    assert account.holds() == []


def test_what_a_killed_run_left_is_named_by_the_next_and_can_be_removed(account: Account, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with pytest_on(first, ENDING_BADLY, "-n0", "-k", "hangs", *account.admitting, **account.variables) as run:
        wait_until("it has a stack", lambda: (first / "reached").exists() or NotYet(run.out), 60)
        run.process.kill()
        run.wait()
    assert account.authorizations() == {"AWS_IAM"}
    before = account.holds()
    assert {"cloudformation", "s3", "dynamodb"} <= kinds(before)
    passing = "def test_that_needs_no_stack(cloud):\n    pass\n"
    with pytest_on(second, passing, "-n0", *account.admitting, **account.variables) as following:
        assert following.wait() == pytest.ExitCode.OK, following.out
        [command] = re.findall(r"python -m fixtures\.leftovers (.+)$", following.out, re.MULTILINE)
    assert account.holds() == before
    with module("fixtures.leftovers", *command.split(), **account.variables) as removal:
        assert removal.wait() == 0, removal.out + removal.err
    assert account.holds() == []


def test_a_run_that_does_not_name_the_account_makes_nothing_and_says_what_it_would(
    account: Account, tmp_path: Path
) -> None:
    with pytest_on(tmp_path, ENDING_BADLY, *account.options, **account.variables) as run:
        assert run.wait() == pytest.ExitCode.USAGE_ERROR
        assert "costs some $" in run.err
        assert "Nothing was made yet" in run.err
        assert f"add: --aws-account {account.cloud.account}" in run.err
    assert account.holds() == []
