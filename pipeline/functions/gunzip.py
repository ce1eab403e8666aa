"""Gzip streams, inflated a piece at a time. Pure. RFC 1952."""

import zlib
from collections.abc import Iterable, Iterator

from .errors import DocumentError

PIECE = 256 * 1024
"""The most bytes to inflate at a time."""

MAX_RATIO = 100
"""The most inflated bytes for each compressed byte. Invoices reach 10 to 20; deflate can reach 1,032."""

FREE_BYTES = 16 * 1024 * 1024
"""The ratio is checked only beyond this many inflated bytes: a small file that repeats itself does no harm."""


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The inflated bytes of one or more gzip members.

    Raises DocumentError where the stream is damaged, ends early, or inflates beyond MAX_RATIO.
    """
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
