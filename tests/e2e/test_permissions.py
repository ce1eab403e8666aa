"""Each function's role lets it do all it must. On the embedded cloud, policies are obeyed in every test.

`python -m tests.permissions` takes one permission away at a time, and shows which of these tests fails.
"""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from aws_stack.clouds import Cloud, embedded
from aws_stack.proxy import Fault, Refuse
from aws_stack.stack import new_account
from aws_stack.waiting import NotYet, wait_until
from fixtures.api import JSON, Api
from fixtures.faults import BRIEF_SECONDS, StruckStack
from fixtures.invoices import counts, document, invoice
from fixtures.stacks import WAIT_SECONDS, Sent, Stack, deployed
from pipeline.functions.aws.ledger import Ledger
from pipeline.functions.aws.patience import Patience
from pipeline.functions.aws.uploads import Upload
from pipeline.functions.progress import Progress, Reading


def processed(stack: Stack, body: bytes, key: str) -> dict[str, Any]:
    """The ledger's entry of an upload whose event is delivered here, so that a refusal is an answer at once."""
    sent = stack.upload(body, key)
    assert stack.deliver(stack.event(sent)) == {}
    return stack.wait(sent)


def give_up(stack: Stack, event: dict[str, Any]) -> None:
    """Tell the function that hears of it that Lambda gave up on an event."""
    record = json.dumps({"requestPayload": event}).encode()
    answer = stack.lambda_.invoke(FunctionName=stack.function("stalled"), Payload=record)
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_invoices_of_every_outcome_are_ingested(stack: Stack, unique: str) -> None:
    foreign = {"id": {"S": f"{unique}-foreign"}, "cliente": {"S": "Ana"}, "valor": {"N": "10"}}
    stack.dynamodb.put_item(TableName=stack.outputs["InvoicesTable"], Item=foreign)
    body = document(
        invoice(unique),
        invoice(unique),
        invoice(unique, valor=1),
        # PartiQL takes no such name.
        invoice(f"{unique}-put", **{"número do pedido": 1}),
        # Another program wrote the item that has this id.
        invoice(f"{unique}-foreign"),
        {},
    )
    entry = processed(stack, body, f"{unique}.json")
    assert counts(entry) == {"received": 6, "stored": 2, "duplicates": 1, "conflicts": 2, "rejected": 1}
    assert len(stack.rejects(entry)) == 3


def test_rejects_of_several_parts_are_put_together_and_the_parts_removed(stack: Stack, unique: str) -> None:
    padding = "x" * 3_000
    broken = [{"id": f"{unique}-{number}", "texto": padding} for number in range(3_000)]
    sent = stack.upload(document(*broken), f"{unique}.json", silent=True)
    assert stack.deliver(stack.event(sent)) == {}
    entry = stack.wait(sent)
    assert counts(entry) == {"received": 3_000, "rejected": 3_000}
    assert len(stack.rejects(entry)) == 3_000
    left = stack.s3.list_objects_v2(Bucket=stack.unfinished_bucket, Prefix=unique)
    assert "Contents" not in left


def test_an_upload_that_is_missing_is_told_from_a_forbidden_one(stack: Stack, unique: str) -> None:
    there = stack.upload(document(invoice(unique)), f"{unique}.json")
    stack.wait(there)
    gone = Sent(f"{unique}-gone.json", there.version_id, there.size)
    assert stack.deliver(stack.event(gone)) == {}
    assert stack.wait(gone)["error"]["code"] == "missing_object"


def test_an_upload_that_may_not_be_read_stalls_and_its_event_is_kept(stack: Stack, unique: str) -> None:
    sent = Sent(f"{unique}.json", "any", 1)
    event = stack.event(sent)
    event["Records"][0]["s3"]["bucket"]["name"] = f"not-of-this-stack-{new_account()}"
    function, queue = stack.outputs["IngestFunction"], stack.outputs["FailuresQueueUrl"]
    stack.lambda_.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
    try:
        stalled = stack.wait_for(sent, "stalled", seconds=WAIT_SECONDS / 2)
        assert stalled["error"]["code"] == "gave_up"
        messages = stack.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)["Messages"]
        [kept] = [message for message in messages if sent.key in message["Body"]]
        stack.sqs.delete_message(QueueUrl=queue, ReceiptHandle=kept["ReceiptHandle"])
    finally:
        # It would be a find for an audit.
        key = {"key": {"S": sent.key}, "version_id": {"S": sent.version_id}}
        stack.dynamodb.delete_item(TableName=stack.outputs["UploadsTable"], Key=key)


