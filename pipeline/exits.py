"""How a command ends after an error: with one line on standard error, and an exit code."""

import sys
import traceback

from .errors import NotasError

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as in shells."""


def tell(error: BaseException, verbose: bool = False) -> int:
    """Say what went wrong, with the traceback where it is `verbose`. Returns the command's exit code."""
    if isinstance(error, KeyboardInterrupt):
        sys.stderr.write("interrupted; everything that was started is stopped\n")
        return INTERRUPTED
    if verbose:
        traceback.print_exception(error, file=sys.stderr)
    sys.stderr.write(f"error: {_line(error)}\n")
    return error.exit_code if isinstance(error, NotasError) else NotasError.exit_code


def _line(error: BaseException) -> str:
    if isinstance(error, NotasError):
        return str(error)
    # To import it takes longer than to check a file.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    match error:
        case ClientError() | BotoCoreError():
            return f"the cloud answered with an error: {error}. Try again, or see more with --verbose"
        case OSError():
            return f"{error}. Correct that and try again"
        case _:
            return f"{type(error).__name__}: {error}. This should not happen; see where with --verbose"
