"""A server on this machine that answers what a test scripted, one answer a request."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DROP = 0
"""The status of an answer that never comes: the connection is closed."""


@dataclass(frozen=True, slots=True)
class Scripted:
    """An answer: its status, its body as JSON, and its headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server at `url`. `requests` came in this order; `script` has the answers that are left."""

    script: list[Scripted]
    url: str = ""
    requests: list[Request] = field(default_factory=list)


@contextmanager
def serving(*script: Scripted) -> Iterator[Server]:
    """Serve these answers, in this order; all of them have to be asked for."""
    server = Server(list(script))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.requests.append(Request(self.command, self.path, headers, body))
            told = server.script.pop(0)
            if told.status == DROP:
                self.close_connection = True
                return
            text = json.dumps(told.body).encode()
            self.send_response_only(told.status)
            for name, value in {"Content-Length": str(len(text)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http://127.0.0.1:{listener.server_address[1]}"
        listener.daemon_threads = True
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown()
            thread.join()
    assert server.script == []
