"""Runs functions as processes beside LocalStack: AWS's own runtime client, started here and kept within its limits.

It does what AWS's base images do for the `docker` executor: the Runtime API, the time-out, the memory limit, the log
lines around an invocation, and the reports of a function that raised, exited, or was killed.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty

from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from .runtime_api import Answered, InitFailed, Invocation, Ready, RuntimeApi

LOG = logging.getLogger(__name__)

HOST = "127.0.0.1"
RUNTIME = f"python{sys.version_info[0]}.{sys.version_info[1]}"
INIT_SECONDS = 10
"""How long Lambda lets a function take to be imported."""

WATCH_SECONDS = 0.02
"""How often to check a running function: its memory, and whether it is alive."""

# A function gets its own variables, and of this process's variables only these.
INHERITED = ("PATH", "LANG", "SSL_CERT_FILE")


class ProcessExecutor(RuntimeExecutor):
    """One execution environment: a runtime process, which is started again if it has died."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002 - LocalStack's name
        super().__init__(id, function_version)
        self._runtime: _Runtime | None = None
        self._variables: dict[str, str] = {}
        self._lock = threading.RLock()
        self._stopped = False

    def start(self, env_vars: dict[str, str]) -> None:
        """Unpack the code if it is not unpacked yet, start the runtime, and wait until it asks for work.

        Raises StatusErrorException with the runtime's error.
        """
        self.function_version.config.code.prepare_for_execution()
        self._variables = {name: str(value) for name, value in env_vars.items()}
        failure = self._initialise("")
        if failure is not None:
            raise StatusErrorException("Environment startup failed", payload=failure)

    def stop(self) -> None:
        """End the runtime, whatever it is doing."""
        with self._lock:
            self._stopped = True
            if self._runtime is not None:
                self._runtime.end()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """One invocation, from its START to its REPORT."""
        request_id = payload["invoke-id"]
        started = time.time()
        timeout = self.function_version.config.timeout
        lines = [f"START RequestId: {request_id} Version: {self.function_version.id.qualifier}"]
        failure = self._initialise(request_id)
        if failure is None:
            invocation = Invocation(
                request_id=request_id,
                arn=payload["invoked-function-arn"],
                trace_id=payload["trace-id"],
                payload=payload["payload"],
                deadline=started + timeout,
            )
            answer, is_error = self._runtime.serve(invocation)
        else:
            answer, is_error = failure, True
        lines.append(self._runtime.take_logs().rstrip("\n"))
        milliseconds = (time.time() - started) * 1000
        lines.append(f"END RequestId: {request_id}")
        lines.append(
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms"
            f"\tBilled Duration: {milliseconds + 1:.0f} ms\tMemory Size: {self.function_version.config.memory_size} MB"
            f"\tMax Memory Used: {self._runtime.peak_mb} MB"
        )
        logs = "\n".join(line for line in lines if line) + "\n"
        return InvocationResult(request_id, answer, is_error=is_error, logs=logs)

    def _initialise(self, request_id: str) -> bytes | None:
        """Make sure that a runtime waits for work. Returns the runtime's error if it does not start."""
        with self._lock:
            if self._stopped:
                raise LambdaRuntimeException("the execution environment was stopped")
            if self._runtime is None or not self._runtime.is_waiting:
                if self._runtime is not None:
                    self._runtime.end()
                self._runtime = _Runtime(self.function_version, self._variables)
        return self._runtime.initialise(request_id)

    def get_logs(self) -> str:
        """What the runtime wrote since the last invocation."""
        return self._runtime.take_logs() if self._runtime is not None else ""

    def get_address(self) -> str:
        """Where the runtime runs, as LocalStack sees it."""
        return HOST

    def get_endpoint_from_executor(self) -> str:
        """Where LocalStack is, as the function sees it."""
        return HOST

    def get_runtime_endpoint(self) -> str:
        """Where an init process would call back, if there were one."""
        return f"http://{HOST}:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Raises LambdaRuntimeException for a runtime that this image does not have.

        The code is unpacked when the function first starts. A function is pending until this returns, and a stack asks
        five times at once whether it still is, then once a second: so this takes no time.
        """
        if function_version.config.runtime != RUNTIME:
            raise LambdaRuntimeException(
                f"this image runs functions on {RUNTIME} only, not on {function_version.config.runtime}"
            )

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Do nothing: after a change of configuration, the next version runs the same unpacked code."""


