"""How much Hypothesis draws, and what a failing property leaves behind, as seen in runs of pytest."""

import re
from pathlib import Path

import pytest

from .alone import pytest_alone

BY_NIGHT = pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")

SETTINGS = """
import pytest
from hypothesis import settings
from fixtures.profiles import examples

@pytest.mark.timeout(600)
def test_that_tells(request):
    now = settings()
    timeout = request.node.get_closest_marker("timeout").args[0]
    print(f"told: {now.max_examples} {examples(0.25).max_examples} {now.derandomize} {timeout:.0f}")
"""

# Half of the numbers fail, so that one is always found. A run that remembers none begins with 0.
FAILING = """
from hypothesis import given, strategies as st

@given(number=st.integers(0, 2000))
def test_that_fails(number):
    with open("drawn", "a") as drawn:
        drawn.write(f"{number}\\n")
    assert number < 1000
"""


def run(folder: Path, text: str, *arguments: str, **environment: str) -> str:
    """What pytest says about these tests."""
    return pytest_alone(folder, text, "-s", "-p", "fixtures.profiles", *arguments, **environment)


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        pytest.param([], {}, "16 4 False 600", id="as a person", marks=BY_NIGHT),
        pytest.param([], {"CI": "true"}, "16 4 True 600", id="as CI"),
        pytest.param(["--hypothesis-profile=dev"], {"CI": "true"}, "16 4 False 600", id="dev", marks=BY_NIGHT),
        pytest.param(["--hypothesis-profile=thorough"], {"CI": "true"}, "640 160 False 7200", id="thorough"),
        pytest.param(["--examples=100"], {"CI": "true"}, "100 25 True 600", id="of a number", marks=BY_NIGHT),
    ],
)
def test_a_profile_says_how_much_is_drawn_and_how_long_a_test_may_take(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], told: str
) -> None:
    assert f"told: {told}\n" in run(tmp_path, SETTINGS, *arguments, **environment)


@BY_NIGHT
def test_what_failed_is_printed_to_be_reproduced_and_tried_first_in_the_next_run(tmp_path: Path) -> None:
    drawn = tmp_path / "drawn"
    said = run(tmp_path, FAILING)  # Without a seed, because with one Hypothesis ignores what failed before.
    assert "number=1000" in said
    assert "@reproduce_failure(" in said
    drawn.unlink()
    run(tmp_path, FAILING)
    assert drawn.read_text().startswith("1000\n")


@BY_NIGHT
def test_the_line_that_a_failure_prints_reproduces_it_where_nothing_is_remembered(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    found = re.search(r"@reproduce_failure\(.*\)", run(here, FAILING))
    assert found is not None
    text = FAILING.replace("import given,", "import given, reproduce_failure,").replace("@given", f"{found[0]}\n@given")
    assert "number=1000" in run(elsewhere, text)
    assert set((elsewhere / "drawn").read_text().split()) == {"1000"}
