"""What the functions measure, as CloudWatch finds it in their logs, beside what the dashboard draws."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from fixtures.dashboard import lines, measured
from fixtures.template import parsed
from pipeline.deploy import TEMPLATE
from pipeline.functions import api, ingest, stalled
from pipeline.functions.aws import clients, functions
from pipeline.functions.aws.ledger import Status
from pipeline.functions.counts import Counts
from pipeline.functions.errors import DocumentError
from pipeline.functions.process import Result
from pipeline.functions.progress import Progress

from .events import CONTEXT
from .test_stalled import QUEUE, Services, given_up
from .test_upload_event import record

FAILED = Result(Status.FAILED, Counts(), DocumentError("empty"))
COMPLETED = Result(Status.COMPLETED, Counts(received=9, stored=5, duplicates=1, conflicts=1, rejected=2))


class GoneError(Exception):
    """The table is gone."""


@pytest.fixture
def lines_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What a handler that is called with an event prints."""
    monkeypatch.setattr(ingest, "_services", lambda *_: None)
    monkeypatch.setattr(ingest, "_lambda_client", lambda: None)
    monkeypatch.setattr(functions, "send", lambda *_: None)

    def call(handler: Any, event: Any) -> list[str]:
        try:
            handler(event, CONTEXT)
        except GoneError:
            pass  # Lambda would try again.
        return capsys.readouterr().out.splitlines()

    return call


def uploads(monkeypatch: pytest.MonkeyPatch, lines_of: Any) -> Iterator[str]:
    """The lines of uploads with every end that there is."""
    ends = [COMPLETED, FAILED, Result(Status.COMPLETED, Counts(), replayed=True), GoneError()]
    going_on = [Result(Status.PROCESSING, Counts(), progress=progress) for progress in (Progress(), None)]
    for end in [*ends, *going_on]:
        monkeypatch.setattr(ingest, "process", Mock(side_effect=[end]))
        yield from lines_of(ingest.handler, {"Records": [record()]})


def answers(monkeypatch: pytest.MonkeyPatch, lines_of: Any) -> Iterator[str]:
    """The lines of calls of the API, with every kind of answer."""
    for status in (200, 404, 503):
        monkeypatch.setattr(api, "app", SimpleNamespace(resolve=lambda *_, status=status: {"statusCode": status}))
        yield from lines_of(api.handler, {"path": "/", "httpMethod": "GET", "requestContext": {"requestId": "x"}})


def giving_up(monkeypatch: pytest.MonkeyPatch, lines_of: Any) -> list[str]:
    """The lines about an upload that has stalled."""
    services = Services()
    monkeypatch.setenv("UPLOADS_TABLE", "uploads")
    monkeypatch.setenv("FAILURES_QUEUE_URL", QUEUE)
    monkeypatch.setattr(stalled, "Ledger", lambda *_: services)
    monkeypatch.setattr(stalled, "_dynamodb", lambda: None)
    monkeypatch.setattr(clients, "sqs", lambda: services)
    return list(lines_of(stalled.handler, given_up({"Records": [record()]})))


def test_the_dashboard_draws_all_that_the_functions_measure_under_exactly_its_dimensions(
    monkeypatch: pytest.MonkeyPatch, lines_of: Any
) -> None:
    printed = [*uploads(monkeypatch, lines_of), *answers(monkeypatch, lines_of), *giving_up(monkeypatch, lines_of)]
    found = set().union(*map(measured, printed))
    template = parsed(TEMPLATE.read_text(encoding="utf-8"))
    # Here, the functions are of no stack.
    of_none = {"AWS::StackName": "none"}
    drawn = {metric.filled_in(of_none) for metric, _ in lines(template) if not metric.namespace.startswith("AWS/")}
    assert found == drawn


def test_each_function_is_told_its_stack() -> None:
    resources = parsed(TEMPLATE.read_text(encoding="utf-8"))["Resources"].values()
    told = [
        one["Properties"]["Environment"]["Variables"].get("STACK")
        for one in resources
        if one["Type"] == "AWS::Serverless::Function"
    ]
    assert told == [{"Ref": "AWS::StackName"}] * 3


def test_an_upload_counts_its_invoices_and_the_seconds_since_s3_had_it(
    monkeypatch: pytest.MonkeyPatch, lines_of: Any
) -> None:
    monkeypatch.setattr(ingest, "process", lambda *_: COMPLETED)
    [line] = [json.loads(line) for line in lines_of(ingest.handler, {"Records": [record()]}) if '"_aws"' in line]
    assert {name: line[name] for name in COMPLETED.counts.as_dict()} == {
        name: [count] for name, count in COMPLETED.counts.as_dict().items()
    }
    since = (datetime.now(UTC) - datetime(2026, 10, 5, 12, tzinfo=UTC)).total_seconds()
    assert line["upload_seconds"] == [pytest.approx(max(0, since), abs=60)]


def test_a_replay_counts_no_invoice_and_no_seconds_again(monkeypatch: pytest.MonkeyPatch, lines_of: Any) -> None:
    monkeypatch.setattr(ingest, "process", lambda *_: Result(Status.COMPLETED, Counts(), replayed=True))
    found = set().union(*map(measured, lines_of(ingest.handler, {"Records": [record()]})))
    assert {metric.name for metric in found} == {"uploads_replayed"}


def test_an_upload_that_is_left_to_a_later_event_has_not_ended(monkeypatch: pytest.MonkeyPatch, lines_of: Any) -> None:
    monkeypatch.setattr(ingest, "process", lambda *_: Result(Status.PROCESSING, Counts()))
    found = set().union(*map(measured, lines_of(ingest.handler, {"Records": [record()]})))
    assert {metric.name for metric in found} == {"uploads_left"}
