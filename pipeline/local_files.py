"""The user's own files: how they are called, and whether they can be read."""

import os
from collections.abc import Iterable
from pathlib import Path

from aws_stack.errors import UsageError

from .functions.layouts import COMPRESSED, LAYOUTS
from .words import _

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
            names = ", ".join(SUFFIXES)
            raise UsageError(_("{file} does not end in {names}; nothing was uploaded", file=file, names=names))
        check_file(file, _("nothing was uploaded"))


def check_file(file: Path, so: str) -> None:
    """Raise UsageError where the file cannot be read; `so` says what follows from that."""
    try:
        if not file.exists():
            raise UsageError(_("{file} does not exist; {so}", file=file, so=so))
        if not file.is_file():
            raise UsageError(_("{file} is not a file; {so}", file=file, so=so))
        with file.open("rb"):
            pass
    except OSError as error:
        why = error.strerror
        raise UsageError(_("{file} cannot be read: {why}; {so}", file=file, why=why, so=so)) from None
