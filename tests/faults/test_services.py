"""Faults of the services: retried inside the function, then by Lambda, then left in the failures queue."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from fixtures.faults import StruckStack
from fixtures.invoices import COUNTS, as_stored, counts, document, invoice
from fixtures.proxy import Fault, Kind
from fixtures.stacks import Sent
from pipeline.redrive import redrive
from pipeline.waiting import NotYet, wait_until

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType


def dynamodb_throttle(operation: str, times: int = 1) -> Fault:
    return Fault(operation, Kind.REFUSE, times, status=400, code="ThrottlingException")


FAULTS = {
    "throttled batch": dynamodb_throttle("BatchExecuteStatement", 2),
    # Longer than the function asks without long pauses.
    **{
        f"a statement refused for a while, {code}": Fault(
            "BatchExecuteStatement", Kind.REFUSE_FIRST, code=code, seconds=0.3
        )
        for code in ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "InternalServerError")
    },
    "table over its capacity for a while": Fault(
        "BatchExecuteStatement",
        Kind.REFUSE,
        status=400,
        code="ProvisionedThroughputExceededException",
        seconds=3,
    ),
    "server error on a batch": Fault("BatchExecuteStatement", Kind.REFUSE, status=500, code="InternalServerError"),
    "connection lost before a batch": Fault("BatchExecuteStatement", Kind.RESET),
    "batch never answered": Fault("BatchExecuteStatement", Kind.HANG_BEFORE),
    "answer of a batch lost": Fault("BatchExecuteStatement", Kind.LOSE),
    "answer of a batch cut": Fault("BatchExecuteStatement", Kind.CUT),
    "holders throttled": dynamodb_throttle("BatchGetItem", 2),
    "throttled ledger": dynamodb_throttle("UpdateItem", 2),
    "answer of the ledger's opening lost": Fault("UpdateItem", Kind.LOSE),
    "answer of the ledger's closing lost": Fault("UpdateItem", Kind.LOSE, skip=1),
    "S3 asks to slow down": Fault("GetObject", Kind.REFUSE, 2, status=503, code="SlowDown"),
    "document breaks off": Fault("GetObject", Kind.CUT, 2),
    "rejects refused": Fault("PutObject", Kind.REFUSE, status=500, code="InternalError"),
    "answer of the rejects lost": Fault("PutObject", Kind.LOSE),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_short_fault_is_outlasted_inside_the_function(patient_stack: StruckStack, unique: str, fault: Fault) -> None:
    ids = [f"{unique}-{number}" for number in range(250)]
    # What the last batch repeats must not overtake the first one, whose fault may last.
    repeats = invoice(ids[0]), invoice(ids[1], cliente="Bia")
    body = document(*map(invoice, ids), *repeats, invoice("x", valor=-1))
    armed = replace(fault, struck=[])
    patient_stack.proxy.arm(armed)
    sent = patient_stack.upload(body, f"{unique}.json", silent=True)
    # The function is asked directly: Lambda's own retries could hide that it gave up.
    assert patient_stack.deliver(patient_stack.event(sent)) == {}
    calls = patient_stack.proxy.calls
    assert len(armed.struck) >= fault.times, "the fault struck"
    assert fault.operation in calls[armed.struck[-1] + 1 :], "the call was made again"
    entry = patient_stack.wait(sent)
    assert counts(entry) == {"received": 253, "stored": 250, "duplicates": 1, "conflicts": 1, "rejected": 1}
    for id_ in (ids[1], ids[-1]):
        assert patient_stack.stored(id_) == as_stored(invoice(id_))
    assert [reject["position"] for reject in patient_stack.rejects(entry)] == [251, 252]


def test_a_large_document_that_breaks_off_is_read_on_from_there(patient_stack: StruckStack, unique: str) -> None:
    # Larger than what is kept in memory, so that it is fetched twice; each time it breaks off.
    padding = "x" * 2_000
    ids = [f"{unique}-{number}" for number in range(800)]
    body = document(*(invoice(id_, texto=padding) for id_ in ids))
    patient_stack.proxy.arm(Fault("GetObject", Kind.CUT), Fault("GetObject", Kind.CUT, skip=1))
    sent = patient_stack.upload(body, f"{unique}.json", silent=True)
    assert patient_stack.deliver(patient_stack.event(sent)) == {}
    assert patient_stack.proxy.calls.count("GetObject") == 4
    assert counts(patient_stack.wait(sent)) == {"received": 800, "stored": 800}


def test_a_large_document_that_is_deleted_between_its_readings_fails(patient_stack: StruckStack, unique: str) -> None:
    body = document(*(invoice(f"{unique}-{number}", texto="x" * 300_000) for number in range(4)))
    gone = Fault("GetObject", Kind.REFUSE, 1_000, skip=1, status=404, code="NoSuchVersion")
    patient_stack.proxy.arm(gone)
    sent = patient_stack.upload(body, f"{unique}.json", silent=True)
    assert patient_stack.deliver(patient_stack.event(sent)) == {}
    entry = patient_stack.wait(sent)
    assert (entry["status"], entry["error"]["code"]) == ("failed", "missing_object")
    assert patient_stack.proxy.calls.count("GetObject") == 2
    assert patient_stack.invoice(f"{unique}-0") is None


SLOW_SECONDS = 150
"""How long an upload may take that goes through several invocations of a few seconds, each with a cold start."""


def failing(operation: str) -> Fault:
    return Fault(operation, Kind.REFUSE, 10_000, status=500, code="InternalServerError")


@pytest.mark.timeout(2 * SLOW_SECONDS)
def test_an_upload_that_a_lasting_fault_holds_up_stalls_until_it_is_redriven(
    brief_stack: StruckStack, unique: str
) -> None:
    brief_stack.proxy.arm(failing("BatchExecuteStatement"))
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


def test_parts_that_cannot_be_put_together_are_not_left_behind(patient_stack: StruckStack, unique: str) -> None:
    # A part is gone when it is copied, so the rejects are written anew, in a second multipart upload.
    lost = Fault("UploadPart", Kind.REFUSE, status=404, code="NoSuchKey")
    patient_stack.proxy.arm(lost)
    padding = "x" * 3_000
    broken = [{"id": f"{unique}-{number}", "texto": padding} for number in range(3_000)]
    entry = patient_stack.ingest(document(*broken), f"{unique}.json")
    assert lost.struck
    assert counts(entry) == {"received": 3_000, "rejected": 3_000}
    assert len(patient_stack.rejects(entry)) == 3_000
    begun = patient_stack.s3.list_multipart_uploads(Bucket=patient_stack.outputs["RejectsBucket"]).get("Uploads", [])
    assert [one["Key"] for one in begun if one["Key"].startswith(unique)] == []


@pytest.mark.timeout(2 * SLOW_SECONDS)
def test_a_stalled_upload_goes_on_from_its_checkpoint(brief_stack: StruckStack, unique: str) -> None:
    ids = [f"{unique}-{number}" for number in range(3_000)]
    body = document(*map(invoice, ids))
    # The first 40 batches are done, slowly enough for a checkpoint on the way; then none is.
    brief_stack.proxy.arm(Fault("BatchExecuteStatement", Kind.SLOW, 40, pause=0.5), failing("BatchExecuteStatement"))
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


@pytest.mark.timeout(2 * SLOW_SECONDS)
def test_attempts_that_are_cut_off_do_not_stall_an_upload_that_comes_further(
    patient_stack: StruckStack, unique: str
) -> None:
    ids = [f"{unique}-{number}" for number in range(2_000)]
    # Each of four attempts opens the ledger's entry, comes to a checkpoint, and dies of it.
    kills = [Fault("UpdateItem", Kind.KILL_AFTER, skip=attempt + 1) for attempt in range(4)]
    patient_stack.proxy.arm(*kills, Fault("BatchExecuteStatement", Kind.SLOW, 10_000, pause=1.0))
    sent = patient_stack.upload(document(*map(invoice, ids)), f"{unique}.json")
    entry = patient_stack.wait(sent, SLOW_SECONDS)
    assert all(kill.killed for kill in kills)
    assert counts(entry) == {"received": 2_000, "stored": 2_000}


def give_up(stack: StruckStack, sent: Sent) -> None:
    """Leave an upload's event in the failures queue, as Lambda does after three attempts."""
    body = json.dumps({"requestPayload": stack.event(sent), "responsePayload": {}})
    stack.sqs.send_message(QueueUrl=stack.outputs["FailuresQueueUrl"], MessageBody=body)


