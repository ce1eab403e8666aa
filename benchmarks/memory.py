"""How memory, and the cost of a record, change as files grow."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from .contestants import Contestant, as_document, document, invoice
from .watching import watched

SIZES = (2_000, 20_000, 200_000)
"""Invoices in a file; the last come to 30 MB."""

QUICK_SIZES = (2_000, 20_000)

LONGEST_PAUSE_SECONDS = 0.1
"""Between two looks at the ledger. Short ones would cost the cloud a part of its time."""

CONFLICTS = 2_000
"""How many invoices are in conflict at the most: each of their holders is read whole, which takes an emulator long.

A file of 200,000 is `benchmarks.conflicts`.
"""

HOLDERS = 100
"""How many large items the conflicts meet."""

HOLDER_BYTES = 390 * 1024
"""A large item; DynamoDB takes 400 KB."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file cost. `peak_mb` is the most resident memory of the function's process while it had the file."""

    what: str
    invoices: int
    megabytes: float
    peak_mb: float
    wall_microseconds: float
    """Per record, from upload to final ledger entry, including the cloud's own part."""
    cpu_microseconds: float
    """The function's own processor time per record."""


def measure(contestant: Contestant, sizes: tuple[int, ...]) -> Iterator[Cost]:
    """The cost of a file of each size; then of one whose invoices are all in conflict with large items."""
    contestant.seconds(document(100))
    for invoices in sizes:
        yield _cost(contestant, "stored", invoices, document(invoices))
    name = f"NF-large-{uuid.uuid4().hex[:8]}"
    held = (invoice(name, number) | {"observacao": "x" * (HOLDER_BYTES - 1024)} for number in range(HOLDERS))
    contestant.seconds(as_document(held))
    many = min(invoices, CONFLICTS)
    conflicts = as_document(invoice(name, number) | {"id": f"{name}-{number % HOLDERS}"} for number in range(many))
    yield _cost(contestant, "conflicts with items of 390 KB", many, conflicts)


def _cost(contestant: Contestant, what: str, invoices: int, body: bytes) -> Cost:
    with watched(contestant.function) as watch:
        seconds = contestant.seconds(body, LONGEST_PAUSE_SECONDS)
    return Cost(
        what,
        invoices,
        len(body) / 1e6,
        watch.peak_mb,
        seconds / invoices * 1e6,
        watch.cpu_seconds / invoices * 1e6,
    )
