"""What the testbed does otherwise on a cloud that stands already: names, places, callers of the API, costs."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from aws_stack.clouds import Cloud, embedded
from aws_stack.clouds.standing import AWS_TARGET
from aws_stack.plugin.handover import cloud_from, facts
from fixtures.api import Api
from fixtures.leftovers import STACK, stacks_of
from fixtures.prices import suite
from fixtures.selection import pytest_collection_modifyitems, why_not
from fixtures.stacks import AWS_PATIENCE, Stack, patience, place, run

LOCAL = embedded.at(4566)
AWS = Cloud(name="aws", region="sa-east-1", target=AWS_TARGET, version="AWS")
PLAYED = Cloud("endpoint", "sa-east-1", AWS_TARGET, "http://127.0.0.1:4566", account="000000000001", emulated=True)


@pytest.fixture
def of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "name", "notas-test-0a1b2c")


@pytest.mark.usefixtures("of_a_run")
@pytest.mark.parametrize("where", [AWS, PLAYED], ids=["AWS", "played"])
def test_a_stack_has_a_name_of_its_run_and_the_account_there_is(where: Cloud) -> None:
    places = [place(where) for _ in range(100)]
    assert {own for own, _ in places} == {where}
    names = {name for _, name in places}
    assert len(names) == 100
    assert all(STACK.fullmatch(name) and name.startswith(f"{run.name}-") for name in names)
    assert stacks_of([f"table {name}-Invoices-1" for name in names] + ["table other"]) == sorted(names)
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; regions have up to 14 characters.
    longest = f"{names.pop()}-artifacts-123456789012-ap-southeast-1"
    assert len(longest) <= 63


def test_on_a_cloud_of_the_runs_own_a_stack_has_an_account_of_its_own() -> None:
    (first, _), (second, _) = place(LOCAL), place(LOCAL)
    assert len({LOCAL.account, first.account, second.account}) == 3


@pytest.mark.parametrize("where", [LOCAL, AWS, PLAYED], ids=["local", "AWS", "played"])
def test_a_worker_is_told_of_the_cloud(where: Cloud) -> None:
    told = cloud_from(facts(where))
    assert facts(told) == facts(where)
    if not where.temporary:
        told.check()  # Whether others' clouds live is not for this run to watch.


def test_waits_are_longer_on_aws_alone() -> None:
    assert [patience(cloud) for cloud in (LOCAL, AWS, PLAYED)] == [1, AWS_PATIENCE, 1]


class Item:
    """A test as pytest knows it."""

    def __init__(self, nodeid: str, *fixturenames: str, seconds: int | None = None) -> None:
        self.nodeid = nodeid
        self.fixturenames = fixturenames
        self.marks = [] if seconds is None else [pytest.mark.timeout(seconds).mark]

    def get_closest_marker(self, _: str) -> pytest.Mark | None:
        return self.marks[0] if self.marks else None

    def add_marker(self, decorator: pytest.MarkDecorator, *, append: bool) -> None:
        self.marks.insert(len(self.marks) if append else 0, decorator.mark)


class Config:
    """An xdist worker's configuration."""

    def __init__(self, cloud: Cloud) -> None:
        self.workerinput = {"notas_cloud": facts(cloud)}
        self.workeroutput: dict[str, Any] = {}
        self.stash = pytest.Stash()
        self.hook = self
        self.deselected: list[Item] = []

    def pytest_deselected(self, items: list[Item]) -> None:
        self.deselected += items

    def getoption(self, *_: Any, default: None) -> None:
        return default

    def getini(self, _: str) -> str:
        return "120"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (Item("tests/unit/test_a.py::test_a", "tmp_path"), ""),
        (Item("tests/e2e/test_a.py::test_a", "stack", "cloud"), ""),
        (Item("tests/faults/test_a.py::test_a", "stack", "cloud"), ""),
        (
            Item("tests/faults/test_a.py::test_a", "patient_stack", "_patient_stack", "proxied_cloud", "cloud"),
            "a proxy",
        ),
        (Item("tests/api/test_a.py::test_a", "struck_api", "_brief_stack", "proxied_cloud", "cloud"), "a proxy"),
        (Item("tests/e2e/test_a.py::test_a", "strict_cloud"), "a cloud of their own"),
        (Item("tests/commands/test_a.py::test_a", "cloud"), "they start commands"),
        (Item("tests/container/test_a.py::test_a"), "they start commands"),
    ],
)
def test_a_test_that_cannot_run_elsewhere_says_why(item: Any, reason: str) -> None:
    assert bool(why_not(item)) == bool(reason)
    assert reason in why_not(item)


