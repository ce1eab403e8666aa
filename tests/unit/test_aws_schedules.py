"""The plugin's schedules: two small functions that race, one that is killed, and what is told of it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import boto3
import pytest

from aws_stack.plugin.schedules import AwsSchedules
from aws_stack.schedules import Bound, Pool, Run, Scenario, UnfitError, World, told
from aws_stack.schedules.emulator import emulator

pytest_plugins = ["pytester"]

KEY = {"id": {"S": "cake"}}


@cache
def dynamodb() -> Any:
    """The functions' own client, as they have one."""
    return boto3.client("dynamodb")


@pytest.fixture
def schedules() -> Any:
    """What the fixture `aws_schedules` gives."""
    with emulator().every_client():
        yield AwsSchedules()


def like(event: Any, _: Any) -> None:
    """Reads, adds, writes: of two at once, one may be lost."""
    del event
    found = dynamodb().get_item(TableName="Counters", Key=KEY).get("Item", {"likes": {"N": "0"}})
    dynamodb().put_item(TableName="Counters", Item=KEY | {"likes": {"N": str(int(found["likes"]["N"]) + 1)}})


def add(event: Any, _: Any) -> None:
    """Has the table add."""
    values = {":n": {"N": str(event["likes"])}}
    update = {"UpdateExpression": "ADD likes :n", "ExpressionAttributeValues": values}
    dynamodb().update_item(TableName="Counters", Key=KEY, **update)


def failure(ran: Run[World]) -> str:
    """What did not hold, without what pytest adds to an assertion."""
    return ran.failure.partition("\n")[0]


def counted(world: World) -> int:
    """The likes in the table."""
    item = world.client("dynamodb").get_item(TableName="Counters", Key=KEY).get("Item", {"likes": {"N": "0"}})
    return int(item["likes"]["N"])


def scenario(
    handler: Callable[[Any, Any], object],
    times: int = 2,
    always: Callable[[World], object] | None = None,
    event: Any = None,
) -> Scenario[World]:
    """`times` likes at once, each of which has to count."""

    def begin(world: World) -> None:
        schema = {
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        }
        world.client("dynamodb").create_table(TableName="Counters", BillingMode="PAY_PER_REQUEST", **schema)
        for _ in range(times):
            world.invoke(handler, event or {"likes": 1}, "a like")

    def holds(world: World) -> None:
        assert counted(world) == times, f"{times} likes count {counted(world)}"

    return Scenario("likes", "likes at once", begin, holds, always)


def test_a_lost_update_is_found_told_and_found_again(schedules: AwsSchedules) -> None:
    wrong = [ran for ran in schedules.explore(scenario(like), Bound(1)) if ran.failure]
    assert sorted(ran.line for ran in wrong) == ["a b:2 a", "b a:2 b"]
    lines = told(wrong[0]).splitlines()
    assert [*lines[:8], lines[-1]] == [
        "likes: likes at once",
        "  a  is a like",
        "  b  is a like",
        "     1. a  GetItem Counters cake",
        "     2. b  GetItem Counters cake",
        "     3. b  PutItem Counters cake 1",
        "     4. a  PutItem Counters cake 1",
        "failed: 2 likes count 1",
        "again: aws_schedules.run(…, 'a b:2 a')",
    ]
    assert failure(schedules.run(scenario(like), "b a:2 b")) == "2 likes count 1"
    assert failure(schedules.run(scenario(like), "a:2 b:2")) == ""


def test_without_preemptions_no_update_is_lost(schedules: AwsSchedules) -> None:
    assert schedules.check(scenario(like), Bound(0)) == 2
    with pytest.raises(pytest.fail.Exception, match="failed: 2 likes count 1"):
        schedules.check(scenario(like), Bound(1))


def test_what_was_killed_is_tried_again_and_what_it_wrote_stays(schedules: AwsSchedules) -> None:
    bound = Bound(0, kills=1, late=True)
    fates = {ran.line: failure(ran) for ran in schedules.explore(scenario(add, times=1), bound)}
    twice = "1 likes count 2"
    assert fates == {"a": "", "a! b": "", "a+ b": twice, "a~ b a'": twice, "a~ a' b": twice}


