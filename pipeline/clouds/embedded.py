"""The embedded cloud: MiniStack as a child process on a loopback port. No Docker; ready in under a second.

MiniStack (MIT, https://github.com/ministackorg/ministack) keeps everything in memory and runs Python functions in warm
worker processes on its own interpreter, so a package for it is built for this one.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from ..errors import CloudError, UsageError
from ..package import Target
from ..waiting import NotYet, WaitTimeoutError, wait_until
from .cloud import LOCAL_SECRET, Cloud

HOST = "127.0.0.1"
REGION = "sa-east-1"
ACCOUNT = "000000000001"
READY_SECONDS = 30


@contextmanager
def start(port: int = 0, why: str = "", retry_seconds: float = 1.0, *, enforce_iam: bool = False) -> Iterator[Cloud]:
    """A cloud that lives as long as the `with` block, on `port` or any free one.

    `retry_seconds` is how long Lambda waits before it retries a failed event the first time; AWS waits a minute. With
    `enforce_iam` every policy is obeyed; accounts' own keys may do anything, as a root user's may.
    Raises UsageError where the port is taken, CloudError where the process does not come up.
    """
    with launch(port or free_port(), why, retry_seconds, enforce_iam=enforce_iam) as cloud:
        wait_until_ready(cloud)
        yield cloud


def at(port: int, why: str = "") -> Cloud:
    """The embedded cloud on `port`, whichever process started it or will."""
    return Cloud(
        name="embedded",
        region=REGION,
        target=Target.this_interpreter(),
        endpoint_url=f"http://{HOST}:{port}",
        account=ACCOUNT,
        why=why,
        temporary=True,
        version=f"MiniStack {version('ministack')}",
    )


@contextmanager
def launch(port: int, why: str = "", retry_seconds: float = 1.0, *, enforce_iam: bool = False) -> Iterator[Cloud]:
    """As `start`, but without waiting until the cloud answers."""
    _refuse_a_taken(port)
    folder = Path(tempfile.mkdtemp(prefix="notas-embedded-"))
    process = None
    try:
        variables = {"LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(retry_seconds), "AUTH": str(enforce_iam).lower()}
        process = _spawn(port, folder, variables)
        yield replace(at(port, why), log=folder / "log", check=lambda: _check(process, folder / "log"))
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _refuse_a_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise UsageError(
                f"cannot use port {port} of {HOST}: {error.strerror}. Choose another with --port"
            ) from None


def _spawn(port: int, folder: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MINISTACK_"))}
    environment |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        # Functions' credentials, and everything MiniStack or its workers write.
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
        # Never a container, also where an engine runs.
        "DOCKER_HOST": "unix:///nonexistent",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        **variables,
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline.clouds.ministack_child"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def wait_until_ready(cloud: Cloud) -> None:
    """Wait until the cloud answers. Raises CloudError where it does not."""

    def ask() -> bool | NotYet:
        cloud.check()
        try:
            with urllib.request.urlopen(f"{cloud.endpoint_url}/_localstack/health", timeout=5) as answer:  # noqa: S310
                json.load(answer)
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            return NotYet(str(error))
        return True

    try:
        wait_until("the embedded cloud answers", ask, READY_SECONDS, first=0.02, longest=0.1)
    except WaitTimeoutError as error:
        raise CloudError(f"{error}. Its log: {_tail(cloud.log)}") from None


def _check(process: subprocess.Popen[bytes] | None, log: Path) -> None:
    if process is None or process.poll() is None:
        return
    raise CloudError(f"the embedded cloud ended by itself, with exit code {process.returncode}. Its log: {_tail(log)}")


def _tail(log: Path | None, lines: int = 5) -> str:
    text = log.read_text(errors="replace") if log is not None and log.exists() else ""
    return " / ".join(text.strip().splitlines()[-lines:]) or "empty"


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and every worker it started: they share a session of the process's own id.

    Nothing is asked to finish, because nothing of it lasts.
    """
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
