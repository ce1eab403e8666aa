"""The user's own files: how they are called, and whether they can be read."""

import os
from collections.abc import Iterable
from pathlib import Path

from .errors import UsageError
from .functions.layouts import COMPRESSED, LAYOUTS

SUFFIXES = tuple(suffix + end for end in ("", COMPRESSED) for suffix in LAYOUTS)
"""How the names of files end that are read, in upper or lower case."""

FILES_HELP = "Invoices: .json, .jsonl, .ndjson or .xml (NF-e), each also with .gz."


def name_of(file: Path) -> str:
    """The file's path as text. Bytes that are not UTF-8 are replaced, because S3's keys are UTF-8."""
    return os.fsencode(file).decode(errors="replace")


def key_of(file: Path) -> str:
    """The key that the file is uploaded under: its own name."""
    return name_of(Path(file.name))


def check_files(files: Iterable[Path]) -> None:
    """Raise UsageError, naming the first file that cannot be uploaded, before anything is started."""
    for file in files:
        if not file.name.lower().endswith(SUFFIXES):
            raise UsageError(f"{file} does not end in {', '.join(SUFFIXES)}; nothing was uploaded")
        check_file(file, "nothing was uploaded")


def check_file(file: Path, so: str) -> None:
    """Raise UsageError where the file cannot be read; `so` says what follows from that."""
    try:
        if not file.exists():
            raise UsageError(f"{file} does not exist; {so}")
        if not file.is_file():
            raise UsageError(f"{file} is not a file; {so}")
        with file.open("rb"):
            pass
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}; {so}") from None
