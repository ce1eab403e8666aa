"""Loads what a command line asks for. A plain check takes the short way: all the commands load for far longer.

Typer, which reads the command line of all commands, takes as long as the check of 10,000 invoices.
"""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from .exit_codes import INTERRUPTED

Command = Callable[[], int | None]
"""A command that is loaded: it returns its exit code, or ends with it, or raises what is wrong."""


def loaded(words: Sequence[str]) -> Command:
    """The command that a command line asks for. Until it is there, Ctrl-C ends the process without a word."""
    with _left_at_once():
        from . import ending  # noqa: F401, PLC0415
        from .words import chosen, speak  # noqa: PLC0415

        speak(chosen(words, os.environ))
        plain = plain_check(words)
        if plain is not None:
            from .check_command import check  # noqa: PLC0415

            return partial(check, **plain)
        from .cli import main  # noqa: PLC0415

        return main


@contextmanager
def _left_at_once() -> Iterator[None]:
    # Not by an exception: the module that is being loaded might catch it. Nothing is started, so nothing is left.
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    yield
    signal.signal(signal.SIGINT, before)


def _leave(*_: object) -> NoReturn:
    os._exit(INTERRUPTED)


def plain_check(words: Sequence[str]) -> dict[str, Any] | None:
    """What a command line asks of `check`, where it is one with only files, --json and --name; else None.

    Whatever is not as plain, or is wrong, Typer reads.
    """
    name, *rest = words or [""]
    if name != "check":
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
