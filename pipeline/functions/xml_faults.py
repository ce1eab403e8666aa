"""Why a document is no well-formed XML, as far as the parser's complaint and the bytes around it tell. Pure."""

import re
from dataclasses import dataclass
from xml.parsers.expat import errors

from .errors import DocumentError
from .reasons import shortened

# What a file may begin with that is no XML. https://en.wikipedia.org/wiki/List_of_file_signatures
_OTHERS = {
    rb"\x1f\x8b": "gzip",
    rb"%PDF": "pdf",
    rb"PK\x03\x04": "zip",
    rb"(?:\xef\xbb\xbf)?[ \t\n\r]*[\[{]": "json",
}

_TRUNCATED = (
    errors.XML_ERROR_NO_ELEMENTS,
    errors.XML_ERROR_UNCLOSED_TOKEN,
    errors.XML_ERROR_PARTIAL_CHAR,
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
)
_HINTS = {
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "attribute",
    errors.XML_ERROR_UNDEFINED_ENTITY: "entity",
    errors.XML_ERROR_UNBOUND_PREFIX: "prefix",
    errors.XML_ERROR_MISPLACED_XML_PI: "declaration",
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "second",
    errors.XML_ERROR_INCORRECT_ENCODING: "encoding",
}

# What the parser takes for the beginning of a reference or a tag. It complains of what follows.
_ALONE = re.compile(rb"&[\w.-]*$|<$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What the parser `said`, where, in which element, and the bytes that stand `before` the place and `at` it."""

    said: str
    place: tuple[int, int]
    inside: str | None
    encoding: str
    before: bytes
    at: bytes


def error_of_head(head: bytes) -> DocumentError | None:
    """Why a document that begins so is something else; None if it may be XML."""
    for beginning, nature in _OTHERS.items():
        if re.match(beginning, head):
            return DocumentError("not_xml", {"hint": nature}, 1, 1)
    return None


def error_of(fault: Fault) -> DocumentError:
    """What is wrong, in terms of the file."""
    if fault.said in _TRUNCATED:
        if fault.inside is not None:
            values = {"hint": "element", "name": shortened(fault.inside)}
            return DocumentError("truncated", values, *fault.place)
        code = "empty" if fault.said == errors.XML_ERROR_NO_ELEMENTS else "truncated"
        return DocumentError(code, {"hint": "xml"}, *fault.place)
    line, column = fault.place
    values = {"hint": "other", "found": fault.said}
    if fault.said == errors.XML_ERROR_TAG_MISMATCH:
        values = {"hint": "mismatch", "name": shortened(fault.inside or "")}
    elif fault.said == errors.XML_ERROR_INVALID_TOKEN:
        if alone := _ALONE.search(fault.before):
            column -= len(alone[0])
            values = {"hint": "ampersand" if alone[0].startswith(b"&") else "less_than"}
        elif fault.at >= b"\x80":
            values = {"hint": "byte", "found": f"0x{fault.at.hex().upper()}", "encoding": shortened(fault.encoding)}
    elif fault.said in _HINTS:
        values = {"hint": _HINTS[fault.said]}
    return DocumentError("not_xml", values, line, column)
