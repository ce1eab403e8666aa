"""Gzip streams, inflated a piece at a time. Pure. RFC 1952."""

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from .encodings import wide
from .errors import DocumentError
from .messages import Values
from .natures import GZIP, HEAD_BYTES, nature

PIECE = 256 * 1024
"""The most bytes to inflate at a time."""

MAX_RATIO = 100
"""The most inflated bytes for each compressed byte. Invoices reach 10 to 20; deflate can reach 1,032."""

FREE_BYTES = 16 * 1024 * 1024
"""The ratio is checked only beyond this many inflated bytes: a small file that repeats itself does no harm."""


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The inflated bytes of one or more gzip members.

    Raises DocumentError where the stream is damaged, ends early, or inflates beyond MAX_RATIO. Where it is no gzip
    stream at all, the message says what it is instead.
    """
    chunks = iter(chunks)
    head = _head(chunks)
    if not head:
        raise DocumentError("bad_gzip", {"hint": "empty"}, offset=0)
    if not head.startswith(GZIP[: len(head)]):
        raise DocumentError("bad_gzip", _nature(head), offset=0)
    begun = b""
    for piece in _inflated(chain([head], chunks)):
        begun = (begun + piece[:3])[:3]
        if begun == GZIP + _DEFLATE:
            raise DocumentError("bad_gzip", {"hint": "twice"}, offset=0)
        yield piece


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    taken = given = 0
    for chunk in chunks:
        taken += len(chunk)
        while chunk:
            if member.eof:
                chunk = chunk.lstrip(b"\0")  # Tapes and some tools pad with zeros.
                if not chunk:
                    break
                member = zlib.decompressobj(wbits=31)
            try:
                piece = member.decompress(chunk, PIECE)
            except zlib.error as error:
                offset = taken - len(chunk)
                values: Values = {"hint": "damaged", "found": offset, "error": str(error)}
                raise DocumentError("bad_gzip", values, offset=offset) from None
            chunk = member.unused_data if member.eof else member.unconsumed_tail
            given += len(piece)
            if given > FREE_BYTES and given > MAX_RATIO * (taken - len(chunk)):
                raise DocumentError("gzip_bomb", {"most": MAX_RATIO}, offset=taken - len(chunk))
            if piece:
                yield piece
    if not member.eof:
        raise DocumentError("bad_gzip", {"hint": "truncated", "found": taken}, offset=taken)


_DEFLATE = b"\x08"  # The one method of compression that gzip has.
_PLAIN = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\n\r]*[\[{<]")


def _head(chunks: Iterator[bytes]) -> bytes:
    """The first chunks, up to where they have enough bytes to tell what they are."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    return head


def _nature(head: bytes) -> Values:
    """What a file is that is no gzip stream, as the values of a sentence."""
    if encoding := wide(head):
        return {"hint": "encoding", "format": encoding}
    known = nature(head) or {}
    # An NF-e, or JSON, needs another name only.
    return {"hint": "plain"} if known.get("hint") != "html" and _PLAIN.match(head) else known
