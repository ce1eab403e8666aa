"""What is for the night is left out by day, and said."""

import pytest

from fixtures.nights import some_by_night

pytest_plugins = ["pytester"]

TESTS = """
import pytest

def test_by_day():
    pass

@pytest.mark.night("it takes long")
@pytest.mark.parametrize("number", [1, 2])
def test_by_night(number):
    pass
"""


def run(pytester: pytest.Pytester, *options: str, tests: str = TESTS) -> pytest.RunResult:
    pytester.makepyfile(test_it=tests)
    return pytester.runpytest_inprocess(
        "-p", "fixtures.deselection", "-p", "fixtures.nights", "-p", "no:cacheprovider", *options
    )


def test_by_day_they_are_left_out_and_counted(pytester: pytest.Pytester) -> None:
    result = run(pytester)
    result.assert_outcomes(passed=1, deselected=2)
    result.stdout.fnmatch_lines(["2 tests are for the night: run them with `make night`, or pytest --night"])


@pytest.mark.night("workers start again")
def test_workers_tell_how_many_they_left_out(pytester: pytest.Pytester) -> None:
    result = run(pytester, "-n2")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["2 tests are for the night: run them with `make night`, or pytest --night"])


def test_by_night_all_run(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--night")
    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*are for the night*")


@pytest.mark.parametrize("name", ["test_it.py::test_by_night", "test_it.py::test_by_night[2]"])
def test_one_that_is_named_runs(pytester: pytest.Pytester, name: str) -> None:
    result = run(pytester, name)
    assert result.parseoutcomes()["passed"] == (1 if name.endswith("]") else 2)


def test_one_without_a_reason_is_an_error(pytester: pytest.Pytester) -> None:
    result = run(pytester, tests="import pytest\n\n@pytest.mark.night\ndef test_it():\n    pass\n")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_it.py::test_it is for the night and does not say why"])


def test_some_cases_of_a_test_are_for_the_night() -> None:
    day, night = some_by_night({"a": 1, "b": (2, 3)}, {"b"}, "why")
    assert (day.id, day.values, list(day.marks)) == ("a", (1,), [])
    assert (night.id, night.values, [mark.args for mark in night.marks]) == ("b", (2, 3), [("why",)])
    with pytest.raises(AssertionError, match="no such cases"):
        some_by_night({"a": 1}, {"c"}, "why")
