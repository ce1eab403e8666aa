"""Runs pytest on a file of tests, without this project's conftest.py."""

import subprocess
import sys
from pathlib import Path

from fixtures.command import ROOT


def pytest_alone(folder: Path, text: str, *arguments: str, **environment: str) -> str:
    """What pytest says about these tests, as `test_any.py` in the folder, with no variables but those given."""
    (folder / "test_any.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(folder), "test_any.py"]
    command += ["-p", "no:cacheprovider", "-p", "no:schemathesis", *arguments]
    variables = {"PYTHONPATH": str(ROOT), "PATH": "", **environment}
    ended = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, env=variables, timeout=60)
    return ended.stdout
