"""The plugin's report: which calls logs tell of, whose they are, and what the page shows."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from aws_stack.clouds import embedded
from aws_stack.plugin.faults import AwsFaults
from aws_stack.plugin.report import Collector, Notes
from aws_stack.proxy import Fault, Lose, Proxy
from aws_stack.report.calls import Call, calls
from aws_stack.report.figures import Run
from aws_stack.report.stacks import Ran, by_test, page_of, rows
from aws_stack.stack import AwsStack

from .test_aws_stack import USING, WORKERS, run
from .test_report_page import HOSTILE, Page

pytest_plugins = ["pytester"]

REPORT = "REPORT RequestId: {}\tDuration: {} ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 45 MB"


def event(message: str, at: float = 1000.0, stream: str = "one") -> Mapping[str, Any]:
    return {"message": message, "timestamp": int(at * 1000), "logStreamName": stream}


def lines(*between: str, duration: str = "12.5", more: str = "", stream: str = "one") -> list[Mapping[str, Any]]:
    told = ["START RequestId: 1f Version: $LATEST", *between, "END RequestId: 1f", REPORT.format("1f", duration) + more]
    return [event(message, stream=stream) for message in told]


CALL = Call("Read", 1000.0, 0.0125, 45, 128)


def test_a_call_has_what_lambda_reports_of_it() -> None:
    [found] = calls("Read", lines("a line", more="\tInit Duration: 214.4 ms\t\n"))
    assert found == replace(CALL, started=1000.0 - 0.0125, cold=0.2144)
    [warm] = calls("Read", lines())
    assert (warm.cold, warm.failed) == (None, False)


@pytest.mark.parametrize(
    "told",
    [
        "[ERROR] KeyError: 'id'\nTraceback (most recent call last):",
        "Traceback (most recent call last):",
        "2026-11-27T00:00:00.000Z\t1f\tERROR\tInvoke Error \t{}",
        "2026-11-27T00:00:00.000Z 1f Task timed out after 3.00 seconds",
    ],
)
def test_a_call_that_raised_has_failed(told: str) -> None:
    assert [call.failed for call in calls("Read", [*lines(told), *lines()])] == [True, False]


def test_what_a_function_logs_as_an_error_is_no_failure() -> None:
    assert [call.failed for call in calls("Read", lines("[ERROR]\t2026-11-27T00:00:00.000Z\t1f\tno tea"))] == [False]


def test_a_status_that_is_no_success_is_a_failure() -> None:
    assert [call.failed for call in calls("Read", lines(more="\tStatus: timeout"))] == [True]


def test_streams_do_not_mix() -> None:
    first, second = lines("Traceback (most recent call last):", stream="one"), lines(stream="two")
    mixed = [*first[:2], *second, *first[2:]]
    assert [call.failed for call in calls("Read", mixed)] == [False, True]


def ran(name: str, started: float, worker: str = "gw0", **more: Any) -> Ran:
    return Ran(name, worker, started, 1.0, "passed", **more)


def test_a_call_belongs_to_the_last_test_of_its_worker_that_began_before_it() -> None:
    tests = [ran("one", 10.0), ran("two", 20.0), ran("other", 15.0, "gw1")]
    told = [("gw0", replace(CALL, started=at)) for at in (9.0, 10.0, 18.0, 20.5)] + [("gw1", CALL)]
    assert [(test.name, [call.started for call in own]) for test, own in by_test(tests, told)] == [
        ("one", [10.0, 18.0]),
        ("two", [20.5]),
        ("other", [1000.0]),
    ]


def test_each_function_has_a_row() -> None:
    found = [CALL, replace(CALL, seconds=0.1, failed=True, megabytes=60), replace(CALL, function="Write")]
    assert rows(found) == [
        ("Read", "2", "–", "1", "56", "96", "60", "128"),
        ("Write", "1", "–", "0", "12", "12", "45", "128"),
    ]
    cold = [row[2] for row in rows([replace(CALL, cold=0.2), replace(CALL, function="Write")])]
    assert cold == ["1", "0"], "where a cloud tells of one, none is 0"


def test_memory_that_a_cloud_does_not_tell_is_a_dash() -> None:
    assert rows([replace(CALL, megabytes=0)])[0][-2:] == ("–", "128")


def report(when: str, outcome: Any, started: float = 0.0) -> pytest.TestReport:
    made = pytest.TestReport("one", ("one", 0, "one"), {}, outcome, None, cast("Any", when), start=started)
    vars(made)["node"] = SimpleNamespace(gateway=SimpleNamespace(id="gw0"))
    return made


def test_a_test_that_killed_its_worker_is_there_once_and_in_its_time() -> None:
    collector = Collector(Notes())
    collector.pytest_runtest_logreport(report("setup", "passed", 10.0))
    collector.pytest_runtest_logreport(report("???", "failed"))
    [test] = collector._tests.values()
    assert (test.worker, test.started, test.outcome) == ("gw0", 10.0, "killed its worker")


def test_a_workers_calls_are_taken_once_although_xdist_tells_twice_of_its_end() -> None:
    collector = Collector(Notes())
    node = SimpleNamespace(gateway=SimpleNamespace(id="gw0"), workeroutput={"aws_stack_calls": ([asdict(CALL)], [])})
    for _ in range(2):
        collector.pytest_testnodedown(node)
    assert collector.told() == [("gw0", CALL)]


RUN = Run(datetime(2026, 11, 24, 20, tzinfo=UTC), 61.0, "pytest", "embedded", {"passed": 1}, [], stopped_early=False)


def test_the_page_tells_of_each_test_what_it_called_and_what_struck_it() -> None:
    tests = [
        ran("test_tea", 999.0, faults={"Lose() of PutItem": 2}, throttled={"KeyRange": 3}),
        ran("test_pie", 1001.0),
    ]
    shown = Page(page_of(RUN, tests, [("gw0", CALL), ("gw0", replace(CALL, failed=True))]))
    for text in ("2 tests, 2 calls, 2 faults that struck", "2 × Lose() of PutItem", "3 × KeyRange", "test_pie"):
        assert text in shown.text
    assert len(shown.charts) == 2


def test_hostile_names_change_nothing_in_the_page() -> None:
    def made(text: str) -> Page:
        tests = [ran(text, 999.0, faults={text: 1}, throttled={text: 1})]
        return Page(page_of(RUN, tests, [("gw0", replace(CALL, function=text))], [text]))

    assert [tag for tag, _ in made(HOSTILE).tags] == [tag for tag, _ in made("x").tags]


def test_logs_that_cannot_be_read_are_told_in_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    notes, stack = Notes(), AwsStack(embedded.at(1), "test-1", {})
    notes.read([stack])  # Nobody answers there.
    assert notes.calls == []
    [problem] = notes.problems
    assert problem.startswith("test-1: ")
    assert "Some logs could not be read" in Page(page_of(RUN, [ran("one", 1.0)], [], notes.problems)).text


def test_faults_are_counted_that_struck() -> None:
    faults = AwsFaults(Proxy("http://upstream"))
    struck, missed = faults.arm(Fault("PutItem", Lose(), times=2)), faults.arm(Fault("GetItem", Lose()))
    struck.struck += [0, 1]
    assert missed.struck == []
    assert faults.struck() == {"Lose() of PutItem": 2}


@WORKERS
def test_a_run_writes_its_report(pytester: pytest.Pytester, workers: str) -> None:
    result = run(pytester, USING, "--aws-cloud", "ours", "--aws-report", "out.html", "-n", workers)
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["*out.html: written"])
    shown = Page((pytester.path / "out.html").read_bytes()).text
    assert "All 4 tests passed" in shown
    assert "4 tests, 0 calls, 0 faults that struck" in shown


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_started(pytester: pytest.Pytester) -> None:
    result = run(pytester, USING, "--aws-cloud", "ours", "--aws-report", "nowhere/out.html")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --aws-report nowhere/out.html: there is no folder *"])
