"""The Makefile's way to uv, whatever a person's environment says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fixtures.command import ROOT

# Stands for the Python of the machine: it writes down what it was told.
PYTHON = """#!/bin/sh
env > told
mkdir -p .venv/bin && printf '#!/bin/sh\\n' > .venv/bin/uv && chmod +x .venv/bin/uv
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    for name in ("bootstrap.txt", "bootstrap.py"):
        (tmp_path / "requirements" / name).touch()
    (tmp_path / "python").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def make(clone: Path, **variables: str) -> None:
    command = ["make", f"PYTHON={clone}/python", ".venv/bin/uv"]
    ended = subprocess.run(
        command, cwd=clone, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


OTHERS = {
    *("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON"),
    *("PYTHONHOME", "PYTHONPATH", "PYTHONOPTIMIZE"),
    *("UV_CONSTRAINT", "UV_OVERRIDE", "UV_REQUIRE_HASHES"),
}


def test_what_a_person_set_for_other_programs_does_not_change_the_install(clone: Path) -> None:
    index = "https://pypi.example.com/simple"
    make(clone, PIP_USER="1", PIP_INDEX_URL=index, **dict.fromkeys(OTHERS, "/elsewhere"))
    # A value may have lines of its own.
    given = dict(line.partition("=")[::2] for line in (clone / "told").read_text(encoding="utf-8").splitlines())
    assert not given.keys() & OTHERS
    assert (given["PIP_USER"], given["PIP_INDEX_URL"]) == ("0", index)