def test_an_event_is_tried_three_times_and_its_errors_are_told(schedules: AwsSchedules) -> None:
    ran = schedules.run(scenario(add, times=1, event={"love": 1}), "")
    assert (len(ran.world.attempts), ran.world.given_up) == (3, 1)
    assert ran.world.errors == [f"{name} raised KeyError: 'likes'" for name in "abc"]
    assert "a raised KeyError: 'likes'" in told(ran)


def test_always_is_asked_after_each_call_that_writes(schedules: AwsSchedules) -> None:
    seen: list[int] = []
    schedules.check(scenario(like, always=lambda world: seen.append(counted(world))), Bound(0))
    assert seen == [1, 2] * 2

    def never_one(world: World) -> None:
        assert counted(world) != 1, "one like is there"

    assert failure(schedules.run(scenario(like, always=never_one), "")) == "one like is there"


def test_threads_of_a_pool_are_steps_of_their_own(schedules: AwsSchedules) -> None:
    def likes(event: Any, context: Any) -> None:
        with Pool(2) as pool:
            for one in [pool.submit(add, event, context) for _ in range(2)]:
                one.result()

    ran = schedules.run(scenario(likes, times=1), "")
    assert [step.actor for step in ran.world.stepper.steps] == ["a1", "a2"]
    assert failure(ran) == "1 likes count 2"


def test_what_a_pool_maps_begins_at_once_whoever_looks_at_the_results(schedules: AwsSchedules) -> None:
    def likes(event: Any, context: Any) -> None:
        with Pool(2) as pool:
            pool.map(add, [event] * 2, [context] * 2)

    assert failure(schedules.run(scenario(likes, times=1), "")) == "1 likes count 2"


def test_an_attempt_has_an_event_of_its_own(schedules: AwsSchedules) -> None:
    def add_and_forget(event: Any, context: Any) -> None:
        add(event, context)
        del event["likes"]

    event = {"likes": 1}
    assert failure(schedules.run(scenario(add_and_forget, event=event), "a b")) == ""
    assert event == {"likes": 1}


def test_an_error_of_the_judging_names_the_schedule(schedules: AwsSchedules) -> None:
    def fail(_: World) -> None:
        raise KeyError("Item")

    with pytest.raises(KeyError) as error:
        schedules.run(Scenario("likes", "likes at once", scenario(add).begin, fail), "a b")
    assert error.value.__notes__ == ["in the schedule 'a b'"]


@pytest.mark.parametrize("seconds", [1, 10, 20])
def test_a_queue_is_never_waited_for(schedules: AwsSchedules, seconds: int) -> None:
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"empty-{seconds}")["QueueUrl"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=seconds)


def test_an_object_may_be_called_as_the_path_of_an_invocation_ends(
    schedules: AwsSchedules, monkeypatch: pytest.MonkeyPatch
) -> None:
    payloads: list[bytes] = []
    monkeypatch.setattr(emulator(), "lambda_", payloads.append)
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="recipes")
    s3.put_object(Bucket="recipes", Key="2026/invocations", Body=b"cake")
    assert s3.get_object(Bucket="recipes", Key="2026/invocations")["Body"].read() == b"cake"
    boto3.client("lambda").invoke(FunctionName="bake", InvocationType="Event", Payload=b"{}")
    assert payloads == [b"{}"]


def test_a_client_that_was_made_before_is_answered_here_too(
    schedules: AwsSchedules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    own = boto3.Session("theirs", "theirs", region_name="eu-west-1").client("dynamodb")
    monkeypatch.setitem(globals(), "dynamodb", lambda: own)
    assert own.meta.endpoint_url == "https://dynamodb.eu-west-1.amazonaws.com"
    assert failure(schedules.run(scenario(add), "a b")) == ""


def test_a_turn_that_nobody_has_does_not_fit(schedules: AwsSchedules) -> None:
    with pytest.raises(UnfitError, match="turn 1: c makes no call; these could: a, b"):
        schedules.run(scenario(like), "c")


def test_the_fixture_needs_no_cloud(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3

        def test_it(aws_schedules):
            boto3.client("sqs").create_queue(QueueName="one")
            assert aws_schedules
        """
    )
    plugins = ["-p", "aws_stack.plugin", "-p", "no:schemathesis", "-p", "no:cacheprovider"]
    result = pytester.runpytest_subprocess(*plugins, "--aws-cloud", "aws")
    result.assert_outcomes(passed=1)
