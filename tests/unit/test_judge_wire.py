"""What the judge does to calls on their way, and how it counts their time."""

import http.client
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipeline.judge.serving import Server
from pipeline.judge.shim.python_function import Clock
from pipeline.judge.wire import CLOCK, SECONDS, Course, Stage, What, Wire


class Upstream(BaseHTTPRequestHandler):
    """A cloud that notes what reaches it. A call of `Wait` is answered when another has come."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, bytes]]
    both: threading.Barrier

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        type(self).seen.append((operation, body))
        if operation == "Wait":
            type(self).both.wait(10)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def upstream() -> Iterator[ThreadingHTTPServer]:
    Upstream.seen, Upstream.both = [], threading.Barrier(2)
    with ThreadingHTTPServer(("127.0.0.1", 0), Upstream) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def wire(upstream: ThreadingHTTPServer) -> Iterator[Wire]:
    with Wire(f"http://127.0.0.1:{upstream.server_address[1]}", "judged", {"Outras": ["id"]}) as wire:
        yield wire


def begin(wire: Wire, stage: Stage | None = None, timeout: float = 3) -> tuple[Course, list[str]]:
    """A new invocation, and what notes that it was killed."""
    killed: list[str] = []
    wire.course = Course(timeout, lambda: killed.append("killed"), stage)
    return wire.course, killed


def call(wire: Wire, operation: str, body: bytes = b"{}") -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(wire.url.removeprefix("http://"), timeout=10)
    connection.request("POST", "/", body, {"X-Amz-Target": f"DynamoDB_20120810.{operation}"})
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


def test_calls_one_after_the_other_add_up(wire: Wire) -> None:
    course, _killed = begin(wire)
    for _ in range(3):
        call(wire, "PutItem")
    assert course.clock == pytest.approx(3 * SECONDS["dynamodb"])
    connection = http.client.HTTPConnection(wire.url.removeprefix("http://"), timeout=10)
    connection.request("GET", CLOCK)
    assert float(connection.getresponse().read()) == course.clock
    connection.close()


def test_a_handler_may_ask_for_the_time_before_each_invoice_over_one_connection(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    process = Server.process_request

    def noted(server: Server, request: Any, address: Any) -> None:
        opened.append(address)
        process(server, request, address)

    monkeypatch.setattr(Server, "process_request", noted)
    begin(wire)
    clock = Clock(wire.url)
    assert clock.over() == 0
    wire.course.clock = 0.5
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: clock.over(), range(40))) == {0.5}
    assert len(opened) == 1


def test_calls_at_the_same_time_take_as_long_as_one(wire: Wire) -> None:
    course, _killed = begin(wire)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: call(wire, "Wait"), range(2)))
    assert course.clock == pytest.approx(SECONDS["dynamodb"])


def test_a_function_is_killed_when_its_time_is_over(wire: Wire) -> None:
    course, killed = begin(wire, timeout=2.5 * SECONDS["dynamodb"])
    assert [call(wire, "PutItem")[0] for _ in range(2)] == [200, 200]
    with pytest.raises(http.client.RemoteDisconnected):
        call(wire, "PutItem")
    assert course.timed_out
    assert killed == ["killed"]


def test_a_kill_strikes_its_call_when_the_cloud_has_carried_it_out(wire: Wire) -> None:
    stage = Stage(What.KILL, 1)
    _course, killed = begin(wire, stage)
    assert call(wire, "PutItem")[0] == 200
    assert not stage.struck.is_set()
    with pytest.raises(http.client.RemoteDisconnected):
        call(wire, "PutItem")
    assert (killed, len(Upstream.seen)) == (["killed"], 2)


def test_a_refusal_goes_on_and_strikes_writes_only(wire: Wire) -> None:
    begin(wire, Stage(What.REFUSE, 1))
    statuses = [call(wire, one)[0] for one in ("PutItem", "GetItem", "PutItem", "BatchWriteItem", "GetItem")]
    assert statuses == [200, 200, 400, 400, 200]
    assert [operation for operation, _ in Upstream.seen] == ["PutItem", "GetItem", "GetItem"]


def test_an_unprocessed_item_is_named_and_not_written(wire: Wire) -> None:
    begin(wire, Stage(What.UNPROCESSED, 0))
    batch = json.dumps({"RequestItems": {"Notas": [1, 2, 3]}}).encode()
    assert call(wire, "BatchWriteItem", batch) == (200, {"UnprocessedItems": {"Notas": [3]}})
    assert call(wire, "BatchWriteItem", batch) == (200, {})
    assert [json.loads(body)["RequestItems"]["Notas"] for _, body in Upstream.seen] == [[1, 2], [1, 2, 3]]


def test_a_batch_with_a_key_twice_is_refused_as_by_dynamodb(wire: Wire) -> None:
    begin(wire)

    def batch(*ids: str) -> int:
        puts = [{"PutRequest": {"Item": {"id": {"S": one}, "n": {"N": str(n)}}}} for n, one in enumerate(ids)]
        return call(wire, "BatchWriteItem", json.dumps({"RequestItems": {"Outras": puts}}).encode())[0]

    assert [batch("a", "b"), batch("a", "b", "a")] == [200, 400]
    assert len(Upstream.seen) == 1


def test_a_call_that_is_held_back_reaches_the_cloud_later(wire: Wire) -> None:
    stage = Stage(What.PAUSE, 0)
    begin(wire, stage)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(call, wire, "PutItem")
        assert stage.struck.wait(10)
        call(wire, "GetItem")
        assert [operation for operation, _ in Upstream.seen] == ["GetItem"]
        stage.go_on.set()
        assert held.result(10)[0] == 200
