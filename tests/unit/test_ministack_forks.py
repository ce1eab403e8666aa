"""A function's process as a copy of one that has imported boto3 is the same as a new one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from aws_stack.clouds.ministack import forks

SCRIPT = """
import json, os, sys, time
print("heard", file=sys.stderr)
line = sys.stdin.readline()
here = [os.getcwd(), sys.argv, sys.path[0], __name__, __file__, dict(os.environ), time.tzname]
print(json.dumps([line, *here]), flush=True)
sys.stdin.readline()
sys.exit(3)
"""


@pytest.fixture(autouse=True)
def nothing_imported() -> None:
    """The import of boto3 is no subject of these tests."""
    forks._CONTEXT.set_forkserver_preload([])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "worker.py").write_text(SCRIPT)
    (tmp_path / "code").mkdir()
    return tmp_path


def options(folder: Path) -> dict[str, Any]:
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = {**os.environ, "TABLE": "notas ção", "TZ": "America/Sao_Paulo"}
    environment.pop("PYTEST_CURRENT_TEST")  # says whether a test is being set up
    return {"cwd": str(folder / "code"), "env": environment, "text": True, "bufsize": 1, **pipes}


def command(folder: Path) -> list[str]:
    return [sys.executable, str(folder / "worker.py")]


@pytest.fixture
def copy(folder: Path) -> Iterator[forks.Copy]:
    made = forks.start(command(folder), **options(folder))
    assert isinstance(made, forks.Copy)
    yield made
    made.kill()
    for pipe in (made.stdin, made.stdout, made.stderr):
        pipe.close()


def said(process: Any) -> list[Any]:
    process.stdin.write("olá\n")
    process.stdin.flush()
    return [process.stderr.readline(), *json.loads(process.stdout.readline())]


def test_it_is_told_and_says_what_a_new_process_does(folder: Path, copy: forks.Copy) -> None:
    with subprocess.Popen(command(folder), **options(folder)) as new:
        assert said(copy) == said(new)
        new.kill()


def test_its_end_is_seen(copy: forks.Copy) -> None:
    said(copy)
    with pytest.raises(subprocess.TimeoutExpired):
        copy.wait(0.001)
    assert copy.poll() is None
    copy.stdin.write("\n")
    assert (copy.wait(10), copy.poll(), copy.stdout.read()) == (3, 3, "")


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_it_can_be_ended(copy: forks.Copy, end: signal.Signals) -> None:
    said(copy)
    {signal.SIGTERM: copy.terminate, signal.SIGKILL: copy.kill}[end]()
    assert copy.wait(10) == -end


@pytest.mark.parametrize("own", ["boto3/__init__.py", "urllib3/__init__.py", "six.py", "six.pyc"])
def test_a_package_with_an_sdk_of_its_own_gets_a_new_process(folder: Path, own: str) -> None:
    (folder / "code" / own).parent.mkdir(exist_ok=True)
    (folder / "code" / own).touch()
    (folder / "code" / f"{Path(own).parts[0].partition('.')[0]}-0.1.dist-info").mkdir()
    assert not forks._may_be_a_copy(folder / "code", os.environ)


def test_a_package_with_a_part_of_the_same_version_may_be_a_copy(folder: Path) -> None:
    (folder / "code/jmespath").mkdir()
    (folder / f"code/jmespath-{version('jmespath')}.dist-info").mkdir()
    assert forks._may_be_a_copy(folder / "code", os.environ)


@pytest.mark.parametrize("own", ["queue.py", "calendar/__init__.py", "html.pyc"])
def test_a_package_that_hides_a_module_of_python_gets_a_new_process(folder: Path, own: str) -> None:
    (folder / "code" / own).parent.mkdir(exist_ok=True)
    (folder / "code" / own).touch()
    assert not forks._may_be_a_copy(folder / "code", os.environ)


@pytest.mark.parametrize("name", ["PYTHONPATH", "PYTHONOPTIMIZE", "LD_PRELOAD", "_LAMBDA_LAYERS_DIRS"])
def test_a_variable_that_an_interpreter_obeys_at_its_start_gets_a_new_process(folder: Path, name: str) -> None:
    assert forks._may_be_a_copy(folder / "code", os.environ)
    assert not forks._may_be_a_copy(folder / "code", {**os.environ, name: "1"})


def test_another_program_is_no_copy(folder: Path) -> None:
    with forks.start(["/bin/sh", "-c", "exit 4"], **options(folder)) as process:  # type: ignore[union-attr]
        assert process.wait(10) == 4


def test_where_there_can_be_no_fork_server_there_is_a_new_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr(forks.forkserver._forkserver, "ensure_running", refuse)  # type: ignore[attr-defined]
    with forks.start(command(folder), **options(folder)) as process:  # type: ignore[union-attr]
        assert said(process)
        process.kill()
