"""Calls of functions, from the lines with which Lambda ends each in a function's log. Pure.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_REPORT = re.compile(r"REPORT RequestId: \S+\s")
_FIELD = re.compile(r"(?P<name>[A-Z][A-Za-z ]+): (?P<value>[\d.]+|\w+)")

# How runtimes tell of an error that nobody caught: Python's on AWS, Python itself, Node's, Lambda's of any.
_RAISED = re.compile(r"\[ERROR\] [A-Z]\w*|Traceback \(most recent call last\)|.*\tERROR\tInvoke Error|.*Task timed out")


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, by its name in the template, that `started` at a moment in seconds since 1970.

    `seconds` is Lambda's own measure. `megabytes` is the most memory that was used, of `size`. `cold` seconds went into
    starting the function's process first; None if it was there, and on clouds that do not tell.
    """

    function: str
    started: float
    seconds: float
    megabytes: int
    size: int
    failed: bool = False
    cold: float | None = None


def calls(function: str, events: Iterable[Mapping[str, Any]]) -> list[Call]:
    """The calls that events of a function's log tell of, in CloudWatch's form: message, stream, milliseconds."""
    found: list[Call] = []
    raised: dict[str, bool] = {}
    for event in events:
        message, stream = str(event["message"]), str(event.get("logStreamName", ""))
        if message.startswith("START RequestId: "):
            raised[stream] = False
        elif _REPORT.match(message):
            found.append(_call(function, message, event["timestamp"] / 1000, failed=raised.pop(stream, False)))
        elif _RAISED.match(message):
            raised[stream] = True
    return found


def _call(function: str, report: str, ended: float, *, failed: bool) -> Call:
    fields = {field["name"]: field["value"] for field in _FIELD.finditer(report)}
    seconds = float(fields["Duration"]) / 1000
    return Call(
        function=function,
        started=ended - seconds,
        seconds=seconds,
        megabytes=int(fields["Max Memory Used"]),
        size=int(fields["Memory Size"]),
        failed=failed or fields.get("Status", "success") != "success",
        cold=float(fields["Init Duration"]) / 1000 if "Init Duration" in fields else None,
    )
