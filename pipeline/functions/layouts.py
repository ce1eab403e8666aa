"""What the name of a document says of its bytes. Pure."""

from .document import Layout
from .errors import DocumentError

LAYOUTS = {".json": Layout.JSON, ".jsonl": Layout.LINES, ".ndjson": Layout.LINES, ".xml": Layout.XML}
"""How a document is laid out, by the suffix of its name in lower case, without `.gz`."""

COMPRESSED = ".gz"


def is_compressed(name: str) -> bool:
    """Whether a document of this name is compressed."""
    return name.lower().endswith(COMPRESSED)


def layout(name: str) -> Layout:
    """How a document of this name is laid out. Raises DocumentError if nothing of that name is read."""
    plain = name.lower().removesuffix(COMPRESSED)
    for suffix, found in LAYOUTS.items():
        if plain.endswith(suffix):
            return found
    raise DocumentError("unknown_type", {"names": ", ".join(LAYOUTS), "compressed": COMPRESSED})
