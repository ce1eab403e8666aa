"""A function killed at any call, before the call was carried out or after, and retried."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from aws_stack.proxy import ALWAYS, Armed, Drip, Exhaust, Fault, Hang, Kill, KillIn, Moment, Operation
from aws_stack.waiting import NotYet, wait_until
from fixtures.examples import Example
from fixtures.faults import StruckStack
from fixtures.invoices import as_stored, counts, document, invoice
from fixtures.strategies.documents import Document, Record
from fixtures.strategies.values import MARK

# The calls of one attempt at the document below, which takes seven batches and has rejects: how many of the same
# operation come before.
BY_SCHEDULES = pytest.mark.night("a kill before every call is tried by day without a function of its own")

CALLS: dict[str, tuple[Operation, int]] = {
    "opening the ledger entry": ("UpdateItem", 0),
    "reading the document": ("GetObject", 0),
    "the first batch": ("BatchExecuteStatement", 0),
    "the last batch": ("BatchExecuteStatement", 6),
    "writing the rejects": ("PutObject", 0),
    "closing the ledger entry": ("UpdateItem", 1),
}


def came_back(stack: StruckStack, fatal: Armed) -> bool | NotYet:
    """Whether the function died of the struck call, and a second attempt began: it opens the ledger entry once more."""
    calls = stack.proxy.calls
    begun = fatal.killed and any("UpdateItem" in calls[place + 1 :] for place in fatal.struck)
    return begun or NotYet(f"the function {'was killed' if fatal.killed else 'lives'}; the calls {calls}")


def test_an_attempt_that_comes_late_to_its_end_leaves_a_closed_entry_as_it_is(
    patient_stack: StruckStack, unique: str
) -> None:
    sent = patient_stack.upload(document(invoice(unique), invoice("x", valor=-1)), f"{unique}.json", silent=True)
    event = patient_stack.event(sent)
    patient_stack.proxy.arm(Fault("UpdateItem", Hang(), skip=1))
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(patient_stack.deliver, event)
        calls = patient_stack.proxy.calls
        wait_until("it is at its end", lambda: calls.count("UpdateItem") == 2 or NotYet(str(calls)), 30)
        assert patient_stack.deliver(event) == {}
        before = patient_stack.entry(sent)
        assert before is not None
        assert before["status"] == "completed"
        # The late one's call is hung up on, and made again.
        patient_stack.proxy.clear()
        assert late.result() == {}
    assert patient_stack.entry(sent) == before


@pytest.mark.parametrize("moment", [Moment.AFTER, pytest.param(Moment.BEFORE, marks=BY_SCHEDULES)])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_function_killed_at_any_call_ends_as_if_it_had_not_been(
    patient_stack: StruckStack, unique: str, call: tuple[Operation, int], moment: Moment
) -> None:
    first = invoice(f"{unique}-0")
    patient_stack.ingest(document(first), f"{unique}-before.json")
    invoices = [invoice(f"{unique}-{number}") for number in range(1, 151)]
    conflicting, broken = invoice(f"{unique}-0", valor=1), invoice(f"{unique}-x", valor=-1)
    body = document(first, conflicting, *invoices, invoices[0], broken)

    patient_stack.proxy.clear()
    operation, skip = call
    fatal = patient_stack.proxy.arm(Fault(operation, Kill(moment), skip=skip))
    sent = patient_stack.upload(body, f"{unique}.json")
    # An entry that was closed by a call whose answer never came is final before the function is killed.
    wait_until("the function was killed and came back", lambda: came_back(patient_stack, fatal), 30)
    entry = patient_stack.wait(sent)

    assert entry["status"] == "completed"
    assert counts(entry) == {"received": 154, "stored": 150, "duplicates": 2, "conflicts": 1, "rejected": 1}
    assert entry["error"] is None
    rejects = patient_stack.rejects(entry)
    assert [(reject["position"], reject["reasons"][0]["code"]) for reject in rejects] == [
        (1, "conflict"),
        (153, "negative"),
    ]
    for number, one in enumerate([first, *invoices]):
        if number % 10 == 0:
            assert patient_stack.stored(one["id"]) == as_stored(one)
    assert patient_stack.invoice(f"{unique}-x") is None


DEATHS = {
    "in the middle of its work": Fault("BatchExecuteStatement", KillIn(0.02), skip=1),
    "for want of memory": Fault("BatchExecuteStatement", Exhaust(), skip=1),
}
OTHER_DEATHS = {
    "while the document comes": Fault("GetObject", KillIn(0.01)),
    "soon after it began": Fault("UpdateItem", KillIn(0.05)),
    "for want of memory at its end": Fault("PutObject", Exhaust()),
}


@pytest.mark.parametrize(
    "fault",
    [
        *(pytest.param(fault, id=name) for name, fault in DEATHS.items()),
        *(
            pytest.param(fault, id=name, marks=pytest.mark.night("one death of each kind is tried by day"))
            for name, fault in OTHER_DEATHS.items()
        ),
    ],
)
def test_a_function_that_dies_at_any_moment_ends_as_if_it_had_not(
    patient_stack: StruckStack, unique: str, fault: Fault
) -> None:
    invoices = [invoice(f"{unique}-{number}") for number in range(1_000)]
    patient_stack.proxy.arm(Fault("BatchExecuteStatement", Drip(0.01), ALWAYS, skip=2))
    fatal = patient_stack.proxy.arm(fault)
    sent = patient_stack.upload(document(*invoices, invoice("x", valor=-1)), f"{unique}.json")
    wait_until("the function died and came back", lambda: came_back(patient_stack, fatal), 30)
    entry = patient_stack.wait(sent)
    assert (entry["status"], entry["error"]) == ("completed", None)
    assert counts(entry) == {"received": 1_001, "stored": 1_000, "rejected": 1}
    assert [reject["position"] for reject in patient_stack.rejects(entry)] == [1_000]
    assert patient_stack.stored(f"{unique}-999") == as_stored(invoices[-1])


def test_what_a_killed_function_stored_stays_when_its_version_is_deleted(brief_stack: StruckStack) -> None:
    stored = {"id": MARK, "cliente": "Ana", "valor": Decimal(1), "data_emissao": "2026-01-01"}
    example = Example(brief_stack)
    place = example.put(Document((Record(stored),)), silent=True)
    fatal = brief_stack.proxy.arm(Fault("BatchExecuteStatement", Kill(Moment.AFTER)))
    assert example.deliver(place), "it reports no end"
    wait_until("the function is gone", lambda: fatal.killed or NotYet("it lives"), 10)
    brief_stack.proxy.clear()
    example.follow_a_killed(place)
    example.agrees()

    example.delete(place)
    assert example.deliver(place) == {}
    example.follow(place)
    example.agrees()
    assert list(example.contents()) == [MARK]
    entry = example.entry(place)
    assert entry is not None
    assert (entry["status"], entry["error"]["code"]) == ("failed", "missing_object")
