"""Stands between an implementation and its cloud: passes calls on, counts their time, and stages what goes wrong.

Time is counted as the calls would take on AWS, not as they take here. So a verdict does not depend on how fast or how
busy this machine is.
"""

import http.client
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

CLOCK = "/_judge/clock"
"""Where a function asks how much of its time is over, in seconds."""

SECONDS = {"dynamodb": 0.005, "batch": 0.010, "s3": 0.020, "other": 0.010}
"""How long a call takes on AWS, from a function in the same region. DynamoDB promises single-digit milliseconds:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html"""

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}
WRITES |= {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}

PAUSE_SECONDS = 20
"""How long a call that is held back waits at the most."""


class What(StrEnum):
    """What is staged."""

    KILL_BEFORE = "killed before a call"
    KILL_AFTER = "killed after a call"
    REFUSE = "a write refused"
    UNPROCESSED = "an item left unprocessed"
    PAUSE = "held back before a call"


KILLS = (What.KILL_BEFORE, What.KILL_AFTER)


@dataclass
class Stage:
    """Something that goes wrong at a call: the `at`-th of those it can strike, counted from 0, of the next invocation.

    A refusal goes on until the invocation ends. `struck` says that it happened; a call that is held back goes on when
    `go_on` is set.
    """

    what: What
    at: int
    struck: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def strikes(self, operation: str, calls: int, writes: int, batches: int) -> bool:
        """Whether it happens at this call; the numbers are those of the calls before it."""
        if self.what is What.REFUSE:
            return operation in WRITES and writes >= self.at
        if self.what is What.UNPROCESSED:
            return operation == "BatchWriteItem" and batches == self.at
        return calls == self.at


@dataclass
class Course:
    """One invocation's calls, in the order in which they came, and what of its time is over as AWS would count it."""

    timeout: float
    kill: Callable[[], None]
    stage: Stage | None = None
    calls: list[str] = field(default_factory=list)
    clock: float = 0.0
    timed_out: bool = False

    def count(self, *operations: str) -> int:
        """How many calls there were of these operations."""
        return sum(one in operations for one in self.calls)


class Wire:
    """The proxy at `url`. It serves one function process; `course` is what its present invocation does."""

    def __init__(self, upstream: str, function: str) -> None:
        self.upstream = urlsplit(upstream)
        self.function = function
        self.sent: list[dict[str, Any]] = []
        """Events that the function sent itself."""
        self.course = Course(0, lambda: None)
        self._lock = threading.Lock()

    def __enter__(self) -> "Wire":
        wire = self

        class Handler(_Handler):
            def answer(self) -> None:
                wire.serve(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.course.stage:
            self.course.stage.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def serve(self, request: "_Handler") -> None:
        """Answer one call."""
        body = request.body()
        if request.path == CLOCK:
            request.reply(200, {}, str(self.course.clock).encode())
            return
        course, began = self.course, self.course.clock
        operation = _operation(request)
        stage = self._strikes(course, operation)
        what = stage.what if stage else None
        if what is What.KILL_BEFORE or course.timed_out:
            self._die(request, course)
            return
        if stage and what is What.PAUSE:
            stage.go_on.wait(PAUSE_SECONDS)
        answer = self._carried_out(request, operation, body, what)
        with self._lock:
            # What runs at the same time takes as long as the longest of it.
            course.clock = max(course.clock, began + _seconds(operation))
            course.timed_out |= course.clock > course.timeout
        if what is What.KILL_AFTER or course.timed_out:
            self._die(request, course)
        else:
            request.reply(*answer)

    def _strikes(self, course: Course, operation: str) -> Stage | None:
        """Note a call; the stage, if it strikes this one."""
        with self._lock:
            before = list(course.calls)
            course.calls.append(operation)
        writes = sum(one in WRITES for one in before)
        stage = course.stage
        if stage is None or not stage.strikes(operation, len(before), writes, before.count("BatchWriteItem")):
            return None
        stage.struck.set()
        return stage

    def _carried_out(self, request: "_Handler", operation: str, body: bytes, what: What | None) -> "_Answer":
        if operation == "Invoke" and f"/functions/{self.function}/" in unquote(request.path):
            self.sent.append(json.loads(body))
            return 202, {}, b""
        if what is What.REFUSE:
            return _REFUSED
        if what is What.UNPROCESSED:
            return self._without_one(request, body)
        return request.forward(self.upstream, body)

    @staticmethod
    def _die(request: "_Handler", course: Course) -> None:
        request.close_connection = True
        course.kill()

    def _without_one(self, request: "_Handler", body: bytes) -> "_Answer":
        """Carry out a batch but for its last item, and say so, as DynamoDB does where a table has no capacity left.

        https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
        """
        asked = json.loads(body)
        table = list(asked["RequestItems"])[-1]
        left = asked["RequestItems"][table].pop()
        if not asked["RequestItems"][table]:
            del asked["RequestItems"][table]
        told: dict[str, Any] = {}
        if asked["RequestItems"]:
            status, headers, said = request.forward(self.upstream, json.dumps(asked).encode())
            if status != 200:
                return status, headers, said
            told = json.loads(said)
        told["UnprocessedItems"] = {table: [left]}
        return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(told).encode()


_Answer = tuple[int, dict[str, str], bytes]

# No SDK asks again after this one: permissions do not come back by themselves within seconds.
_REFUSED: _Answer = (
    400,
    {"Content-Type": "application/x-amz-json-1.0"},
    json.dumps(
        {
            "__type": "com.amazon.coral.service#AccessDeniedException",
            "message": "the judge refuses this write, for as long as this invocation takes",
        }
    ).encode(),
)


def _operation(request: BaseHTTPRequestHandler) -> str:
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    if request.path.startswith("/2015-03-31/functions/"):
        return "Invoke"
    return f"{request.command} {unquote(urlsplit(request.path).path)}"


def _seconds(operation: str) -> float:
    if operation.startswith(("Batch", "Transact", "ExecuteTransaction")):
        return SECONDS["batch"]
    if " " in operation:
        return SECONDS["s3"]
    return SECONDS["other" if operation == "Invoke" else "dynamodb"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report nothing: a function that is killed hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it, an answer's head and body go out as two packets and wait for each other's acknowledgement.
    wbufsize = -1
    _upstream: http.client.HTTPConnection | None = None

    def answer(self) -> None:
        raise NotImplementedError

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = lambda self: self.answer()  # noqa: N815

    def handle_expect_100(self) -> bool:
        """Ask for the body at once: boto3 would wait for a second."""
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def body(self) -> bytes:
        """The call's body, also one that comes in pieces."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def forward(self, upstream: Any, body: bytes) -> _Answer:
        """Have the cloud carry out the call."""
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=30)
        dropped = {"connection", "content-length", "expect", "transfer-encoding"}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        try:
            self._upstream.request(self.command, self.path, body, headers)
            answer = self._upstream.getresponse()
        except (http.client.HTTPException, OSError):
            self._upstream.close()
            self._upstream.request(self.command, self.path, body, headers)
            answer = self._upstream.getresponse()
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in dropped}
        if self.command == "HEAD":
            kept["Content-Length"] = answer.getheader("Content-Length") or "0"
        return answer.status, kept, answer.read()

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass
