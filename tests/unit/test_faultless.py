"""Which fault tests fail without their faults: how a run of them is judged."""

from typing import Any

import pytest

from fixtures.strikes import IN_VAIN
from tests.faultless import Judge


def report(test: str, when: Any, failure: str = "") -> pytest.TestReport:
    """What pytest reports of a part of a test."""
    outcome: Any = "failed" if failure else "passed"
    return pytest.TestReport(test, ("", 0, test), {}, outcome, failure or None, when)


def judged(*reports: pytest.TestReport) -> Judge:
    judge = Judge()
    for one in reports:
        judge.pytest_runtest_logreport(one)
    return judge


def test_tests_that_fail_by_themselves_or_for_their_faults_are_as_they_have_to_be() -> None:
    judge = judged(
        report("notices", "call", "AssertionError"),
        report("notices", "teardown", IN_VAIN),
        report("waits", "call", "Failed: Timeout (>15.0s) from pytest-timeout."),
        report("waits", "teardown", IN_VAIN),
        report("ends", "call"),
        report("ends", "teardown", IN_VAIN),
    )
    assert judge.verdict() == (
        0,
        ["3/3 fault tests fail without their faults, 1 of them by an assertion of their own"],
    )


def test_a_test_that_passes_is_named() -> None:
    judge = judged(report("notices", "call", "AssertionError"), report("proves nothing", "call"))
    code, said = judge.verdict()
    assert code == 1
    assert said[0] == "proves nothing passes without its fault"


@pytest.mark.parametrize("failure", ["the last check of the stack failed", "Failed: armed no fault"])
def test_an_end_that_fails_for_something_else_says_nothing_for_the_test(failure: str) -> None:
    assert judged(report("any", "call"), report("any", "teardown", failure)).verdict()[0] == 1


def test_a_run_whose_tests_could_not_begin_says_nothing() -> None:
    assert judged(report("any", "setup", "no cloud")).verdict() == (2, ["any could not begin"])
    assert judged().verdict() == (2, ["there are no fault tests"])
