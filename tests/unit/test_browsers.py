"""Which browser the page's tests use, and what a run without one says."""

import os
import platform
import shlex
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Error, Playwright

from fixtures import browsers

from .alone import pytest_alone


class Installed:
    """Playwright on a machine where only these browsers start, by program or channel; "" is Playwright's own."""

    def __init__(self, *works: str) -> None:
        self.works = works
        self.tried: list[str] = []
        self.chromium = SimpleNamespace(launch=self.launch)

    def launch(self, args: list[str], **way: Any) -> str:
        assert args == browsers.ARGUMENTS
        name = next(iter(way.values()), "")
        self.tried.append(name)
        if name not in self.works:
            raise Error("Executable doesn't exist at /nowhere")
        return name


def launch(machine: Installed) -> str:
    return cast(str, browsers.launch(cast(Playwright, machine)))


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two browsers on the PATH."""
    for name in ("google-chrome", "chromium"):
        (tmp_path / name).touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(browsers.VARIABLE, raising=False)


def test_a_browser_on_the_path_comes_before_others(tmp_path: Path) -> None:
    machine = Installed(str(tmp_path / "google-chrome"), "chrome", "")
    assert launch(machine) == str(tmp_path / "google-chrome")
    assert machine.tried == [str(tmp_path / "chromium"), str(tmp_path / "google-chrome")]


def test_playwrights_own_browser_comes_last() -> None:
    assert launch(Installed("msedge", "")) == "msedge"
    assert launch(Installed("")) == ""


def test_the_variable_names_the_only_one_that_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(browsers.VARIABLE, "google-chrome")
    assert launch(Installed(str(tmp_path / "google-chrome"))) == str(tmp_path / "google-chrome")
    with pytest.raises(browsers.NoBrowserError, match="NOTAS_BROWSER names"):
        launch(Installed(str(tmp_path / "chromium"), ""))


def test_a_browser_that_is_here_and_does_not_start_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine = Installed()

    def crash(**way: Any) -> None:
        raise Error("libnss3.so: cannot open shared object file\nmore") if not way.get("channel") else Error("ENOENT")

    machine.chromium.launch = crash
    with pytest.raises(browsers.NoBrowserError) as failure:
        launch(machine)
    first = f"{tmp_path / 'chromium'} does not start: libnss3.so: cannot open shared object file; "
    assert str(failure.value).startswith(first)
    assert str(failure.value).count("libnss3.so") == 3


PLAYWRIGHT = f"{shlex.quote(sys.executable)} -m playwright"

COMMANDS = {
    "macOS, or another without apt": (False, "", 501, "make browser"),
    "a user of Debian": (True, "debian", 1000, "sudo apt-get install chromium libatomic1"),
    "root on Debian": (True, "debian", 0, "apt-get install chromium libatomic1"),
    "a user of Ubuntu": (True, "ubuntu", 1000, f"sudo {PLAYWRIGHT} install --with-deps chromium"),
}


@pytest.mark.parametrize(("apt", "system", "user", "command"), COMMANDS.values(), ids=COMMANDS)
def test_the_command_that_installs_a_browser_is_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, apt: bool, system: str, user: int, command: str
) -> None:
    if apt:
        (tmp_path / "apt-get").touch(0o755)
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": system})
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert browsers.mend() == command


BROWSING = """
import pytest
from fixtures import browsers

browsers.CHANNELS = ()


@pytest.mark.parametrize("n", range(3))
def test_that_browses(browse, n):
    raise AssertionError("there is a browser")


def test_that_does_not():
    pass
"""


@pytest.fixture
def without(tmp_path: Path) -> dict[str, str]:
    """The variables of a machine that has no browser."""
    return {"PATH": str(tmp_path / "nothing"), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}


@pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")
def test_without_a_browser_the_last_line_says_how_many_tests_were_skipped_and_what_to_do(
    tmp_path: Path, without: dict[str, str]
) -> None:
    said = pytest_alone(tmp_path, BROWSING, "-p", "fixtures.lacking", "-p", "fixtures.browser", "-n2", **without)
    assert "1 passed, 3 skipped" in said
    line = "3 tests of the page were skipped: there is no browser here. To run all: make browser"
    assert said.splitlines()[-1] == line


def test_where_playwright_itself_does_not_start_the_tests_are_skipped_too(
    tmp_path: Path, without: dict[str, str]
) -> None:
    broken = {**without, "PLAYWRIGHT_NODEJS_PATH": "/bin/false"}
    said = pytest_alone(tmp_path, BROWSING, "-rs", "-p", "fixtures.lacking", "-p", "fixtures.browser", **broken)
    assert "1 passed, 3 skipped" in said
    assert "Playwright does not start" in said


@pytest.mark.night("runs of pytest inside of a run: what they show changes with the testbed alone")
def test_in_ci_a_run_without_a_browser_fails(tmp_path: Path, without: dict[str, str]) -> None:
    said = pytest_alone(tmp_path, BROWSING, "-p", "fixtures.lacking", "-p", "fixtures.browser", CI="true", **without)
    assert "1 passed, 3 errors" in said
    # Which of the two depends on this machine: a bare Debian lacks a library that Playwright needs.
    assert "Failed: there is no browser here" in said or "Failed: Playwright does not start" in said


def test_a_download_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browsers, "LIMIT_SECONDS", 0.1)
    ended = browsers._quietly([sys.executable, "-c", "import signal; signal.pause()"])
    assert ended.returncode != 0
    assert ended.stdout == "error: it did not end within 0.1 s"
