"""NF-e documents as XML: bytes in, records out. Pure.

A record is an element `NFe`, wherever it stands: alone, in an `nfeProc` with the protocol of its authorisation, in an
`enviNFe` with others, or in whatever a program has put around them.

XML cannot be read from its middle on. So the place after a record is its position alone, and a reader that goes on from
there passes over those before it without building them.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import fiscal, nfe
from .document import BEGINNING, Place, Record
from .errors import DocumentError
from .nfe_tree import Tree
from .reasons import Reason, shortened
from .values import MAX_RECORD
from .xml_events import PIECE, Events
from .xml_parser import Name

_INFORMATION = Name("infNFe", nfe.NAMESPACE)
_PROTOCOL = Name("protNFe", nfe.NAMESPACE)

_TOO_LARGE = Reason("too_long", "", {"hint": "nfe", "most": MAX_RECORD})


class XmlReader:
    """The NF-e of a document, in file order, from `start` on; the chunks are all of its bytes, from its beginning.

    It is used like `document.Reader`: without `values`, the records have nothing but their positions. Iterating raises
    DocumentError where the document is no well-formed XML, and at its end if it has no NF-e of layout 4.00.
    """

    def __init__(self, chunks: Iterable[bytes], start: Place = BEGINNING, *, values: bool = True) -> None:
        self._chunks = chunks
        self._position = start.position
        self._finder = _Finder(start.position, values=values)

    def __iter__(self) -> Iterator[Record]:
        finder = self._finder
        for piece in _pieces(self._chunks):
            error = None
            try:
                finder.read(piece)
            except DocumentError as found:
                error = found
            while finder.found:
                self._position += 1
                yield finder.found.popleft()
            if error:
                raise error

    def place(self) -> Place:
        """The place after the record that was yielded last."""
        return Place(self._position)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """The same bytes, PIECE of them at a time, so that nothing depends on how they came; and None at their end."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        whole = len(waiting) - len(waiting) % PIECE
        for begin in range(0, whole, PIECE):
            yield bytes(waiting[begin : begin + PIECE])
        del waiting[:whole]
    yield bytes(waiting)
    yield None


@dataclass(slots=True)
class _Nfe:
    """An element `NFe` that has begun, with so many elements `around` it. `fault` is why it cannot be read, if so.

    If anything is to be made of it, `tree` is what is built of it, and `protocol` of its protNFe. `text` is its XML
    once it has ended, unless that is too long to be kept.
    """

    around: int
    place: tuple[int, int]
    fault: Reason | None
    tree: Tree | None
    protocol: Tree | None = None
    text: str | None = None

    def record(self, position: int) -> Record:
        """The record that it is."""
        if self.tree is None:
            return Record(position)
        text = None if self.text is None else json.dumps(self.text, ensure_ascii=False)
        if fault := self.fault or (_TOO_LARGE if self.tree.too_large else None):
            return Record(position, text, fault=fault)
        return Record.of_nfe(position, text, nfe.convert(self.tree.value, self.protocol and self.protocol.value))


