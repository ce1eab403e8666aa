"""A pytest plugin that writes down how a run first failed: `-p tests.mutants.witness --witness FILE`.

The file is JSON: `{"tests": 12, "failure": null}`, or with the fields of `Failure` in place of null.
"""

import json
import re
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings, stateful
from hypothesis.errors import Flaky, HypothesisException
from hypothesis.internal.conjecture.engine import ConjectureRunner

from fixtures.observations import observer

# Hypothesis's note on the smallest example, in its present and its former wording, up to the end of the example.
_NOTED = re.compile(
    r"(?:Failing test case|Falsifying example):\s*(.*?)\s*(?:\nYou can reproduce|\nExplanation:|\Z)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Failure:
    """The first failure of a run.

    `when` is "collect", "setup", "call" or "teardown". `draws` says whether Hypothesis had generated anything for the
    test; if not, another seed would change nothing. `examples` is how many a property had generated when it first
    failed, before it shrank them; 0 if the test is no property. `invoices` is how many invoices a person has to read in
    the last example, the smallest. `seconds` runs from the start of the run to the first failure. `flaky` is the
    failure of a property whose example did not fail again, such as that of a race.
    """

    test: str
    when: str
    draws: bool
    examples: int
    invoices: int
    example: str
    error: str
    seconds: float
    flaky: bool


class Witness:
    """Watches every test of this process. The run ends with the first failure that is not flaky."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.started = time.monotonic()
        self.tests = 0
        self.failure: Failure | None = None
        self.first: tuple[int, float] | None = None
        self.draws = False
        self.examples = 0

    def watched(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        """The function that a property runs on each example, wrapped to record the first failure before shrinking."""

        @wraps(inner)
        def watching(*arguments: Any, **named: Any) -> Any:
            self.examples += 1
            try:
                return inner(*arguments, **named)
            except HypothesisException:  # The property does not want this example.
                raise
            except (Exception, pytest.fail.Exception):
                self.first = self.first or (observer.example or self.examples, self.elapsed())
                raise

        return watching

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started

    # Hooks

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record a file that cannot be imported."""
        if report.failed:
            self.see(report.nodeid, "collect", report.longreprtext.strip().rpartition("\n")[2])

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Watch a property; a state machine is watched where it is made."""
        self.first, self.draws, self.examples = None, False, 0
        handle = getattr(getattr(item, "obj", None), "hypothesis", None)
        if handle is not None and not hasattr(handle.inner_test, "__wrapped__"):
            handle.inner_test = self.watched(handle.inner_test)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Record a test that failed."""
        self.tests += call.when == "call"
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            error = call.excinfo.value
            line = f"{type(error).__name__}: {error}".partition("\n")[0]
            flaky = isinstance(error, Flaky)
            self.see(item.nodeid, call.when, line, _noted(error) or observer.shown, flaky=flaky)
            if not flaky:
                item.session.shouldstop = "a test has failed"
        return (yield)

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        failure = asdict(self.failure) if self.failure else None
        self.path.write_text(json.dumps({"tests": self.tests, "failure": failure}))

    def see(self, test: str, when: str, error: str, example: str = "", *, flaky: bool = False) -> None:
        """Record a failure. The first of the run counts, unless it is flaky and a later one is not."""
        if self.failure is None or (self.failure.flaky and not flaky):
            examples, seconds = self.first or (observer.example, self.elapsed())
            self.failure = Failure(test, when, self.draws, examples, observer.invoices, example, error, seconds, flaky)


def _noted(error: BaseException) -> str:
    """What Hypothesis says about the smallest example, without the arguments that are fixtures."""
    for one in _leaves(error):
        found = _NOTED.search("\n".join(getattr(one, "__notes__", [])))
        if found:
            return "\n".join(line for line in found[1].splitlines() if " object at 0x" not in line)
    return ""


def _leaves(error: BaseException) -> Iterator[BaseException]:
    yield error
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--witness FILE`."""
    parser.addoption("--witness", type=Path, required=True, help="where to write how the run first failed")
    parser.addoption("--unshrunk", action="store_true", help="leave failing examples as they were found")


@pytest.hookimpl(trylast=True)  # once the profile is loaded
def pytest_configure(config: pytest.Config) -> None:
    """Start watching."""
    if config.getoption("--unshrunk"):
        phases = [phase for phase in settings().phases if phase is not Phase.shrink]
        settings.register_profile("unshrunk", settings(), phases=phases)
        settings.load_profile("unshrunk")
    witness = Witness(config.getoption("--witness"))
    config.pluginmanager.register(witness)
    run = ConjectureRunner.run

    def run_watched(runner: ConjectureRunner) -> None:
        witness.draws = True
        run(runner)

    # Every property comes through here, also one inside of a test, or of schemathesis. Explicit examples do not.
    ConjectureRunner.run = run_watched  # type: ignore[method-assign, assignment]
    make = stateful.get_state_machine_test

    def make_watched(*arguments: Any, **named: Any) -> Any:
        test: Any = make(*arguments, **named)
        test.hypothesis.inner_test = witness.watched(test.hypothesis.inner_test)
        return test

    stateful.get_state_machine_test = make_watched
