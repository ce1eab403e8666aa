"""Why a document is no well-formed XML, as far as the parser's complaint and the bytes around it tell. Pure."""

import re
from dataclasses import dataclass
from xml.parsers.expat import errors

from .errors import DocumentError
from .messages import Values
from .natures import nature
from .reasons import rest_of_line, shortened

_JSON = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\n\r]*[\[{]")

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
    """What the parser `said`, where, in which element, and the bytes that stand `before` the place and from `at` it on.

    `head` is the document's beginning, if no element has begun.
    """

    head: bytes
    said: str
    place: tuple[int, int]
    inside: str | None
    encoding: str
    before: bytes
    at: bytes


def error_of(fault: Fault) -> DocumentError:
    """What is wrong, in terms of the file."""
    if other := _other(fault.head):
        return DocumentError("not_xml", other, 1, 1, 0)
    if fault.said in _TRUNCATED:
        if fault.inside is not None:
            return DocumentError("truncated", {"hint": "element", "name": shortened(fault.inside)}, *fault.place)
        code = "empty" if fault.said == errors.XML_ERROR_NO_ELEMENTS else "truncated"
        return DocumentError(code, {"hint": "xml"}, *fault.place)
    line, column = fault.place
    values: Values = {"hint": "unknown", "found": fault.said}
    if fault.said == errors.XML_ERROR_TAG_MISMATCH:
        values = {"hint": "mismatch", "name": shortened(fault.inside or "")}
    elif fault.said == errors.XML_ERROR_INVALID_TOKEN:
        if alone := _ALONE.search(fault.before):
            column -= len(alone[0])
            values = {"hint": "ampersand" if alone[0].startswith(b"&") else "less_than"}
        elif fault.at >= b"\x80":
            values = {"hint": "byte", "found": f"0x{fault.at[:1].hex().upper()}", "encoding": shortened(fault.encoding)}
    elif fault.said == errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT and (junk := _junk(fault)):
        values = {"hint": "junk", "found": junk}
    elif fault.said in _HINTS:
        values = {"hint": _HINTS[fault.said]}
    return DocumentError("not_xml", values, line, column)


def _junk(fault: Fault) -> str:
    """What follows the end, to the end of its line; nothing where it is another element."""
    found = fault.at.decode(fault.encoding, errors="ignore")
    return "" if found.startswith("<") else rest_of_line(found)


def _other(head: bytes) -> Values | None:
    """What the file is instead of XML, if its beginning tells."""
    if _JSON.match(head):
        return {"hint": "json"}
    values = nature(head) if head else None
    return None if values is None or values["hint"] == "xml" else values
