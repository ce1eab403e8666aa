"""The implementation's function, in a process of its own: invoked with an event, it answers, with its last words."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws_stack.clouds import Cloud
from aws_stack.errors import UsageError
from pipeline.words import _

from .adapter import Adapter
from .installing import SHIMS
from .wire import Course, Stage, What, Wire

ATTEMPTS = 3
"""How often Lambda invokes a function with an event that fails:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""

START_SECONDS = 60
"""How long a function may take to be imported. Lambda gives it 10 s; this machine may be busy."""

SILENT_SECONDS = 60
"""How long a function may go without a call here before it is taken to hang. Its own time is counted by its calls."""

LAST_WORDS = 12
"""How many lines of the log come back with an answer."""

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_", "PYTHON", "HOME", "TMPDIR", "LANG", "LC_")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an invocation came to: its `error`, or the `result` that it returned, its calls, and its log's last lines.

    The result is as JSON, and "" where it returned nothing.
    """

    error: str = ""
    result: str = ""
    calls: tuple[str, ...] = ()
    log: tuple[str, ...] = ()


@dataclass
class Function:
    """The function of an adapter. Its process starts with the first event and, as on Lambda, takes the next ones."""

    adapter: Adapter
    cloud: Cloud
    environment: Mapping[str, str]
    path: tuple[str, ...]
    _wire: Wire = field(init=False)
    _process: subprocess.Popen[bytes] | None = None
    _folder: Path = field(init=False)
    _said_before: int = 0
    """How long the log was when the present invocation began."""

    def __enter__(self) -> "Function":
        self._folder = Path(tempfile.mkdtemp(prefix="notas-judge-"))
        keys = {
            table: [one["AttributeName"] for one in described["KeySchema"]]
            for table, described in self.adapter.resources.tables.items()
        }
        self._wire = Wire(str(self.cloud.endpoint_url), self.name, keys).__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._wire.__exit__()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def name(self) -> str:
        """What the function is called."""
        return "judged"

    def stop(self) -> None:
        """End the process. The next event starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def start(self) -> Answer:
        """Start the process, unless there is one. The answer has an error if the handler cannot be imported."""
        if self._process is not None and self._process.poll() is None:
            return Answer()
        self.stop()
        self._said_before = len(self.log())
        settings = {
            "path": self.path,
            "handler": self.adapter.handler,
            "function": self.name,
            "endpoint": self._wire.url,
            "region": self.cloud.region,
            "account": self.cloud.account,
            "timeout": self.adapter.timeout,
            "log": str(self._folder / "log"),
        }
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command(), json.dumps(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.path[0],
                env=self._variables(),
                start_new_session=True,
            )
        # Until the handler is imported, no call is anybody's.
        self._wire.course = Course(START_SECONDS, self._kill_this(self._process))
        said = self._hear(self._process, START_SECONDS, self._wire.course)
        if said is None or "error" in said:
            self.stop()
            return Answer((said or {}).get("error") or _("it ended while it was imported"), log=self._last_words())
        return Answer()

    def invoke(self, event: Mapping[str, Any], stage: Stage | None = None) -> Answer:
        """One attempt at an event, and what it came to. Something may go wrong in it as `stage` says."""
        started = self.start()
        if started.error:
            return started
        process = self._process
        assert process is not None  # nosec B101 # it has just been started
        assert process.stdin is not None  # nosec B101 # it is a pipe
        course = self._wire.course = Course(self.adapter.timeout, self._kill_this(process), stage)
        self._said_before = len(self.log())
        try:
            process.stdin.write(json.dumps(event).encode() + b"\n")
            process.stdin.flush()
            said = self._hear(process, SILENT_SECONDS, course)
        except BrokenPipeError:  # It ended after its last answer.
            said = None
        if said is None:
            error, result = self._ended(process, course), None
            self.stop()
        else:
            error, result = str(said.get("error", "")), said.get("result")
        shown = "" if result is None else json.dumps(result, ensure_ascii=False)
        return Answer(error, shown, tuple(course.calls), self._last_words())

    def _ended(self, process: subprocess.Popen[bytes], course: Course) -> str:
        """Why there is no answer."""
        if course.timed_out:
            return _(
                "it had not ended after {seconds:g} s, and {count} calls",
                seconds=self.adapter.timeout,
                count=len(course.calls),
            )
        if course.stage and course.stage.what is What.KILL and course.stage.struck.is_set():
            return _("killed, as it was to be")
        try:
            return _("its process ended, with exit code {code}", code=process.wait(1))
        except subprocess.TimeoutExpired:
            return _("it neither answered nor called anything for {seconds:g} s", seconds=SILENT_SECONDS)

    def deliver(self, event: Mapping[str, Any], stage: Stage | None = None) -> list[Answer]:
        """Attempts at an event, as Lambda makes them, and at those that the function sends itself. The last is last."""
        answers: list[Answer] = []
        for _attempt in range(ATTEMPTS):
            answers.append(self.invoke(event, stage))
            stage = None
            if not answers[-1].error:
                break
        while self._wire.sent:
            answers += self.deliver(self._wire.sent.pop(0))
        return answers

    def _command(self) -> list[str]:
        if self.adapter.runtime == "python":
            # -P: the folder of the shim is nothing to import from.
            return [sys.executable, "-P", str(SHIMS / "python_function.py")]
        node = shutil.which("node")
        if node is None:
            raise UsageError(_("the adapter's runtime is node, and there is no node on the PATH; install Node.js"))
        return [node, str(SHIMS / "node_function.mjs")]

    def _variables(self) -> dict[str, str]:
        passed_on = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
        return {
            **passed_on,
            **self.environment,
            **self.cloud.variables(),
            "AWS_ENDPOINT_URL": self._wire.url,
            "AWS_REGION": self.cloud.region,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONUTF8": "1",
        }

    @staticmethod
    def _hear(process: subprocess.Popen[bytes], seconds: float, course: Course) -> dict[str, Any] | None:
        """The next line that the process says, or None if it ends, or neither says nor calls anything for so long."""
        assert process.stdout is not None  # nosec B101 # it is a pipe
        said, calls, deadline = b"", 0, time.monotonic() + seconds
        while not said.endswith(b"\n"):
            ready, _writable, _failed = select.select([process.stdout], [], [], 1)
            piece = os.read(process.stdout.fileno(), 65536) if ready else b""
            if ready and not piece:
                return None
            said += piece
            if len(course.calls) > calls:
                calls, deadline = len(course.calls), time.monotonic() + seconds
            if time.monotonic() > deadline:
                return None
        heard: dict[str, Any] = json.loads(said)
        return heard

    def _kill_this(self, process: subprocess.Popen[bytes]) -> Any:
        return lambda: _kill(process)

    def log(self) -> str:
        """All that the function has said since it was made."""
        try:
            return (self._folder / "log").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def _last_words(self) -> tuple[str, ...]:
        return tuple(self.log()[self._said_before :].splitlines()[-LAST_WORDS:])


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
