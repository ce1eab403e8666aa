"""Functions on MiniStack as AWS runs them, where MiniStack 1.5 does not.

A template's `RecursiveLoop` and `ReservedConcurrentExecutions` count. MiniStack stops functions that call themselves as
AWS does, and limits how many of them run at once, but leaves those settings of a template aside:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html

An event for which no function is free waits for one: that is no attempt. MiniStack takes it for a failed one, and gives
the event up after three:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html

A function that raises lives on: its process takes the next event, with all that it holds. MiniStack ends the process of
a Python function that raised, so that the event's next attempt waits for another to start:
https://github.com/ministackorg/ministack/blob/main/ministack/core/lambda_runtime.py

All that a function prints is in its log. MiniStack takes a log for whole when nothing has come for 5 ms, or after 250:
on a busy machine, the last lines of an invocation came later, and were not in the log until the next invocation.
"""

import functools
import queue
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

RAISED = "aws_stack: raised"
"""How a function's process says that the function raised, in what MiniStack takes for its result."""

FIRST_WAIT, LONGEST_WAIT = 1 / 60, 5.0
"""How long an event waits before it asks again whether a function is free: on AWS 1 s at first, and 5 minutes at most.
This is in multiples of Lambda's first wait before it retries what failed, which is 1 minute there."""

_has_queue: ContextVar[bool] = ContextVar("has_queue", default=False)

LOGGED = "aws_stack: logged"
"""The line that ends an invocation's log, which MiniStack does not get to see."""

LOG_SECONDS = 2.0
"""How long that line may take, where something else holds the function's standard error open and nothing comes."""

_CALLS_HANDLER = "            result = handler_fn(event, context)\n"
_ENDS_LOG = f"""            try:
                result = handler_fn(event, context)
            finally:
                print({LOGGED!r}, file=sys.__stderr__, flush=True)
"""

_SAYS_ERROR = 'json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc()})'
_SAYS_RAISED = (
    f'json.dumps({{"status": "ok", "result": {{"{RAISED}": {{"error": str(e), "trace": traceback.format_exc()}}}}}})'
)


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack.core import lambda_runtime as runtime  # noqa: PLC0415 - as in `rest`
    from ministack.services import lambda_svc  # noqa: PLC0415
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    script = runtime._PYTHON_WORKER_SCRIPT
    if _SAYS_ERROR not in script or _CALLS_HANDLER not in script:
        raise RuntimeError("this MiniStack runs functions in another way; look at ministack/functions.py again")
    runtime._PYTHON_WORKER_SCRIPT = script.replace(_SAYS_ERROR, _SAYS_RAISED).replace(_CALLS_HANDLER, _ENDS_LOG)
    runtime.Worker.invoke = _telling_what_was_raised(runtime.Worker.invoke)
    runtime.Worker._drain_stderr_bounded = _to_its_end(runtime.Worker._drain_stderr_bounded)
    function = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    function["create"] = _with_settings(function["create"], 1)
    function["update"] = _with_settings(function["update"], 2)
    # It measures its own children, and functions' processes are none of them: see `forks`. 0 is not taken for a figure.
    lambda_svc._probe_peak_memory_mb = lambda _: 0
    lambda_svc.invoke_async_with_retry = _queueing(lambda_svc.invoke_async_with_retry)
    lambda_svc._execute_function = _waiting(lambda_svc._execute_function, lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS)


def _telling_what_was_raised(invoke: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    @functools.wraps(invoke)
    def invoke_and_tell(*arguments: Any, **more: Any) -> dict[str, Any]:
        answer = invoke(*arguments, **more)
        result = answer.get("result")
        if isinstance(result, dict) and RAISED in result:
            return {**answer, "status": "error", "result": None, **result[RAISED]}
        return answer

    return invoke_and_tell


def _to_its_end(drain: Callable[..., str]) -> Callable[..., str]:
    """The log of an invocation of a Python function, up to the line that ends it, or to the end of the process."""

    @functools.wraps(drain)
    def drain_to_its_end(worker: Any, *arguments: Any, **more: Any) -> str:
        if not worker.config.get("Runtime", "").startswith("python"):
            return drain(worker, *arguments, **more)
        lines: list[str] = []
        deadline = time.monotonic() + LOG_SECONDS
        while time.monotonic() < deadline:
            alive = worker._stderr_thread.is_alive()
            try:
                line = worker._stderr_queue.get(timeout=0.01)
            except queue.Empty:
                if not alive:
                    break
                continue
            if line == LOGGED:
                break
            lines.append(line)
        return "\n".join(lines)

    return drain_to_its_end


def _queueing(invoke: Callable[..., None]) -> Callable[..., None]:
    """An invocation with an event, whose thread knows that the event waits in a queue."""

    @functools.wraps(invoke)
    def invoke_from_queue(*arguments: Any, **more: Any) -> None:
        token = _has_queue.set(True)
        try:
            invoke(*arguments, **more)
        finally:
            _has_queue.reset(token)

    return invoke_from_queue


def _waiting(execute: Callable[..., dict[str, Any]], retry_seconds: float) -> Callable[..., dict[str, Any]]:
    """An execution that waits until a function is free, if what it is for waits in a queue.

    Where none may ever run, because none are reserved, AWS gives the event up at once.
    """

    @functools.wraps(execute)
    def execute_in_turn(function: dict[str, Any], event: Any) -> dict[str, Any]:
        wait = FIRST_WAIT * retry_seconds
        while True:
            answer = execute(function, event)
            if not (answer.get("throttle") and _has_queue.get()) or function.get("concurrency") == 0:
                return answer
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT * retry_seconds)

    return execute_in_turn


def _with_settings(provision: Callable[..., tuple[str, Any]], place: int) -> Callable[..., tuple[str, Any]]:
    """A function's creation or update that obeys all of the properties, which are its argument `place`."""
    from ministack.services import lambda_svc  # noqa: PLC0415

    @functools.wraps(provision)
    def provision_and_set(*arguments: Any, **more: Any) -> tuple[str, Any]:
        made = provision(*arguments, **more)
        properties, record = arguments[place], lambda_svc._functions[made[0]]
        record["recursive_loop"] = properties.get("RecursiveLoop", "Terminate")
        reserved = properties.get("ReservedConcurrentExecutions")
        record["concurrency"] = None if reserved is None else int(reserved)
        return made

    return provision_and_set
