"""`python -m tests.faultless`: run every fault test without its faults. Each has to fail.

Exits with 0 if each does; with 1 if one passes; with 2 if nothing can be said.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from rich.console import Console

from fixtures.strikes import DISARMED, IN_VAIN

out = Console(markup=False, highlight=False, soft_wrap=True)


@dataclass
class Judge:
    """A pytest plugin that sees how tests without their faults end.

    `passed` are those that do. Of the others, `noticed` are those that fail by an assertion of their own before their
    end; the rest fail only because the faults they armed struck nothing. `unsaid` are those that say nothing: their
    stack was not to be had.
    """

    seen: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    noticed: set[str] = field(default_factory=set)
    unsaid: set[str] = field(default_factory=set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test's setup, its call, or its end."""
        self.seen.add(report.nodeid)
        if not report.failed:
            return
        match report.when:
            case "setup":
                self.unsaid.add(report.nodeid)
            case "call":
                self.failed.add(report.nodeid)
                if "Failed: Timeout" not in report.longreprtext:
                    self.noticed.add(report.nodeid)
            case "teardown" if IN_VAIN in report.longreprtext:
                self.failed.add(report.nodeid)

    @property
    def passed(self) -> set[str]:
        """The tests that pass without their faults."""
        return self.seen - self.failed - self.unsaid

    def verdict(self) -> tuple[int, list[str]]:
        """The exit code, and what is said."""
        if self.unsaid or not self.seen:
            return 2, [f"{one} could not begin" for one in sorted(self.unsaid)] or ["there are no fault tests"]
        said = [f"{one} passes without its fault" for one in sorted(self.passed)]
        fail, own = f"{len(self.failed)}/{len(self.seen)}", len(self.noticed)
        said.append(f"{fail} fault tests fail without their faults, {own} of them by an assertion of their own")
        return int(bool(self.passed)), said


def main(arguments: Sequence[str] = ()) -> int:
    """Run them, or those that pytest's arguments choose. Returns the exit code."""
    judge = Judge()
    options = [DISARMED, "--cloud", "embedded", "--tb=no", "-q", "-p", "no:cacheprovider"]
    ended = pytest.main([*options, *arguments], plugins=[judge])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return 2
    code, said = judge.verdict()
    out.print(*said, sep="\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