class _Runtime:
    """A runtime process, with a folder of its own for temporary files and for what it writes."""

    def __init__(self, function_version: FunctionVersion, variables: dict[str, str]) -> None:
        self._config = function_version.config
        self._api = RuntimeApi()
        self._folder = Path(tempfile.mkdtemp(prefix="function-"))
        self._log = (self._folder / "log").open("ab+")
        scratch = self._folder / "tmp"
        scratch.mkdir()
        code = str(self._config.code.get_unzipped_code_location())
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", self._config.handler],
            cwd=code,
            env={
                **inherited,
                **variables,
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
                "AWS_EXECUTION_ENV": f"AWS_Lambda_{RUNTIME}",
                "LAMBDA_TASK_ROOT": code,
                "TMPDIR": str(scratch),
                # The function's own packages first, then those of AWS's runtimes: boto3, and the runtime client.
                "PYTHONPATH": os.pathsep.join([code, variables.get("PYTHONPATH", ""), *_RUNTIME_PATH]),
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self.is_waiting = True
        self._initialised = False
        self.peak_mb = 0

    def initialise(self, request_id: str) -> bytes | None:
        """Wait until the runtime first asks for work. Returns the error if it does not."""
        if self._initialised:
            return None
        event = self._next_event(time.monotonic() + INIT_SECONDS)
        if isinstance(event, Ready):
            self._initialised = True
            return None
        self._kill()
        if isinstance(event, InitFailed):
            return event.payload
        return self._failure(event, request_id, INIT_SECONDS)

    def serve(self, invocation: Invocation) -> tuple[bytes, bool]:
        """The function's answer to one invocation, and whether that is an error."""
        self.is_waiting = False
        self._api.hand_over(invocation)
        deadline = time.monotonic() + invocation.deadline - time.time()
        while True:
            event = self._next_event(deadline)
            if isinstance(event, Answered) and event.request_id == invocation.request_id:
                # It is done only when it asks for more; until then it may still write.
                following = self._next_event(deadline)
                self.is_waiting = isinstance(following, Ready)
                if not self.is_waiting:
                    self._kill()
                return event.payload, event.is_error
            if isinstance(event, str):
                self._kill()
                return self._failure(event, invocation.request_id, self._config.timeout), True

    def take_logs(self) -> str:
        """What was written since the last time."""
        self._log.seek(0)
        text = self._log.read().decode(errors="replace")
        self._log.truncate(0)
        return text

    def end(self) -> None:
        """Kill the process and all it started, and remove its files."""
        self._kill()
        self._api.close()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _next_event(self, deadline: float):
        """What the runtime says next; or why it says nothing, as text: "timeout", "memory" or "exit"."""
        while True:
            try:
                return self._api.events.get(timeout=WATCH_SECONDS)
            except Empty:
                pass
            if self._process.poll() is not None:
                # What it said before its end comes first.
                return "exit" if self._api.events.empty() else self._api.events.get()
            self._watch_memory()
            if self.peak_mb > self._config.memory_size:
                return "memory"
            if time.monotonic() >= deadline:
                return "timeout"

    def _watch_memory(self) -> None:
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return  # It ended meanwhile.
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_mb = int(line.split()[1]) // 1024

    def _failure(self, why: str, request_id: str, seconds: float) -> bytes:
        """The report on a runtime that gave no answer, in AWS's words. The log gets it too."""
        match why:
            case "timeout":
                kind, reason = "Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds"
            case "memory":
                kind, reason = "Runtime.OutOfMemory", "Runtime exited with error: signal: killed"
            case _:
                kind, reason = "Runtime.ExitError", _exit_reason(self._process.wait())
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        line = (
            f"{stamp} {request_id} {reason}" if why == "timeout" else f"RequestId: {request_id} Error: {reason}\n{kind}"
        )
        self._log.write(f"{line}\n".encode())
        self._log.flush()
        message = f"{stamp} {request_id} {reason}" if why == "timeout" else f"RequestId: {request_id} Error: {reason}"
        return json.dumps({"errorType": kind, "errorMessage": message}).encode()

    def _kill(self) -> None:
        self.is_waiting = False
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


# The image's own site-packages, where boto3 and awslambdaric are.
_RUNTIME_PATH = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


def _exit_reason(code: int) -> str:
    if code < 0:
        return f"Runtime exited with error: signal: {signal.strsignal(-code).lower()}"
    return f"Runtime exited with error: exit status {code}" if code else "Runtime exited without providing a reason"
