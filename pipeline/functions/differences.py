"""In what an invoice differs from the item that holds its id. Pure."""

from collections.abc import Mapping

from .additions import PROVENANCE, content
from .attributes import Attribute, canonical
from .invoice import Checked


def differing(checked: Checked, item: Mapping[str, Attribute]) -> list[str]:
    """The members that only one of them has, or both with other values; by name, sorted.

    Values are compared as the hash of the content compares them: numbers by value, objects without regard to order. So
    other content differs somewhere, unless another program has changed the item since it was stored. Then the hash in
    its `_ingest` is no longer that of its content, and `_ingest` is what differs.
    """
    ours = content(dict(zip(checked.names, checked.parameters, strict=True)))
    theirs = content(item)
    return [
        name
        for name in sorted(ours.keys() | theirs.keys())
        # One at a time: an item may have 400 KB.
        if name not in ours or name not in theirs or ours[name] != canonical(theirs[name])
    ] or [PROVENANCE]
