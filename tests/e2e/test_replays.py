"""The same event again: at the same time, afterwards, late, or among others. It changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Sent, Stack


def state(stack: Stack, sent: Sent, ids: list[str]) -> dict[str, Any]:
    """Everything that an upload left behind."""
    entry = stack.wait(sent)
    versions = stack.s3.list_object_versions(Bucket=stack.outputs["RejectsBucket"], Prefix=sent.key)
    return {
        "entry": entry,
        "items": [stack.invoice(id_) for id_ in ids],
        "rejects": stack.rejects(entry),
        "rejects objects": [(version["Key"], version["ETag"]) for version in versions.get("Versions", [])],
    }


def mixed(unique: str) -> tuple[bytes, list[str]]:
    """A document with every outcome, and the ids in it."""
    ids = [f"{unique}-{number}" for number in range(120)]
    invoices = [invoice(id_) for id_ in ids]
    return document(*invoices, invoices[0], invoice(ids[1], valor=1), invoice("x", valor=-1)), ids


def test_an_event_that_comes_again_changes_nothing(stack: Stack, unique: str) -> None:
    body, ids = mixed(unique)
    sent = stack.upload(body, f"{unique}.json")
    before = state(stack, sent, ids)
    assert counts(before["entry"]) == {"received": 123, "stored": 120, "duplicates": 1, "conflicts": 1, "rejected": 1}
    for _ in range(2):
        assert stack.deliver(stack.event(sent)) == {}
    assert state(stack, sent, ids) == before


def test_an_event_of_a_failed_document_that_comes_again_changes_nothing(stack: Stack, unique: str) -> None:
    sent = stack.upload(b"[1,", f"{unique}.json")
    before = state(stack, sent, [])
    assert stack.deliver(stack.event(sent)) == {}
    assert state(stack, sent, []) == before


def test_an_event_that_comes_late_does_not_undo_a_later_upload(stack: Stack, unique: str) -> None:
    key = f"{unique}.json"
    first = stack.upload(document(invoice(f"{unique}-1")), key)
    stack.wait(first)
    second = stack.upload(document(invoice(f"{unique}-2")), key)
    before = state(stack, second, [f"{unique}-1", f"{unique}-2"])
    assert stack.deliver(stack.event(first)) == {}
    assert state(stack, second, [f"{unique}-1", f"{unique}-2"]) == before


def test_events_in_the_wrong_order_each_read_their_own_version(stack: Stack, unique: str) -> None:
    key = f"{unique}.json"
    first = stack.upload(document(invoice(f"{unique}-1")), key, silent=True)
    second = stack.upload(document(invoice(f"{unique}-2"), invoice(f"{unique}-3")), key, silent=True)
    assert stack.deliver(stack.event(second)) == {}
    assert stack.deliver(stack.event(first)) == {}
    assert counts(stack.wait(first)) == {"received": 1, "stored": 1}
    assert counts(stack.wait(second)) == {"received": 2, "stored": 2}


def test_one_event_delivered_many_times_at_once_counts_as_one_delivery(stack: Stack, unique: str) -> None:
    body, ids = mixed(unique)
    sent = stack.upload(body, f"{unique}.json", silent=True)
    event = stack.event(sent)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(stack.deliver, [event] * 4))
    assert answers == [{}] * 4
    after = state(stack, sent, ids)
    assert counts(after["entry"]) == {"received": 123, "stored": 120, "duplicates": 1, "conflicts": 1, "rejected": 1}
    assert all(item and item["_ingest"]["time"] == after["entry"]["started_at"] for item in after["items"])
    assert [reject["position"] for reject in after["rejects"]] == [121, 122]
    assert len({etag for _, etag in after["rejects objects"]}) == 1


def test_every_record_of_an_event_is_processed(stack: Stack, unique: str) -> None:
    uploads = [
        stack.upload(document(invoice(f"{unique}-{number}")), f"{unique}-{number}.json", silent=True)
        for number in range(3)
    ]
    assert stack.deliver(stack.event(*uploads)) == {}
    assert [counts(stack.wait(sent)) for sent in uploads] == [{"received": 1, "stored": 1}] * 3


def test_an_event_that_names_no_upload_is_reported_not_swallowed(stack: Stack) -> None:
    assert "Records" in stack.deliver({"Service": "Amazon S3", "Event": "s3:TestEvent"})["errorMessage"]
