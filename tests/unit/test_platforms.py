"""On a system where notas does not run, one line says so."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

# Modules that Python on Windows lacks cannot be imported.
ON_WINDOWS = """
import pytest
import sys
sys.platform = "win32"
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
"""

STARTS = {
    "notas": "import runpy; runpy.run_module('pipeline', run_name='__main__')",
    "the installed notas": "from pipeline.start import main; main()",
    "pytest": "import fixtures.stacks",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_on_windows_one_line_says_what_to_do(start: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", ON_WINDOWS + start], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert result.returncode == 3
    [line] = result.stderr.splitlines()
    assert "WSL2" in line
    assert "wsl --install" in line
