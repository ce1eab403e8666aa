"""How `notas` starts and ends, whatever happens to the process meanwhile: Ctrl-C, or a reader that goes away."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.command import ROOT
from fixtures.inprocess import notas_here
from pipeline.exits import tell

# Ctrl-C while a module is looked for, and another who catches everything around it.
INTERRUPTED = """
import os, signal, sys

class Finder:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            del sys.argv[1]
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell has what it runs behind it ignore Ctrl-C.
sys.meta_path.insert(0, Finder())
from pipeline.start import main
main()
"""


@pytest.mark.parametrize("module", ["pipeline.loading", "pipeline.words", "pipeline.cli", "botocore", "typer"])
def test_ctrl_c_while_it_loads_ends_it_without_a_word(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module, "version"], capture_output=True, cwd=ROOT, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def in_a_shell(line: str) -> tuple[str, str]:
    """What a shell says of `notas` with more of a command line behind it: its exit code, and standard error."""
    command = f"{shlex.quote(sys.executable)} -m pipeline {line}; echo ${{PIPESTATUS[0]}} >&3"
    # The code by another way than what is printed.
    ended = subprocess.run(
        ["bash", "-c", f"{{ {command}; }} 3>&1 >/dev/null"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        # English; and bash itself warns of a locale that is not installed.
        env={**os.environ, "LC_ALL": "C"},
        check=True,
        timeout=60,
    )
    return ended.stdout.strip(), ended.stderr


@pytest.mark.parametrize("command", ["schema", "version", "--help"])
def test_where_nobody_reads_it_ends_as_sigpipe_would_end_it_without_a_word(command: str) -> None:
    assert in_a_shell(f"{command} | true") == ("141", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_where_what_it_prints_cannot_be_written_one_line_says_so() -> None:
    line = "error: [Errno 28] No space left on device. Correct that and try again\n"
    assert in_a_shell("version > /dev/full") == ("3", line)


def test_it_needs_no_standard_output() -> None:
    assert in_a_shell("check pipeline/samples/notas-simples.json >&-") == ("0", "")


def test_where_nobody_reads_the_export_on_it_ends_alike(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(BrokenPipeError(32, "Broken pipe")) == 141
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("command", ["run", "demo"])
def test_an_export_needs_a_name(command: str) -> None:
    files = ["pipeline/samples/notas-simples.json"] if command == "run" else []
    ended = notas_here(command, *files, "--export", "-")
    assert (ended.code, ended.err.splitlines()[-1].partition(",")[0]) == (2, "error: --export - names no file")
