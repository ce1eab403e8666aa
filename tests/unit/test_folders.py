"""The folders of tests are declared once, and pytest does as they say."""

from pathlib import Path

import pytest

from fixtures.command import ROOT
from fixtures.folders import FOLDERS, TESTS

pytest_plugins = ["pytester"]


def test_every_folder_with_tests_is_declared() -> None:
    assert {path.parent.name for path in (ROOT / TESTS).glob("*/test_*.py")} == {*FOLDERS}


def collected(pytester: pytest.Pytester, *options: str) -> list[str]:
    for folder in ("unit", "container", "faults"):
        path = pytester.path / TESTS / folder / f"test_{folder}.py"
        path.parent.mkdir(parents=True)
        path.write_text("def test_it():\n    pass\n", encoding="utf-8")
    run = pytester.runpytest_inprocess(
        "-p", "fixtures.deselection", "-p", "fixtures.folders", "--collect-only", "-q", *options
    )
    return [Path(line.partition("::")[0]).stem for line in run.outlines if "::" in line]


def test_tests_run_in_the_order_of_their_folders(pytester: pytest.Pytester) -> None:
    assert collected(pytester) == ["test_faults", "test_unit"]


@pytest.mark.parametrize(
    ("options", "found"),
    {
        ("-m", "cloud"): ["test_faults"],
        ("-m", "cloud or image"): ["test_faults", "test_container"],
        ("-m", "not cloud"): ["test_unit"],
        ("tests/container",): ["test_container"],
        ("-k", "test_it or imagem"): ["test_faults", "test_unit"],
    }.items(),
)
def test_tests_are_chosen_by_what_they_need(
    pytester: pytest.Pytester, options: tuple[str, ...], found: list[str]
) -> None:
    assert collected(pytester, *options) == found
