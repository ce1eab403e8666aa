"""Faults of the services: retried inside the function, then by Lambda, then left in the failures queue."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from fixtures.faults import StruckStack
from fixtures.invoices import as_stored, counts, document, invoice
from fixtures.proxy import Fault, Kind
from fixtures.stacks import Sent
from pipeline.redrive import redrive
from pipeline.waiting import NotYet, wait_until

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType


def dynamodb_throttle(operation: str, times: int = 1) -> Fault:
    return Fault(operation, Kind.REFUSE, times, status=400, code="ThrottlingException")


FAULTS = {
    "throttled transaction": dynamodb_throttle("TransactWriteItems", 2),
    # Longer than it takes to ask as often as the function does without a pause.
    **{
        f"transaction cancelled for a while, {code}": Fault("TransactWriteItems", Kind.CANCEL, code=code, seconds=0.3)
        for code in ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")
    },
    "table over its capacity": Fault(
        "TransactWriteItems", Kind.REFUSE, status=400, code="ProvisionedThroughputExceededException"
    ),
    "server error on a transaction": Fault("TransactWriteItems", Kind.REFUSE, status=500, code="InternalServerError"),
    "connection lost before a transaction": Fault("TransactWriteItems", Kind.RESET),
    "transaction never answered": Fault("TransactWriteItems", Kind.HANG_BEFORE),
    "answer of a transaction lost": Fault("TransactWriteItems", Kind.LOSE),
    "answer of a transaction cut": Fault("TransactWriteItems", Kind.CUT),
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
    # What the last transaction repeats must not overtake the first one, whose fault may last.
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


def test_a_fault_that_lasts_leaves_the_event_in_the_failures_queue_until_it_is_sent_again(
    mortal_stack: StruckStack, unique: str
) -> None:
    mortal_stack.proxy.arm(dynamodb_throttle("TransactWriteItems", 10_000))
    sent = mortal_stack.upload(document(invoice(unique), invoice("x", valor=-1)), f"{unique}.json")

    def ask() -> dict[str, object] | NotYet:
        found = [failure for failure in mortal_stack.failures() if sent.version_id in str(failure["requestPayload"])]
        return found[0] if found else NotYet(f"ledger entry {mortal_stack.entry(sent)}")

    failure = wait_until("the event is in the failures queue", ask, 60)
    assert mortal_stack.proxy.calls.count("UpdateItem") == 3, "each attempt opens the ledger's entry"
    assert failure["responsePayload"]
    entry = mortal_stack.entry(sent)
    assert entry is not None
    assert entry["status"] == "processing"
    assert mortal_stack.invoice(unique) is None

    mortal_stack.proxy.clear()
    assert redrive(mortal_stack.cloud, mortal_stack.outputs) >= 1
    entry = mortal_stack.wait(sent)
    assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}
    assert mortal_stack.failures() == []
    assert redrive(mortal_stack.cloud, mortal_stack.outputs) == 0


def give_up(stack: StruckStack, sent: Sent) -> None:
    """Leave an upload's event in the failures queue, as Lambda does after three attempts."""
    body = json.dumps({"requestPayload": stack.event(sent), "responsePayload": {}})
    stack.sqs.send_message(QueueUrl=stack.outputs["FailuresQueueUrl"], MessageBody=body)


def test_every_event_of_the_failures_queue_is_sent_again(patient_stack: StruckStack, unique: str) -> None:
    # More than are received at a time.
    uploads = [patient_stack.upload(document(invoice(f"{unique}-{n}")), f"{unique}-{n}.json", silent=True) for n in range(12)]
    for sent in uploads:
        give_up(patient_stack, sent)
    assert redrive(patient_stack.cloud, patient_stack.outputs) == len(uploads)
    for sent in uploads:
        assert counts(patient_stack.wait(sent)) == {"received": 1, "stored": 1}
    assert redrive(patient_stack.cloud, patient_stack.outputs) == 0


def test_an_event_that_cannot_be_sent_again_stays_in_the_failures_queue(
    patient_stack: StruckStack, unique: str
) -> None:
    queue = patient_stack.outputs["FailuresQueueUrl"]
    sent = patient_stack.upload(document(invoice(unique)), f"{unique}.json", silent=True)
    give_up(patient_stack, sent)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        redrive(patient_stack.cloud, {**patient_stack.outputs, "IngestFunction": "none"})
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
    uploads = [patient_stack.upload(document(invoice(f"{unique}-{n}")), f"{unique}-{n}.json", silent=True) for n in range(3)]
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
