"""Plain observations for tests."""

from typing import Any

from fixtures.invoices import COUNTS
from fixtures.observations import Observation


def observation(**changes: Any) -> Observation:
    """An upload of one invoice that was stored, with `changes`."""
    fields: dict[str, Any] = {
        "test": "tests/e2e/test_some.py::test_some",
        "worker": "gw0",
        "example": 0,
        "started": 1000.0,
        "seconds": 0.02,
        "size": 100,
        "status": "completed",
        "counts": counts(received=1, stored=1),
        "kinds": [],
        "shown": "",
    }
    return Observation(**fields | changes)


def counts(**given: int) -> dict[str, int]:
    """The ledger's five counts, 0 where none is given."""
    return dict.fromkeys(COUNTS, 0) | given
