"""One call that comes to the judge's proxy: its body, what the cloud answers, and the answer that it gets."""

import http.client
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import SplitResult

Answer = tuple[int, dict[str, str], bytes]
"""A status, headers and a body."""


class Server(ThreadingHTTPServer):
    """A server with a thread for each connection."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report nothing: a function that is killed hangs up."""


class Request(BaseHTTPRequestHandler):
    """A call. Whoever serves it says in a subclass how it is answered."""

    protocol_version = "HTTP/1.1"
    # Without it, an answer's head and body go out as two packets and wait for each other's acknowledgement.
    wbufsize = -1
    _upstream: http.client.HTTPConnection | None = None

    def answer(self) -> None:
        """Answer the call."""
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

    def forward(self, upstream: SplitResult, body: bytes) -> Answer:
        """Have the cloud carry out the call."""
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection(str(upstream.hostname), upstream.port, timeout=30)
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
        """Say nothing on standard error."""
