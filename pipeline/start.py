"""Where `notas` starts. A plain check takes the short way: all the commands together load for far longer than it runs.

Typer, which reads the command line of all commands, takes as long as the check of 10,000 invoices.
"""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .words import chosen, speak


def main() -> None:
    """The command line; ends with one of the exit codes of `notas --help`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # In every locale: names of files and contents of invoices go beyond ASCII. A name that is not UTF-8 is
            # printed as the bytes it has.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    speak(chosen(sys.argv[1:], os.environ))
    plain = plain_check(sys.argv[1:])
    if plain is not None:
        sys.exit(_checked(plain))
    from .cli import main as all_commands  # noqa: PLC0415

    all_commands()


def plain_check(words: Sequence[str]) -> dict[str, Any] | None:
    """What a command line asks of `check`, where it is one with only files, --json and --name; else None.

    Whatever is not as plain, or is wrong, Typer reads.
    """
    command, *rest = words or [""]
    if command != "check":
        return None
    files: list[Path] = []
    options: dict[str, Any] = {}
    for word in rest:
        if word == "--json":
            options["as_json"] = True
        elif word.startswith("--name="):
            options["name"] = word.removeprefix("--name=")
        elif word == "-" or not word.startswith("-"):
            files.append(Path(word))
        else:
            return None
    return {"files": files, **options} if files else None


def _checked(plain: dict[str, Any]) -> int:
    from .check_command import check  # noqa: PLC0415

    try:
        return check(**plain)
    except (KeyboardInterrupt, Exception) as error:
        from .exits import tell  # noqa: PLC0415

        return tell(error)
