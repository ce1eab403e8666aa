"""Faults of the services: retried inside the function, then by Lambda."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from aws_stack.proxy import (
    ALWAYS,
    Armed,
    Corrupt,
    Cut,
    Delay,
    Drip,
    Duplicate,
    ErrorInside,
    Expire,
    Fault,
    Hang,
    Lose,
    Operation,
    Refuse,
    RefuseStatements,
    Reset,
)
from aws_stack.waiting import NotYet, wait_until
from fixtures.faults import StruckStack
from fixtures.invoices import as_stored, counts, document, invoice
from fixtures.nights import some_by_night
from pipeline.functions.aws.clients import CONFIG

READ_SECONDS: int = CONFIG.read_timeout  # type: ignore[attr-defined]

THROTTLED = Refuse("ThrottlingException")

# What is struck is asked for again, until it has its answer.
OUTLASTED = {
    "throttled batch": Fault("BatchExecuteStatement", THROTTLED, 2),
    "table over its capacity for a while": Fault(
        "BatchExecuteStatement", Refuse("ProvisionedThroughputExceededException"), seconds=3
    ),
    "server error on a batch": Fault("BatchExecuteStatement", Refuse("InternalServerError")),
    "connection lost before a batch": Fault("BatchExecuteStatement", Reset()),
    "batch never answered": Fault("BatchExecuteStatement", Hang()),
    "answer of a batch lost": Fault("BatchExecuteStatement", Lose()),
    "answer of a batch cut": Fault("BatchExecuteStatement", Cut()),
    "answer of a batch corrupted": Fault("BatchExecuteStatement", Corrupt()),
    "holders throttled": Fault("BatchGetItem", THROTTLED, 2),
    "throttled ledger": Fault("UpdateItem", THROTTLED, 2),
    "answer of the ledger's opening lost": Fault("UpdateItem", Lose()),
    "answer of the ledger's closing lost": Fault("UpdateItem", Lose(), skip=1),
    "S3 asks to slow down": Fault("GetObject", Refuse("SlowDown"), 2),
    "document breaks off": Fault("GetObject", Cut(), 2),
    "document damaged on its way": Fault("GetObject", Corrupt()),
    "rejects refused": Fault("PutObject", Refuse("InternalError")),
    "answer of the rejects lost": Fault("PutObject", Lose()),
}

# Of these the function need not know.
UNNOTICED = {
    "batch carried out twice": Fault("BatchExecuteStatement", Duplicate(), 2),
    "ledger opened twice": Fault("UpdateItem", Duplicate()),
    "ledger closed twice": Fault("UpdateItem", Duplicate(), skip=1),
    "rejects written twice": Fault("PutObject", Duplicate()),
    "answer of a batch comes in drops": Fault("BatchExecuteStatement", Drip(0.05, piece=50)),
    "document comes in drops": Fault("GetObject", Drip(0.02, piece=2_000)),
    "batch comes late to the table": Fault("BatchExecuteStatement", Delay(1)),
}

SLOW = {"batch never answered", "table over its capacity for a while"}

# Longer than the function asks without long pauses.
REFUSED = {
    code: Fault("BatchExecuteStatement", RefuseStatements((code,)), seconds=0.3)
    for code in ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "InternalServerError")
} | {
    "of several": Fault(
        "BatchExecuteStatement",
        RefuseStatements(
            (None, "ThrottlingError", "TransactionConflict", None, "InternalServerError", "ThrottlingError")
        ),
        3,
    )
}


def assert_ends_well(stack: StruckStack, unique: str) -> None:
    """Upload invoices of every outcome to a stack that is being struck: each has its outcome in one invocation."""
    ids = [f"{unique}-{number}" for number in range(250)]
    # What the last batch repeats must not overtake the first one, whose fault may last.
    repeats = invoice(ids[0]), invoice(ids[1], cliente="Bia")
    body = document(*map(invoice, ids), *repeats, invoice("x", valor=-1))
    sent = stack.upload(body, f"{unique}.json", silent=True)
    # The function is asked directly: Lambda's own retries could hide that it gave up.
    assert stack.deliver(stack.event(sent)) == {}
    entry = stack.wait(sent)
    assert counts(entry) == {"received": 253, "stored": 250, "duplicates": 1, "conflicts": 1, "rejected": 1}
    for id_ in (ids[1], ids[-1]):
        assert stack.stored(id_) == as_stored(invoice(id_))
    assert [reject["position"] for reject in stack.rejects(entry)] == [251, 252]


@pytest.mark.parametrize(
    "fault",
    some_by_night(OUTLASTED, SLOW, "seconds without an answer"),
)
def test_a_short_fault_is_outlasted_inside_the_function(patient_stack: StruckStack, unique: str, fault: Fault) -> None:
    struck = patient_stack.proxy.arm(fault)
    assert_ends_well(patient_stack, unique)
    assert patient_stack.proxy.came_again(struck)


@pytest.mark.parametrize("fault", REFUSED.values(), ids=REFUSED)
def test_a_statement_that_is_refused_for_a_while_is_asked_again_without_the_others(
    patient_stack: StruckStack, unique: str, fault: Fault
) -> None:
    patient_stack.proxy.keep()
    patient_stack.proxy.arm(fault)
    assert_ends_well(patient_stack, unique)
    batches = [one for one in patient_stack.proxy.kept() if one.operation == "BatchExecuteStatement"]
    reached = Counter(str(one) for batch in batches for one in json.loads(batch.request)["Statements"])
    assert set(reached.values()) == {1}, "what is not refused is asked once"


@pytest.mark.parametrize("fault", UNNOTICED.values(), ids=UNNOTICED)
def test_what_the_function_cannot_notice_changes_nothing(patient_stack: StruckStack, unique: str, fault: Fault) -> None:
    struck = patient_stack.proxy.arm(fault)
    assert_ends_well(patient_stack, unique)
    assert not patient_stack.proxy.came_again(struck)


LATE: list[tuple[Operation, int]] = [
    ("UpdateItem", 0),
    ("BatchExecuteStatement", 0),
    ("PutObject", 0),
    ("UpdateItem", 1),
]
"""The calls of an attempt: its operation, and how many of the same come before."""


@pytest.mark.night("it waits longer than a function waits for an answer")
def test_a_call_that_lands_after_its_repetition_changes_nothing(patient_stack: StruckStack, unique: str) -> None:
    proxy = patient_stack.proxy
    proxy.keep()
    # A second after the function has given the answer up.
    late = [
        proxy.arm(Fault(operation, Delay(READ_SECONDS + 1), skip=before, about=f"{unique}-{place}.json"))
        for place, (operation, before) in enumerate(LATE)
    ]
    uploads = [
        patient_stack.upload(
            document(invoice(f"{unique}-{place}"), invoice("x", valor=-1)), f"{unique}-{place}.json", silent=True
        )
        for place in range(len(LATE))
    ]
    events = map(patient_stack.event, uploads)
    with ThreadPoolExecutor(len(uploads)) as pool:
        assert list(pool.map(patient_stack.deliver, events)) == [{}] * len(uploads)
    before = [patient_stack.entry(sent) for sent in uploads]
    proxy.kept()
    assert all(map(proxy.came_again, late))
    for place, (sent, entry) in enumerate(zip(uploads, before, strict=True)):
        assert entry is not None
        assert patient_stack.entry(sent) == entry
        assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}
        assert patient_stack.stored(f"{unique}-{place}") == as_stored(invoice(f"{unique}-{place}"))
        assert len({etag for _, etag in patient_stack.reject_versions(entry)}) == 1


@pytest.mark.parametrize("operation", ["UpdateItem", "GetObject", "BatchExecuteStatement", "PutObject"])
def test_an_attempt_whose_credentials_have_expired_is_made_up_for_by_the_next(
    patient_stack: StruckStack, unique: str, operation: Operation
) -> None:
    patient_stack.proxy.arm(Fault(operation, Expire(), ALWAYS, attempt=0))
    entry = patient_stack.ingest(document(invoice(unique), invoice("x", valor=-1)), f"{unique}.json")
    assert (entry["status"], entry["error"]) == ("completed", None)
    assert counts(entry) == {"received": 2, "stored": 1, "rejected": 1}
    assert len(patient_stack.rejects(entry)) == 1


def test_a_large_document_that_breaks_off_is_read_on_from_there(patient_stack: StruckStack, unique: str) -> None:
    # Larger than what is kept in memory, so that it is fetched to be looked at, and again to be stored; twice at once
    # each time. Each time, the first of the two breaks off.
    padding = "x" * 2_000
    ids = [f"{unique}-{number}" for number in range(800)]
    body = document(*(invoice(id_, texto=padding) for id_ in ids))
    for reading in range(2):
        patient_stack.proxy.arm(Fault("GetObject", Cut(), skip=3 * reading))
    sent = patient_stack.upload(body, f"{unique}.json", silent=True)
    assert patient_stack.deliver(patient_stack.event(sent)) == {}
    assert patient_stack.proxy.calls.count("GetObject") == 6
    assert counts(patient_stack.wait(sent)) == {"received": 800, "stored": 800}


def test_a_large_document_that_is_damaged_and_still_well_formed_is_stored_as_it_was_uploaded(
    patient_stack: StruckStack, unique: str
) -> None:
    body = document(*(invoice(f"{unique}-{number}", texto="x" * 300_000, valor=1500) for number in range(4)))
    patient_stack.proxy.arm(Fault("GetObject", Corrupt(b'"valor": 1500', b'"valor": 9500'), skip=2))
    sent = patient_stack.upload(body, f"{unique}.json", silent=True)
    assert patient_stack.deliver(patient_stack.event(sent)) == {}
    assert counts(patient_stack.wait(sent)) == {"received": 4, "stored": 4}
    stored = patient_stack.stored(f"{unique}-0")
    assert stored is not None
    assert stored["valor"] == 1500


def test_a_large_document_that_is_deleted_between_its_readings_fails(patient_stack: StruckStack, unique: str) -> None:
    body = document(*(invoice(f"{unique}-{number}", texto="x" * 300_000) for number in range(4)))
    patient_stack.proxy.arm(Fault("GetObject", Refuse("NoSuchVersion"), ALWAYS, skip=2))
    sent = patient_stack.upload(body, f"{unique}.json", silent=True)
    assert patient_stack.deliver(patient_stack.event(sent)) == {}
    entry = patient_stack.wait(sent)
    assert (entry["status"], entry["error"]["code"]) == ("failed", "missing_object")
    assert patient_stack.proxy.calls.count("GetObject") == 3
    assert patient_stack.invoice(f"{unique}-0") is None


def assert_thousands_of_rejects_end_well(stack: StruckStack, unique: str) -> None:
    """Upload to a struck stack what makes rejects of several parts: no reject is lost, and no part is left."""
    padding = "x" * 3_000
    broken = [{"id": f"{unique}-{number}", "texto": padding} for number in range(3_000)]
    entry = stack.ingest(document(*broken), f"{unique}.json")
    assert counts(entry) == {"received": 3_000, "rejected": 3_000}
    assert len(stack.rejects(entry)) == 3_000
    begun = stack.s3.list_multipart_uploads(Bucket=stack.outputs["RejectsBucket"]).get("Uploads", [])
    assert [one["Key"] for one in begun if one["Key"].startswith(unique)] == []


def test_parts_that_cannot_be_put_together_are_not_left_behind(patient_stack: StruckStack, unique: str) -> None:
    # A part is gone when it is copied, so the rejects are written anew, in a second multipart upload.
    patient_stack.proxy.arm(Fault("UploadPartCopy", Refuse("NoSuchKey")))
    assert_thousands_of_rejects_end_well(patient_stack, unique)
    assert patient_stack.proxy.calls.count("CreateMultipartUpload") == 2


def test_an_error_that_follows_a_200_is_an_error(patient_stack: StruckStack, unique: str) -> None:
    struck: list[Armed] = [
        patient_stack.proxy.arm(Fault("UploadPartCopy", ErrorInside("InternalError"))),
        patient_stack.proxy.arm(Fault("CompleteMultipartUpload", ErrorInside("InternalError"))),
        patient_stack.proxy.arm(Fault("CompleteMultipartUpload", ErrorInside("SlowDown"), skip=1)),
    ]
    assert_thousands_of_rejects_end_well(patient_stack, unique)
    assert all(map(patient_stack.proxy.came_again, struck))
    assert patient_stack.proxy.calls.count("CreateMultipartUpload") == 1


def test_rejects_that_were_put_together_without_an_answer_are_there(patient_stack: StruckStack, unique: str) -> None:
    lost = patient_stack.proxy.arm(Fault("CompleteMultipartUpload", Lose()))
    assert_thousands_of_rejects_end_well(patient_stack, unique)
    assert patient_stack.proxy.came_again(lost)


def test_rejects_whose_parts_s3_has_forgotten_meanwhile_are_put_together_anew(
    patient_stack: StruckStack, unique: str
) -> None:
    # S3 answers such a call again for a while, and then knows nothing of the multipart upload any more.
    patient_stack.proxy.arm(Fault("CompleteMultipartUpload", Lose()))
    patient_stack.proxy.arm(Fault("CompleteMultipartUpload", Refuse("NoSuchUpload"), skip=1))
    assert_thousands_of_rejects_end_well(patient_stack, unique)
    assert patient_stack.proxy.calls.count("CreateMultipartUpload") == 2


def test_one_upload_that_cannot_be_finished_does_not_stop_the_others_of_its_event(
    patient_stack: StruckStack, unique: str
) -> None:
    uploads = [
        patient_stack.upload(document(invoice(f"{unique}-{n}")), f"{unique}-{n}.json", silent=True) for n in range(3)
    ]
    # A refusal that no retry helps: the second upload's ledger entry cannot be opened.
    patient_stack.proxy.arm(Fault("UpdateItem", Refuse("AccessDeniedException"), skip=2))
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
    patient_stack.proxy.arm(Fault("UpdateItem", Refuse("AccessDeniedException")))
    assert "AccessDenied" in patient_stack.deliver(patient_stack.event(sent))["errorMessage"]
    assert patient_stack.deliver(patient_stack.event(sent)) == {}

    def ask() -> list[bool] | NotYet:
        lines = patient_stack.log_lines_of(sent)
        begun = [json.loads(line) for line in lines if '"upload taken up"' in line]
        return [line["cold_start"] for line in begun] if len(begun) == 2 else NotYet(str(lines))

    _, second = wait_until("both attempts are in the logs", ask, 10)
    assert second is False, "the second attempt has the process of the first"
