"""NF-e in JSON, as xmltodict makes it of XML: where they are in a value, and what they are there. Pure.

`{"nfeProc": {"NFe": {…}, "protNFe": {…}}}`, `{"NFe": {…}}`, `{"enviNFe": {"NFe": [{…}, {…}]}}`, or any other elements
around them. Names may have prefixes (`ns0:NFe`), or the namespace itself where xmltodict was told to write it.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from .attributes import DuplicateMembers
from .fiscal import what_it_is
from .messages import Values
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

MOST_MEMBERS = 4
"""The most members of an object that stands for an XML document: its root, or that one's NF-e and attributes."""


class Found(NamedTuple):
    """The NF-e of a JSON value, in order. `fault` is why nobody can tell which they are, if so."""

    elements: Sequence[Nfe] = ()
    fault: Reason | None = None


_NOTHING = Found()


def may_hold(value: Any) -> bool:
    """Whether a value may be an XML document. What has an `id` is an invoice: most are, and are not looked into."""
    return isinstance(value, dict) and "id" not in value and len(value) <= MOST_MEMBERS


def found_in(value: Any) -> Found:
    """The NF-e of a JSON value; none if it is no XML document that holds any.

    An XML document has one root. So an invoice with a member `NFe` beside its others is an invoice, and so is whatever
    has an `id`. An array that has NF-e in some of its objects only is no part of an XML document either: the others may
    be invoices, too.
    """
    if not may_hold(value):
        return _NOTHING
    elements = [name for name in value if name[:1] not in ("@", "#")]
    if {_local(name) for name in elements} != _CONTENT:
        if len(elements) != 1:
            return _NOTHING
        root = value[elements[0]]
        if isinstance(root, list) and _local(elements[0]) not in ("NFe", "nfeProc"):
            return _NOTHING
    search = _Search()
    search.look_into(value, (), _MOST_AROUND)
    return Found(search.found, search.fault) if search.found and not search.has_others else _NOTHING


def other_document(value: Any) -> Values | None:
    """What a value without NF-e is, if it is another document of the tax office: the values of a sentence."""
    if not isinstance(value, dict):
        return None
    elements = [name for name in value if name[:1] not in ("@", "#", "?")]
    if len(elements) != 1 or not isinstance(value[elements[0]], dict):
        return None
    found = what_it_is(_local(elements[0]))
    return found if found.get("hint", "inside") != "inside" else None


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


class _Search:
    """One look for the NF-e in a value. It `has_others` if there is an array with something else beside NF-e."""

    def __init__(self) -> None:
        self.found: list[Nfe] = []
        self.fault: Reason | None = None
        self.has_others = False

    def look_into(self, value: dict[str, Any], steps: tuple[str, ...], levels: int) -> bool:
        """Look into an element, so many levels deep. Returns whether it holds any."""
        before = len(self.found)
        for name in _repeated_names(value):
            self.fault = self.fault or Reason("duplicate_member", pointer(*steps, name))
        members = {_local(name): member for name, member in value.items() if name[:1] != "@"}
        nfes, protocol = listed(members.get("NFe")), members.get("protNFe")
        if any(isinstance(one, dict) for one in nfes):
            self.found += [{"NFe": one} if protocol is None else {"NFe": one, "protNFe": protocol} for one in nfes]
            del members["NFe"]
        for name, member in members.items() if levels else ():
            elements = listed(member)
            holding = [
                isinstance(element, dict) and self.look_into(element, (*steps, name), levels - 1)
                for element in elements
            ]
            self.has_others = self.has_others or (any(holding) and not all(holding))
        return len(self.found) > before


def _repeated_names(value: dict[str, Any]) -> list[str]:
    """The names that an object has more than once, or again with another prefix. XML has no such thing."""
    repeated = list(value.names) if isinstance(value, DuplicateMembers) else []
    counts = Counter(_local(name) for name in value if name[:1] != "@")
    return repeated + [name for name in value if name[:1] != "@" and counts[_local(name)] > 1]


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
    """The members that stand more than once in one object: none of them can be chosen."""
    waiting: list[tuple[tuple[object, ...], Any]] = [((), value)]
    while waiting:
        steps, inner = waiting.pop()
        if isinstance(inner, dict):
            yield from (Reason("duplicate_member", pointer(*steps, name)) for name in _repeated_names(inner))
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
