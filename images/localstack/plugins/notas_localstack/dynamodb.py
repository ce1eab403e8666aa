"""DynamoDB Local from the image. LocalStack would download it, with a Java agent that no registry has."""

import logging
import os

from localstack.services.dynamodb.server import DynamodbServer
from localstack.utils.common import TMP_THREADS, ShellCommandThread

LOG = logging.getLogger(__name__)
FOLDER = "/opt/dynamodb-local"

_AHEAD: list[ShellCommandThread] = []
"""The server that was started ahead, until LocalStack asks for it."""


def install() -> None:
    """Make LocalStack start the server that is in the image."""
    DynamodbServer.do_start_thread = _started


def start_ahead() -> None:
    """Start the server now. It takes as long as LocalStack's own imports, and needs nothing from them.

    One that keeps its data needs a folder, which LocalStack makes later.
    """
    server = DynamodbServer.get()
    if server.in_memory:
        _AHEAD.append(_start(server))


def _started(server: DynamodbServer) -> ShellCommandThread:
    return _AHEAD.pop() if _AHEAD else _start(server)


def _start(server: DynamodbServer) -> ShellCommandThread:
    command = [
        "java",
        f"-Xmx{server.heap_size}",
        # It starts twice as fast without the optimizing compiler, and its work here is short.
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        f"-Djava.library.path={FOLDER}",
        "-cp",
        f"{FOLDER}/*",
        "software.amazon.dynamodb.services.local.main.ServerRunner",
        "-port",
        str(server.port),
        *(["-inMemory"] if server.in_memory else ["-dbPath", server.db_path]),
        *(["-sharedDb"] if server.share_db else []),
    ]
    thread = ShellCommandThread(
        command,
        log_listener=lambda line, **_: LOG.debug(line.rstrip()),
        auto_restart=True,
        name="dynamodb-local",
        env_vars={"PATH": os.environ["PATH"], "DDB_LOCAL_TELEMETRY": "0"},
    )
    TMP_THREADS.append(thread)
    thread.start()
    return thread
