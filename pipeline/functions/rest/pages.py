"""Pages of lists that are too long for one answer. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ..attributes import Attribute, to_json
from ..language import ENGLISH, told
from ..reasons import broken
from ..rejects import Reject

MAX_ANSWER = 3 * 1024 * 1024
"""A page is full at this many bytes of Lambda's answer. The limit is 6 MB, and no element takes half of that."""

MAX_LINE = 512 * 1024
"""Bytes of a reject that are read. A longer one is shown without its original."""

_NOT_SHOWN = broken("not_shown").as_dict()


def invoices(items: Iterable[dict[str, Attribute]]) -> list[str]:
    """The first of these invoices as JSON: as many as fit in a page, but at least one if there is any."""
    room = MAX_ANSWER
    page: list[str] = []
    for item in items:
        text = to_json({"M": item})
        room -= _weight(text)
        if page and room < 0:
            break
        page.append(text)
    return page


def _weight(text: str) -> int:
    """The bytes of a text inside a JSON string, where each quotation mark and backslash takes two."""
    return len(text.encode()) + text.count('"') + text.count("\\")


@dataclass(frozen=True, slots=True)
class RejectsPage:
    """Rejects as JSON, and how many bytes their lines take in the rejects bucket."""

    rejects: list[str]
    size: int


def rejects(chunks: Iterable[bytes], limit: int, language: str = ENGLISH) -> RejectsPage:
    """The first rejects of a stream that begins with a whole line: at most `limit`, and as many as fit in a page.

    The messages of their reasons are in a language.
    """
    page: list[str] = []
    size, room = 0, MAX_ANSWER
    kept, length = bytearray(), 0
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            kept += end[: MAX_LINE - len(kept)]
            length += len(end)
            page.append(_reject(bytes(kept), language, whole=length == len(kept)))
            size += length + 1
            room -= _weight(page[-1])
            if len(page) == limit or room <= 0:
                return RejectsPage(page, size)
            kept, length = bytearray(), 0
        kept += rest[: MAX_LINE - len(kept)]
        length += len(rest)
    return RejectsPage(page, size)


def _reject(line: bytes, language: str, *, whole: bool) -> str:
    """One line as the API returns it: its `original` is text, or null where it is too long.

    It is text because clients may be unable to read what was refused as JSON: numbers of a thousand digits, repeated
    members, a hundred thousand levels.
    """
    if whole:
        reject = Reject.parse(line.decode())
        position, reasons = reject.position, reject.reasons
        original = None if reject.original == "null" else reject.original
    else:
        text = line.decode(errors="ignore")
        head, comma = '{"position": ', text.index(", ")
        try:
            reasons, _end = json.JSONDecoder().raw_decode(text, comma + len(', "reasons": '))
        except ValueError:
            reasons = [_NOT_SHOWN]
        position, original = int(text[len(head) : comma]), None
    translated = [{**reason, "message": told(reason, language)} for reason in reasons]
    return json.dumps({"position": position, "reasons": translated, "original": original}, ensure_ascii=False)
