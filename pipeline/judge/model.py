"""What the table of an implementation should hold, and what is wrong with what it holds."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from pipeline.words import _, plural

from .adapter import Adapter
from .documents import Invoice, text

Row = dict[str, Any]

SHOWN = 3
"""How many ids a sentence names."""


class BrokenError(Exception):
    """A promise is not kept. The message says what was found instead."""


def check(rows: Sequence[Row], invoices: Sequence[Invoice], adapter: Adapter, members: Collection[str] = ()) -> None:
    """Raise BrokenError unless there is exactly one row for each invoice, in which these members are the invoice's.

    A promise looks at the members that it is about, and at no others: so one fault breaks one promise.
    """
    name = adapter.row["id"]
    by_id: dict[object, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row.get(name), []).append(row)
    expected = {one["id"]: one for one in invoices}
    missing = [one for one in expected if one not in by_id]
    if missing:
        raise BrokenError(
            _(
                "missing from the table: {ids} ({missing} of {count})",
                missing=len(missing),
                count=len(expected),
                ids=_some(missing),
            )
        )
    double = [one for one, found in by_id.items() if len(found) > 1]
    if double:
        raise BrokenError(
            _("the table holds {count} rows for the invoice {id}, not 1", count=len(by_id[double[0]]), id=double[0])
        )
    more = [one for one in by_id if one not in expected]
    if more:
        raise BrokenError(
            plural(
                len(more),
                "the table holds a row that should not be there: {rows}",
                "the table holds {count} rows that should not be there: {rows}",
                rows=_some_rows(by_id, more),
            )
        )
    for one, invoice in expected.items():
        _check_members(by_id[one][0], invoice, adapter, members)


def _check_members(row: Row, invoice: Invoice, adapter: Adapter, members: Collection[str]) -> None:
    for ours in [one for one in invoice if one in members]:
        value = invoice[ours]
        theirs = adapter.row.get(ours, ours)
        if theirs not in row:
            raise BrokenError(
                _(
                    "the invoice {id} has no {member} in the table; if it is there under another name, say so in "
                    "the adapter by row",
                    id=invoice["id"],
                    member=theirs,
                )
            )
        found = row[theirs]
        if not (_equal_amounts(found, value, adapter) if ours == "valor" else found == value):
            raise BrokenError(
                _(
                    "the invoice {id} has the {member} {found} in the table, not {value}",
                    id=invoice["id"],
                    member=theirs,
                    found=text(found),
                    value=text(value),
                )
            )


def _equal_amounts(found: object, value: object, adapter: Adapter) -> bool:
    """Whether an amount is kept: a number as a number, unless the implementation declares that it keeps texts."""
    if adapter.amounts_as_text or isinstance(value, str):
        try:
            return Decimal(str(found)) == Decimal(str(value))
        except ArithmeticError:
            return False
    return isinstance(found, Decimal) and found == value


def _some(ids: Sequence[object]) -> str:
    return ", ".join(map(str, ids[:SHOWN])) + (", …" if len(ids) > SHOWN else "")


def _some_rows(by_id: dict[object, list[Row]], ids: Sequence[object]) -> str:
    return ", ".join(text(row) for one in ids[:SHOWN] for row in by_id[one][:1])
