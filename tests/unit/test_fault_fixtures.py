"""A fault that did not strike fails its test, and so does a fault test that armed none: seen in runs of their own."""

import re

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
pytest_plugins = ["fixtures.strikes"]

from types import SimpleNamespace

import pytest

from fixtures.faults import brief_stack, patient_stack, watched_stack
from aws_stack.proxy import Proxy


@pytest.fixture(scope="session")
def _patient_stack():
    with Proxy("http://127.0.0.1:9") as proxy:
        yield SimpleNamespace(proxy=proxy)


_brief_stack = _patient_stack
"""

TESTS = """
import http.client
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from aws_stack.proxy import Fault, Refuse

FAULT = Fault("GetItem", Refuse("ThrottlingException"))


def call(stack, path="/", headers={"X-Amz-Target": "DynamoDB_20120810.GetItem"}):
    connection = http.client.HTTPConnection(urlsplit(stack.proxy.url).netloc, timeout=10)
    connection.request("PUT", path, b"{}", headers)
    with suppress(http.client.RemoteDisconnected):  # There is no cloud.
        connection.getresponse().read()
    connection.close()


@pytest.mark.parametrize("stack", ["patient_stack", "brief_stack", "watched_stack"])
def test_calls_nothing(stack, request):
    proxy = request.getfixturevalue(stack).proxy
    proxy.arm(FAULT)
    proxy.clear()


def test_calls_once_and_not_twice(patient_stack):
    patient_stack.proxy.arm(Fault("GetItem", Refuse("ThrottlingException"), 2))
    call(patient_stack)


@pytest.mark.parametrize("stack", ["patient_stack", "brief_stack"])
def test_arms_no_fault(stack, request):
    request.getfixturevalue(stack)


def test_calls_what_is_not_known(watched_stack):
    call(watched_stack, "/bucket?acl", {})


def test_is_struck(patient_stack):
    patient_stack.proxy.arm(FAULT)
    call(patient_stack)


def test_leaves_some_to_chance(patient_stack):
    for skip in (0, 1):
        patient_stack.proxy.arm(Fault("GetItem", Refuse("ThrottlingException"), skip=skip), may_miss=True)
    call(patient_stack)


def test_leaves_all_to_chance_and_has_no_luck(patient_stack):
    patient_stack.proxy.arm(FAULT, may_miss=True)
    patient_stack.proxy.arm(FAULT, may_miss=True)


def test_only_looks(watched_stack):
    call(watched_stack)
"""

VAIN = "Refuse(code='ThrottlingException') of GetItem"


def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *options: str) -> pytest.RunResult:
    """A run of these tests, on stacks without a cloud."""
    # They take seconds to load, and have nothing to do there.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=TESTS)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-rE", *options)


def errors(result: pytest.RunResult) -> list[str]:
    """The tests that failed at their end."""
    found = (re.fullmatch(r"_* ERROR at teardown of (\S+) _*", line) for line in result.outlines)
    return [one[1] for one in found if one]


def test_a_fault_in_vain_fails_its_test_alone(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch)
    assert errors(result) == [
        "test_calls_nothing[patient_stack]",
        "test_calls_nothing[brief_stack]",
        "test_calls_nothing[watched_stack]",
        "test_calls_once_and_not_twice",
        "test_arms_no_fault[patient_stack]",
        "test_arms_no_fault[brief_stack]",
        "test_calls_what_is_not_known",
        "test_leaves_all_to_chance_and_has_no_luck",
    ]
    result.assert_outcomes(passed=11, errors=8)
    result.stdout.fnmatch_lines(
        [
            "test_it.py::test_calls_nothing?watched_stack? armed faults in vain:",
            f"  {VAIN}, once: never struck",
            "test_it.py::test_calls_once_and_not_twice armed faults in vain:",
            f"  {VAIN}, 2 times: struck 1 of 2 times",
            "test_it.py::test_arms_no_fault?brief_stack? armed no fault; `watched_stack` is for tests that need none",
            "  PUT /bucket?acl is no call that is known",
            "  none of 2 that may miss has struck",
        ]
    )


def test_ctrl_c_is_no_fault_in_vain(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=f"{TESTS}\n\ndef test_ends(patient_stack):\n    raise KeyboardInterrupt\n")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-k", "test_ends", no_reraise_ctrlc=True)
    assert result.ret is pytest.ExitCode.INTERRUPTED
    result.stdout.no_fnmatch_line("*armed no fault*")


def test_a_fault_that_is_taken_out_fails_its_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(pytester, monkeypatch, "--disarmed", "-k", "is_struck or only_looks or some_to_chance")
    assert errors(result) == ["test_is_struck", "test_leaves_some_to_chance"]
    result.assert_outcomes(passed=2, errors=2, deselected=9)