def outputs_for_silent(stack: StruckStack) -> dict[str, str]:
    """The outputs with which the events of silent uploads are the stack's own."""
    return {**stack.outputs, "UploadsBucket": stack.silent_bucket}


def test_every_event_of_the_failures_queue_is_sent_again(patient_stack: StruckStack, unique: str) -> None:
    # More than are received at a time.
    uploads = [
        patient_stack.upload(document(invoice(f"{unique}-{n}")), f"{unique}-{n}.json", silent=True) for n in range(12)
    ]
    for sent in uploads:
        give_up(patient_stack, sent)
    assert redrive(patient_stack.cloud, outputs_for_silent(patient_stack)) == len(uploads)
    for sent in uploads:
        assert counts(patient_stack.wait(sent)) == {"received": 1, "stored": 1}
    assert redrive(patient_stack.cloud, outputs_for_silent(patient_stack)) == 0


def test_an_event_that_cannot_be_sent_again_stays_in_the_failures_queue(
    patient_stack: StruckStack, unique: str
) -> None:
    queue = patient_stack.outputs["FailuresQueueUrl"]
    sent = patient_stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    give_up(patient_stack, sent)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        redrive(patient_stack.cloud, {**outputs_for_silent(patient_stack), "IngestFunction": "none"})
    # What was received is hidden from others for a while; a queue can be asked how much that is.
    names: list[QueueAttributeNameType] = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
    ]
    found = patient_stack.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    assert sum(map(int, found.values())) == 1
    patient_stack.sqs.purge_queue(QueueUrl=queue)


