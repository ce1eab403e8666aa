"""The plugin for pytest.

Its fixtures: `aws_cloud`, `aws_stack`, `make_aws_stack`, `aws_faults`, `aws_limits`, `aws_schedules`, `eventually` and
`never`.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ..clouds import Cloud
from ..clouds.choice import CloudName
from ..errors import AwsStackError, UsageError
from ..interrupts import obey_interrupts
from ..proxy import Proxy
from ..schedules.emulator import emulator
from ..script import Deploy, Remove, ScriptedStack, scripted, set_variables
from ..stack import AwsStack, deployed
from . import failures, report, settings
from .door import Door, ask
from .faults import AwsFaults
from .handover import cloud_from, facts
from .limits import AwsLimits
from .owner import fail_if_gone
from .run import Run
from .schedules import AwsSchedules
from .waits import AWS_PATIENCE, Eventually, Never

__all__ = ["AwsFaults", "AwsLimits", "AwsSchedules", "Eventually", "MakeAwsStack", "Never"]

_run = pytest.StashKey[Run]()
_ENDPOINT = "AWS_ENDPOINT_URL"
"""https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"""

_DOOR, _PREFIX = "aws_stack_door", "aws_stack_prefix"


class MakeAwsStack:
    """Deploys stacks. Each has a place of its own, and is gone at the end."""

    def __init__(self, cloud: Cloud, prefix: str, root: Path, ended: ExitStack, *, faults: bool = False) -> None:
        self.stacks: list[AwsStack] = []
        self.proxies: dict[str, Proxy] = {}
        """What stands between a stack's functions and the cloud, by the stack's name, if there may be faults."""
        self._cloud, self._prefix, self._root, self._ended = cloud, prefix, root, ended
        self._faults = faults

    def __call__(self, template: str | Path, parameters: Mapping[str, str] | None = None) -> AwsStack:
        """The stack of a template, whose path is relative to pytest's root folder."""
        try:
            made, proxy = self._deployed(self._root / template, parameters)
        except AwsStackError as error:
            why = str(error)  # Outside of the `except`, so that the report has this one error.
        else:
            self.stacks.append(made)
            if proxy is not None:
                self.proxies[made.name] = proxy
            return made
        pytest.fail(why, pytrace=False)

    def scripted(self, deploy: Deploy, remove: Remove | None = None) -> AwsStack:
        """The stack that a function or a program makes, which runs in pytest's root folder.

        On a cloud that lives on, `remove` removes it, and its functions are not known, so that nothing strikes them.
        """
        try:
            made = self._ended.enter_context(scripted(self._cloud, self._prefix, deploy, remove, self._root))
            if self._faults and self._cloud.temporary:
                proxy = self._proxy()
                set_variables(made, {_ENDPOINT: proxy.url})
                proxy.account = str(made.cloud.account)
                self.proxies[made.name] = proxy
        except AwsStackError as error:
            why = str(error)
        else:
            self.stacks.append(made)
            return made
        pytest.fail(why, pytrace=False)

    def _deployed(self, template: Path, parameters: Mapping[str, str] | None) -> tuple[AwsStack, Proxy | None]:
        cloud, enter = self._cloud, self._ended.enter_context
        if not self._faults:
            return enter(deployed(cloud, self._prefix, template, parameters)), None
        if not cloud.emulated:
            raise UsageError(f"{settings.FAULTS}: no function on AWS reaches the proxy on this machine")
        proxy = self._proxy()
        made = enter(deployed(cloud, self._prefix, template, parameters, {_ENDPOINT: proxy.url}))
        proxy.account = str(made.cloud.account)
        return made, proxy

    def _proxy(self) -> Proxy:
        """What stands between the functions of a stack and the cloud."""
        proxy = Proxy(str(self._cloud.endpoint_url), self._cloud.this_machine, passes_unknown=True)
        return self._ended.enter_context(proxy)


@pytest.fixture(scope="session")
def aws_cloud(request: pytest.FixtureRequest) -> Cloud:
    """The run's cloud, answering. All workers share it."""
    workerinput: dict[str, Any] | None = getattr(request.config, "workerinput", None)
    try:
        if workerinput is None:
            return request.config.stash[_run].cloud()
        return cloud_from(ask(workerinput[_DOOR]))
    except pytest.UsageError as error:
        why = str(error)
    pytest.fail(why, pytrace=False)


