"""The embedded cloud: MiniStack as a child process on a loopback port. No Docker; ready in under a second.

MiniStack (MIT, https://github.com/ministackorg/ministack) keeps everything in memory and runs Python functions in warm
worker processes on its own interpreter, so a package for it is built for this one.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from ..errors import CloudError
from ..interrupts import uninterrupted
from ..target import Target
from ..words import _
from .cloud import LOCAL_SECRET, Cloud
from .local import ACCOUNT, HOST, REGION, free_port, refuse_a_taken, wait_until_ready

# MiniStack and the functions get only the variables that an interpreter needs to start. Others would change what they
# do: proxies, AWS_PROFILE, and MiniStack's own, such as PERSIST_STATE, SERVICES and USE_SSL.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_", "PYTHON")


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
        emulated=True,
        version=f"MiniStack {version('ministack')}",
    )


@contextmanager
def launch(port: int, why: str = "", retry_seconds: float = 1.0, *, enforce_iam: bool = False) -> Iterator[Cloud]:
    """As `start`, but without waiting until the cloud answers."""
    refuse_a_taken(port)
    folder = Path(tempfile.mkdtemp(prefix="aws-stack-embedded-"))
    process = None
    try:
        variables = {"LAMBDA_ASYNC_RETRY_BASE_SECONDS": str(retry_seconds), "AUTH": str(enforce_iam).lower()}
        process = _spawn(port, folder, variables)
        log = folder / "log"
        yield replace(at(port, why), check=lambda: _check(process, log), log_lines=lambda: _log_lines(log))
    finally:
        uninterrupted(_clean_up, process, folder)


def _spawn(port: int, folder: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
    environment |= {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": REGION,
        # For functions.
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "PYTHONUTF8": "1",
        # Where MiniStack and its workers may write.
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LOG_LEVEL": "WARNING",
        # Never use a container, even if an engine runs.
        "DOCKER_HOST": "unix:///nonexistent",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        **variables,
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            # -P: else a folder `aws_stack` or a file `queue.py` where the command runs would be imported instead.
            [sys.executable, "-P", "-m", "aws_stack.clouds.ministack"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )


def _check(process: subprocess.Popen[bytes], log: Path) -> None:
    if process.poll() is None:
        return
    last = " / ".join(_log_lines(log)[-5:]) or _("empty")
    ended = _("the embedded cloud ended by itself, with exit code {code}.", code=process.returncode)
    raise CloudError(f"{ended} {_('Its log: {lines}', lines=last)}")


def _log_lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]


def _clean_up(process: subprocess.Popen[bytes] | None, folder: Path) -> None:
    if process is not None:
        _stop(process)
    shutil.rmtree(folder, ignore_errors=True)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and every worker it started. They share a session, whose id is the process's own.

    Nothing is asked to finish, because nothing of it lasts.
    """
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
    if process.stdin is not None:
        process.stdin.close()
