"""XML from strangers: bytes in, the beginnings and ends of elements out, in bounded memory. Pure.

What the parser would hold without bound is bounded here. Encodings are those of the XML declaration, as far as they are
known: UTF-8, UTF-16, ISO-8859-1, and Python's of one byte a character.
"""

import re
from typing import cast
from xml.parsers.expat import ErrorString, ExpatError
from xml.sax import SAXParseException  # nosec B406 # the error that defusedxml raises

from defusedxml.common import DTDForbidden

from . import xml_faults
from .declared import Utf8Watch, could_hide
from .errors import DocumentError
from .natures import HEAD_BYTES
from .reasons import shortened
from .xml_parser import Handler, Name, Parser

PIECE = 64 * 1024
"""The bytes that are parsed at a time."""

MAX_TOKEN = 1024 * 1024
"""Roughly the most bytes in one tag, comment or processing instruction: expat holds all of it. Texts come in pieces."""

MAX_NAMES = 10_000
"""Roughly the most different names of elements and attributes; an NF-e's layout has about 1,000. Expat forgets none."""

_EMPTY_ELEMENT = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*/>""")
_LOOK_BACK = 64


class Events:
    """The events of one document.

    `open` has the names of the elements that have begun and not ended, outermost first.
    """

    def __init__(self, handler: Handler) -> None:
        self.open: list[Name] = []
        self._parser = Parser(handler, self.open)
        # Bytes that may be asked for or complained of, and where in the document they begin.
        self._held = bytearray()
        self._held_from = 0
        self._kept_from: int | None = None
        self._head = b""
        # Until the first piece has shown whether it is needed.
        self._watch: Utf8Watch | None = Utf8Watch()

    def read(self, piece: bytes) -> None:
        """Take the document's next PIECE bytes, or the last. Raises DocumentError, and what the handler raises."""
        if not self._head:
            self._head = piece[:HEAD_BYTES]
            self._parser.see_beginning(piece)
        self._held += piece
        self._parse(piece)
        self._see_encoding(piece)
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
        if self._watch and (place := self._watch.misread_at()):
            raise DocumentError("not_xml", {"hint": "declared", "encoding": shortened(self._parser.encoding)}, *place)

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

    def _see_encoding(self, piece: bytes) -> None:
        # A declaration is in the first piece.
        if self._watch and could_hide(self._parser.encoding):
            self._watch.see(piece)
        else:
            self._watch = None

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
        before, byte = bytes(self._held[max(at - _LOOK_BACK, 0) : max(at, 0)]), bytes(self._held[at : at + _LOOK_BACK])
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
