"""What a person sees: steps on standard error, results on standard output, errors as one line."""

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from .errors import NotasError

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as in shells."""

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
    err.print(f"{what}: {time.monotonic() - started:.1f} s", soft_wrap=True)


@contextmanager
def reported(verbose: bool) -> Iterator[None]:
    """On an error, print one line and end with the error's exit code. `verbose` prints the traceback too."""
    try:
        yield
    except typer.Exit:
        raise
    except KeyboardInterrupt:
        err.print("interrupted; everything that was started is stopped")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        if verbose:
            traceback.print_exc(file=sys.stderr)
        err.print(f"error: {_line(error)}", soft_wrap=True)
        raise typer.Exit(error.exit_code if isinstance(error, NotasError) else NotasError.exit_code) from None


def _line(error: Exception) -> str:
    match error:
        case NotasError():
            return str(error)
        case ClientError() | BotoCoreError():
            return f"the cloud answered with an error: {error}. Try again, or see more with --verbose"
        case OSError():
            return f"{error}. Correct that and try again"
        case _:
            return f"{type(error).__name__}: {error}. This should not happen; see where with --verbose"
