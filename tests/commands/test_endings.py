"""A run of the tests, however it is started and however it ends: one cloud at most, and nothing left of it."""

import re
from pathlib import Path

import pytest

from aws_stack.waiting import NotYet, wait_until
from fixtures.command import Command, pytest_on

pytestmark = pytest.mark.usefixtures("starts_cloud")

# Where it is enough that there is a cloud, none is deployed to: a deployment and a function's start take two seconds.
RUNS = pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")

PASSING = """
import pytest


@pytest.mark.parametrize("number", range(4))
def test_that_passes(cloud, number):
    assert cloud.client("sts").get_caller_identity()["Account"]
"""

INGESTING = """
import pytest
from fixtures.invoices import document, invoice


@pytest.mark.parametrize("number", range(4))
def test_that_passes(stack, unique, number):
    assert stack.ingest(document(invoice(unique)), f"{unique}.json")["stored"] == 1
"""

FAILING_FIRST = f"""
def test_that_fails(cloud):
    raise AssertionError("on purpose")

{PASSING}
"""

CRASHING_FIRST = f"""
import os, signal


def test_that_kills_its_worker(cloud):
    os.kill(os.getpid(), signal.SIGKILL)

{PASSING}
"""

HANGING = """
import pathlib, threading


def test_that_hangs(cloud):
    pathlib.Path("reached").touch()
    threading.Event().wait()
"""

HANGING_BESIDE_A_FUNCTION = """
import pathlib, threading
from fixtures.invoices import document, invoice


def test_that_hangs(stack, unique):
    stack.ingest(document(invoice(unique)), f"{unique}.json")
    pathlib.Path("reached").touch()
    threading.Event().wait()
"""

ASKING_ALWAYS = """
import pathlib
import pytest


@pytest.mark.parametrize("number", range(21))
def test_during_which_the_cloud_dies(cloud, number):
    while True:
        cloud.client("s3").list_buckets()
        pathlib.Path("reached").touch()
"""

UPLOADING_ALWAYS = """
import pathlib
import pytest
from fixtures.invoices import document, invoice


@pytest.mark.parametrize("number", range(21))
def test_during_which_the_cloud_dies(stack, unique, number):
    while True:
        stack.ingest(document(invoice(unique)), f"{unique}.json")
        pathlib.Path("reached").touch()
"""

UNIT = """
def test_without_a_cloud():
    pass
"""

HELD_AT_ITS_END = """
import pathlib, threading


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        pathlib.Path("reached").touch()
        threading.Event().wait()
"""


def wait_until_gone(run: Command) -> None:
    """Wait for what ends on its own after the process that was started has."""
    wait_until("all of it is gone", lambda: NotYet(str(run.left())) if run.left() else True, 20)


def wait_until_reached(run: Command, project: Path) -> None:
    def ask() -> bool | NotYet:
        assert run.process.poll() is None, run.out + run.err
        return (project / "reached").exists() or NotYet(run.out)

    wait_until("the run has come to its test", ask, 60)


@pytest.mark.parametrize(
    "arguments", [pytest.param(["-p", "no:xdist"], marks=RUNS), ["-n1", "-k", "passes"]], ids=" ".join
)
def test_a_run_that_passes_leaves_nothing(tmp_path: Path, arguments: list[str]) -> None:
    with pytest_on(tmp_path, INGESTING, *arguments) as run:
        assert run.wait() == pytest.ExitCode.OK, run.out
        assert "4 passed" in run.out
        assert run.out.count("cloud: ") == 1
        assert run.left() == []


@RUNS
def test_a_run_that_stops_at_its_first_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest_on(tmp_path, FAILING_FIRST, "-n2", "-x") as run:
        assert run.wait() != pytest.ExitCode.OK
        assert "on purpose" in run.out
        assert "stopping after 1 failures" in run.out
        assert run.left() == []


@RUNS
@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_terminated_run_leaves_nothing(tmp_path: Path, workers: str) -> None:
    with pytest_on(tmp_path, HANGING, workers) as run:
        wait_until_reached(run, tmp_path)
        assert len(run.clouds()) == 1
        run.process.terminate()
        assert run.wait() == pytest.ExitCode.INTERRUPTED, run.out
        assert run.left() == []


@RUNS
@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_ctrl_c_leaves_nothing(tmp_path: Path, workers: str) -> None:
    with pytest_on(tmp_path, HANGING, workers) as run:
        wait_until_reached(run, tmp_path)
        run.interrupt()
        assert run.wait() == pytest.ExitCode.INTERRUPTED, run.out
        assert run.left() == []


@RUNS
def test_a_killed_run_is_swept_up_by_the_next(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with pytest_on(first, HANGING_BESIDE_A_FUNCTION, "-n1") as run:
        wait_until_reached(run, first)
        run.process.kill()
        run.wait()
        with pytest_on(second, PASSING, "-n0") as following:
            assert following.wait() == pytest.ExitCode.OK, following.out
            assert following.left() == []
        assert run.on_the_engine() == []
        wait_until_gone(run)


@RUNS
def test_a_worker_that_crashes_and_its_replacement_change_nothing(tmp_path: Path) -> None:
    with pytest_on(tmp_path, CRASHING_FIRST, "-n1") as run:
        assert run.wait() == pytest.ExitCode.TESTS_FAILED
        assert "crashed while running" in run.out
        assert "1 failed, 4 passed" in run.out
        assert run.left() == []


@RUNS
@pytest.mark.parametrize(("workers", "tests"), [("-n0", UPLOADING_ALWAYS), ("-n2", ASKING_ALWAYS)], ids=["-n0", "-n2"])
def test_when_the_cloud_dies_the_other_tests_fail_at_once_and_say_so(tmp_path: Path, workers: str, tests: str) -> None:
    with pytest_on(tmp_path, tests, workers) as run:
        wait_until_reached(run, tmp_path)
        [kill] = run.clouds()
        kill()
        assert run.wait() == pytest.ExitCode.TESTS_FAILED
        assert re.search("(1 failed, 20|2 failed, 19) errors in ", run.out), run.out
        assert "ended by itself" in run.out
        assert run.left() == []


@RUNS
def test_looponfail_runs_again_after_a_change_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest_on(tmp_path, FAILING_FIRST, "--looponfail") as run:
        run.wait_for("waiting for changes")
        assert "1 failed, 4 passed" in run.out
        (tmp_path / "tests" / "e2e" / "test_e2e.py").write_text(PASSING)
        run.wait_for("= 4 passed")
        run.interrupt()
        run.wait()
        wait_until_gone(run)  # The cloud is owned by the process that ran the tests, a child of this one.


@pytest.mark.parametrize(
    ("arguments", "clouds"),
    [
        pytest.param(["-n0", "tests/unit"], 0, marks=RUNS),
        (["-n1", "tests/unit"], 0),
        pytest.param(["-n0", "--collect-only"], 0, marks=RUNS),
        pytest.param(["-n1", "--collect-only"], 0, marks=RUNS),
        pytest.param(["-n0", "-k", "without_a_cloud"], 0, marks=RUNS),
        (["-n0", "tests/e2e"], 1),
    ],
)
def test_a_cloud_is_started_only_for_tests_that_need_one(tmp_path: Path, arguments: list[str], clouds: int) -> None:
    (tmp_path / "held.py").write_text(HELD_AT_ITS_END)
    with pytest_on(tmp_path, PASSING, "-p", "held", *arguments, unit=UNIT) as run:
        wait_until_reached(run, tmp_path)
        assert len(run.clouds()) == clouds
        run.interrupt()
        run.wait()
        assert run.left() == []
