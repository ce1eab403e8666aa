"""One implementation under trial: what promises upload, and what they find."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import model
from .adapter import Adapter, Refusals
from .bench import Bench, Upload
from .documents import Invoice, document, text
from .function import Answer
from .learning import TEXT, WHOLE, Learned, suffix
from .model import BrokenError

EXTRA = "x-"
"""What the names of members begin with that no implementation knows."""


@dataclass
class Trial:
    """An implementation, and what was learned of it. Every example has keys and ids of its own.

    A function may remember ids between invocations, as its process lives on; so no example gets those of another.
    """

    bench: Bench
    learned: Learned

    @property
    def adapter(self) -> Adapter:
        """What is known of it."""
        return self.bench.adapter

    def invoice(self, number: int = 0, **members: Any) -> Invoice:
        """An invoice as the implementation takes it, with the number as a part of its id.

        What is drawn of a member stands in it where an invoice of this implementation has that member.
        """
        base = self.learned.base
        id_: object = 10_000 * self.bench.begun + number if isinstance(base["id"], int) else ""
        known = {name: value for name, value in members.items() if name in base or name.startswith(EXTRA)}
        return {**base, "id": id_ or f"NF-{self.bench.begun}-{number}", **known}

    def invoices(self, count: int) -> list[Invoice]:
        """So many, each with another amount."""
        return [self.invoice(number, valor=self.amount(100 * (number + 1))) for number in range(count)]

    def amount(self, cents: int) -> object:
        """An amount, as it stands in this implementation's documents."""
        match self.learned.style:
            case style if style == TEXT:
                return format(Decimal(cents).scaleb(-2), "f")
            case style if style == WHOLE:
                return cents // 100
            case _:
                return Decimal(cents).scaleb(-2)

    def document(self, *invoices: Invoice) -> bytes:
        """The document that holds invoices, in the form that it takes."""
        return document(invoices, self.learned.form, self.adapter)

    def key(self, name: str = "notas") -> str:
        """A key that nothing else has."""
        number = len(self.bench.uploads)
        ending = suffix(self.learned.form, self.adapter)
        return f"{self.adapter.prefix}judge/{name}-{self.bench.begun}-{number}{ending}"

    def put(self, *invoices: Invoice) -> Upload:
        """Upload invoices in one document; the function hears nothing of it yet."""
        return self.bench.put(self.document(*invoices), self.key())

    def upload(self, *invoices: Invoice) -> Answer:
        """Upload invoices in one document, and have the function take it."""
        return self.bench.deliver(self.put(*invoices).event)

    def upload_each(self, invoices: Sequence[Invoice]) -> None:
        """Upload invoices: in one document, or in one each where a document holds one."""
        for batch in self.batches(invoices):
            self.upload(*batch)

    def batches(self, invoices: Sequence[Invoice]) -> list[Sequence[Invoice]]:
        """What of these invoices goes into a document together: all of them, or one each where it holds one."""
        return [invoices] if self.learned.takes_many else [[one] for one in invoices]

    def holds(self, *invoices: Invoice, members: Collection[str] = ()) -> None:
        """Raise BrokenError unless the table holds these invoices and nothing else, with these members as they are."""
        model.check(self.bench.rows(), invoices, self.adapter, members)

    def amounts(self) -> list[str]:
        """The amounts in the table, as text; where a row has none under its name, the whole row."""
        return sorted(text(row.get(self.adapter.row["valor"], row)) for row in self.bench.rows())

    def told(self) -> str:
        """All that it has told of what it refused."""
        return "\n".join(self._refusals())

    def reasons(self, name: str) -> list[str]:
        """The reasons in all refusals that name an invoice so; "" where one has none."""
        lines = [line for found in self._refusals() for line in found.splitlines() if name in line]
        return [text(one.get(self._declared.reasons, "")) for one in map(_json_in, lines) if one]

    @property
    def _declared(self) -> Refusals:
        refusals = self.adapter.refusals
        assert refusals is not None  # nosec B101 # who asks has looked
        return refusals

    def _refusals(self) -> list[str]:
        """Rows of a table, as JSON each; objects of a bucket; the log."""
        refusals, found = self._declared, []
        if refusals.table:
            found += [text(row) for row in self.bench.rows(refusals.table)]
        if refusals.bucket:
            found += self.bench.texts(refusals.bucket)
        if refusals.log:
            found.append(self.bench.log())
        return found


def _json_in(line: str) -> dict[str, Any]:
    """The object of JSON that a line ends with, as a log's may after its level; empty if there is none."""
    try:
        found = json.loads(line[line.index("{") :])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


__all__ = ["BrokenError", "Trial"]
