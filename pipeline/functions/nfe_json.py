"""NF-e in JSON, as xmltodict makes it of XML: where they are in a value, and what they are there. Pure.

`{"nfeProc": {"NFe": {…}, "protNFe": {…}}}`, `{"NFe": {…}}`, `{"enviNFe": {"NFe": [{…}, {…}]}}`, or any other elements
around them. Names may have prefixes (`ns0:NFe`), or the namespace itself where xmltodict was told to write it.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .attributes import DuplicateMembers
from .nfe import Converted, convert
from .nfe_parts import listed
from .reasons import Reason, pointer

Nfe = dict[str, Any]
"""The element that holds `NFe`, one only, and `protNFe` if there is one: `{"NFe": {…}, "protNFe": {…}}`."""

_CONTENT = {"NFe", "protNFe"}

_MOST_AROUND = 8
"""The most elements around an NF-e."""

_MOST_INSIDE = 16
"""The most elements in one another in an NF-e, as far as they are read; the layout has 8."""

_MOST_MEMBERS = 4
"""The most members of an object that stands for an XML document: its root, or that one's NF-e and attributes."""


def found_in(value: Any) -> list[Nfe]:
    """The NF-e of a JSON value, in order; none if it is no XML document that holds any.

    An XML document has one root. So an invoice with a member `NFe` beside its others is an invoice, and so is whatever
    has an `id`.
    """
    if not isinstance(value, dict) or len(value) > _MOST_MEMBERS or "id" in value:
        return []
    elements = [name for name in value if name[:1] not in ("@", "#")]
    if {_local(name) for name in elements} != _CONTENT:
        if len(elements) != 1:
            return []
        root = value[elements[0]]
        if isinstance(root, list) and _local(elements[0]) not in ("NFe", "nfeProc"):
            return []
    return list(_found(value, _MOST_AROUND))


def invoice_of(nfe: Nfe) -> Converted | Reason:
    """The invoice that it is, or why it is none."""
    for reason in _repeated(nfe):
        return reason
    return convert(_plain(nfe["NFe"], _MOST_INSIDE), _plain(nfe.get("protNFe"), _MOST_INSIDE))


def json_text(value: Any) -> str | None:
    """A value as JSON text, its numbers exact; None where it is nested too deep for that."""
    try:
        return _text(value)
    except RecursionError:
        return None


def _found(value: dict[str, Any], levels: int) -> Iterator[Nfe]:
    members = {_local(name): member for name, member in value.items() if name[:1] != "@"}
    nfes, protocol = listed(members.get("NFe")), members.get("protNFe")
    if any(isinstance(one, dict) for one in nfes):
        yield from ({"NFe": one} if protocol is None else {"NFe": one, "protNFe": protocol} for one in nfes)
    elif levels:
        for member in members.values():
            for element in listed(member):
                if isinstance(element, dict):
                    yield from _found(element, levels - 1)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _plain(value: Any, levels: int) -> Any:
    """The value with the local names of its elements, as deep as an NF-e goes."""
    if not levels:
        return None
    if isinstance(value, dict):
        return {name if name[:1] == "@" else _local(name): _plain(member, levels - 1) for name, member in value.items()}
    return [_plain(element, levels - 1) for element in value] if isinstance(value, list) else value


def _repeated(value: Any) -> Iterator[Reason]:
    """The members that stand more than once in one object. XML has no such thing, so none can be chosen."""
    waiting: list[tuple[tuple[object, ...], Any]] = [((), value)]
    while waiting:
        steps, inner = waiting.pop()
        if isinstance(inner, DuplicateMembers):
            yield from (Reason("duplicate_member", pointer(*steps, name)) for name in inner.names)
        if isinstance(inner, dict):
            waiting += [((*steps, name), member) for name, member in inner.items()]
        elif isinstance(inner, list):
            waiting += [((*steps, index), element) for index, element in enumerate(inner)]


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return f"{{{', '.join([f'{json.dumps(name)}: {_text(member)}' for name, member in value.items()])}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return json.dumps(value)
