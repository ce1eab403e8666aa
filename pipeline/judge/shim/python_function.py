"""Runs a Python handler as Lambda does: events come in by standard input, one a line, and answers go out.

Every botocore client gets the endpoint, the region and the credentials of the judge, also where the source has others.
"""

import http.client
import importlib
import json
import logging
import os
import sys
import threading
import time
import traceback
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

CLOCK = "/_judge/clock"


def main() -> None:
    """Import the handler, say so, and answer events until standard input ends."""
    settings = json.loads(sys.argv[1])
    events, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    log = os.open(settings["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for taken, stands_in in ((0, nothing), (1, log), (2, log)):
        os.dup2(stands_in, taken)
    _as_lambda_logs()
    sys.path[:0] = settings["path"]
    redirect(settings)
    try:
        module, _dot, name = settings["handler"].rpartition(".")
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
        answer = {}
    except BaseException as error:  # Whatever it is, Lambda says so and starts no function.
        answer = _told(error)
    _send(answers, answer)
    if answer:
        return
    clock = Clock(settings["endpoint"])
    for number, line in enumerate(events):
        context = _context(settings, number, clock)
        try:
            answer = {"result": _as_lambda_answers(handler(json.loads(line), context))}
        except BaseException as error:
            answer = _told(error)
        _send(answers, answer)


def _as_lambda_logs() -> None:
    """Lambda's root logger has a handler, and what is printed is in the log at once, also where the function is killed.

    https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
    """
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    logging.basicConfig(format="[%(levelname)s] %(message)s", stream=sys.stdout)


def _as_lambda_answers(result: Any) -> Any:
    """What a handler returns, as JSON has it. Lambda takes a Decimal for a number, and nothing else that JSON has not.

    https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/lambda_runtime_marshaller.py
    """
    return json.loads(json.dumps(result, default=_number))


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _send(answers: Any, answer: dict[str, Any]) -> None:
    sys.stdout.flush()  # A line that has no end yet.
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _told(error: BaseException) -> dict[str, Any]:
    traceback.print_exc()
    sys.stderr.flush()
    return {"error": f"{type(error).__name__}: {error}"}


class Clock:
    """The judge's clock. It keeps its connection: a handler may ask before each of its invoices, in many threads."""

    def __init__(self, endpoint: str) -> None:
        address = urlsplit(endpoint)
        self._connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)
        self._lock = threading.Lock()

    def over(self) -> float:
        """How much of the invocation's time is over, in seconds."""
        with self._lock:
            try:
                self._connection.request("GET", CLOCK)
                return float(self._connection.getresponse().read())
            except BaseException:  # Also one of the handler's own, from a signal.
                self._connection.close()  # The next question would take this one's answer.
                raise


def _context(settings: dict[str, Any], number: int, clock: Clock) -> SimpleNamespace:
    name, started = settings["function"], time.monotonic()

    def remaining() -> int:
        over = max(clock.over(), time.monotonic() - started)
        return max(0, round((float(settings["timeout"]) - over) * 1000))

    return SimpleNamespace(
        function_name=name,
        function_version="$LATEST",
        invoked_function_arn=f"arn:aws:lambda:{settings['region']}:{settings['account']}:function:{name}",
        memory_limit_in_mb="128",
        aws_request_id=f"00000000-0000-0000-0000-{number:012}",
        log_group_name=f"/aws/lambda/{name}",
        log_stream_name="judge",
        identity=None,
        client_context=None,
        get_remaining_time_in_millis=remaining,
    )


def redirect(settings: dict[str, Any]) -> None:
    """Give every client of botocore that is made from now on these settings, whatever the source says.

    `{"region", "endpoint", "account"}`. The account is the access key's id, as local clouds take it.
    """
    try:
        from botocore.config import Config  # noqa: PLC0415
        from botocore.session import Session  # noqa: PLC0415
    except ImportError:  # It calls AWS in another way, or not at all.
        return
    create_client = Session.create_client

    def create_ours(self: Any, service_name: str, *positional: Any, **named: Any) -> Any:
        names = ("region_name", "api_version", "use_ssl", "verify", "endpoint_url", "aws_access_key_id")
        named |= dict(zip((*names, "aws_secret_access_key", "aws_session_token", "config"), positional, strict=False))
        ours = Config(proxies={}, s3={"addressing_style": "path"})
        given = named.get("config")
        named |= {
            "region_name": settings["region"],
            "endpoint_url": settings["endpoint"],
            "aws_access_key_id": settings["account"],
            "aws_secret_access_key": "judge",  # nosec B105 # no secret
            "aws_session_token": None,
            "config": given.merge(ours) if given else ours,
        }
        return create_client(self, service_name, **named)

    Session.create_client = create_ours  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
