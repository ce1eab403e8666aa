"""The event with which an upload goes on, and when the function sends it."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.functions import continuation, ingest
from pipeline.functions.aws import functions
from pipeline.functions.aws.ledger import Ledger, Status
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.counts import Counts
from pipeline.functions.errors import OutOfTimeError, ThrottledError
from pipeline.functions.process import Result
from pipeline.functions.progress import Progress

from .events import CONTEXT, FURTHER, following, one_id, s3s, waiting
from .stand_ins import aws_error, patience
from .test_upload_event import record

# Powertools warns where there is nothing to count.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture(autouse=True)
def _one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    one_id(monkeypatch)


def test_the_event_is_s3s_own_and_how_far_the_upload_had_come() -> None:
    event = json.loads(json.dumps(following(s3s())))
    continues = {"reading": 2, "position": 1_500, "generation": "00000001-c3d13fe5"}
    assert event == {"Records": [record()], "continues": continues}
    assert continuation.order(event) == FURTHER.order


def test_s3s_own_event_is_from_before_the_beginning() -> None:
    assert continuation.order(s3s()) == Progress().order


NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


def test_an_event_that_waits_says_since_when_and_how_far_the_upload_had_come() -> None:
    first = waiting(following(s3s()), NOW)
    assert first is not None
    assert json.loads(json.dumps(first))["continues"] == {
        "reading": 2,
        "position": 1_500,
        "generation": "00000002-c3d13fe5",
        "waits_since": "2026-10-05T12:00:00+00:00",
    }
    second = waiting(first, NOW + timedelta(hours=6))
    assert second is not None
    assert second["continues"]["waits_since"] == first["continues"]["waits_since"], "it waits since then"
    assert "waits_since" not in following(second)["continues"], "it came further"


def test_each_event_comes_after_those_that_it_follows() -> None:
    generations = [continuation.FIRST]
    event = s3s()
    for number in range(30):
        event = following(event) if number % 2 else waiting(event, NOW) or {}
        generations.append(continuation.generation(event) or "")
    assert generations == sorted(set(generations))
    assert continuation.generation(continuation.waits_anew(event)) == generations[-1]


def test_of_two_events_that_follow_the_same_one_comes_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert continuation.generation(following(s3s())) != continuation.generation(following(s3s()))


def test_an_event_of_a_version_without_generations_is_of_none_and_the_next_one_is() -> None:
    old = {**s3s(), "continues": {"reading": 2, "position": 1_500}}
    assert continuation.generation(old) is None
    assert continuation.generation(following(old)) == continuation.generation(following(s3s()))


def test_s3s_own_event_waits_from_now_on() -> None:
    first = waiting(s3s(), NOW)
    assert first is not None
    assert continuation.order(first) == Progress().order
    assert first["continues"]["waits_since"] == NOW.isoformat()


def test_an_upload_waits_no_longer_than_lambda_for_a_function() -> None:
    before = waiting(s3s(), NOW)
    assert before is not None
    assert waiting(before, NOW + timedelta(hours=6, seconds=1)) is None
    again = continuation.waits_anew(before)
    assert waiting(again, NOW + timedelta(hours=7)) is not None
    assert continuation.order(again) == continuation.order(before)


@pytest.mark.parametrize("event", [s3s(), following(s3s())], ids=["s3", "ours"])
def test_an_event_that_did_not_wait_is_sent_as_it_is(event: dict[str, Any]) -> None:
    assert continuation.waits_anew(event) == event


class Services:
    """What the function would do: the uploads it processes, with what comes of each, and the events it sends."""

    def __init__(self) -> None:
        self.ends: dict[str, Result | Exception] = {}
        self.processed: list[str] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.generations: list[str] = []

    def made(self, _: object, generation: str) -> None:
        self.generations.append(generation)

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
    monkeypatch.setattr(ingest, "_services", services.made)
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
    event = following(s3s("b.json"))
    assert services.sent == [(CONTEXT.invoked_function_arn, event)]


def test_an_attempt_is_of_its_events_generation(services: Services) -> None:
    event = following(s3s("a.json"))
    ingest.handler(event, CONTEXT)
    ingest.handler(s3s("a.json"), CONTEXT)
    assert services.generations == [continuation.generation(event), continuation.FIRST]


def test_an_upload_that_is_left_to_a_later_event_does_not_go_on(services: Services) -> None:
    services.ends["a.json"] = Result(Status.PROCESSING, Counts())
    handle("a.json")
    assert services.sent == []


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
    assert services.sent == [(CONTEXT.invoked_function_arn, following(s3s("b.json"), Progress()))]


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

    event = following(s3s())
    functions.send(SimpleNamespace(invoke=invoke), "ingest", event, patience())  # type: ignore[arg-type]
    [request] = taken
    assert (request["FunctionName"], request["InvocationType"]) == ("ingest", "Event")
    assert json.loads(request["Payload"]) == event


class Scarce:
    """A function whose ledger and whose Lambda ask for less at a time, until the clock is at a moment.

    They are boto3's clients, as far as the function uses them. Time passes only where the function waits.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = 900.0
        self.ledger_until, self.lambda_until = 900.0, 900.0
        self.sent: list[dict[str, Any]] = []
        self.processed = 0
        monkeypatch.setattr("pipeline.functions.aws.patience.time.sleep", self.sleep)
        monkeypatch.setattr(ingest, "_services", lambda patience, _: patience)
        monkeypatch.setattr(ingest, "_lambda_client", lambda: self)
        monkeypatch.setattr(ingest, "process", self.process)

    exceptions = SimpleNamespace(ConditionalCheckFailedException=LookupError)

    def sleep(self, seconds: float) -> None:
        self.left -= seconds

    def process(self, upload: Upload, patience: Any) -> Result:
        """What `process` does first, and then comes as far as the time goes."""
        Ledger(self, "uploads", patience).begin(upload)  # type: ignore[arg-type]
        self.processed += 1
        self.left = min(self.left, 30.0)
        return Result(Status.PROCESSING, Counts(), progress=FURTHER)

    def update_item(self, **_: Any) -> dict[str, Any]:
        if self.left > self.ledger_until:
            raise aws_error("ProvisionedThroughputExceededException")
        return {"Attributes": {"status": {"S": "processing"}, "started_at": {"S": "2026-10-05T12:00:00.000Z"}}}

    def invoke(self, **request: Any) -> None:
        if self.left > self.lambda_until:
            raise aws_error("TooManyRequestsException", 429)
        self.sent.append(json.loads(request["Payload"]))

    def run(self, event: dict[str, Any]) -> None:
        self.left = 900.0
        context = SimpleNamespace(
            **{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: self.left * 1000},
        )
        ingest.handler(event, context)


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> Scarce:
    return Scarce(monkeypatch)


