"""What people are told of an invoice that is plain but for some members."""

from typing import Any

from fixtures.invoices import invoice
from pipeline.functions.invoice import Checked, check
from pipeline.functions.reasons import Reason

from .documents import exact


def told(**changes: Any) -> list[str]:
    """The messages for such an invoice. A change to None makes a member null."""
    return [reason.message for reason in reasons({**invoice("x"), **changes})]


def reasons(value: Any) -> list[Reason]:
    """Every reason for which an invoice is refused."""
    answer = check(exact(value))
    return [] if isinstance(answer, Checked) else answer
