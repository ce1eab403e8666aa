"""One cloud a run. The process that runs pytest itself owns it, with or without xdist.

The controller starts the cloud and stops it last. No worker owns anything, so a worker that dies leaves nothing behind.
"""

from contextlib import ExitStack

import pytest

from ..clouds import Cloud
from ..clouds.choice import Choice
from ..clouds.local import free_port, wait_until_ready
from ..errors import AwsStackError

RETRY_SECONDS = 0.2
"""Lambda's first wait before it retries an event; 60 s on AWS, and a whole second at least on LocalStack."""


class Owner:
    """The controller's side: the cloud's place is fixed from the start, the cloud comes when it is needed."""

    def __init__(self, choice: Choice, *, enforce_iam: bool = True) -> None:
        self.choice = choice
        self.enforce_iam = enforce_iam
        self.port = free_port()
        self.cloud = choice.at(self.port)
        self.is_started = False
        self._started = ExitStack()
        self._is_launched = False

    def launch(self) -> None:
        """Start the cloud, unless it was before; it may not answer yet.

        Raises pytest.UsageError, whose one line says why not.
        """
        if self._is_launched:
            return
        try:
            if self.choice.must_be_pulled:
                self.choice.pull()
            started = self.choice.launch(self.port, RETRY_SECONDS, enforce_iam=self.enforce_iam)
            self.cloud = self._started.enter_context(started)
        except AwsStackError as error:
            raise pytest.UsageError(str(error)) from None
        self._is_launched = True

    def start(self) -> Cloud:
        """The cloud, answering; started now unless it was before.

        Raises pytest.UsageError, whose one line says why not.
        """
        self.launch()
        if not self.is_started:
            try:
                wait_until_ready(self.cloud)
            except AwsStackError as error:
                raise pytest.UsageError(str(error)) from None
            self.is_started = True
        return self.cloud

    def stop(self) -> None:
        """Stop the cloud, if it was started."""
        self._started.close()

    def last_lines(self) -> list[str]:
        """The end of the cloud's log, or why it is gone, which has it too."""
        gone = why_gone(self.cloud)
        return [gone] if gone else self.cloud.log_lines()

    # Hooks

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it once more where the cloud has gone away under the tests."""
        gone = self.is_started and why_gone(self.cloud)
        if gone:
            terminalreporter.section("cloud", red=True)
            terminalreporter.line(gone)

    def pytest_unconfigure(self) -> None:
        """Everything is over, also after Ctrl-C."""
        self.stop()


def why_gone(cloud: Cloud) -> str:
    """Why the cloud answers no more, if so."""
    try:
        cloud.check()
    except AwsStackError as error:
        return str(error)
    return ""


def fail_if_gone(cloud: Cloud) -> None:
    """Fail the test at once where its cloud has gone away, and say so."""
    gone = why_gone(cloud)
    if gone:
        pytest.fail(gone, pytrace=False)
