"""XML from strangers: bytes in, the beginnings and ends of elements out, in bounded memory. Pure.

The parser is expat, driven by defusedxml, a library made for this: any document type declaration is refused, and with
it every entity but XML's own five. What expat would hold without bound is bounded here. Encodings are those of the XML
declaration, as far as they are known: UTF-8, UTF-16, ISO-8859-1, and Python's of one byte a character.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol, cast
from xml.parsers.expat import ErrorString, ExpatError
from xml.sax import SAXParseException
from xml.sax.handler import property_interning_dict

from defusedxml.common import DTDForbidden
from defusedxml.expatreader import DefusedExpatParser

from . import xml_faults
from .errors import DocumentError
from .natures import HEAD_BYTES
from .reasons import shortened

PIECE = 64 * 1024
"""The bytes that are parsed at a time."""

MAX_TOKEN = 1024 * 1024
"""Roughly the most bytes in one tag, comment or processing instruction: expat holds all of it. Texts come in pieces."""

MAX_DEPTH = 1_000
"""The most elements in one another; an NF-e has about 10. Expat holds something for each."""

MAX_NAMES = 10_000
"""Roughly the most different names of elements and attributes; an NF-e's layout has about 1,000. Expat forgets none."""

_EMPTY_ELEMENT = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*/>""")
_LOOK_BACK = 64


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


class Events:
    """The events of one document.

    `open` has the names of the elements that have begun and not ended, outermost first.
    """

    def __init__(self, handler: Handler) -> None:
        self.open: list[Name] = []
        self._parser = _Parser(handler, self.open)
        # Bytes that may be asked for or complained of, and where in the document they begin.
        self._held = bytearray()
        self._held_from = 0
        self._kept_from: int | None = None
        self._is_new = True
        self._head = b""

    def read(self, piece: bytes) -> None:
        """Take the document's next PIECE bytes, or the last. Raises DocumentError, and what the handler raises."""
        if self._is_new:
            self._is_new = False
            self._head = piece[:HEAD_BYTES]
            self._parser.see_beginning(piece)
        self._held += piece
        self._parse(piece)
        reached = max(self._parser.byte_index, self._held_from)
        if self._held_from + len(self._held) - reached > MAX_TOKEN:
            raise self.error("too_long", hint="token", most=MAX_TOKEN)
        if len(self._parser.names) > MAX_NAMES:
            raise self.error("too_many_names", most=MAX_NAMES)
        keep_from = max(reached - _LOOK_BACK, self._held_from)
        if self._kept_from is not None:
            keep_from = min(keep_from, self._kept_from)
        del self._held[: keep_from - self._held_from]
        self._held_from = keep_from

    def close(self) -> None:
        """The document has ended. Raises DocumentError if it should not have."""
        self._parse(None)

    def want_text(self, wanted: bool) -> None:
        """Say whether the handler is to be told of texts from here on. It is not, at first."""
        self._parser.want_text(wanted)

    def keep(self) -> None:
        """Keep the bytes of the element that begins here. Inside `start` only."""
        self._kept_from = self._parser.byte_index

    def kept_size(self) -> int:
        """How many bytes of the element that is kept have come, and perhaps a few after it."""
        return 0 if self._kept_from is None else self._held_from + len(self._held) - self._kept_from

    def let_go(self) -> None:
        """Keep it no longer."""
        self._kept_from = None

    def kept(self, most: int) -> str | None:
        """The XML text of the element that ends here, as it came, if it is kept still and has at most so many bytes.

        It is kept no longer. Inside its `end` only.
        """
        if self._kept_from is None:
            return None
        begin, end = self._kept_from - self._held_from, self._parser.byte_index - self._held_from
        self._kept_from = None
        if end - begin > most:
            return None
        text = self._decoded(begin, end)
        # The parser stands at an end tag's beginning, but behind an element that has none.
        if _EMPTY_ELEMENT.fullmatch(text):
            return text
        tag_end = self._held.index(b">", end) + (2 if self._parser.encoding == "utf-16-le" else 1)
        return text + self._decoded(end, tag_end)

    def place(self) -> tuple[int, int]:
        """Line and column of what is told now."""
        return self._parser.place

    def error(self, code: str, **values: str | int) -> DocumentError:
        """An error at that place."""
        return DocumentError(code, values, *self.place())

    def _decoded(self, begin: int, end: int) -> str:
        # Expat has decoded these bytes already, so nothing is replaced.
        return self._held[begin:end].decode(self._parser.encoding, errors="replace")

    def _parse(self, piece: bytes | None) -> None:
        try:
            # Not with `close`, which lets go of expat's parser, and with it of the place of an error.
            self._parser.feed(piece or b"", isFinal=piece is None)
        except DTDForbidden as declared:
            if str(declared.name).lower() == "html":
                raise self.error("not_xml", hint="html") from None
            raise self.error("dtd") from None
        except SAXParseException as error:
            raise self._not_well_formed(cast(ExpatError, error.getException())) from None
        except (LookupError, ValueError):
            # pyexpat says so of encodings that neither expat nor Python knows, or that have more than one byte.
            if self._parser.has_root:
                raise
            raise self.error("not_xml", hint="unknown_encoding", found=shortened(self._parser.encoding)) from None

    def _not_well_formed(self, error: ExpatError) -> DocumentError:
        at = self._parser.error_index - self._held_from
        before, byte = bytes(self._held[max(at - _LOOK_BACK, 0) : max(at, 0)]), bytes(self._held[at : at + 1])
        fault = xml_faults.Fault(
            b"" if self._parser.has_root else self._head,
            ErrorString(error.code),
            self._parser.located(error.lineno, error.offset),
            self.open[-1].local if self.open else None,
            self._parser.encoding,
            before,
            byte,
        )
        return xml_faults.error_of(fault)


class _Parser(DefusedExpatParser):
    """The parser, without what SAX makes of each event for those who need more. `open_` is kept up to date.

    `names` has every name that has come; `encoding` is Python's name for the document's.
    """

    # Expat's own parser. SAX has no other way to where in the document an event is.
    _parser: Any

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
