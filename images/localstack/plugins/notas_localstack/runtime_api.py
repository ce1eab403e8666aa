"""The Lambda Runtime API: where a runtime asks for its next invocation and answers it.

One server for one runtime process. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue


@dataclass(frozen=True)
class Invocation:
    """What a runtime gets as its next piece of work; `deadline` is in seconds since 1970."""

    request_id: str
    arn: str
    trace_id: str
    payload: str
    deadline: float


@dataclass(frozen=True)
class Ready:
    """The runtime has initialised, or is done with an invocation, and asks for the next."""


@dataclass(frozen=True)
class Answered:
    """The function answered; `payload` is JSON."""

    request_id: str
    payload: bytes
    is_error: bool


@dataclass(frozen=True)
class InitFailed:
    """The function's module could not be imported, or its handler not found; `payload` is JSON."""

    payload: bytes


class RuntimeApi:
    """The server at `address` ("host:port"); what the runtime says arrives in `events`, in order."""

    def __init__(self) -> None:
        self.events: SimpleQueue = SimpleQueue()
        self._invocations: SimpleQueue = SimpleQueue()
        api = self

        class Handler(_Handler):
            def next(self) -> Invocation | None:
                api.events.put(Ready())
                return api._invocations.get()

            def say(self, event) -> None:
                api.events.put(event)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def hand_over(self, invocation: Invocation) -> None:
        """Give the runtime its next invocation."""
        self._invocations.put(invocation)

    def close(self) -> None:
        """End the server, and hang up on a runtime that is still asking."""
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # An answer's head and body in one packet.

    def do_GET(self) -> None:
        if not self.path.endswith("/runtime/invocation/next"):
            self._answer(404)
            return
        invocation = self.next()
        if invocation is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        self._answer(200, headers, invocation.payload.encode())

    def do_POST(self) -> None:
        body = self._body()
        *_, what, last = self.path.split("/")
        # Reported before it is answered, because a runtime may end as soon as it has its answer.
        if (what, last) == ("init", "error"):
            self.say(InitFailed(body))
        elif last in ("response", "error"):
            self.say(Answered(what, body, last == "error"))
        self._answer(202, body=json.dumps({"status": "OK"}).encode())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_args) -> None:
        pass
