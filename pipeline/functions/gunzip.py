"""Gzip streams, inflated a piece at a time. Pure. RFC 1952."""

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from .errors import DocumentError
from .messages import Values

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
    if not head.startswith(_MAGIC[: len(head)]):
        raise DocumentError("bad_gzip", _nature(head), offset=0)
    member = zlib.decompressobj(wbits=31)
    taken = given = 0
    for chunk in chain([head], chunks):
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


_MAGIC = b"\x1f\x8b"
_HEAD_BYTES = 64

# What a file may begin with. https://en.wikipedia.org/wiki/List_of_file_signatures
_NATURES: dict[bytes, Values] = {
    rb"PK\x03\x04": {"hint": "archive", "format": "zip"},
    rb"7z\xbc\xaf\x27\x1c": {"hint": "archive", "format": "7z"},
    rb"Rar!\x1a\x07": {"hint": "archive", "format": "rar"},
    rb"BZh[1-9]": {"hint": "other", "format": "bzip2"},
    rb"\xfd7zXZ\x00": {"hint": "other", "format": "xz"},
    rb"\x28\xb5\x2f\xfd": {"hint": "other", "format": "zstd"},
    rb"\x04\x22\x4d\x18": {"hint": "other", "format": "lz4"},
    rb"\x78[\x01\x5e\x9c\xda]": {"hint": "zlib"},
    rb"\xff\xfe|\xfe\xff|[\[{<]\x00|\x00[\[{<]": {"hint": "utf_16"},
    rb"(?:\xef\xbb\xbf)?[ \t\n\r]*[\[{<]": {"hint": "plain"},
}


def _head(chunks: Iterator[bytes]) -> bytes:
    """The first chunks, up to where they have enough bytes to tell what they are."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD_BYTES:
            break
    return head


def _nature(head: bytes) -> Values:
    for beginning, nature in _NATURES.items():
        if re.match(beginning, head):
            return nature
    return {}
