"""The nested dict of an NF-e, built from the events of a parser, as far as `nfe` reads it. Pure.

It is what xmltodict would make of the same XML, without the elements that nothing is taken from: most of an NF-e. So it
is small where the XML is large.
"""

from collections.abc import Mapping
from typing import Any

# The elements that are kept, by the one that holds them. Those in an element that is not listed here are not, but for
# what every group of ICMS may have.
_KEPT: dict[str, frozenset[str]] = {
    "NFe": frozenset({"infNFe"}),
    "infNFe": frozenset({"ide", "emit", "dest", "det", "total"}),
    "ide": frozenset({"mod", "serie", "nNF", "natOp", "dhEmi"}),
    "emit": frozenset({"CNPJ", "CPF", "xNome"}),
    "dest": frozenset({"CNPJ", "CPF", "idEstrangeiro", "xNome"}),
    "det": frozenset({"prod", "imposto"}),
    "prod": frozenset({"xProd", "CFOP", "qCom", "vUnCom", "vProd", "indTot", "veicProd"}),
    "veicProd": frozenset({"tpOp"}),
    "imposto": frozenset({"ICMS", "PISST", "COFINSST"}),
    "PISST": frozenset({"vPIS", "indSomaPISST"}),
    "COFINSST": frozenset({"vCOFINS", "indSomaCOFINSST"}),
    "total": frozenset({"ICMSTot"}),
    "protNFe": frozenset({"infProt"}),
    "infProt": frozenset({"chNFe", "nProt"}),
}
_KEEPS_ALL = frozenset({"ICMS", "ICMSTot"})
_OF_AN_ICMS_GROUP = frozenset({"vICMSDeson", "indDeduzDeson"})


def _is_kept(name: str, holder: str) -> bool:
    return name != "" and (holder in _KEEPS_ALL or name in _KEPT.get(holder, _OF_AN_ICMS_GROUP))


_PER_ELEMENT = 100
"""Roughly the bytes that an element takes besides its text."""


class _Element:
    """An element that has begun. Attributes and elements are its `members`."""

    __slots__ = ("members", "name", "texts")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.members: dict[str, Any] = {f"@{name}": value for name, value in attributes.items()}
        self.texts: list[str] = []

    def add(self, name: str, value: Any) -> None:
        if name not in self.members:
            self.members[name] = value
        elif isinstance(self.members[name], list):
            self.members[name].append(value)
        else:
            self.members[name] = [self.members[name], value]

    def value(self) -> Any:
        text = "".join(self.texts).strip()
        if not self.members:
            return text or None
        return {**self.members, "#text": text} if text else self.members


class Tree:
    """One element and what is kept of those in it. `value` is there once it has ended.

    It is given up as `too_large` once it takes more than `limit` bytes. `left_out` counts the elements that are open
    and not kept.
    """

    def __init__(self, name: str, limit: int) -> None:
        self.value: Any = None
        self.too_large = False
        self._open = [_Element(name, {})]
        self.left_out = 0
        self._room = limit

    @property
    def takes_text(self) -> bool:
        """Whether text that comes now is kept."""
        return not self.left_out and not self.too_large

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins. One of another namespace has the name ""."""
        holder = self._open[-1].name
        if self.left_out or self.too_large or not _is_kept(name, holder):
            self.left_out += 1
            return
        self._open.append(_Element(name, attributes))
        self._take(_PER_ELEMENT + sum(len(name) + len(value) for name, value in attributes.items()))

    def text(self, text: str) -> None:
        """A piece of text, in the element that began last."""
        if self.takes_text and not self.too_large:
            self._open[-1].texts.append(text)
            self._take(len(text))

    def end(self) -> None:
        """The element that began last ends."""
        if self.left_out:
            self.left_out -= 1
            return
        ended = self._open.pop()
        if self._open:
            self._open[-1].add(ended.name, ended.value())
        else:
            self.value = ended.value()

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0 and not self.too_large:
            self.too_large = True
            for element in self._open:
                element.members.clear()
                element.texts.clear()
