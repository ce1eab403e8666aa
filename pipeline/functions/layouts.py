"""What the name of a document says of its bytes, and what reads them. Pure."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Union

from .document import BEGINNING, Layout, Place, Reader
from .errors import DocumentError

if TYPE_CHECKING:
    from .nfe_xml import XmlReader

LAYOUTS = {".json": Layout.JSON, ".jsonl": Layout.LINES, ".ndjson": Layout.LINES, ".xml": Layout.XML}
"""How a document is laid out, by the suffix of its name in lower case, without `.gz`."""

COMPRESSED = ".gz"


def is_compressed(name: str) -> bool:
    """Whether a document of this name is compressed."""
    return name.lower().endswith(COMPRESSED)


def layout_of(name: str) -> Layout:
    """How a document of this name is laid out. Raises DocumentError if nothing of that name is read."""
    plain = name.lower().removesuffix(COMPRESSED)
    for suffix, found in LAYOUTS.items():
        if plain.endswith(suffix):
            return found
    raise DocumentError("unknown_type", {"names": ", ".join(LAYOUTS), "compressed": COMPRESSED})


def reader_of(
    chunks: Iterable[bytes], layout: Layout, start: Place = BEGINNING, *, values: bool = True
) -> Union[Reader, "XmlReader"]:
    """The reader for a document of this layout."""
    if layout is Layout.XML:
        # With defusedxml, it takes as long to load as all the rest.
        from .nfe_xml import XmlReader  # noqa: PLC0415

        return XmlReader(chunks, start, values=values)
    return Reader(chunks, layout, start, values=values)