def test_an_attempt_that_may_not_even_begin_is_tried_again_by_the_next_invocation(scarce: Scarce) -> None:
    scarce.ledger_until = 0
    scarce.run(s3s())
    scarce.run(scarce.sent[-1])
    [first, second] = scarce.sent
    assert datetime.fromisoformat(first["continues"]["waits_since"]) <= datetime.now(UTC)
    assert first["continues"]["waits_since"] == second["continues"]["waits_since"]
    scarce.ledger_until = 800
    scarce.run(second)
    assert scarce.processed == 1
    assert scarce.sent[-1] == following(second)


def test_an_upload_that_waits_does_not_forget_how_far_it_was(scarce: Scarce) -> None:
    scarce.ledger_until = 0
    scarce.run(following(s3s()))
    assert continuation.order(scarce.sent[-1]) == FURTHER.order


def test_an_attempt_fails_once_its_upload_has_waited_for_six_hours(scarce: Scarce) -> None:
    scarce.ledger_until = 0
    long_ago = datetime.now(UTC) - timedelta(hours=6, seconds=1)
    with pytest.raises(ThrottledError, match="ProvisionedThroughputExceeded"):
        scarce.run(waiting(s3s(), long_ago) or {})
    assert scarce.sent == []


def test_a_fault_that_lasts_is_for_lambda_to_try_again(scarce: Scarce, monkeypatch: pytest.MonkeyPatch) -> None:
    def process(*_: object) -> Result:
        raise OutOfTimeError("InternalServerError")

    monkeypatch.setattr(ingest, "process", process)
    with pytest.raises(OutOfTimeError):
        scarce.run(s3s())
    assert scarce.sent == []


def test_the_next_event_is_offered_to_lambda_until_the_last_moment(scarce: Scarce) -> None:
    scarce.lambda_until = 2
    scarce.run(s3s())
    assert scarce.sent == [following(s3s())]


def test_an_attempt_whose_next_event_lambda_does_not_take_fails_in_time_and_says_why(scarce: Scarce) -> None:
    scarce.lambda_until = 0
    with pytest.raises(ThrottledError, match="TooManyRequestsException"):
        scarce.run(s3s())
    assert scarce.left == pytest.approx(0.25)
