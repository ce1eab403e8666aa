"""The records of an upload, in chunks that go to the table together. Pure but for the clock that it asks."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from .errors import OutOfTimeError
from .outcome import Chunk

if TYPE_CHECKING:
    from .document import Reader
    from .nfe_xml import XmlReader


def chunked(
    reader: "Reader | XmlReader", key: str, version_id: str, is_short: Callable[[], bool] = lambda: False
) -> Iterator[Chunk]:
    """The reader's records, checked, in chunks. Raises OutOfTimeError after the last that there was time for.

    The first record is alone. A table that is slow because much is asked of it would give whole chunks their answers
    too late for any to count, again and again; what asks for one item is answered first, so every attempt gets on.
    """
    chunk, is_first = Chunk(key, version_id), True
    for record in reader:
        chunk.add(record)
        over = is_short()
        if chunk.is_full() or over or is_first:
            is_first = False
            chunk.end = reader.place()
            yield chunk
            chunk = Chunk(key, version_id)
        if over:
            raise OutOfTimeError
    if chunk.entries:
        chunk.end = reader.place()
        yield chunk
