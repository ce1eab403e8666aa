"""In what an invoice differs from the item that holds its id. Pure."""

from collections.abc import Mapping

from .additions import PROVENANCE, content
from .attributes import Attribute, Texts, canonical
from .invoice import Checked


def texts_of(item: Mapping[str, Attribute]) -> Texts:
    """The attributes of an item in the table, as `Checked` has those of an invoice."""
    return {name: canonical(value) for name, value in item.items()}


def differing(checked: Checked, held: Texts) -> list[str]:
    """The members that only one of them has, or both with other values; by name, sorted.

    Values are compared as the hash of the content compares them: numbers by value, objects without regard to order. So
    other content differs somewhere, unless another program has changed the item since it was stored. Then the hash in
    its `_ingest` is no longer that of its content, and `_ingest` is what differs.
    """
    ours, theirs = content(dict(zip(checked.names, checked.parameters, strict=True))), content(held)
    names = sorted(ours.keys() | theirs.keys())
    return [name for name in names if ours.get(name) != theirs.get(name)] or [PROVENANCE]
