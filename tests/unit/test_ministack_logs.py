"""The embedded cloud's logs have all that a function printed, however late a busy machine gets to read it."""

import json
import queue
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ministack.core import lambda_runtime
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from aws_stack.clouds.ministack import functions
from aws_stack.clouds.ministack.functions import LOGGED

LATE = 50
"""How often nothing has come yet: each time is a millisecond or more."""


@pytest.fixture(autouse=True)
def amended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_runtime, "_PYTHON_WORKER_SCRIPT", lambda_runtime._PYTHON_WORKER_SCRIPT)
    for name in ("invoke", "_drain_stderr_bounded"):
        monkeypatch.setattr(lambda_runtime.Worker, name, getattr(lambda_runtime.Worker, name))
    for name in ("invoke_async_with_retry", "_execute_function"):
        monkeypatch.setattr(lambda_svc, name, getattr(lambda_svc, name))
    handlers = provisioners._RESOURCE_HANDLERS
    monkeypatch.setitem(handlers, "AWS::Lambda::Function", dict(handlers["AWS::Lambda::Function"]))
    functions.amend()


class Lines:
    """What a function printed, as it comes; None where nothing has come yet."""

    def __init__(self, *lines: str | None) -> None:
        self.left = list(lines)

    def get(self, **_: float) -> str:
        line = self.left.pop(0) if self.left else None
        if line is None:
            raise queue.Empty
        return line

    get_nowait = get


def drained(lines: Lines, *, alive: bool) -> Any:
    thread = SimpleNamespace(is_alive=lambda: alive)
    worker: Any = SimpleNamespace(config={"Runtime": "python3.11"}, _stderr_queue=lines, _stderr_thread=thread)
    return lambda_runtime.Worker._drain_stderr_bounded(worker)


def test_lines_that_come_late_are_in_the_log_of_their_own_invocation() -> None:
    lines = Lines("taken up", *[None] * LATE, "finished", "measured", LOGGED, "of the next one")
    assert drained(lines, alive=True) == "taken up\nfinished\nmeasured"
    assert lines.left == ["of the next one"]


def test_the_log_of_a_process_that_is_gone_ends_with_its_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "LOG_SECONDS", float("inf"))
    assert drained(Lines("taken up", "killed"), alive=False) == "taken up\nkilled"


def test_a_functions_process_ends_the_log_of_each_invocation_also_of_one_that_raises(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def handler(event, context):\n    print(event)\n    return 1 / event\n")
    init = {"code_dir": str(tmp_path), "module": "app", "handler": "handler"}
    said = "".join(f"{json.dumps(one)}\n" for one in (init, {"event": 1}, {"event": 0}))
    script = [sys.executable, "-c", lambda_runtime._PYTHON_WORKER_SCRIPT]
    ended = subprocess.run(script, input=said, capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines() == ["1", LOGGED, "0", LOGGED]
    assert [json.loads(line)["status"] for line in ended.stdout.splitlines()] == ["ready", "ok", "ok"]
