"""The parts of the collected tests: where they were collected, and where xdist's controller is told of them."""

import pytest

from .test_folders import FIXTURES

pytest_plugins = ["pytester"]

# What the process that schedules knows when a worker, or itself, has collected.
SAYING = """
import pytest
from fixtures.parts import parts_of

def say(config):
    if not hasattr(config, "workerinput"):
        print("knows", parts_of(config))

def pytest_collection_finish(session):
    say(session.config)

@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node):
    say(node.config)
"""

TESTS = """
import pytest

@pytest.mark.waits
def test_waits(stack): ...

def test_asks(stack): ...

@pytest.mark.usefixtures("starts_cloud")
def test_starts_its_own(): ...

def test_computes(): ...
"""


@pytest.mark.parametrize(
    ("options", "known"),
    [
        (("-n0",), "Parts(waiting=1, asking=2, need_the_runs_cloud=True)"),
        (("-n1",), "Parts(waiting=1, asking=2, need_the_runs_cloud=True)"),
        (("-n0", "-m", "not waits"), "Parts(waiting=0, asking=2, need_the_runs_cloud=True)"),
        (("-n0", "-k", "starts or computes"), "Parts(waiting=0, asking=1, need_the_runs_cloud=False)"),
    ],
    ids=["here", "in a worker", "some", "none of the run's cloud"],
)
def test_who_schedules_knows_how_many_tests_are_in_each_part(
    pytester: pytest.Pytester, options: tuple[str, ...], known: str
) -> None:
    pytester.makeconftest(FIXTURES + SAYING)
    folder = pytester.mkdir("tests") / "e2e"
    folder.mkdir()
    (folder / "test_e2e.py").write_text(TESTS, encoding="utf-8")
    plugins = ("fixtures.deselection", "fixtures.folders", "fixtures.parts")
    run = pytester.runpytest_inprocess(*(word for name in plugins for word in ("-p", name)), "-s", "-q", *options)
    assert run.ret == pytest.ExitCode.OK
    assert f"knows {known}" in run.outlines
