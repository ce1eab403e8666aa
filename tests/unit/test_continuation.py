"""The event with which an upload goes on, and when the function sends it."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.functions import continuation, ingest
from pipeline.functions.aws import functions
from pipeline.functions.aws.ledger import Status
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.counts import Counts
from pipeline.functions.document import Place
from pipeline.functions.process import Result
from pipeline.functions.progress import Progress, Reading

from .stand_ins import aws_error, patience
from .test_upload_event import record

# Powertools warns where there is nothing to count.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

FURTHER = Progress(Reading.STORING, Place(1_500))
CONTEXT: Any = SimpleNamespace(
    function_name="ingest",
    memory_limit_in_mb=1769,
    invoked_function_arn="arn:aws:lambda:sa-east-1:123456789012:function:ingest",
    aws_request_id="c3d13fe5",
    get_remaining_time_in_millis=lambda: 900_000,
)


def test_the_event_is_s3s_own_and_how_far_the_upload_had_come() -> None:
    event = json.loads(json.dumps(continuation.event(record(), FURTHER)))
    assert event == {"Records": [record()], "continues": {"reading": 2, "position": 1_500}}
    assert continuation.order(event) == FURTHER.order


def test_s3s_own_event_is_from_before_the_beginning() -> None:
    assert continuation.order({"Records": [record()]}) == Progress().order


class Services:
    """What the function would do: the uploads it processes, with what comes of each, and the events it sends."""

    def __init__(self) -> None:
        self.ends: dict[str, Result | Exception] = {}
        self.processed: list[str] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def process(self, upload: Upload, _: object) -> Result:
        self.processed.append(upload.key)
        end = self.ends.get(upload.key, Result(Status.COMPLETED, Counts()))
        if isinstance(end, Exception):
            raise end
        return end

    def send(self, _: object, function: str, event: dict[str, Any], __: object) -> None:
        self.sent.append((function, event))


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Services:
    services = Services()
    monkeypatch.setattr(ingest, "process", services.process)
    monkeypatch.setattr(ingest, "_services", lambda _: None)
    monkeypatch.setattr(ingest, "_lambda_client", lambda: None)
    monkeypatch.setattr(functions, "send", services.send)
    return services


def handle(*keys: str, seconds: float = 900, **changes: Any) -> None:
    context = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: seconds * 1000})
    ingest.handler({"Records": [record(key=key, **changes) for key in keys]}, context)


def test_an_upload_whose_time_is_over_goes_on_in_an_invocation_of_its_own(services: Services) -> None:
    services.ends["b.json"] = Result(Status.PROCESSING, Counts(), progress=FURTHER)
    handle("a.json", "b.json", "c.json")
    assert services.processed == ["a.json", "b.json", "c.json"]
    event = continuation.event(record(key="b.json"), FURTHER)
    assert services.sent == [(CONTEXT.invoked_function_arn, event)]


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED])
@pytest.mark.parametrize("replayed", [True, False])
def test_an_upload_that_has_ended_does_not_go_on(services: Services, status: Status, *, replayed: bool) -> None:
    services.ends["a.json"] = Result(status, Counts(), replayed=replayed)
    handle("a.json")
    assert services.sent == []


def test_an_upload_for_which_no_time_is_left_is_not_begun(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [900.0, 900.0, 20.0, 20.0]
    context = SimpleNamespace(
        **{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: (left.pop(0) if len(left) > 1 else left[0]) * 1000}
    )
    ingest.handler({"Records": [record(key="a.json"), record(key="b.json")]}, context)
    assert services.processed == ["a.json"]
    assert services.sent == [(CONTEXT.invoked_function_arn, continuation.event(record(key="b.json"), Progress()))]


def test_an_upload_that_failed_for_a_service_stops_no_other_and_fails_the_event(services: Services) -> None:
    services.ends["a.json"] = aws_error("AccessDeniedException")
    services.ends["c.json"] = Result(Status.PROCESSING, Counts(), progress=FURTHER)
    with pytest.raises(Exception, match="AccessDeniedException"):
        handle("a.json", "b.json", "c.json")
    assert services.processed == ["a.json", "b.json", "c.json"]
    assert [event["Records"][0]["s3"]["object"]["key"] for _, event in services.sent] == ["c.json"]


def test_a_folder_of_a_console_is_passed_over(services: Services) -> None:
    handle("2025/", size=0)
    assert services.processed == []
    handle("2025/", size=1)
    assert services.processed == ["2025/"]


def test_a_name_that_is_not_read_is_taken_up_all_the_same(services: Services) -> None:
    handle("notas.pdf", "notas")
    assert services.processed == ["notas.pdf", "notas"]


def test_an_event_is_sent_until_lambda_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", lambda _: None)
    answers = [aws_error("TooManyRequestsException", 429), aws_error("ServiceException", 500)]
    taken: list[dict[str, Any]] = []

    def invoke(**request: Any) -> None:
        if answers:
            raise answers.pop()
        taken.append(request)

    event = continuation.event(record(), FURTHER)
    functions.send(SimpleNamespace(invoke=invoke), "ingest", event, patience())  # type: ignore[arg-type]
    [request] = taken
    assert (request["FunctionName"], request["InvocationType"]) == ("ingest", "Event")
    assert json.loads(request["Payload"]) == event
