"""A Docker engine for machines that have none: Debian's, started for one command and stopped after it.

Run as `python -m images.engine COMMAND …`. Where an engine answers already, the command uses that one. Otherwise
Debian's engine is installed. So is what else the image's build needs. Installing takes root on Debian.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import docker
import docker.errors

from aws_stack.interrupts import obey_interrupts
from aws_stack.waiting import NotYet, WaitTimeoutError, wait_until
from pipeline.exit_codes import INTERRUPTED

BUILD_PACKAGES = {"debootstrap": "debootstrap", "mvn": "maven"}
"""What the image's build needs: each program, and the Debian package that has it."""

ENGINE_PACKAGES = {"dockerd": "docker.io"}

START_SECONDS = 60
STOP_SECONDS = 30


class NoEngineError(Exception):
    """There is no engine here, and none can be started. The message says why."""


def main(command: list[str]) -> int:
    """Run a command while an engine runs. Returns its exit code, or 3 where there is no engine."""
    obey_interrupts()
    try:
        with running():
            return run(command)
    except NoEngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return INTERRUPTED


def run(command: list[str]) -> int:
    """Run the command, and return its exit code as a shell would. If interrupted, it may end before the engine does."""
    # A terminal's Ctrl-C reaches the command, too. SIGTERM reaches this process alone.
    signal.signal(signal.SIGINT, lambda *_: None)
    # The engine publishes ports on this very machine, even if this machine is a container itself.
    process = subprocess.Popen(command, env={"TESTCONTAINERS_HOST_OVERRIDE": "localhost", **os.environ})
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    return code if code >= 0 else 128 - code


def can_start() -> bool:
    """Whether an engine may be installed and started here: by root, on Debian."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


@contextmanager
def running() -> Iterator[None]:
    """An engine that answers during the `with` block. Raises NoEngineError."""
    if _answers():
        if can_start():
            _install(BUILD_PACKAGES)
        yield
        return
    if not can_start():
        raise NoEngineError("no Docker engine answers, and only root on Debian can install and start one here")
    _install(BUILD_PACKAGES | ENGINE_PACKAGES)
    with tempfile.TemporaryFile() as log:
        print("Starting a Docker engine …", flush=True)
        # In a session of its own, which a terminal's Ctrl-C does not reach.
        engine = subprocess.Popen(["dockerd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(engine, log.fileno())
            yield
        finally:
            engine.send_signal(signal.SIGTERM)
            engine.wait(STOP_SECONDS)


def _wait(engine: subprocess.Popen[bytes], log: int) -> None:
    def ask() -> bool | NotYet:
        if engine.poll() is not None:
            raise NoEngineError(f"the Docker engine ended with exit code {engine.returncode}: {_tail(log)}")
        return _answers() or NotYet("no answer")

    try:
        wait_until("the Docker engine answers", ask, START_SECONDS, first=0.05, longest=0.2)
    except WaitTimeoutError as error:
        raise NoEngineError(f"{error}: {_tail(log)}") from None


def _tail(log: int) -> str:
    return os.pread(log, 1_000_000, 0).decode(errors="replace")[-2_000:]


def _answers() -> bool:
    try:
        client = docker.from_env(timeout=5)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except docker.errors.DockerException:
        return False
    finally:
        client.close()


def _install(packages: dict[str, str]) -> None:
    missing = [package for program, package in packages.items() if shutil.which(program) is None]
    if not missing:
        return
    print(f"Installing {', '.join(missing)} …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        result = subprocess.run(["apt-get", "-q", *command], check=False, env=quiet, capture_output=True, text=True)
        if result.returncode:
            raise NoEngineError(f"apt-get {command[0]} failed: {result.stderr.strip()[-1_000:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