@pytest.fixture(scope="session")
def make_aws_stack(aws_cloud: Cloud, request: pytest.FixtureRequest) -> Iterator[MakeAwsStack]:
    """Deploys stacks of other templates or parameters, which last as long as the run."""
    config = request.config
    prefix = getattr(config, "workerinput", {}).get(_PREFIX) or config.stash[_run].prefix
    with ExitStack() as ended:
        made = MakeAwsStack(aws_cloud, prefix, config.rootpath, ended, faults=settings.of(config).faults)
        yield made
        report.read(config, made.stacks)


@pytest.fixture(scope="session")
def aws_stack(make_aws_stack: MakeAwsStack, request: pytest.FixtureRequest) -> AwsStack:
    """The worker's stack, of the template that the settings name. Tests share it, and stay apart by their own names."""
    found = settings.of(request.config)
    return make_aws_stack(found.template, found.parameters)


@pytest.fixture
def aws_faults(
    aws_stack: AwsStack, make_aws_stack: MakeAwsStack, request: pytest.FixtureRequest
) -> Iterator[AwsFaults]:
    """Strikes calls of the stack's functions. A fault that did not strike fails its test."""
    found = AwsFaults(_proxy(aws_stack, make_aws_stack))
    yield found
    report.note(request.node, "faults", found.struck())
    missed = found.end()
    if missed:
        pytest.fail("\n  ".join([f"{request.node.nodeid} armed faults in vain:", *missed]), pytrace=False)


@pytest.fixture
def aws_limits(
    aws_stack: AwsStack, make_aws_stack: MakeAwsStack, request: pytest.FixtureRequest
) -> Iterator[AwsLimits]:
    """Makes DynamoDB as scarce for the stack's functions as AWS's is. A test in which nothing was scarce fails."""
    found = AwsLimits(aws_stack.cloud, _proxy(aws_stack, make_aws_stack))
    yield found
    report.note(request.node, "throttled", found.struck())
    wrong = found.end()
    if wrong:
        pytest.fail("\n  ".join([f"{request.node.nodeid} armed limits in vain:", *wrong]), pytrace=False)


@pytest.fixture
def aws_schedules() -> Iterator[AwsSchedules]:
    """Runs functions one call at a time, in every order. No cloud is started: the emulator runs in this process."""
    with emulator().every_client():
        yield AwsSchedules()


def _proxy(stack: AwsStack, made: MakeAwsStack) -> Proxy:
    """What stands between the stack's functions and the cloud."""
    if isinstance(stack, ScriptedStack) and not stack.cloud.temporary:
        pytest.fail(f"calls of {stack.name} cannot be struck: a script made it on a cloud that lives on", pytrace=False)
    if stack.name not in made.proxies:
        pytest.fail(f"calls can be struck if pytest's settings say so: {settings.FAULTS} = true", pytrace=False)
    return made.proxies[stack.name]


@pytest.fixture
def eventually(aws_cloud: Cloud) -> Eventually:
    """Asks until the answer is true, and returns it; fails after 30 seconds, on AWS after 5 minutes."""
    return Eventually(_patience(aws_cloud))


@pytest.fixture
def never(aws_cloud: Cloud) -> Never:
    """Asks for a second, on AWS for 10, and fails as soon as the answer is true."""
    return Never(_patience(aws_cloud))


def _patience(cloud: Cloud) -> float:
    return AWS_PATIENCE if cloud.endpoint_url is None else 1.0


@pytest.fixture(autouse=True)
def _aws_cloud_lives(request: pytest.FixtureRequest) -> None:
    """Fail at once where the cloud has gone away, and say so."""
    if "aws_cloud" in request.fixturenames:
        fail_if_gone(request.getfixturevalue("aws_cloud"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the settings."""
    settings.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make this process the owner of the run's cloud, unless it is an xdist worker."""
    config.pluginmanager.register(failures, "aws_stack_failures")
    if hasattr(config, "workerinput"):
        report.configure(config, str)
        return
    run = config.stash[_run] = Run(settings.of(config))
    config.pluginmanager.register(run, "aws_stack_run")
    report.configure(config, run.described)
    if run.settings.cloud != CloudName.EMBEDDED:
        # The embedded cloud ends with this process, whatever ends it. Others have to be stopped.
        obey_interrupts()


@pytest.hookimpl(optionalhook=True)  # xdist's, which may be switched off
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker, before it starts, where to ask for the cloud, and what its stacks are called."""
    run = node.config.stash[_run]
    if _door not in node.config.stash:
        node.config.stash[_door] = Door(lambda: facts(run.cloud()))
    node.workerinput[_DOOR] = node.config.stash[_door].address
    node.workerinput[_PREFIX] = run.prefix


_door = pytest.StashKey[Door]()
