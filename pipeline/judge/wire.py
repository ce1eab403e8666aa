"""Stands between an implementation and its cloud: passes calls on, counts their time, and stages what goes wrong.

Time is counted as the calls would take on AWS, not as they take here. So a verdict does not depend on how fast or how
busy this machine is.

`aws_stack.proxy` is another, for functions that are deployed with code that obeys it: that code says whose attempt a
call is, and ends its process when an answer says so. This one serves a process that nobody has prepared, in any
language: it kills the process itself and owns the clock that ends an invocation, and the wheel of notas has only this.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit

from .serving import Answer, Request, Server

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

    KILL = "killed after a call"
    REFUSE = "a write refused"
    UNPROCESSED = "an item left unprocessed"
    PAUSE = "held back before a call"


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
    """The proxy at `url`. It serves one function process; `course` is what its present invocation does.

    `keys` are the names of the tables' key attributes.
    """

    def __init__(self, upstream: str, function: str, keys: Mapping[str, Sequence[str]]) -> None:
        self.keys = keys
        self.upstream = urlsplit(upstream)
        self.function = function
        self.sent: list[dict[str, Any]] = []
        """Events that the function sent itself."""
        self.course = Course(0, lambda: None)
        self._lock = threading.Lock()

    def __enter__(self) -> "Wire":
        wire = self

        class Handler(Request):
            def answer(self) -> None:
                wire.serve(self)

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.course.stage:
            self.course.stage.go_on.set()
        self._server.shutdown()
        self._server.server_close()

    def serve(self, request: Request) -> None:
        """Answer one call."""
        body = request.body()
        if request.path == CLOCK:
            request.reply(200, {}, str(self.course.clock).encode())
            return
        course, began = self.course, self.course.clock
        operation = _operation(request)
        stage = self._strikes(course, operation)
        what = stage.what if stage else None
        if course.timed_out:
            self._die(request, course)
            return
        if stage and what is What.PAUSE:
            stage.go_on.wait(PAUSE_SECONDS)
        answer = self._carried_out(request, operation, body, what)
        with self._lock:
            # What runs at the same time takes as long as the longest of it.
            course.clock = max(course.clock, began + _seconds(operation))
            course.timed_out |= course.clock > course.timeout
        if what is What.KILL or course.timed_out:
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

    def _carried_out(self, request: Request, operation: str, body: bytes, what: What | None) -> Answer:
        if operation == "Invoke" and f"/functions/{self.function}/" in unquote(request.path):
            self.sent.append(json.loads(body))
            return 202, {}, b""
        if what is What.REFUSE:
            return _REFUSED
        if operation == "BatchWriteItem" and self._has_a_key_twice(json.loads(body)["RequestItems"]):
            return _DOUBLE
        if what is What.UNPROCESSED:
            return self._without_one(request, body)
        return request.forward(self.upstream, body)

    @staticmethod
    def _die(request: Request, course: Course) -> None:
        request.close_connection = True
        course.kill()

    def _has_a_key_twice(self, asked: dict[str, list[dict[str, Any]]]) -> bool:
        for table, writes in asked.items():
            if table in self.keys:
                items = [
                    one["PutRequest"]["Item"] if "PutRequest" in one else one["DeleteRequest"]["Key"] for one in writes
                ]
                keys = {json.dumps([item.get(name) for name in self.keys[table]]) for item in items}
                if len(keys) < len(items):
                    return True
        return False

    def _without_one(self, request: Request, body: bytes) -> Answer:
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


def _error(code: str, message: str) -> Answer:
    told = json.dumps({"__type": code, "message": message}).encode()
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, told


# No SDK asks again after this one: permissions do not come back by themselves within seconds.
_REFUSED = _error(
    "com.amazon.coral.service#AccessDeniedException",
    "the judge refuses this write, for as long as this invocation takes",
)

# Whoever writes a key twice in one batch gets this from DynamoDB, and not from the embedded cloud:
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
_DOUBLE = _error("com.amazon.coral.validate#ValidationException", "Provided list of item keys contains duplicates")


def _operation(request: Request) -> str:
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
