"""What makes the virtual environment: its one line where that cannot be, and the pip that it runs."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fixtures.command import ROOT


@pytest.fixture
def bootstrap() -> Any:
    made = ModuleType("bootstrap")
    made.__dict__.update(runpy.run_path(str(ROOT / "requirements" / "bootstrap.py")))
    return made


def test_the_pip_that_python_brings_runs_without_being_installed(bootstrap: Any) -> None:
    wheel = bootstrap.wheel_of_pip()
    if wheel is None:
        pytest.skip("this Python keeps pip elsewhere")
    variables = {**os.environ, "PYTHONPATH": str(wheel)}
    said = subprocess.run([sys.executable, "-m", "pip", "--version"], env=variables, capture_output=True, check=True)
    assert str(wheel).encode() in said.stdout


def test_a_python_without_ensurepip_is_told_what_to_install(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"apt install python3\.\d+-venv$"):
        bootstrap.main(str(tmp_path / "venv"), "none.txt")
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_told_which_is_needed(bootstrap: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(bootstrap.main.__globals__, "LEAST", (99, 0))
    with pytest.raises(SystemExit, match=r"^notas needs Python 3\.11 or later; this is 3\.\d+\. Try: make PYTHON="):
        bootstrap.main(str(tmp_path / "venv"), "none.txt")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have run."""
    made: list[list[str]] = []

    def run(command: list[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        made.append([str(one) for one in command])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return made


def test_where_there_is_no_wheel_venv_installs_pip(
    bootstrap: Any, made: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(bootstrap.main.__globals__, "wheel_of_pip", lambda: None)
    assert bootstrap.main(str(tmp_path), "none.txt") == 0
    assert made[0] == [sys.executable, "-m", "venv", str(tmp_path)]


def test_what_an_interrupted_attempt_left_is_installed_again(
    bootstrap: Any, made: list[list[str]], tmp_path: Path
) -> None:
    # It may be what pip takes for the package, without its program.
    bootstrap.main(str(tmp_path), "none.txt")
    assert "--ignore-installed" in made[-1]
