"""What an upload costs in DynamoDB's units, counted by AWS's published rules from the requests themselves."""

from typing import Any

import pytest

from aws_stack.scarcity.schemas import Tables
from aws_stack.scarcity.sizes import item_size
from fixtures.bill import Meter, Usage
from fixtures.faults import StruckStack
from fixtures.invoices import counts, document, invoice
from fixtures.stacks import Sent

PER_UPLOAD = 10
"""The most write units an upload may cost besides its invoices."""

FULL = 1024
"""The largest item that costs one write unit."""


class Metered:
    """A stack whose requests are counted, from the first one on."""

    def __init__(self, stack: StruckStack) -> None:
        self.stack = stack
        self.meter = Meter(Tables(stack.cloud.client("dynamodb")))

    def ingest(self, body: bytes, key: str) -> tuple[Sent, dict[str, int], Usage]:
        """Upload. Returns the counts at its end, and what it used."""
        self.stack.proxy.keep()
        sent = self.stack.upload(body, key)
        entry = self.stack.wait(sent)
        return sent, counts(entry), self.meter.read(self.stack.proxy.kept())

    def replay(self, sent: Sent) -> Usage:
        """Deliver an upload's event again. Returns what that used."""
        self.stack.proxy.keep()
        assert self.stack.deliver(self.stack.event(sent)) == {}
        return self.meter.read(self.stack.proxy.kept())


def full(id_: str, **changes: Any) -> dict[str, Any]:
    """An invoice whose item takes most of a write unit, with 200 bytes or so of it left for what the pipeline adds."""
    return invoice(id_, observacao="x" * 600, **changes)


@pytest.mark.night("a thousand invoices of each outcome are counted by day")
def test_an_upload_costs_what_its_invoices_must_and_a_few_units_more(watched_stack: StruckStack, unique: str) -> None:
    metered = Metered(watched_stack)
    ids = [f"{unique}-{number}" for number in range(300)]
    _, seen, used = metered.ingest(document(*map(full, ids)), f"{unique}-1.json")
    assert seen == {"received": 300, "stored": 300}
    assert 600 < used.write_units <= 600 + PER_UPLOAD

    new = [f"{unique}-new-{number}" for number in range(500)]
    body = document(
        *map(full, new[:200]),
        *map(full, ids[:150]),
        *(full(id_, cliente="Bia") for id_ in ids[150:]),
        *map(full, new[200:]),
        *(full(id_, valor=-1) for id_ in new[:100]),
        # Ids that this file itself has stored.
        *map(full, new[:100]),
    )
    _, seen, used = metered.ingest(body, f"{unique}-2.json")
    assert seen == {"received": 1000, "stored": 500, "duplicates": 250, "conflicts": 150, "rejected": 100}
    # What a file repeats of itself need not be asked of the table.
    least = 2 * 500 + 150 + 150
    assert least < used.write_units <= least + 100 + PER_UPLOAD

    item = watched_stack.dynamodb.get_item(
        TableName=watched_stack.outputs["InvoicesTable"], Key={"id": {"S": new[-1]}}
    )["Item"]
    assert FULL * 3 / 4 < item_size(item) <= FULL


def test_a_thousand_invoices_of_each_outcome_cost_2_1_1_and_0_units_each(
    watched_stack: StruckStack, unique: str
) -> None:
    metered = Metered(watched_stack)
    ids = [f"{unique}-{number}" for number in range(1000)]
    for outcome, changes, each, reads in (
        ("stored", {}, 2, 0),
        ("duplicates", {}, 1, 1),
        # Once more, to say what differs.
        ("conflicts", {"cliente": "Bia"}, 1, 2),
        ("rejected", {"valor": -1}, 0, 0),
    ):
        _, seen, used = metered.ingest(document(*(full(id_, **changes) for id_ in ids)), f"{unique}-{outcome}.json")
        assert seen == {"received": 1000, outcome: 1000}
        assert 1000 * each < used.write_units <= 1000 * each + PER_UPLOAD, outcome
        assert 1000 * reads <= used.read_units <= 1000 * reads + PER_UPLOAD, outcome


@pytest.mark.night("a thousand invoices of each outcome are counted by day")
def test_a_replay_costs_a_few_units_whatever_the_upload_held(watched_stack: StruckStack, unique: str) -> None:
    metered = Metered(watched_stack)
    sent, seen, _ = metered.ingest(document(*(full(f"{unique}-{number}") for number in range(1000))), f"{unique}.json")
    assert seen == {"received": 1000, "stored": 1000}
    used = metered.replay(sent)
    assert used.write_units <= PER_UPLOAD
    assert used.gets == 0
