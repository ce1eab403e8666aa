"""`--aws-report FILE`: a page about the run, its tests, and the calls of functions that they caused.

xdist's workers only report: what struck comes with the report of its test, and the calls at a worker's end. The process
that runs pytest itself writes the page. plotly draws, which the extra `report` brings along.
"""

import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import asdict, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from ..report.calls import Call, calls
from ..report.figures import aligned
from ..report.writer import Writer, file_of
from ..stack import AwsStack

if TYPE_CHECKING:
    from ..report.figures import Run
    from ..report.stacks import Ran

OPTION = "--aws-report"

MAIN = "main"
"""The worker's name where there are none."""

_CALLS, _STRUCK = "aws_stack_calls", "aws_stack_struck"

_FAILED = {"call": "failed", "???": "killed its worker"}
"""Outcomes, by the phase of a test that failed: xdist says `???` of one whose worker died."""

_noted = pytest.StashKey[dict[str, dict[str, int]]]()
_notes = pytest.StashKey["Notes"]()


class Notes:
    """What a process that runs tests notes for the report: the calls of its stacks, and what struck in each test."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.problems: list[str] = []

    def read(self, stacks: Iterable[AwsStack]) -> None:
        """Read the logs of these stacks, which are about to be gone. What cannot be read is a problem of the report."""
        for stack in stacks:
            try:
                for function in stack.of_type("AWS::Lambda::Function"):
                    self.calls += calls(function.logical_id, stack.log_events(function))
            except (BotoCoreError, ClientError) as error:
                self.problems.append(f"{stack.name}: {error}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send along what struck, which fixtures have noted by the end of the test."""
        report = yield
        if call.when == "teardown":
            vars(report)[_STRUCK] = item.stash.get(_noted, {})
        return report

    @pytest.hookimpl(trylast=True)  # after the fixtures have ended, and read the logs
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the calls to the process that writes the report."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_CALLS] = [[asdict(call) for call in self.calls], self.problems]


def note(item: pytest.Item, kind: str, counts: dict[str, int]) -> None:
    """Note what struck in a test: of a `kind`, "faults" or "throttled"."""
    item.stash.setdefault(_noted, {})[kind] = counts


def read(config: pytest.Config, stacks: Iterable[AwsStack]) -> None:
    """Read the logs of stacks, if there will be a report."""
    if _notes in config.stash:
        config.stash[_notes].read(stacks)


class Collector:
    """Collects in the process that runs pytest itself."""

    def __init__(self, own: Notes) -> None:
        self._own = own
        self._told: list[tuple[str, Call]] = []
        self._problems: list[str] = []
        self._tests: dict[tuple[str, str], Ran] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a phase of a test has to tell."""
        from ..report.stacks import Ran  # noqa: PLC0415 - only with plotly

        # xdist's. Of a test that killed its worker, xdist itself makes the report, with no time and no `worker_id`.
        node = getattr(report, "node", None)
        worker = str(node.gateway.id) if node is not None else MAIN
        key = worker, report.nodeid
        test = self._tests.get(key) or Ran(report.nodeid, worker, report.start or time.time(), 0.0, "passed")
        outcome = test.outcome
        if report.failed:
            outcome = _FAILED.get(str(report.when), f"error in {report.when}")
        elif report.skipped:
            outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"
        test = replace(test, seconds=test.seconds + report.duration, outcome=outcome)
        self._tests[key] = replace(test, **vars(report).get(_STRUCK, {}))

    @pytest.hookimpl(optionalhook=True)  # xdist's, which may be switched off
    def pytest_testnodedown(self, node: Any) -> None:
        """Take a worker's calls. One that died has told of none."""
        # Taken out: xdist tells twice of a worker that was interrupted.
        found, problems = getattr(node, "workeroutput", {}).pop(_CALLS, ([], []))
        self._told += [(node.gateway.id, Call(**call)) for call in found]
        self._problems += problems

    def content(self, run: "Run") -> bytes:
        """The page."""
        from ..report.stacks import page_of  # noqa: PLC0415 - only with plotly

        return page_of(run, list(self._tests.values()), self.told(), [*self._problems, *self._own.problems])

    def told(self) -> list[tuple[str, Call]]:
        """All calls, each with its worker."""
        return [*self._told, *((MAIN, call) for call in self._own.calls)]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print a row for each function, where any was called."""
        from ..report.stacks import FUNCTIONS, rows  # noqa: PLC0415 - only with plotly

        found = [call for _, call in self.told()]
        if found:
            terminalreporter.section("calls of functions")
            for line in aligned([FUNCTIONS, *rows(found)]):
                terminalreporter.line(line)


def configure(config: pytest.Config, cloud: Callable[[], str]) -> None:
    """Have the page written when the run ends, if it is asked for. Raises pytest.UsageError."""
    if config.option.aws_report is None:
        return
    own = config.stash[_notes] = Notes()
    config.pluginmanager.register(own, "aws_stack_notes")
    if hasattr(config, "workerinput"):
        return
    file = file_of(config, OPTION, config.option.aws_report)
    if find_spec("plotly") is None:
        raise pytest.UsageError(f"{OPTION} draws with plotly, which is not installed: pip install plotly")
    collector = Collector(own)
    config.pluginmanager.register(collector, "aws_stack_collector")
    config.pluginmanager.register(Writer(file, cloud, collector.content), "aws_stack_report")
