"""What the pipeline adds to an invoice in the table: `_ingest` and `_cliente`. Pure.

Both are in every export of the table, too. There they are dropped, so that what was exported can be uploaded again.
"""

import copy
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from .attributes import Attribute
from .customers import MAX_KEY_BYTES, customer_key
from .reasons import Reason, pointer, shortened

T = TypeVar("T")

PROVENANCE = "_ingest"
"""Which upload brought the invoice: `key`, `version_id`, `position`, `time` and `sha256`."""

CUSTOMER = "_cliente"
"""The key of the invoice's `cliente` in the index `por-cliente`."""

MAX_BYTES = 2_560 + len(CUSTOMER) + MAX_KEY_BYTES
"""The most that both take of an item. `_ingest` has an object key and a version id of up to 1,024 bytes each."""

_MAX_NAME_BYTES = 1_024
_POSITION = re.compile(r"0|[1-9][0-9]{0,15}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def content(members: Mapping[str, T]) -> dict[str, T]:
    """The members of an item that are the invoice's own."""
    return {name: value for name, value in members.items() if name not in (PROVENANCE, CUSTOMER)}


def is_indexed(item: Mapping[str, Attribute]) -> bool:
    """Whether an item is in the index under its customer's key. Another program may have written it."""
    customer = item.get("cliente", {}).get("S")
    return customer is not None and item.get(CUSTOMER) == {"S": customer_key(customer)}


def without_exported(invoice: dict[str, Any]) -> dict[str, Any]:
    """The invoice without those of both members that are exactly as the pipeline writes them."""
    for name, is_ours in _IS_OURS.items():
        if name in invoice and is_ours(invoice):
            # Not `content`: what the parser says of repeated members has to stay.
            invoice = copy.copy(invoice)
            del invoice[name]
    return invoice


def reserved(invoice: Mapping[str, Any]) -> list[Reason]:
    """Why an invoice may not have those of both members that `without_exported` left."""
    found = []
    if PROVENANCE in invoice:
        found.append(Reason("reserved", pointer(PROVENANCE)))
    if CUSTOMER in invoice:
        customer = invoice.get("cliente")
        wanted = {"hint": "customer", "wanted": shortened(customer_key(customer))} if isinstance(customer, str) else {}
        found.append(Reason("reserved", pointer(CUSTOMER), wanted))
    return found


def _is_provenance(invoice: Mapping[str, Any]) -> bool:
    value = invoice[PROVENANCE]
    # Where members repeat, the parser gives a dictionary of another type.
    return (
        type(value) is dict
        and value.keys() == _OF_PROVENANCE.keys()
        and all(is_right(value[name]) for name, is_right in _OF_PROVENANCE.items())
    )


def _is_customer(invoice: Mapping[str, Any]) -> bool:
    name = invoice.get("cliente")
    return isinstance(name, str) and invoice[CUSTOMER] == customer_key(name)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_name(value: Any) -> bool:
    """A key or a version id in S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html."""
    try:
        return isinstance(value, str) and 0 < len(value.encode()) <= _MAX_NAME_BYTES
    except UnicodeEncodeError:
        return False


def _is_position(value: Any) -> bool:
    return isinstance(value, Decimal) and _POSITION.fullmatch(str(value)) is not None


_OF_PROVENANCE: dict[str, Callable[[Any], bool]] = {
    "key": _is_name,
    "version_id": _is_name,
    "position": _is_position,
    "time": _matches(_TIME),
    "sha256": _matches(_SHA256),
}

SCHEMAS: dict[str, dict[str, Any]] = {
    PROVENANCE: {
        "type": "object",
        "required": list(_OF_PROVENANCE),
        "additionalProperties": False,
        "properties": {
            "key": {"type": "string", "minLength": 1, "maxLength": _MAX_NAME_BYTES},
            "version_id": {"type": "string", "minLength": 1, "maxLength": _MAX_NAME_BYTES},
            "position": {"type": "integer", "minimum": 0, "maximum": 10**16 - 1},
            "time": {"type": "string", "pattern": f"^{_TIME.pattern}$"},
            "sha256": {"type": "string", "pattern": f"^{_SHA256.pattern}$"},
        },
    },
    CUSTOMER: {"type": "string"},
}
"""What JSON Schema can say of both in an invoice to upload."""

_IS_OURS: dict[str, Callable[[Mapping[str, Any]], bool]] = {PROVENANCE: _is_provenance, CUSTOMER: _is_customer}
