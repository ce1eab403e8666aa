"""The witness of a run: which test failed first, after how many examples, and on which smallest example."""

import json
from pathlib import Path
from typing import Any

import pytest

from .alone import pytest_alone

pytestmark = pytest.mark.night("mutants are tried by night")

PROPERTY = """
from hypothesis import given, strategies as st
from fixtures.observations import observer

def test_that_passes():
    pass

@given(number=st.integers(0, 1000))
def test_that_fails(request, number):
    observer.begin_example(number)
    assert number < 100
"""

MACHINE = """
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from fixtures.observations import observer

class Machine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        observer.begin_example("a machine")

    @rule(number=st.integers(0, 1000))
    def step(self, number):
        assert number < 100

def test_that_fails():
    run_state_machine_as_test(Machine)
"""

PLAIN = "def test_that_fails():\n    raise ValueError('one line\\nanother')\n"

FLAKY = """
from hypothesis import given, strategies as st
from fixtures.observations import observer

failed = []

@given(number=st.integers(0, 1000))
def test_that_fails_once(request, number):
    observer.begin_example(number)
    if number >= 100 and not failed:
        failed.append(number)
        raise ValueError("a race")
"""

NO_MODULE = "import nothing_of_that_name\n"

INSIDE = """
from hypothesis import given, strategies as st

def test_that_fails():
    @given(number=st.integers(0, 1000))
    def property(number):
        pass
    property()
    raise ValueError
"""

UNNUMBERED = """
from hypothesis import given, strategies as st

@given(number=st.integers(0, 1000))
def test_that_fails(number):
    assert number < 100
"""

PASSES = "def test_that_passes():\n    pass\n"


def witnessed(folder: Path, text: str) -> dict[str, Any]:
    """What the witness wrote about a run of these tests."""
    plugins = ["-p", "fixtures.observations", "-p", "tests.mutants.witness", f"--witness={folder / 'witness.json'}"]
    pytest_alone(folder, text, "-q", *plugins, "--hypothesis-seed=1")
    witness: dict[str, Any] = json.loads((folder / "witness.json").read_text())
    return witness


@pytest.mark.parametrize(
    ("text", "example"), [(PROPERTY, "number=100"), (MACHINE, "state.step(number=100)")], ids=["property", "machine"]
)
def test_a_property_is_recorded_with_its_first_failure_and_its_smallest_example(
    tmp_path: Path, text: str, example: str
) -> None:
    failure = witnessed(tmp_path, text)["failure"]
    assert failure["test"] == "test_any.py::test_that_fails"
    assert failure["when"] == "call"
    # It takes only a few examples to find it; shrinking takes more.
    assert 1 <= failure["examples"] <= 10
    assert example in failure["example"]
    assert " object at 0x" not in failure["example"]
    assert failure["error"].startswith("AssertionError: assert 100 < 100")
    assert failure["seconds"] > 0


def test_a_test_that_generates_nothing_is_recorded_with_its_error(tmp_path: Path) -> None:
    witness = witnessed(tmp_path, PLAIN)
    assert witness["tests"] == 1
    failure = witness["failure"]
    assert (failure["examples"], failure["example"], failure["error"]) == (0, "", "ValueError: one line")


@pytest.mark.parametrize(
    ("text", "draws"),
    [
        (PROPERTY, True),
        (MACHINE, True),
        (INSIDE, True),
        (PLAIN, False),
        (INSIDE.replace("fails", "is_fine").replace("    raise ValueError", "") + PLAIN, False),
    ],
    ids=["property", "machine", "property inside", "plain", "plain after a property"],
)
def test_it_is_recorded_whether_the_test_that_failed_draws(tmp_path: Path, text: str, draws: bool) -> None:
    assert witnessed(tmp_path, text)["failure"]["draws"] is draws


def test_the_examples_of_a_property_that_does_not_number_them_are_counted(tmp_path: Path) -> None:
    assert 1 <= witnessed(tmp_path, UNNUMBERED)["failure"]["examples"] <= 10


def test_a_run_ends_with_its_first_failure(tmp_path: Path) -> None:
    witness = witnessed(tmp_path, PLAIN + PASSES)
    assert (witness["tests"], witness["failure"]["flaky"]) == (1, False)


def test_a_flaky_failure_counts_if_there_is_no_other(tmp_path: Path) -> None:
    witness = witnessed(tmp_path, FLAKY + PASSES)
    assert witness["tests"] == 2
    assert witness["failure"]["test"] == "test_any.py::test_that_fails_once"
    assert witness["failure"]["flaky"]


def test_a_failure_that_repeats_counts_before_a_flaky_one(tmp_path: Path) -> None:
    failure = witnessed(tmp_path, FLAKY + PLAIN)["failure"]
    assert (failure["test"], failure["flaky"]) == ("test_any.py::test_that_fails", False)


def test_a_file_that_cannot_be_imported_is_recorded_as_such(tmp_path: Path) -> None:
    failure = witnessed(tmp_path, NO_MODULE)["failure"]
    assert failure["when"] == "collect"
    assert "nothing_of_that_name" in failure["error"]


def test_a_run_without_a_failure_is_recorded_too(tmp_path: Path) -> None:
    assert witnessed(tmp_path, PASSES) == {"tests": 1, "failure": None}
