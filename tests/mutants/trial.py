"""One mutant tried with one seed: a copy of the project, the tests run against it, and what they found."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from fixtures.claims import MISSED
from fixtures.folders import FOLDERS, Needs
from fixtures.strikes import IN_VAIN
from pipeline.cache import OWN

from .mutant import Edit, Mutant, apply

ROOT = Path(__file__).parent.parent.parent

TESTS = "tests/"

QUICKEST = tuple(
    f"unit/test_{name}.py"
    for name in (
        "alarms",
        "body",
        "checkpoint",
        "continuation",
        "creation",
        "gunzip",
        "inbox",
        "inserts",
        "metrics",
        "outcome",
        "patience",
        "skim",
        "stalled",
        "statements",
        "template",
        "unfinished_rejects",
        "upload_event",
        "versions",
        "process",  # the slowest of these
        "check",
        "check_command",
        "invoice_schema",
    )
)
"""Tests of what happens over many invocations, and of the template, without a cloud. They come first: it is seconds."""

GENERATED = ("e2e/test_properties.py", "e2e/test_races.py")
"""Tests that generate their examples. They have a run of their own, which starts sooner."""

ORDER = sorted((name for name, needs in FOLDERS.items() if needs is not Needs.IMAGE), key=lambda name: name != "unit")
"""The folders in the order in which they run: what needs no cloud is fast."""

OF_MUTANTS = ("unit/test_mutants.py", "unit/test_mutant_trials.py", "unit/test_witness.py")
"""Tests of the catalogue and of this runner: they would find any change of the pipeline's text."""

OF_THE_PAGE = "test_page[._]*"

LEFT = {
    ".git",
    ".venv",
    ".tox",
    "build",
    "dist",
    "__pycache__",
    ".hypothesis",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
}
"""What a copy of the project does without."""

# Many mutants leave an upload without an end. The suite would wait a minute in every test that shows it.
IMPATIENCE = Edit("../fixtures/stacks.py", "WAIT_SECONDS = 60.0\n", "WAIT_SECONDS = 20.0\n")
NONE = Mutant("none", "the pipeline as it is", IMPATIENCE.file, IMPATIENCE.old, IMPATIENCE.new)

SECONDS = 15 * 60.0
"""How long a run may take."""

GRACE_SECONDS = 20.0
"""How long a run that is stopped may take to stop its cloud."""


class Ending(StrEnum):
    """How a trial ended."""

    CAUGHT = "caught"
    SURVIVED = "SURVIVED"
    UNFAIR = "UNFAIR"
    """It says nothing about the suite: the tests could not begin, or did not end."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a mutant with a seed. `test` to `example` are as in `witness.Failure`, empty unless caught.

    `draws` is as there, and true unless caught. `shrunk` says whether Hypothesis was given the time to make the example
    smaller. `seconds` is how long it took to catch it, including the start of a cloud and the deployment, but not the
    shrinking; the whole run if nothing was caught. `error` says what was seen.
    """

    seed: int
    ending: Ending
    seconds: float
    test: str = ""
    examples: int = 0
    invoices: int = 0
    example: str = ""
    error: str = ""
    shrunk: bool = True
    draws: bool = True

    @property
    def stands_for_all(self) -> bool:
        """Whether it would end so with any seed: the test that caught the mutant draws nothing."""
        return self.ending is Ending.CAUGHT and not self.draws


def judged(
    mutant: Mutant, seed: int, seconds: float, witness: dict[str, Any] | None, output: str, *, shrunk: bool = True
) -> Trial:
    """What came of a run; `witness` is what it wrote down, None if it never did."""
    if witness is None:
        return Trial(seed, Ending.UNFAIR, seconds, error=f"the tests did not end: {_last_line(output)}")
    failure = witness["failure"]
    if failure is None:
        if not witness["tests"]:
            return Trial(seed, Ending.UNFAIR, seconds, error=f"no test was run: {_last_line(output)}")
        return Trial(seed, Ending.SURVIVED, seconds, error=f"{witness['tests']} tests passed")
    if MISSED in failure["error"]:
        return Trial(seed, Ending.UNFAIR, seconds, error=f"{failure['test']}: {failure['error']}")
    # A template may be so wrong that it cannot be deployed, and a fault may find no call that it could strike. Any
    # other failure outside of a test shows nothing.
    shows = failure["when"] == "call" or mutant.is_of_the_template or IN_VAIN in failure["error"]
    if failure["when"] == "collect" or not shows:
        return Trial(seed, Ending.UNFAIR, seconds, error=f"{failure['when']} of {failure['test']}: {failure['error']}")
    return Trial(
        seed,
        Ending.CAUGHT,
        failure["seconds"],
        failure["test"].removeprefix(TESTS),
        failure["examples"],
        failure["invoices"],
        " ".join(failure["example"].split()),
        failure["error"],
        shrunk,
        failure["draws"],
    )


def _last_line(output: str) -> str:
    return output.strip().rpartition("\n")[2] or "it said nothing"