class _Finder:
    """Finds the NF-e among the elements of a document. `found` has the records that are complete.

    Those at positions before `passed` are counted, and no more. Without `values` there are positions only.
    """

    def __init__(self, passed: int, *, values: bool) -> None:
        self.found: deque[Record] = deque()
        self._events = Events(self)
        self._passed = passed
        self._values = values
        self._count = 0
        self._one_can_be_read = False
        # Why the document fails if none can be read: by its root, and by the first of them.
        self._root_error: DocumentError | None = None
        self._first_error: DocumentError | None = None
        self._nfe: _Nfe | None = None
        # One that has ended, in an nfeProc that has not: its protocol may follow.
        self._waiting: _Nfe | None = None
        # What is being built, and whether texts are told for it.
        self._tree: Tree | None = None
        self._wants_text = False

    def read(self, piece: bytes | None) -> None:
        """Take the next piece, or None for the end. Raises DocumentError."""
        if piece is not None:
            self._events.read(piece)
            if self._events.kept_size() > MAX_RECORD:
                self._events.let_go()
            return
        self._events.close()
        if not self._one_can_be_read and (error := self._first_error or self._root_error):
            raise error

    def start(self, name: Name, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        tree = self._tree
        if tree is not None and tree.left_out:
            tree.left_out += 1  # Most elements are such: the less is done for them, the better.
            return
        depth = len(self._events.open) - 1
        if not depth:
            if name.local.lower() == "html":
                raise self._events.error("not_xml", hint="html")
            self._root_error = self._events.error("no_nfe", **fiscal.what_it_is(*name))
        if self._nfe is None:
            self._start_outside(name, depth)
            return
        if name == _INFORMATION and depth == self._nfe.around + 1:
            self._see_layout(self._nfe, attributes)
        self._build(name, attributes if name == _INFORMATION else {})

    def text(self, text: str) -> None:
        """A piece of text. It comes only while a tree takes it."""
        if self._tree:
            self._tree.text(text)

    def end(self) -> None:
        """The element that began last ends."""
        tree = self._tree
        if tree is not None:
            tree.end()
            if tree.left_out:
                return
        depth = len(self._events.open) - 1
        if self._nfe:
            if depth == self._nfe.around:
                self._end_nfe(self._nfe)
        elif self._waiting:
            if depth == self._waiting.around:
                self._tree = None  # Of the protocol. Another element there had none.
            elif depth < self._waiting.around:
                self._give_out(self._waiting)
        self._want_text()

    def _start_outside(self, name: Name, depth: int) -> None:
        if name.local == "NFe":
            if self._waiting:
                self._give_out(self._waiting)
            self._begin(name, depth)
        elif self._tree:
            self._build(name, {})
        elif self._waiting and self._waiting.tree and name == _PROTOCOL and depth == self._waiting.around:
            self._tree = self._waiting.protocol = Tree(name.local, MAX_RECORD)

    def _begin(self, name: Name, depth: int) -> None:
        if name.namespace == nfe.NAMESPACE:
            fault = nfe.NO_LAYOUT
        else:
            values = {"hint": "namespace", "found": shortened(name.namespace, 80), "wanted": nfe.NAMESPACE}
            fault = Reason("layout", "", values)
        if self._values and self._count >= self._passed:
            self._tree = Tree(name.local, MAX_RECORD)
            self._events.keep()
        self._nfe = _Nfe(depth, self._events.place(), fault, self._tree)

    def _see_layout(self, open_: _Nfe, attributes: Mapping[str, str]) -> None:
        layout = attributes.get("versao")
        if open_.fault is nfe.NO_LAYOUT and layout:
            open_.fault = nfe.other_layout(layout)
            self._one_can_be_read |= open_.fault is None

    def _build(self, name: Name, attributes: Mapping[str, str]) -> None:
        if self._tree:
            self._tree.start(name.local if name.namespace == nfe.NAMESPACE else "", attributes)
            self._want_text()

    def _want_text(self) -> None:
        wanted = self._tree is not None and self._tree.takes_text
        if wanted != self._wants_text:
            self._wants_text = wanted
            self._events.want_text(wanted)

    def _end_nfe(self, ended: _Nfe) -> None:
        if ended.tree:
            ended.text = self._events.kept(MAX_RECORD)
        if ended.fault and not self._first_error:
            self._first_error = DocumentError("no_nfe", {"hint": "layout", **ended.fault.values}, *ended.place)
        self._nfe = self._tree = None
        if ended.around and self._events.open[-2].local == "nfeProc":
            self._waiting = ended
        else:
            self._give_out(ended)

    def _give_out(self, ended: _Nfe) -> None:
        self._waiting = self._tree = None
        if self._count >= self._passed:
            self.found.append(ended.record(self._count))
        self._count += 1
