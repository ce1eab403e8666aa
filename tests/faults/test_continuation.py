"""Uploads that outlast their function: each goes on where the last invocation left off, whatever happens meanwhile."""

import gzip
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from aws_stack.proxy import ALWAYS, Drip, Fault, Hang, Kill, Moment, Operation, Refuse
from aws_stack.waiting import NotYet, wait_until
from fixtures.faults import BRIEF_SECONDS, StruckStack
from fixtures.invoices import counts, invoice
from fixtures.stacks import Sent
from pipeline.redrive import redrive

pytestmark = pytest.mark.waits

PATIENCE_SECONDS = 900

OVER_CAPACITY = Refuse("ProvisionedThroughputExceededException")


def slow_batches(pause: float) -> Fault:
    """A table that takes its time: the function has eight batches of 25 on their way at once."""
    return Fault("BatchExecuteStatement", Drip(pause), ALWAYS)


def batch(unique: str, number: int, texto: str | None = None) -> list[dict[str, Any]]:
    """Invoices of which one in twenty breaks a rule."""
    return [invoice(f"{unique}-{one}", texto=texto, valor=-1 if one % 20 == 7 else one) for one in range(number)]


def as_array(invoices: list[dict[str, Any]]) -> bytes:
    return json.dumps(invoices).encode()


def as_lines(invoices: list[dict[str, Any]]) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in invoices)


FORMS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    ".json": as_array,
    ".jsonl": as_lines,
    ".json.gz": lambda invoices: gzip.compress(as_array(invoices)),
    ".jsonl.gz": lambda invoices: gzip.compress(as_lines(invoices)),
}


def followed(stack: StruckStack, sent: Sent) -> tuple[dict[str, Any], list[tuple[int, int]]]:
    """The upload's final entry, and the progress that was seen on the way: readings and positions."""
    seen: list[tuple[int, int]] = []

    def ask() -> dict[str, Any] | NotYet:
        entry = stack.entry(sent)
        if entry and entry["progress"]:
            seen.append((int(entry["progress"]["reading"]), int(entry["progress"]["position"])))
        return entry if entry and entry["finished_at"] else NotYet(f"ledger entry {entry}")

    return wait_until("the upload has ended", ask, PATIENCE_SECONDS, first=0.1), seen


def assert_ended_as_in_one_go(stack: StruckStack, entry: dict[str, Any], number: int) -> None:
    refused = len(range(7, number, 20))
    assert (entry["status"], entry["error"], entry["progress"]) == ("completed", None, None)
    assert counts(entry) == {"received": number, "stored": number - refused, "rejected": refused}
    assert [reject["position"] for reject in stack.rejects(entry)] == list(range(7, number, 20))
    assert len({etag for _, etag in stack.reject_versions(entry)}) == 1
    prefix = entry["rejects"].rpartition("/")[2]

    def ask() -> bool | NotYet:
        left = stack.s3.list_objects_v2(Bucket=stack.unfinished_bucket, Prefix=prefix).get("Contents", [])
        return not left or NotYet(str([one["Key"] for one in left]))

    # The entry is closed first.
    wait_until("what was unfinished is removed", ask, 30)


def given_up(stack: StruckStack, sent: Sent) -> bool:
    """Whether Lambda gave up on an event of this upload."""
    return any(sent.version_id in str(failure) for failure in stack.failures())


@pytest.mark.timeout(PATIENCE_SECONDS + 60)
@pytest.mark.parametrize(
    "suffixes",
    [
        pytest.param([".json.gz", ".jsonl"], id="two forms"),
        pytest.param(list(FORMS), id="all forms", marks=pytest.mark.night("each form twice, and all at once")),
    ],
)
def test_an_upload_that_takes_twenty_times_the_functions_time_ends(
    brief_stack: StruckStack, unique: str, suffixes: list[str]
) -> None:
    number = 12_000
    # Too large to be kept between the readings, and not to be compressed to nothing.
    padding = Random(unique).randbytes(60).hex()
    # 133 invoices a second at the most are 90 s; starts and ends of invocations take a quarter of the time.
    brief_stack.proxy.arm(slow_batches(1.5))
    uploads = [
        brief_stack.upload(FORMS[suffix](batch(f"{unique}{suffix}", number, padding)), f"{unique}{suffix}")
        for suffix in suffixes
    ]
    with ThreadPoolExecutor(len(uploads)) as pool:
        ends = list(pool.map(lambda sent: followed(brief_stack, sent), uploads))
    for entry, seen in ends:
        assert_ended_as_in_one_go(brief_stack, entry, number)
        assert seen == sorted(seen), "progress never goes back"
        assert len(set(seen)) > 10
        times = [datetime.fromisoformat(entry[name]) for name in ("started_at", "finished_at")]
        assert times[1] - times[0] > timedelta(seconds=20 * BRIEF_SECONDS)


@pytest.mark.night("it takes eight seconds to read; in small steps it is tried by day without a cloud")
@pytest.mark.timeout(PATIENCE_SECONDS + 60)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_a_document_is_checked_over_many_invocations(brief_stack: StruckStack, unique: str, suffix: str) -> None:
    body = FORMS[suffix](batch(unique, 300, "x" * 8_000))
    # 38 pieces of 64 KiB: eight seconds.
    brief_stack.proxy.arm(Fault("GetObject", Drip(0.2), ALWAYS))
    entry, seen = followed(brief_stack, brief_stack.upload(body, f"{unique}{suffix}"))
    assert_ended_as_in_one_go(brief_stack, entry, 300)
    assert len({position for reading, position in seen if reading == 1}) > 2