def files_to_run(project: Path, mutant: Mutant) -> list[list[str]]:
    """The test files to run, relative to the project: those of one run of pytest, then those of the next ones.

    Unit tests that have the name of a mutated file come first. A mutant of the page is for the page's own tests, which
    would take every other mutant's run a minute.
    """
    tests = project / TESTS
    of_the_page = [f"unit/{path.name}" for path in sorted((tests / "unit").glob(OF_THE_PAGE))]
    if mutant.is_of_the_page:
        return [[TESTS + name for name in of_the_page]]
    names = [f"{folder}/{path.name}" for folder in ORDER for path in sorted((tests / folder).glob("test_*.py"))]
    own = [
        f"unit/{path.name}"
        for edit in mutant.edits
        for path in sorted((tests / "unit").glob(f"test_{Path(edit.file).stem}*.py"))
    ]
    first = [name for name in dict.fromkeys((*own, *QUICKEST)) if name in names]
    rest = [name for name in names if name not in {*first, *GENERATED, *OF_MUTANTS, *of_the_page}]
    return [[TESTS + name for name in some] for some in (first, GENERATED, rest)]


@contextmanager
def copied(mutant: Mutant) -> Iterator[Path]:
    """A copy of the project with the mutant applied, during the `with` block. Raises CatalogueError.

    The copy has links to the deployment packages, and to their dependencies, that are built already.
    """
    with tempfile.TemporaryDirectory(prefix="notas-mutant-", ignore_cleanup_errors=True) as name:
        project = Path(name)
        shutil.copytree(ROOT, project, ignore=lambda _, names: LEFT & {*names}, symlinks=True, dirs_exist_ok=True)
        (project / "build").mkdir()
        for made in (*OWN.folder().glob("dependencies-*"), *OWN.folder().glob("package-*")):
            (project / "build" / made.name).symlink_to(made)
        for one in dict.fromkeys((NONE, mutant)):
            apply(one, project / "pipeline")
        yield project


class StoppedError(Exception):
    """The runs are being stopped."""


@dataclass
class Runs:
    """The runs of pytest that are under way, so that all of them can be stopped."""

    only: tuple[str, ...] = ()
    """The test files to run, where these are not all of them: `e2e/test_ledger.py`."""
    _processes: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    def try_(self, mutant: Mutant, seed: int, project: Path, *, shrink: bool, first: str = "") -> Trial:
        """Run the tests in a copy of the project until one fails, `first` before the others. Raises StoppedError.

        After a flaky failure the others run, too. It counts if none of them fails.
        """
        begun = time.monotonic()
        passed, by_luck = 0, None
        parts = [[TESTS + name for name in self.only]] if self.only else files_to_run(project, mutant)
        for tests in [[TESTS + first], *parts] if first else parts:
            before = time.monotonic() - begun
            witness, said = self._run(seed, project, tests, shrink=shrink)
            if witness and witness["failure"]:
                witness["failure"]["seconds"] += before
                if not witness["failure"]["flaky"]:
                    break
                by_luck = by_luck or witness
            if tests in parts:
                if witness is None or not witness["tests"]:
                    break
                passed += witness["tests"]
            # Else this was `first`, a test that may be gone by now. If it is not, it runs once more among the rest.
        else:
            witness = by_luck or {"tests": passed, "failure": None}
        return judged(mutant, seed, time.monotonic() - begun, witness, said, shrunk=shrink)

    def _run(self, seed: int, project: Path, tests: list[str], *, shrink: bool) -> tuple[dict[str, Any] | None, str]:
        """One run of pytest: what the witness wrote down, and what pytest said."""
        folder = Path(tempfile.mkdtemp(prefix=f"run-{seed}-", dir=project))
        written, output = folder / "witness.json", folder / "output"
        with output.open("wb") as out:
            process = self._start(seed, project, folder, tests, out, shrink=shrink)
            try:
                process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                _end(process)
                # A run that is cut off also writes that nothing has failed.
                written.unlink(missing_ok=True)
        with self._lock:
            self._processes.discard(process)
            if self._stopped:
                raise StoppedError
        witness = json.loads(written.read_text()) if written.exists() else None
        return witness, output.read_text(errors="replace")

    def stop(self) -> None:
        """End every run and the cloud that it started. No other run starts."""
        with self._lock:
            self._stopped = True
            processes = list(self._processes)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            _end(process)

    def _start(
        self, seed: int, project: Path, folder: Path, tests: list[str], out: Any, *, shrink: bool
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "pytest", *tests, "--cloud", "embedded", "-n0", "-q"]
        command += ["-p", "no:cacheprovider", "-p", "tests.mutants.witness", f"--witness={folder / 'witness.json'}"]
        command += [f"--hypothesis-seed={seed}", "--hypothesis-profile=dev", *([] if shrink else ["--unshrunk"])]
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("NOTAS_", "PYTEST_"))}
        # Whatever a run leaves is removed with the copy. An example that another seed found must not help this one.
        variables |= {
            "PYTHONPATH": str(project),
            "TMPDIR": str(folder),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis"),
        }
        with self._lock:
            if self._stopped:
                raise StoppedError
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=project,
                env=variables,
                start_new_session=True,
            )
            self._processes.add(process)
            return process


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a run as Ctrl-C would, so that it stops its cloud. Kill it if that takes too long; its cloud notices."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
