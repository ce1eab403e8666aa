"""The plugin for pytest: what it asks of a project, and what it starts when."""

import textwrap
import time
from itertools import count

import pytest

from aws_stack.cloudformation import Resource
from aws_stack.clouds import embedded
from aws_stack.plugin.door import Door, ask
from aws_stack.plugin.failures import sections
from aws_stack.plugin.waits import Eventually, Never
from aws_stack.schedules.emulator import here
from aws_stack.stack import AwsStack, new_account
from aws_stack.waiting import NotYet, WaitTimeoutError

pytest_plugins = ["pytester"]

# A cloud that only has a health page. It writes down when it is started and stopped.
CONFTEST = """
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from aws_stack.clouds import Cloud, embedded, registry

LOG = Path(__file__).parent / "log"

class Healthy(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass

class Source:
    def at(self, port, why=""):
        return replace(embedded.at(port, why), name="ours")

    @contextmanager
    def launch(self, port, why="", retry_seconds=1.0, *, enforce_iam=False):
        with LOG.open("a") as log, HTTPServer(("127.0.0.1", port), Healthy) as server:
            print("started", file=log, flush=True)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield self.at(port, why)
            finally:
                server.shutdown()
                print("stopped", file=log)

registry.register("ours", Source())
"""

WORKERS = pytest.mark.parametrize("workers", [pytest.param("0", marks=pytest.mark.night("as with workers")), "2"])

USING = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(aws_cloud, number):
    assert aws_cloud.name == "ours"
