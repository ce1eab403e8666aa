"""Invoices, and the documents that hold them, as an implementation reads them."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipeline.words import _

from .adapter import Adapter

Invoice = dict[str, Any]
"""An invoice by the contract's names. What an implementation adds to its samples is there under its own."""

SAMPLE: Invoice = {
    "id": "NF-8",
    "cliente": "João Silva",
    "valor": Decimal("2878.1"),
    "data_emissao": "2025-10-03",
}
"""As real files in circulation have it."""


def document(invoices: Sequence[Invoice], form: str, adapter: Adapter) -> bytes:
    """The document that holds invoices, in UTF-8. One that is an object holds one."""
    theirs = [text(_renamed(one, adapter.members)) for one in invoices]
    match form:
        case "array":
            return f"[{', '.join(theirs)}]".encode()
        case "lines":
            return "".join(f"{one}\n" for one in theirs).encode()
        case _:
            [only] = theirs
            return only.encode()


def read(body: bytes, adapter: Adapter) -> list[Invoice]:
    """The invoices of a sample, whatever its form. Raises ValueError where it holds something else."""
    try:
        whole = json.loads(body, parse_float=Decimal)
    except ValueError:
        whole = [json.loads(line, parse_float=Decimal) for line in body.decode().splitlines() if line.strip()]
    back = {theirs: ours for ours, theirs in adapter.members.items()}
    invoices = whole if isinstance(whole, list) else [whole]
    if not all(isinstance(one, dict) for one in invoices):
        raise ValueError(_("an invoice is a JSON object"))
    return [_renamed(one, back) for one in invoices]


def text(value: object) -> str:
    """A value as JSON, its numbers exact."""
    match value:
        case Decimal():
            return format(value, "f")
        case Mapping():
            return (
                "{"
                + ", ".join(f"{json.dumps(name, ensure_ascii=False)}: {text(one)}" for name, one in value.items())
                + "}"
            )
        case list() | tuple() | set():
            return "[" + ", ".join(map(text, value)) + "]"
        case bytes():
            return json.dumps(value.hex())
        case str() | bool() | int() | None:
            return json.dumps(value, ensure_ascii=False)
        case other:
            return json.dumps(str(other), ensure_ascii=False)


def _renamed(invoice: Invoice, names: Mapping[str, str]) -> Invoice:
    return {names.get(name, name): value for name, value in invoice.items()}