def test_one_upload_that_cannot_be_finished_does_not_stop_the_others_of_its_event(
    patient_stack: StruckStack, unique: str
) -> None:
    uploads = [
        patient_stack.upload(document(invoice(f"{unique}-{n}")), f"{unique}-{n}.json", silent=True) for n in range(3)
    ]
    # A refusal that no retry helps: the second upload's ledger entry cannot be opened.
    patient_stack.proxy.arm(Fault("UpdateItem", Kind.REFUSE, skip=2, status=400, code="AccessDeniedException"))
    answer = patient_stack.deliver(patient_stack.event(*uploads))
    assert "AccessDenied" in answer["errorMessage"]
    assert counts(patient_stack.wait(uploads[0])) == {"received": 1, "stored": 1}
    assert patient_stack.entry(uploads[1]) is None
    assert counts(patient_stack.wait(uploads[2])) == {"received": 1, "stored": 1}
    # Lambda would retry the event: what was finished stays as it is, the rest is made up for.
    assert patient_stack.deliver(patient_stack.event(*uploads)) == {}
    assert counts(patient_stack.wait(uploads[1])) == {"received": 1, "stored": 1}


def test_a_function_that_raises_lives_on(patient_stack: StruckStack, unique: str) -> None:
    sent = patient_stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    patient_stack.proxy.arm(Fault("UpdateItem", Kind.REFUSE, status=400, code="AccessDeniedException"))
    assert "AccessDenied" in patient_stack.deliver(patient_stack.event(sent))["errorMessage"]
    assert patient_stack.deliver(patient_stack.event(sent)) == {}

    def ask() -> list[bool] | NotYet:
        lines = patient_stack.log_lines_of(sent)
        begun = [json.loads(line) for line in lines if '"upload taken up"' in line]
        return [line["cold_start"] for line in begun] if len(begun) == 2 else NotYet(str(lines))

    _, second = wait_until("both attempts are in the logs", ask, 10)
    assert second is False, "the second attempt has the process of the first"