"""


def run(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=tests)
    plugins = ["-p", "aws_stack.plugin", "-p", "no:schemathesis", "-p", "no:cacheprovider"]
    return pytester.runpytest_subprocess(*plugins, *options)


def log(pytester: pytest.Pytester) -> list[str]:
    file = pytester.path / "log"
    return file.read_text().splitlines() if file.exists() else []


@WORKERS
def test_a_cloud_is_started_once_for_all_workers_and_stopped(pytester: pytest.Pytester, workers: str) -> None:
    run(pytester, USING, "--aws-cloud", "ours", "-n", workers).assert_outcomes(passed=4)
    assert log(pytester) == ["started", "stopped"]


@WORKERS
def test_a_run_that_needs_no_cloud_starts_none(pytester: pytest.Pytester, workers: str) -> None:
    run(pytester, "def test_it(): pass", "--aws-cloud", "ours", "-n", workers).assert_outcomes(passed=1)
    assert log(pytester) == []


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.night("as without"))])
def test_a_cloud_that_nobody_knows_is_one_clear_line(pytester: pytest.Pytester, workers: str) -> None:
    result = run(pytester, USING, "--aws-cloud", "theirs", "-n", workers)
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["there is no cloud theirs; there are auto, localstack, embedded, aws, ours"])


def test_a_template_that_is_not_there_is_one_clear_line(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(aws_stack): pass", "--aws-cloud", "ours")
    result.stdout.fnmatch_lines(
        ["there is no template *template.yaml. aws_stack_template in pytest's settings names *"]
    )


def test_a_parameter_without_a_value_is_refused_at_once(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\naws_stack_parameters = Step\n")
    result = run(pytester, "def test_it(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: aws_stack_parameters: Step is not NAME=VALUE"])


@pytest.mark.parametrize(
    ("said", "region", "workers"),
    [
        ("", "sa-east-1", "0"),
        ("aws_stack_region = eu-west-1", "eu-west-1", "2"),
        pytest.param("", "sa-east-1", "2", marks=pytest.mark.night("as without workers")),
        pytest.param("aws_stack_region = eu-west-1", "eu-west-1", "0", marks=pytest.mark.night("as with workers")),
    ],
)
def test_the_region_is_the_one_that_the_settings_name(
    pytester: pytest.Pytester, said: str, region: str, workers: str
) -> None:
    pytester.makeini(f"[pytest]\n{said}\n")
    asking = f"""
        def test_it(aws_cloud):
            assert aws_cloud.client("sqs").meta.region_name == aws_cloud.region == {region!r}
            assert aws_cloud.variables()["AWS_DEFAULT_REGION"] == {region!r}
    """
    run(pytester, textwrap.dedent(asking), "--aws-cloud", "ours", "-n", workers).assert_outcomes(passed=1)


def test_a_wait_in_vain_shows_the_test_and_not_the_waiting(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(eventually):\n    eventually(lambda: 0, seconds=0.01)\n", "--aws-cloud", "ours")
    result.stdout.fnmatch_lines([">   *eventually(lambda: 0, seconds=0.01)", "E   *: not within 0.01 s; seen last: 0"])
    result.stdout.no_fnmatch_line("*deadline*")


@pytest.mark.parametrize(
    ("types", "titles"),
    [
        (["AWS::S3::Bucket"], []),
        (["AWS::Lambda::Function"], ["logs of the functions of test-1"]),
        (["AWS::S3::Bucket", "AWS::SQS::Queue"], ["messages in the queues of test-1"]),
    ],
)
def test_a_failure_tells_of_what_the_stack_has(
    types: list[str], titles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = AwsStack(embedded.at(1), "test-1", {})
    made.resources = {one: Resource(one, one, one, "CREATE_COMPLETE") for one in types}
    for asked in ("log_lines", "messages"):
        monkeypatch.setattr(made, asked, lambda *_: {"One": ["a line"]})
    assert sections(made, 0) == [(title, "One: a line") for title in titles]


def test_log_lines_are_those_of_each_function_since_a_moment_in_the_order_of_time() -> None:
    stack = AwsStack(here(new_account()), "test-1", {})
    names = ("Read", "Silent", "Fresh")
    stack.resources = {one: Resource(one, "AWS::Lambda::Function", f"f-{one}", "CREATE_COMPLETE") for one in names}
    logs, now = stack.client("logs"), int(time.time() * 1000)
    for name in names[:2]:
        logs.create_log_group(logGroupName=f"/aws/lambda/f-{name}")
    for stream, offsets in (("a", (-60_000, -1_000)), ("b", (-2_000,))):
        logs.create_log_stream(logGroupName="/aws/lambda/f-Read", logStreamName=stream)
        events = [{"timestamp": now + offset, "message": f"{offset}\n"} for offset in offsets]
        logs.put_log_events(logGroupName="/aws/lambda/f-Read", logStreamName=stream, logEvents=events)
    assert stack.log_lines(now / 1000 - 30) == {"Read": ["-2000", "-1000"]}
    assert [event["logStreamName"] for event in stack.log_events(stack.resources["Read"])] == ["a", "b", "a"]


def test_a_worker_is_told_why_there_is_no_cloud() -> None:
    def refuse() -> dict[str, object]:
        raise pytest.UsageError("no room")

    door = Door(refuse)
    with pytest.raises(pytest.UsageError, match=r"^no room$"):
        ask(door.address)


def test_eventually_returns_the_first_answer_that_is_true() -> None:
    answers = iter([[], 0, None, ["x"], ["y"]])
    assert Eventually()(lambda: next(answers)) == ["x"]


def test_eventually_says_what_it_waited_for_and_what_it_saw_last() -> None:
    numbers = count()
    with pytest.raises(WaitTimeoutError, match=r"^an item comes: not within 0\.05 s; seen last: \d+ items$"):
        Eventually()(lambda: NotYet(f"{next(numbers)} items"), what="an item comes", seconds=0.05)


def test_a_mistake_is_no_not_yet() -> None:
    asked = count()
    with pytest.raises(ZeroDivisionError):
        Eventually()(lambda: 1 // next(asked))
    assert next(asked) == 1


def test_never_fails_as_soon_as_the_answer_is_true() -> None:
    numbers = count()
    with pytest.raises(AssertionError, match=r"^a third comes: after 0\.\d\d s the answer was 'third'$"):
        Never()(lambda: next(numbers) == 2 and "third", what="a third comes", seconds=30)


def test_never_waits_first_for_what_comes_later() -> None:
    told = []

    def later() -> bool:
        told.append("later")
        return len(told) == 3

    Never()(lambda: told[-1] != "later", after=later, seconds=0.02)
    assert told == ["later"] * 3