@pytest.mark.parametrize(("where", "seconds"), [(LOCAL, [None, 7]), (PLAYED, [None, 7]), (AWS, [1200.0, 70.0])])
def test_tests_on_aws_have_more_time_than_elsewhere(where: Cloud, seconds: list[float | None]) -> None:
    config: Any = Config(where)
    items: Any = [Item("tests/e2e/test_a.py::a", "cloud"), Item("tests/e2e/test_a.py::b", "cloud", seconds=7)]
    pytest_collection_modifyitems(config, items)
    marks = [item.get_closest_marker("timeout") for item in items]
    assert [mark and mark.args[0] for mark in marks] == seconds


@pytest.mark.parametrize("where", [AWS, PLAYED], ids=["AWS", "played"])
def test_what_cannot_run_is_deselected_and_counted_by_its_reason(where: Cloud) -> None:
    config: Any = Config(where)
    able, *others = items = [
        Item("tests/e2e/test_a.py::a", "cloud"),
        Item("tests/faults/test_a.py::b", "cloud", "_brief_stack", "proxied_cloud"),
        Item("tests/api/test_a.py::c", "cloud", "_patient_stack", "proxied_cloud"),
        Item("tests/faults/test_b.py::e", "cloud", "_scarce_stack", "proxied_cloud"),
        Item("tests/commands/test_a.py::d"),
    ]
    left: Any = list(items)
    pytest_collection_modifyitems(config, left)
    assert (left, config.deselected) == ([able], others)
    assert config.workeroutput == {
        "notas_left_out": {"the cloud": {why_not(others[0]): 3, why_not(others[3]): 1}}  # type: ignore[arg-type]
    }


class Gateway(BaseHTTPRequestHandler):
    """An API that answers, and keeps the headers of what it was asked."""

    seen: list[dict[str, str]]

    def do_POST(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Gateway, "seen", [], raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def asked(cloud: Cloud, url: str, **options: str) -> dict[str, str]:
    """The headers of a call to the API of a stack on a cloud."""
    api = Api(Stack(cloud, {"ApiUrl": url}), **options)
    assert api.call("POST", "/notas?a=b%20c", b"[]", {"Content-Type": "application/json"}).status == 204
    [headers] = Gateway.seen
    assert headers["content-type"] == "application/json"
    return headers


def test_an_api_that_takes_signed_requests_gets_them(url: str) -> None:
    signature = asked(PLAYED, url)["authorization"]
    assert re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=000000000001/\d{8}/sa-east-1/execute-api/aws4_request, "
        r"SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}",
        signature,
    )


def test_an_api_that_takes_a_key_gets_it(url: str) -> None:
    headers = asked(PLAYED, url, key="k")
    assert headers["x-api-key"] == "k"
    assert "authorization" not in headers


def test_an_api_that_takes_anything_gets_neither(url: str) -> None:
    assert not {"authorization", "x-api-key"} & asked(LOCAL, url).keys()


def test_what_a_run_costs_is_what_its_parts_cost() -> None:
    for share in (1, 40):
        total, *parts = map(float, re.findall(r"\$(\d+\.\d\d)", suite(share)))
        assert sum(parts) == pytest.approx(total, abs=0.03)
        assert total > 0.1 * share