def test_an_upload_goes_on_in_another_invocation(brief_stack: StruckStack, unique: str) -> None:
    over_capacity = Refuse("ProvisionedThroughputExceededException")
    brief_stack.proxy.arm(Fault("BatchExecuteStatement", over_capacity, seconds=BRIEF_SECONDS))
    sent = brief_stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    assert brief_stack.deliver(brief_stack.event(sent)) == {}
    assert counts(brief_stack.wait(sent)) == {"received": 1, "stored": 1}
    assert "Invoke" in brief_stack.proxy.calls


def test_an_upload_that_came_further_is_not_given_up(stack: Stack, unique: str) -> None:
    sent = stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    event = stack.event(sent)
    ledger = Ledger(stack.dynamodb, stack.outputs["UploadsTable"], Patience(lambda: 60))
    upload = Upload.from_event(event["Records"][0])
    ledger.begin(upload)
    ledger.checkpoint(upload, Progress(Reading.STORING))
    give_up(stack, event)
    assert counts(stack.wait(sent)) == {"received": 1, "stored": 1}


@pytest.mark.parametrize("handler", ["ingest", "stalled", "api"])
def test_a_function_writes_its_logs(stack: Stack, unique: str, handler: str) -> None:
    sent = stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    assert stack.deliver(stack.event(sent)) == {}
    give_up(stack, stack.event(sent))  # It has ended, and stays as it is.
    assert Api(stack).get("/openapi.json").status == 200
    group = f"/aws/lambda/{stack.function(handler)}"

    def ask() -> bool | NotYet:
        return bool(stack.logs.filter_log_events(logGroupName=group, limit=1)["events"]) or NotYet("no events")

    wait_until("the function has logged", ask, 10)


def test_the_api_uploads_and_looks_up(api: Api, unique: str) -> None:
    body, headers = document(invoice(unique, cliente=unique), {}), {**JSON, "Idempotency-Key": unique}
    # Sent again, it is found.
    answers = [api.call("POST", "/notas", body, headers) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202], answers[-1].body
    upload = answers[-1].json()
    sent = Sent(upload["key"], upload["version_id"], 0)
    api.stack.wait(sent)
    assert api.entry(sent).json()["stored"] == 1
    assert len(api.entry(sent, "/rejeitadas").json()["rejeitadas"]) == 1
    assert api.invoice(unique).json()["id"] == unique
    assert len(api.get("/notas", cliente=unique).json()["notas"]) == 1


def test_the_url_of_an_invitation_lets_anybody_upload(api: Api) -> None:
    invited = api.call("POST", "/envios?nome=a.json").json()
    put = urllib.request.Request(invited["url"], b"[]", invited["headers"], method="PUT")
    with urllib.request.urlopen(put) as answer:
        sent = Sent(invited["key"], answer.headers["x-amz-version-id"], 2)
    assert api.stack.wait(sent)["status"] == "completed"


Clients = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def obeying(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[Stack]:
    """A stack whose policies are obeyed: the worker's own, or one on another cloud where the run's obeys none."""
    if cloud.name == "embedded":
        yield request.getfixturevalue("stack")
        return
    with embedded.start(enforce_iam=True) as obedient, deployed(obedient, Stack) as own:
        yield own


@pytest.fixture(scope="module")
def anybody(obeying: Stack) -> Clients:
    """Clients of a user who may do anything, by their service; they say that they came over "http" or "https"."""
    iam = obeying.cloud.client("iam")
    iam.create_user(UserName="anybody")
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="anybody", PolicyName="all", PolicyDocument=policy)
    key = iam.create_access_key(UserName="anybody")["AccessKey"]

    def client(service: str, scheme: str) -> Any:
        made: Any = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=obeying.cloud.region).client
        one = made(service, endpoint_url=obeying.cloud.endpoint_url)

        def say(request: Any, **_: object) -> None:
            request.headers[FORWARDED] = scheme

        one.meta.events.register("before-send", say)
        return one

    return client


FORWARDED = "X-Forwarded-Proto"
"""By this header the embedded cloud, which has no TLS, tells what came over it."""


@pytest.mark.parametrize("output", ["UploadsBucket", "RejectsBucket", "unfinished"])
def test_a_bucket_and_its_objects_refuse_all_but_tls(
    obeying: Stack, anybody: Clients, unique: str, output: str
) -> None:
    bucket = obeying.outputs.get(output, obeying.unfinished_bucket)
    for operation, parameters in (("list_objects_v2", {}), ("put_object", {"Key": f"{unique}/", "Body": b""})):
        getattr(anybody("s3", "https"), operation)(Bucket=bucket, **parameters)
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            getattr(anybody("s3", "http"), operation)(Bucket=bucket, **parameters)


def test_the_failures_queue_refuses_all_but_tls(obeying: Stack, anybody: Clients) -> None:
    queue = obeying.outputs["FailuresQueueUrl"]
    anybody("sqs", "https").get_queue_attributes(QueueUrl=queue)
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        anybody("sqs", "http").get_queue_attributes(QueueUrl=queue)