@pytest.mark.night("a long document is checked by day as well")
@pytest.mark.timeout(PATIENCE_SECONDS + 60)
def test_a_fault_at_the_end_of_a_long_document_leaves_nothing_behind(brief_stack: StruckStack, unique: str) -> None:
    body = as_array(batch(unique, 300, "x" * 8_000))[:-1] + b", oops]"
    brief_stack.proxy.arm(Fault("GetObject", Drip(0.2), ALWAYS))
    sent = brief_stack.upload(body, f"{unique}.json")
    entry, _ = followed(brief_stack, sent)
    assert (entry["status"], entry["error"]["code"]) == ("failed", "not_json")
    assert (entry["error"]["line"], entry["error"]["column"]) == (1, len(body) - 4)
    assert brief_stack.invoice(f"{unique}-0") is None


@pytest.mark.timeout(PATIENCE_SECONDS + 60)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.night("other calls"))])
def test_functions_that_are_killed_and_events_that_come_twice_change_nothing(
    brief_stack: StruckStack, unique: str, seed: int
) -> None:
    number, random = 2_000, Random(seed)
    calls: list[tuple[Operation, int]] = [("UpdateItem", 0), ("PutObject", 0)]
    calls += [("BatchExecuteStatement", place) for place in random.sample(range(40), 2)]
    for operation, place in calls:
        brief_stack.proxy.arm(Fault(operation, Kill(random.choice(list(Moment))), skip=place))
    brief_stack.proxy.arm(slow_batches(0.5))
    sent = brief_stack.upload(as_lines(batch(unique, number)), f"{unique}.jsonl")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(brief_stack.deliver, [brief_stack.event(sent)] * 2))

    def ask() -> dict[str, Any] | NotYet:
        entry = brief_stack.entry(sent)
        if entry and entry["status"] == "stalled":
            redrive(brief_stack.cloud, brief_stack.outputs)
        return entry if entry and entry["finished_at"] else NotYet(f"ledger entry {entry}")

    entry = wait_until("the upload has ended", ask, PATIENCE_SECONDS)
    assert_ended_as_in_one_go(brief_stack, entry, number)


@pytest.mark.timeout(PATIENCE_SECONDS + 60)
@pytest.mark.parametrize("number", [250, pytest.param(500, marks=pytest.mark.night("more of the same"))])
def test_a_table_that_takes_a_tenth_of_what_is_asked_makes_an_upload_slow_and_no_more(
    brief_stack: StruckStack, unique: str, number: int
) -> None:
    throttled = brief_stack.proxy.arm(Fault("BatchExecuteStatement", OVER_CAPACITY, ALWAYS, share=0.9))
    sent = brief_stack.upload(as_array(batch(unique, number)), f"{unique}.json")
    entry, seen = followed(brief_stack, sent)
    assert_ended_as_in_one_go(brief_stack, entry, number)
    assert len(throttled.struck) > 2 * number / 25
    assert seen == sorted(seen)
    assert brief_stack.proxy.calls.count("Invoke") > 2
    assert not given_up(brief_stack, sent)


@pytest.mark.timeout(PATIENCE_SECONDS + 60)
def test_a_table_that_takes_nothing_for_longer_than_an_invocation_stalls_no_upload(
    brief_stack: StruckStack, unique: str
) -> None:
    brief_stack.proxy.arm(Fault("BatchExecuteStatement", OVER_CAPACITY, seconds=2.5 * BRIEF_SECONDS))
    sent = brief_stack.upload(as_array(batch(unique, 30)), f"{unique}.json")
    entry, _ = followed(brief_stack, sent)
    assert_ended_as_in_one_go(brief_stack, entry, 30)
    assert brief_stack.proxy.calls.count("Invoke") >= 2
    assert not given_up(brief_stack, sent)


@pytest.mark.night("checkpoints that come late are tried in all orders by day, without a cloud")
def test_an_attempt_that_comes_late_to_its_checkpoint_goes_on_from_the_later_one(
    patient_stack: StruckStack, unique: str
) -> None:
    """One attempt is held at its first checkpoint, while another comes to the end."""
    number = 3_000
    held = patient_stack.proxy.arm(Fault("UpdateItem", Hang(), skip=1))
    patient_stack.proxy.arm(slow_batches(0.5))
    sent = patient_stack.upload(as_lines(batch(unique, number)), f"{unique}.jsonl", silent=True)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(patient_stack.deliver, patient_stack.event(sent))
        wait_until("one is held", lambda: bool(held.struck) or NotYet(str(patient_stack.proxy.calls)), 30)
        assert patient_stack.deliver(patient_stack.event(sent)) == {}
        before = patient_stack.entry(sent)
        patient_stack.proxy.clear()
        assert late.result() == {}
    assert before is not None
    assert_ended_as_in_one_go(patient_stack, before, number)
    assert patient_stack.entry(sent) == before
