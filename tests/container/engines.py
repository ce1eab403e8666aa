"""The Docker engine, but for some of its answers."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from testcontainers.core.config import get_docker_socket


@contextmanager
def engine_but(answers: Mapping[str, tuple[int, Any]]) -> Iterator[str]:
    """The DOCKER_HOST of an engine that answers calls whose path has one of these in it by itself: status, JSON.

    All other calls go on to this machine's engine.
    """

    class Handler(_Handler):
        own = answers
        upstream = get_docker_socket()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield f"tcp://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    own: Mapping[str, tuple[int, Any]]
    upstream: str

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for part, (status, answer) in self.own.items():
            if part in self.path:
                self.answer(status, json.dumps(answer).encode())
                return
        engine = http.client.HTTPConnection("localhost", timeout=60)
        engine.sock = socket.socket(socket.AF_UNIX)
        engine.sock.connect(self.upstream)
        engine.request(self.command, self.path, body, {"Content-Type": "application/json"})
        passed_on = engine.getresponse()
        self.answer(passed_on.status, passed_on.read())
        engine.close()

    do_GET = do_HEAD = do_POST = do_DELETE = handle_any  # noqa: N815 - http.server's names

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass
