"""Functions on MiniStack as AWS runs them, where MiniStack 1.5 does not.

A template's `RecursiveLoop` counts. MiniStack stops functions that call themselves as AWS does, but leaves that setting
of a template aside:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html

A function that raises lives on: its process takes the next event, with all that it holds. MiniStack ends the process of
a Python function that raised, so that the event's next attempt waits for another to start:
https://github.com/ministackorg/ministack/blob/main/ministack/core/lambda_runtime.py
"""

import functools
from collections.abc import Callable
from typing import Any

RAISED = "notas: raised"
"""How a function's process says that the function raised, in what MiniStack takes for its result."""

_SAYS_ERROR = 'json.dumps({"status": "error", "error": str(e), "trace": traceback.format_exc()})'
_SAYS_RAISED = (
    f'json.dumps({{"status": "ok", "result": {{"{RAISED}": {{"error": str(e), "trace": traceback.format_exc()}}}}}})'
)


def amend() -> None:
    """Amend MiniStack in this process, before it serves."""
    from ministack.core import lambda_runtime as runtime  # noqa: PLC0415 - as in `ministack_rest`
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    script = runtime._PYTHON_WORKER_SCRIPT
    if _SAYS_ERROR not in script:
        raise RuntimeError("this MiniStack runs functions in another way; look at ministack_functions.py again")
    runtime._PYTHON_WORKER_SCRIPT = script.replace(_SAYS_ERROR, _SAYS_RAISED)
    runtime.Worker.invoke = _telling_what_was_raised(runtime.Worker.invoke)
    function = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    function["create"] = _with_recursive_loop(function["create"], 1)
    function["update"] = _with_recursive_loop(function["update"], 2)


def _telling_what_was_raised(invoke: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    @functools.wraps(invoke)
    def invoke_and_tell(*arguments: Any, **more: Any) -> dict[str, Any]:
        answer = invoke(*arguments, **more)
        result = answer.get("result")
        if isinstance(result, dict) and RAISED in result:
            return {**answer, "status": "error", "result": None, **result[RAISED]}
        return answer

    return invoke_and_tell


def _with_recursive_loop(provision: Callable[..., tuple[str, Any]], place: int) -> Callable[..., tuple[str, Any]]:
    """A function's creation or update that obeys `RecursiveLoop` in the properties, which are its argument `place`."""
    from ministack.services import lambda_svc  # noqa: PLC0415

    @functools.wraps(provision)
    def provision_and_set(*arguments: Any, **more: Any) -> tuple[str, Any]:
        made = provision(*arguments, **more)
        lambda_svc._functions[made[0]]["recursive_loop"] = arguments[place].get("RecursiveLoop", "Terminate")
        return made

    return provision_and_set
