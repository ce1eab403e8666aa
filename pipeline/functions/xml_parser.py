"""The parser: expat, driven by defusedxml, a library made for XML from strangers. Pure.

Any document type declaration is refused, and with it every entity but XML's own five.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from xml.sax.handler import property_interning_dict  # nosec B406 # a name; defusedxml parses

from defusedxml.expatreader import DefusedExpatParser

from .errors import DocumentError

MAX_DEPTH = 1_000
"""The most elements in one another; an NF-e has about 10. Expat holds something for each."""

_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")
_UTF_8 = (b"utf8", b"utf_8")


class Name(NamedTuple):
    """The local name of an element, and the namespace that it is in, "" for none."""

    local: str
    namespace: str


class Handler(Protocol):
    """Who is told of elements, in document order. What it raises ends the reading."""

    def start(self, name: Name, attributes: Mapping[str, str]) -> None:
        """An element begins. Attributes that are in a namespace have it before their names, and a space."""

    def text(self, text: str) -> None:
        """A piece of text. Only while it is wanted, see `Events.want_text`."""

    def end(self) -> None:
        """The element that began last, of those that are open, ends."""


class Parser(DefusedExpatParser):
    """The parser, without what SAX makes of each event for those who need more. `open_` is kept up to date.

    `names` has every name that has come; `encoding` is Python's name for the document's.
    """

    # Expat's own parser. SAX has no other way to where in the document an event is.
    _parser: Any
    _source: Any

    def __init__(self, handler: Handler, open_: list[Name]) -> None:
        super().__init__(namespaceHandling=1, forbid_dtd=True)
        self.names: dict[str, str] = {}
        self.encoding = "utf-8"
        self.has_root = False
        self._handler = handler
        self._open = open_
        self._mark = 0
        self._split: dict[str, Name] = {}
        self.setProperty(property_interning_dict, self.names)

    def reset(self) -> None:
        """Make expat's parser. The SAX driver does so when the first bytes come."""
        super().reset()
        parser = self._parser
        parser.namespace_prefixes = False
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declared
        parser.CharacterDataHandler = parser.ProcessingInstructionHandler = None
        parser.StartNamespaceDeclHandler, parser.EndNamespaceDeclHandler = self._see_prefix, None

    def see_beginning(self, head: bytes) -> None:
        """See by the first bytes whether the document is in UTF-16, and whether a byte order mark is there."""
        self._mark = int(head.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")))
        if head.startswith((b"\xff\xfe", b"<\0")):
            self.encoding = "utf-16-le"
        elif head.startswith((b"\xfe\xff", b"\0<")):
            self.encoding = "utf-16-be"
        elif (declared := _DECLARED.match(head)) and declared[1].lower() in _UTF_8:
            # Expat knows it by one name only. What a parser is told counts more than the declaration.
            self._source.setEncoding("UTF-8")

    @property
    def byte_index(self) -> int:
        """Where in the document the event is that is given now, or the first byte that is in none yet."""
        return int(self._parser.CurrentByteIndex)

    @property
    def error_index(self) -> int:
        """Where in the document the error is."""
        return int(self._parser.ErrorByteIndex)

    @property
    def place(self) -> tuple[int, int]:
        """Line and column of `byte_index`."""
        return self.located(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)

    def located(self, line: int, column: int) -> tuple[int, int]:
        """Line and column from 1. Expat counts columns from 0, and a byte order mark as one."""
        return line, column + 1 - (self._mark if line == 1 else 0)

    def want_text(self, wanted: bool) -> None:
        """Have the handler told of texts, or not."""
        self._parser.CharacterDataHandler = self._handler.text if wanted else None

    def start_element_ns(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins; expat writes its name as `namespace local`."""
        known = self._split.get(name)
        if known is None:
            namespace, _, local = name.rpartition(" ")
            known = self._split[name] = Name(local, namespace)
        if len(self._open) == MAX_DEPTH:
            raise DocumentError("too_deep", {"most": MAX_DEPTH}, *self.place)
        self.has_root = True
        self._open.append(known)
        self._handler.start(known, attributes)

    def end_element_ns(self, _: str) -> None:
        """An element ends."""
        self._handler.end()
        self._open.pop()

    def _see_prefix(self, prefix: str | None, _: str) -> None:
        # Expat forgets no prefix either.
        self.names[f"xmlns:{prefix}"] = ""

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and not self.encoding.startswith("utf-16"):
            self.encoding = encoding
