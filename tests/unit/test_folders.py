"""The folders of tests are declared once, what a test needs follows from its fixtures, and pytest does as they say."""

from pathlib import Path

import pytest

from fixtures.command import ROOT
from fixtures.folders import FOLDERS, TESTS

pytest_plugins = ["pytester"]

FIXTURES = """
import pytest

@pytest.fixture
def cloud(): ...

@pytest.fixture
def stack(cloud): ...

@pytest.fixture
def starts_cloud(): ...
"""

COLLECTED = {
    "unit/test_unit.py": "def test_it(): ...",
    "container/test_container.py": "def test_it(): ...",
    "api/test_on_the_cloud.py": "def test_it(stack): ...",
    "api/test_without.py": "def test_it(): ...",
    "commands/test_own_cloud.py": "import pytest\n@pytest.mark.usefixtures('starts_cloud')\ndef test_it(): ...",
    "e2e/test_waiting.py": "import pytest\npytestmark = pytest.mark.waits\ndef test_it(cloud): ...",
}

ON_A_CLOUD = ["test_waiting", "test_on_the_cloud", "test_own_cloud"]
OTHERS = ["test_without", "test_unit"]


def test_every_folder_with_tests_is_declared() -> None:
    assert {path.parent.name for path in (ROOT / TESTS).glob("*/test_*.py")} == {*FOLDERS}


def collect(pytester: pytest.Pytester, tests: dict[str, str], *options: str) -> pytest.RunResult:
    pytester.makeconftest(FIXTURES)
    for name, text in tests.items():
        path = pytester.path / TESTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return pytester.runpytest_inprocess(
        "-p", "fixtures.deselection", "-p", "fixtures.folders", "--strict-markers", "--collect-only", "-q", *options
    )


def collected(pytester: pytest.Pytester, *options: str) -> list[str]:
    run = collect(pytester, COLLECTED, *options)
    return [Path(line.partition("::")[0]).stem for line in run.outlines if "::" in line]


def test_tests_that_wait_run_first_and_then_those_that_ask_a_cloud_each_in_the_order_of_their_folders(
    pytester: pytest.Pytester,
) -> None:
    assert collected(pytester) == ON_A_CLOUD + OTHERS


@pytest.mark.parametrize(
    ("options", "found"),
    {
        ("-m", "cloud"): ON_A_CLOUD,
        ("-m", "cloud or image"): [*ON_A_CLOUD, "test_container"],
        ("-m", "not cloud"): OTHERS,
        ("tests/container",): ["test_container"],
        ("-k", "test_it or imagem"): ON_A_CLOUD + OTHERS,
    }.items(),
)
def test_tests_are_chosen_by_what_they_need(
    pytester: pytest.Pytester, options: tuple[str, ...], found: list[str]
) -> None:
    assert collected(pytester, *options) == found


@pytest.mark.parametrize("fixture", ["cloud", "stack", "starts_cloud"])
def test_a_test_that_needs_a_cloud_may_not_stand_where_none_do(pytester: pytest.Pytester, fixture: str) -> None:
    run = collect(pytester, {"unit/test_unit.py": f"def test_it({fixture}): ..."})
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    run.stderr.fnmatch_lines(["ERROR: *test_it asks for a cloud, and tests/unit is for tests that need none"])
