"""What a file is, by its first bytes, where it is no document that can be read. Pure.

Asked only once a file has been refused: nothing here decides whether a file is taken.
"""

import re

from .messages import Values, quoted
from .reasons import shortened

HEAD_BYTES = 128
"""How many of a file's first bytes tell what it is."""

GZIP = b"\x1f\x8b"

# https://en.wikipedia.org/wiki/List_of_file_signatures
# A zip file names its first entry from byte 30 on (PKWARE's APPNOTE, 4.3.7), and office documents begin with entries of
# known names: ECMA-376-2, 10.1.2.2 for Microsoft's, OpenDocument 1.3, part 2, 3.3 for the others.
# AppleDouble is RFC 1740, appendix B.
_NATURES: dict[bytes, Values] = {
    re.escape(GZIP): {"hint": "gzip"},
    rb"\x00\x05\x16[\x00\x07]": {"hint": "apple_double"},
    rb"PK\x03\x04.{26}(?:\[Content_Types\]|_rels/|docProps/|xl/|mimetypeapplication/vnd\.oasis)": {"hint": "office"},
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": {"hint": "office"},
    rb"PK(?:\x03\x04|\x05\x06)": {"hint": "archive", "format": "zip"},
    rb"7z\xbc\xaf\x27\x1c": {"hint": "archive", "format": "7z"},
    rb"Rar!\x1a\x07": {"hint": "archive", "format": "rar"},
    rb"BZh[1-9]": {"hint": "other", "format": "bzip2"},
    rb"\xfd7zXZ\x00": {"hint": "other", "format": "xz"},
    rb"\x28\xb5\x2f\xfd": {"hint": "other", "format": "zstd"},
    rb"\x04\x22\x4d\x18": {"hint": "other", "format": "lz4"},
    rb"\x78[\x01\x5e\x9c\xda]": {"hint": "zlib"},
    rb"%PDF-": {"hint": "picture", "format": "PDF"},
    rb"\x89PNG\r\n": {"hint": "picture", "format": "PNG"},
    rb"\xff\xd8\xff": {"hint": "picture", "format": "JPEG"},
    rb"\{\\rtf": {"hint": "rtf"},
    rb"\x00(?:\x00{7}|\x00*\Z)": {"hint": "nul"},
}

_BEFORE = rb"(?:\xef\xbb\xbf)?[ \t\n\r]*"
_TEXTS: dict[bytes, Values] = {
    # What a browser takes for HTML, in part: https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
    _BEFORE + rb"<(?:!doctype html|html|head|body|script)\b": {"hint": "html"},
    _BEFORE + rb"<[?!a-zA-Z]": {"hint": "xml"},
}

# A first line of names, with the same separator between them: `id;cliente;valor`. No literal of JSON stands first. A
# program may have put them into quotes: `"id";"cliente"`. That line may be longer than what there is of the file.
_NAME = r"[^\W\d][\w ./-]*"
_QUOTED = r'"(?:[^"\r\n]|"")*"'
_TABLE = re.compile(
    rf"\ufeff?(?:sep=.\r?\n)?(?P<line>(?P<name>(?!(?:true|false|null)\b){_NAME}|{_QUOTED})(?P<mark>[;,\t|])"
    rf"(?:[\w ./-]+|{_QUOTED})(?:(?P=mark)(?:[\w ./-]*|{_QUOTED}))*)(?:[\r\n]|(?<=\")\Z|(?P=mark)(?:\"[^\"\r\n]*)?\Z)"
)

# What nothing but YAML begins with: its directive, the line of dashes before a document, an element with a name, or two
# lines with names, after comments.
_NAMED = rf"{_NAME}:(?=[ \t\r\n])"
_YAML = re.compile(
    rf"\ufeff?(?:%YAML |(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
    rf"(?:---[ \t]*\r?\n|- +{_NAMED}|{_NAMED}[^\n]*\n[ \t]*(?:- +)?{_NAMED}))"
)
_YAML_LINE = re.compile(rf"^[ \t]*(?:- +)?(?P<line>(?P<name>{_NAME}):[ \t]+(?P<value>[^\s#][^\r\n]*))", re.MULTILINE)
# What YAML takes as it stands: none of its marks begins it, and no comment follows.
_YAML_TEXT = re.compile(r"([\"']?)(?P<text>\w(?:[\w ./-]*\w)?)\1[ \t]*")

_NAME_CHARACTERS = 20
_TEXTS_AS_THEY_ARE = ("id", "cliente")
"""The members whose values an example shows: any text that is there may stand there."""


def nature(head: bytes) -> Values | None:
    """What a file with this beginning is, as the values of a sentence; None where that cannot be told.

    `head` is the file's first HEAD_BYTES, or all of a shorter one.
    """
    for beginning, values in _NATURES.items():
        if re.match(beginning, head, re.DOTALL):
            return values
    for beginning, values in _TEXTS.items():
        if re.match(beginning, head, re.IGNORECASE):
            return values
    text = head.decode(errors="replace")
    if _YAML.match(text):
        return _yaml(text)
    table = _TABLE.match(text)
    return _table(table) if table else None


def _yaml(text: str) -> Values:
    """The values for YAML: the first line that gives a name a value, if it is whole, and that line as JSON."""
    line = _YAML_LINE.search(text)
    if line is None or line.end() == len(text):
        return {"hint": "yaml"}
    value = _YAML_TEXT.fullmatch(line["value"])
    example = _example(line["name"].rstrip(), value["text"] if value else "")
    return {"hint": "yaml_named", "found": shortened(line["line"].rstrip()), "example": example}


def _table(table: re.Match[str]) -> Values:
    """The values for a table: its line of names, and the beginning of its first row as JSON."""
    row = table.string[table.end() :].lstrip("\r\n")
    cell = re.match(rf'(?P<text>{_QUOTED}|[^"\r\n]*?)(?:{re.escape(table["mark"])}|[\r\n])', row)
    example = _example(_unquoted(table["name"]), _unquoted(cell["text"]) if cell else "")
    return {"hint": "table", "found": shortened(table["line"]), "example": example}


def _unquoted(cell: str) -> str:
    return (cell[1:-1].replace('""', '"') if cell.startswith('"') else cell).strip()


def _example(name: str, value: str) -> str:
    """An object that begins with this member, as JSON: `{"id": "NF-1", …}`."""
    shown = quoted(shortened(value, _NAME_CHARACTERS)) if value and name in _TEXTS_AS_THEY_ARE else "…"
    return f"{{{quoted(shortened(name, _NAME_CHARACTERS))}: {shown}, …}}"
