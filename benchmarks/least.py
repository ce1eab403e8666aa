"""The function with the least memory that the template allows, and so the least of a core: memory, and time.

It does the same with any memory. Whether that is enough is measured where it waits for the processor as long as there.
"""

from collections.abc import Iterator

from . import conflicts
from .contestants import document
from .memory import HOLDER_BYTES, Cost
from .slowed import LEAST_MB, LEAST_SHARE

INVOICES = 20_000
QUICK_INVOICES = 5_000

TIMEOUT_SECONDS = 900
"""The template's default."""


def measure(invoices: int) -> Iterator[Cost]:
    """What a file of new invoices costs, and one of conflicts with large items, of which every one is read for 20."""
    yield conflicts.of_one_file(f"stored, with {LEAST_MB} MB", document(invoices), "stored", share=LEAST_SHARE)
    yield conflicts.of_one_file(
        f"conflicts with items of 390 KB, with {LEAST_MB} MB",
        conflicts.document(invoices),
        "conflicts",
        HOLDER_BYTES,
        LEAST_SHARE,
    )


def in_its_time(cost: Cost) -> float:
    """How many such invoices one invocation brings to their end."""
    return TIMEOUT_SECONDS / cost.wall_microseconds * 1e6
