"""What a failed test tells of its stacks: what their functions logged meanwhile, and what waits in their queues.

They become sections of pytest's report. They are written in the process that ran the test, so xdist carries them along.
"""

import time
from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import Any

import pytest

from ..clouds import Cloud
from ..stack import AwsStack
from ..waiting import NotYet, WaitTimeoutError, wait_until

LOG_SECONDS = 2.0
"""How long log lines may take to arrive; clouds write them after the function has answered."""

_begun = pytest.StashKey[float]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember when the test began."""
    item.stash[_begun] = time.time()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the sections to the report of a test that failed."""
    report = yield
    if report.failed:
        funcargs: dict[str, Any] = getattr(item, "funcargs", {})
        stacks = {stack.name: stack for value in funcargs.values() for stack in _stacks(value)}
        for stack in stacks.values():
            report.sections += sections(stack, item.stash[_begun])
    return report


def _stacks(value: object) -> Iterable[AwsStack]:
    """The stack that a fixture is; those that a factory made."""
    return [value] if isinstance(value, AwsStack) else getattr(value, "stacks", [])


def sections(stack: AwsStack, since: float) -> list[tuple[str, str]]:
    """What a stack has to tell, each with its title. No functions, no logs; no queues, no messages."""
    logs = partial(_by_name, stack, "AWS::Lambda::Function", lambda: _logged(stack, since))
    messages = partial(_by_name, stack, "AWS::SQS::Queue", stack.messages)
    texts = {
        f"logs of the functions of {stack.name}": told(stack.cloud, logs),
        f"messages in the queues of {stack.name}": told(stack.cloud, messages),
    }
    return [(title, text) for title, text in texts.items() if text]


def told(cloud: Cloud, tell: Callable[[], str]) -> str:
    """A section's text. A cloud that no longer answers must neither hide why the test failed nor delay the report."""
    try:
        cloud.check()
        return tell()
    except Exception as error:
        return f"not available: {error}"


def _by_name(stack: AwsStack, kind: str, tell: Callable[[], dict[str, list[str]]]) -> str:
    """The lines of each resource of a kind; "" if the stack has none of that kind."""
    if not stack.of_type(kind):
        return ""
    return "\n".join(f"{name}: {line}" for name, lines in tell().items() for line in lines) or "none"


def _logged(stack: AwsStack, since: float) -> dict[str, list[str]]:
    def ask() -> dict[str, list[str]] | NotYet:
        return stack.log_lines(since) or NotYet("nothing")

    try:
        return wait_until("a function has logged", ask, LOG_SECONDS)
    except WaitTimeoutError:
        return {}
