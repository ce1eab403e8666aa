"""Uploads that Lambda gave up: they stall, their events wait in the failures queue, and a redrive makes them go on."""

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from aws_stack.proxy import ALWAYS, Drip, Fault, Kill, Moment, Refuse
from fixtures.faults import StruckStack
from fixtures.invoices import COUNTS, counts, document, invoice
from fixtures.stacks import Sent
from pipeline.redrive import redrive

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

SLOW_SECONDS = 150
"""How long an upload may take that goes through several invocations of a few seconds, each with a cold start."""


FAILING = Refuse("InternalServerError")


@pytest.mark.night("three attempts of five seconds")
@pytest.mark.timeout(2 * SLOW_SECONDS)
def test_an_upload_that_a_lasting_fault_holds_up_stalls_until_it_is_redriven(
    brief_stack: StruckStack, unique: str
) -> None:
    brief_stack.proxy.arm(Fault("BatchExecuteStatement", FAILING, ALWAYS))
    sent = brief_stack.upload(document(invoice(unique), invoice("x", valor=-1)), f"{unique}.json")
    stalled = brief_stack.wait_for(sent, "stalled", seconds=SLOW_SECONDS)
    assert stalled["error"]["code"] == "gave_up"
    assert "InternalServerError" in stalled["error"]["message"]
    assert stalled["stalled_at"] > stalled["started_at"]
    assert stalled["finished_at"] is None
    # The event is in the queue before the ledger says so.
    [failure] = [one for one in brief_stack.failures() if sent.version_id in str(one["requestPayload"])]
    assert failure["responsePayload"]
    assert brief_stack.proxy.calls.count("UpdateItem") == 3, "each attempt opens the ledger's entry"
    assert brief_stack.invoice(unique) is None

    brief_stack.proxy.clear()
    redrive(brief_stack.cloud, brief_stack.outputs)
    entry = brief_stack.wait(sent, SLOW_SECONDS)
    assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}
    assert (entry["error"], entry["stalled_at"], entry["progress"]) == (None, None, None)
    assert brief_stack.failures() == []


@pytest.mark.timeout(2 * SLOW_SECONDS)
def test_a_stalled_upload_goes_on_from_its_checkpoint(brief_stack: StruckStack, unique: str) -> None:
    ids = [f"{unique}-{number}" for number in range(3_000)]
    body = document(*map(invoice, ids))
    # The first 40 batches are done, slowly enough for a checkpoint on the way; then none is.
    brief_stack.proxy.arm(Fault("BatchExecuteStatement", Drip(0.5), 40))
    brief_stack.proxy.arm(Fault("BatchExecuteStatement", FAILING, ALWAYS, skip=40))
    sent = brief_stack.upload(body, f"{unique}.json")
    stalled = brief_stack.wait_for(sent, "stalled", seconds=SLOW_SECONDS)
    reached = int(stalled["progress"]["position"])
    assert 0 < reached <= 1_000
    assert stalled["progress"]["counts"] == {**dict.fromkeys(COUNTS, 0), "received": reached, "stored": reached}

    brief_stack.proxy.clear()
    brief_stack.proxy.keep()
    redrive(brief_stack.cloud, brief_stack.outputs)
    assert counts(brief_stack.wait(sent, SLOW_SECONDS)) == {"received": 3_000, "stored": 3_000}
    written = [one.request.decode() for one in brief_stack.proxy.kept() if one.operation == "BatchExecuteStatement"]
    assert not [one for one in written if f'"{ids[reached - 1]}"' in one], "what was judged is not judged again"
    assert [one for one in written if f'"{ids[reached]}"' in one]


@pytest.mark.night("five attempts of five seconds")
@pytest.mark.timeout(2 * SLOW_SECONDS)
def test_attempts_that_are_cut_off_do_not_stall_an_upload_that_comes_further(
    patient_stack: StruckStack, unique: str
) -> None:
    ids = [f"{unique}-{number}" for number in range(2_000)]
    # Each of four attempts opens the ledger's entry, comes to a checkpoint, and dies of it.
    for attempt in range(4):
        patient_stack.proxy.arm(Fault("UpdateItem", Kill(Moment.AFTER), skip=1, attempt=attempt))
    patient_stack.proxy.arm(Fault("BatchExecuteStatement", Drip(1.0), ALWAYS))
    sent = patient_stack.upload(document(*map(invoice, ids)), f"{unique}.json")
    entry = patient_stack.wait(sent, SLOW_SECONDS)
    assert counts(entry) == {"received": 2_000, "stored": 2_000}


def give_up(stack: StruckStack, sent: Sent) -> None:
    """Leave an upload's event in the failures queue, as Lambda does after three attempts."""
    body = json.dumps({"requestPayload": stack.event(sent), "responsePayload": {}})
    stack.sqs.send_message(QueueUrl=stack.outputs["FailuresQueueUrl"], MessageBody=body)


def outputs_for_silent(stack: StruckStack) -> dict[str, str]:
    """The outputs with which the events of silent uploads are the stack's own."""
    return {**stack.outputs, "UploadsBucket": stack.silent_bucket}


@pytest.mark.night("redrive is tried by day with a queue that is filled by hand")
def test_every_event_of_the_failures_queue_is_sent_again(watched_stack: StruckStack, unique: str) -> None:
    # More than are received at a time.
    uploads = [
        watched_stack.upload(document(invoice(f"{unique}-{n}")), f"{unique}-{n}.json", silent=True) for n in range(12)
    ]
    for sent in uploads:
        give_up(watched_stack, sent)
    assert redrive(watched_stack.cloud, outputs_for_silent(watched_stack)) == len(uploads)
    for sent in uploads:
        assert counts(watched_stack.wait(sent)) == {"received": 1, "stored": 1}
    assert redrive(watched_stack.cloud, outputs_for_silent(watched_stack)) == 0


def test_an_event_that_cannot_be_sent_again_stays_in_the_failures_queue(
    watched_stack: StruckStack, unique: str
) -> None:
    queue = watched_stack.outputs["FailuresQueueUrl"]
    sent = watched_stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    give_up(watched_stack, sent)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        redrive(watched_stack.cloud, {**outputs_for_silent(watched_stack), "IngestFunction": "none"})
    # What was received is hidden from others for a while; a queue can be asked how much that is.
    names: list[QueueAttributeNameType] = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
    ]
    found = watched_stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    assert sum(map(int, found.values())) == 1
    watched_stack.sqs.purge_queue(QueueUrl=queue)
