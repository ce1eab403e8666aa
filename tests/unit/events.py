"""Events of the ingest function, and what Lambda gives it besides."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.functions import continuation
from pipeline.functions.document import Place
from pipeline.functions.progress import Progress, Reading

from .test_upload_event import record

FURTHER = Progress(Reading.STORING, Place(1_500))
FURTHEST = Progress(Reading.STORING, Place(9_000))

CONTEXT: Any = SimpleNamespace(
    function_name="ingest",
    memory_limit_in_mb=1769,
    invoked_function_arn="arn:aws:lambda:sa-east-1:123456789012:function:ingest",
    aws_request_id="c3d13fe5",
    get_remaining_time_in_millis=lambda: 900_000,
)


def one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let events that follow the same one be the same."""
    monkeypatch.setattr(continuation, "uuid4", lambda: SimpleNamespace(hex="c3d13fe5"))


def s3s(*keys: str) -> dict[str, Any]:
    """S3's own event of these keys, or of any."""
    return {"Records": [record(key=key) for key in keys] or [record()]}


def following(before: dict[str, Any], progress: Progress = FURTHER) -> dict[str, Any]:
    """The event that goes on after another, which is of one upload."""
    return continuation.event(before, before["Records"][0], progress)


def waiting(before: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """The event that tries another one again, which is of one upload."""
    return continuation.waiting(before, before["Records"][0], now)
