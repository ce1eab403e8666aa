"""Tests that a machine lacks something for: they are skipped, and the last line says so."""

from pathlib import Path

from fixtures.lacking import BROWSER, NODE

from .alone import pytest_alone

NEEDING = """
import pytest


@pytest.mark.parametrize("n", range(2))
def test_that_needs_node(node, n):
    raise AssertionError("there is Node.js")
"""


def test_without_node_the_last_line_says_how_many_tests_were_skipped_and_what_to_do(tmp_path: Path) -> None:
    said = pytest_alone(tmp_path, NEEDING, "-p", "fixtures.lacking", PATH=str(tmp_path))
    assert "2 skipped" in said
    line = "2 tests of functions in Node.js were skipped: there is no Node.js here. To run all: install Node.js"
    assert said.splitlines()[-1] == line


def test_in_ci_a_test_without_node_fails(tmp_path: Path) -> None:
    said = pytest_alone(tmp_path, NEEDING, "-p", "fixtures.lacking", PATH=str(tmp_path), CI="true")
    assert "2 errors" in said
    assert "Failed: there is no node on the PATH" in said


def test_each_lack_has_a_reason_of_its_own() -> None:
    assert BROWSER.reason not in NODE.reason
    assert "1 test of the page was skipped: there is no browser here." in BROWSER.told(1)
