"""A test run and its cloud: which it is, who starts it, and what is removed at its end."""

import secrets
from dataclasses import replace
from threading import Lock

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from .. import removal
from ..buckets import account_of
from ..clouds import Cloud
from ..clouds.choice import CloudName, choose
from ..clouds.standing import aws, endpoint
from ..errors import AwsStackError
from ..interrupts import uninterrupted
from .owner import Owner
from .settings import Settings


class Run:
    """The controller's side. Its cloud comes when somebody asks for it, and that once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.prefix = f"{settings.name}-{secrets.token_hex(3)}"
        """What the names of all stacks of this run begin with."""
        self.owner: Owner | None = None
        self._cloud: Cloud | None = None
        self._failures: list[str] = []
        # Workers ask from threads of their own.
        self._lock = Lock()

    def cloud(self) -> Cloud:
        """The cloud, answering. Raises pytest.UsageError, whose one line says why not."""
        with self._lock:
            if self._cloud is None:
                try:
                    self._cloud = self._start()
                except AwsStackError as error:
                    raise pytest.UsageError(str(error)) from None
            return self._cloud

    def described(self) -> str:
        """The cloud in words: `embedded, 1.5.33`. It is not started to be asked."""
        if self._cloud is None:
            return "none was needed"
        return ", ".join(filter(None, [self._cloud.name, self._cloud.version, self._cloud.region]))

    def _start(self) -> Cloud:
        if self.settings.endpoint_url:
            return self._admitted(self._in_region(endpoint(self.settings.endpoint_url)))
        if self.settings.cloud == CloudName.AWS:
            return self._admitted(self._in_region(aws()))
        self.owner = Owner(choose(self.settings.cloud, self.settings.images), enforce_iam=self.settings.policies)
        return self._in_region(self.owner.start())

    def _in_region(self, cloud: Cloud) -> Cloud:
        """The cloud in the region that the settings name. A local cloud has all regions."""
        return replace(cloud, region=self.settings.region or cloud.region)

    def _admitted(self, cloud: Cloud) -> Cloud:
        """A cloud that is there already: it may be in use by others, and cost money, so the account has to be named."""
        account = account_of(cloud)
        if account != self.settings.account:
            raise pytest.UsageError(
                f"the tests would make stacks in account {account}, region {cloud.region}. Nothing was made yet. "
                f"If this is the account you mean, add: --aws-account {account}"
            )
        return cloud

    # Hooks

    @pytest.hookimpl(trylast=True)  # after the workers have ended
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Remove what is left on a cloud that lives on. A run that leaves something there does not pass."""
        if self._cloud is None or self.owner is not None:
            return
        self._failures = uninterrupted(self._remove, self._cloud)
        if self._failures and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _remove(self, cloud: Cloud) -> list[str]:
        failures = []
        try:
            for stack in removal.stacks(cloud, self.prefix):
                removal.remove(cloud, stack)
        except (AwsStackError, BotoCoreError, ClientError) as error:
            failures.append(str(error))
        return failures

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """To the report of a test that failed, add what the cloud said itself."""
        if report.failed and self.owner is not None and (lines := self.owner.last_lines()):
            report.sections.append((f"last lines of the {self.owner.cloud.name} cloud", "\n".join(lines)))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what the run leaves behind, and whether its cloud has gone away."""
        if self.owner is not None:
            self.owner.pytest_terminal_summary(terminalreporter)
        for failure in self._failures:
            terminalreporter.section("cloud", red=True)
            terminalreporter.line(f"stacks of this run begin with {self.prefix}, and were not all removed: {failure}")

    def pytest_unconfigure(self) -> None:
        """Everything is over, also after Ctrl-C."""
        if self.owner is not None:
            self.owner.stop()
