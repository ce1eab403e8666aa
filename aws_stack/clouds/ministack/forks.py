"""Functions' processes as copies of one that has imported boto3, which Lambda's runtimes for Python bring, too.

The import takes longer than all else that comes before a function's first event. The standard library's fork server
does it once: https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
"""

import functools
import multiprocessing
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_OF_THE_RUNTIME = {
    "boto3": "boto3",
    "botocore": "botocore",
    "certifi": "certifi",
    "dateutil": "python_dateutil",
    "jmespath": "jmespath",
    "s3transfer": "s3transfer",
    "six": "six",
    "urllib3": "urllib3",
}
"""The modules that are imported with boto3, and whose they are. A package that brings another version wants its own."""

_OF_THE_INTERPRETER = ("PYTHON", "LD_", "DYLD_", "_LAMBDA_LAYERS_DIRS")
"""Variables that an interpreter obeys when it starts, and the one that names folders in which it looks first."""

_CONTEXT = multiprocessing.get_context("forkserver")


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack.core import lambda_runtime as runtime  # noqa: PLC0415 - as in `rest`
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    _CONTEXT.set_forkserver_preload(["boto3", __name__])
    runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": start})
    function = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    function["create"] = _importing_meanwhile(function["create"])


def _importing_meanwhile(create: Callable[..., Any]) -> Callable[..., Any]:
    """A function's creation, during which the import begins: it is done when the function's first event comes."""

    @functools.wraps(create)
    def create_and_import(*arguments: Any, **more: Any) -> Any:
        with suppress(OSError):  # as in `start`
            forkserver.ensure_running()
        return create(*arguments, **more)

    return create_and_import


def start(command: list[str], **options: Any) -> "Copy | subprocess.Popen[Any]":
    """`subprocess.Popen` with a Python script, a folder and variables: a copy if it is the same as a new process."""
    folder, environment = options["cwd"], options["env"]
    if command[:-1] == [sys.executable] and _may_be_a_copy(Path(folder), environment):
        with suppress(OSError):  # No socket may be at a long path, as that of temporary files on macOS.
            return Copy(command[-1], folder, environment)
    return subprocess.Popen(command, **options)


def _may_be_a_copy(folder: Path, environment: Mapping[str, str]) -> bool:
    def of_the_interpreter(variables: Mapping[str, str]) -> dict[str, str]:
        return {name: value for name, value in variables.items() if name.startswith(_OF_THE_INTERPRETER)}

    brings_another = any(_is_another(folder, *names) for names in _OF_THE_RUNTIME.items())
    # A new process would find these before the standard library's, which a copy has imported already.
    hides = any(one.name.partition(".")[0] in sys.stdlib_module_names for one in folder.iterdir())
    return not (brings_another or hides) and of_the_interpreter(environment) == of_the_interpreter(os.environ)


def _is_another(folder: Path, module: str, distribution: str) -> bool:
    if not any((folder / f"{module}{end}").exists() for end in ("", ".py", ".pyc")):
        return False
    return not (folder / f"{distribution}-{version(distribution)}.dist-info").exists()


class Copy:
    """What MiniStack uses of a `subprocess.Popen` with `text=True`: its three pipes, and its end."""

    def __init__(self, script: str, folder: str, environment: Mapping[str, str]) -> None:
        (its_input, put), (get, its_output), (get_errors, its_errors) = (_CONTEXT.Pipe(duplex=False) for _ in range(3))
        arguments = (script, folder, dict(environment), its_input, its_output, its_errors)
        self._process = _CONTEXT.Process(target=_run, args=arguments)
        self._process.start()
        for theirs in (its_input, its_output, its_errors):
            theirs.close()
        self.stdin = os.fdopen(_taken(put), "w", buffering=1, encoding="utf-8")
        self.stdout, self.stderr = (os.fdopen(_taken(one), encoding="utf-8") for one in (get, get_errors))
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        self._process.join(timeout)
        if (code := self.poll()) is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def terminate(self) -> None:
        """Send it SIGTERM."""
        self._process.terminate()

    def kill(self) -> None:
        """Send it SIGKILL."""
        self._process.kill()


def _taken(connection: Connection) -> int:
    """The descriptor of a connection, which is closed."""
    descriptor = os.dup(connection.fileno())
    connection.close()
    return descriptor


def _run(script: str, folder: str, environment: Mapping[str, str], *connections: Connection) -> None:
    """Be the process that `python script` is, with these standard streams."""
    for descriptor, connection in enumerate(connections):
        os.dup2(connection.fileno(), descriptor)
        connection.close()
    sys.stdin = os.fdopen(0)  # multiprocessing has it read nothing. The others stand for the descriptors as ever.
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = [script]
    sys.path.insert(0, str(Path(script).parent))
    runpy.run_path(script, run_name="__main__")
