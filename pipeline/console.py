"""What a person sees: steps on standard error, results on standard output, errors as one line."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from .exits import tell
from .words import _

# User input is printed as it is, without markup or highlights.
out = Console(markup=False, highlight=False, width=None if sys.stdout and sys.stdout.isatty() else 100)
err = Console(stderr=True, markup=False, highlight=False)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Show a step that takes a while: a spinner on a terminal, and always a line when it is done."""
    started = time.monotonic()
    if err.is_terminal:
        with err.status(f"{what} …"):
            yield
    else:
        yield
    err.print(_("{what}: {seconds:.1f} s", what=what, seconds=time.monotonic() - started), soft_wrap=True)


@contextmanager
def reported(verbose: bool) -> Iterator[None]:
    """On an error, print one line and end with the error's exit code. `verbose` prints the traceback too."""
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except (KeyboardInterrupt, Exception) as error:
        raise typer.Exit(tell(error, verbose)) from None
