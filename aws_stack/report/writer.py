"""Writes a report when the run ends, however it ends."""

import os
import shlex
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from .figures import Run

COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
"""The outcomes of tests, as pytest's last line names them."""


class Writer:
    """A plugin of the process that runs pytest itself. `content` makes the file's bytes, `cloud` says which it was."""

    def __init__(self, file: Path, cloud: Callable[[], str], content: Callable[[Run], bytes]) -> None:
        self._file, self._cloud, self._content = file, cloud, content
        self._begun = time.time()
        self._written = ""

    def pytest_sessionstart(self) -> None:
        """Note when the run began."""
        self._begun = time.time()

    @pytest.hookimpl(trylast=True)  # after the fixtures have ended
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the file. A run whose report cannot be written does not pass."""
        text = self._content(self._run(session))
        try:
            self._file.write_bytes(text)
        except OSError as error:
            self._written = f"{self._file}: not written: {error.strerror}"
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        else:
            self._written = f"{self._file}: written"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the report is."""
        terminalreporter.section("report")
        terminalreporter.line(self._written)

    def _run(self, session: pytest.Session) -> Run:
        config = session.config
        terminal: Any = config.pluginmanager.get_plugin("terminalreporter")
        tests: dict[str, list[Any]] = terminal.stats if terminal else {}
        return Run(
            begun=datetime.fromtimestamp(self._begun).astimezone(),
            seconds=time.time() - self._begun,
            command=shlex.join(["pytest", *map(str, config.invocation_params.args)]),
            cloud=self._cloud(),
            tests={name: len(tests[name]) for name in COUNTED if tests.get(name)},
            failed=[report.nodeid for name in ("failed", "error") for report in tests.get(name, [])],
            stopped_early=session.exitstatus in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR},
        )


def file_of(config: pytest.Config, option: str, named: str) -> Path:
    """The file that an option names, relative to where pytest was started.

    Raises pytest.UsageError, whose one line says why it cannot be written, before anything is started.
    """
    file = config.invocation_params.dir / named
    reason = why_not(file)
    if reason:
        raise pytest.UsageError(f"{option} {named}: {reason}")
    return file


def why_not(file: Path) -> str:
    """Why a file cannot be written; empty if it can."""
    if file.is_dir():
        return "is a folder; name a file, such as out.html"
    if not file.parent.is_dir():
        return f"there is no folder {file.parent}"
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        return "may not be written by this user"
    return ""
