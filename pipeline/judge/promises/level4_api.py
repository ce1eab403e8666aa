"""Level 4, where an implementation declares an API: what is stored is found, and what is not is not there."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from pipeline.words import _, marked

from ..adapter import Adapter, Api
from ..asking import ask, invoices_in
from ..documents import text
from ..drawing import cents
from ..learning import Learned
from ..promise import Promise
from ..trial import BrokenError, Trial


def _api(trial: Trial) -> Api:
    api = trial.adapter.api
    assert api is not None  # nosec B101 # `_undeclared` has looked
    return api


def _by_id(trial: Trial, amount: int) -> None:
    invoice = trial.invoice(valor=trial.amount(amount))
    trial.upload(invoice)
    status, body = ask(trial.bench, _api(trial).invoice, str(invoice["id"]))
    row = trial.adapter.row
    found = [one for one in invoices_in(body, row["id"]) if _equal(one[row["id"]], invoice["id"])]
    if status != 200 or len(found) != 1:
        raise BrokenError(
            _("the API answers {status} for the invoice {id}: {body}", status=status, id=invoice["id"], body=text(body))
        )
    for ours in [one for one in ("cliente", "valor", "data_emissao") if one in invoice]:
        if not _equal(found[0].get(row[ours]), invoice[ours]):
            raise BrokenError(
                _(
                    "the API gives the invoice {id} the {member} {found}, not {value}",
                    id=invoice["id"],
                    member=row[ours],
                    found=text(found[0].get(row[ours])),
                    value=text(invoice[ours]),
                )
            )


def _equal(found: Any, value: Any) -> bool:
    """Whether an answer has a value; JSON has a number for a Decimal, or a text that keeps all of its digits."""
    if isinstance(value, Decimal | int):
        try:
            return Decimal(str(found)) == value
        except ArithmeticError:
            return False
    return bool(found == value)


def _unknown(trial: Trial, _drawn: None) -> None:
    trial.upload(trial.invoice())
    status, body = ask(trial.bench, _api(trial).invoice, str(trial.invoice(1)["id"]))
    if status != 404:
        raise BrokenError(
            _("the API answers {status} for an invoice that there is not: {body}", status=status, body=text(body))
        )


def _by_customer(trial: Trial, count: int) -> None:
    theirs, other = f"Cliente {trial.bench.begun}", f"Outro {trial.bench.begun}"
    wanted = [trial.invoice(number, cliente=theirs) for number in range(count)]
    trial.upload_each([*wanted, trial.invoice(count, cliente=other)])
    _status, body = ask(trial.bench, _api(trial).customer, theirs)
    name = trial.adapter.row["id"]
    found, expected = (
        sorted(str(one[name]) for one in invoices_in(body, name)),
        sorted(str(one["id"]) for one in wanted),
    )
    if found != expected:
        raise BrokenError(
            _(
                "the API gives the invoices {found} for a customer, not {expected}",
                found=", ".join(found) or "-",
                expected=", ".join(expected),
            )
        )


def _undeclared(_learned: Learned, adapter: Adapter) -> str:
    return "" if adapter.api and adapter.api.invoice else _("no API is declared")


def _no_customers(learned: Learned, adapter: Adapter) -> str:
    has_customers = adapter.api and adapter.api.customer and "cliente" in learned.base
    return "" if has_customers else _("no API is declared")


PROMISES = (
    Promise(
        "4.4",
        marked("the API finds an invoice"),
        marked("An invoice that is stored is found by its id, with its customer, its date and its exact amount."),
        marked("json.dumps knows no Decimal. Give it default=str or a float, never int, which drops the cents."),
        _by_id,
        cents,
        _undeclared,
        examples=6,
    ),
    Promise(
        "4.5",
        marked("what is not there is 404"),
        marked("The API answers 404 for an id that no invoice has."),
        marked("get_item answers without Item then. Look for it, and return a statusCode of 404."),
        _unknown,
        lambda _learned, _adapter: st.none(),
        _undeclared,
        examples=1,
    ),
    Promise(
        "4.6",
        marked("the API finds a customer's invoices"),
        marked("All invoices of a customer are found by the customer's name, and no others."),
        marked("Query an index by the customer. A filter of a scan comes after its Limit, and sees one page."),
        _by_customer,
        lambda _learned, _adapter: st.integers(1, 4),
        _no_customers,
        examples=4,
    ),
)
