"""Gzip streams, inflated a piece at a time. Pure. RFC 1952."""

import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain

from .errors import DocumentError

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
        raise DocumentError("bad_gzip", f"the file {_nature(head)}", offset=0)
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
                message = f"the gzip stream is damaged after byte {offset}: {error}"
                raise DocumentError("bad_gzip", message, offset=offset) from None
            chunk = member.unused_data if member.eof else member.unconsumed_tail
            given += len(piece)
            if given > FREE_BYTES and given > MAX_RATIO * (taken - len(chunk)):
                message = f"the gzip stream inflates to more than {MAX_RATIO} times its size; upload it uncompressed"
                raise DocumentError("gzip_bomb", message, offset=taken - len(chunk))
            if piece:
                yield piece
    if not member.eof:
        raise DocumentError("bad_gzip", f"the gzip stream ends early, after byte {taken}", offset=taken)


_MAGIC = b"\x1f\x8b"
_HEAD_BYTES = 64

_PLAIN = "is not compressed; upload it without .gz"
_UTF_16 = "is text in UTF-16 and not compressed; save it as UTF-8, and upload it without .gz"

# What a file may begin with. https://en.wikipedia.org/wiki/List_of_file_signatures
_NATURES = {
    rb"PK\x03\x04": "is a zip archive; unpack it, and upload the files in it",
    rb"7z\xbc\xaf\x27\x1c": "is a 7z archive; unpack it, and upload the files in it",
    rb"Rar!\x1a\x07": "is a rar archive; unpack it, and upload the files in it",
    rb"BZh[1-9]": "is compressed with bzip2; compress it with gzip",
    rb"\xfd7zXZ\x00": "is compressed with xz; compress it with gzip",
    rb"\x28\xb5\x2f\xfd": "is compressed with zstd; compress it with gzip",
    rb"\x04\x22\x4d\x18": "is compressed with lz4; compress it with gzip",
    rb"\x78[\x01\x5e\x9c\xda]": "is a zlib stream; compress it with gzip",
    rb"\xff\xfe|\xfe\xff|[\[{<]\x00|\x00[\[{<]": _UTF_16,
    rb"(?:\xef\xbb\xbf)?[ \t\n\r]*[\[{<]": _PLAIN,
}


def _head(chunks: Iterator[bytes]) -> bytes:
    """The first chunks, up to where they have enough bytes to tell what they are."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD_BYTES:
            break
    return head


def _nature(head: bytes) -> str:
    for beginning, nature in _NATURES.items():
        if re.match(beginning, head):
            return nature
    return "is not a gzip stream; compress it with gzip, or upload it without .gz"
