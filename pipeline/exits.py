"""How a command ends after an error: with one line on standard error, and an exit code."""

import sys
import traceback

from aws_stack.errors import AwsStackError

from .exit_codes import INTERRUPTED, UNREAD
from .words import _


def tell(error: BaseException, verbose: bool = False) -> int:
    """Say what went wrong, with the traceback where it is `verbose`. Returns the command's exit code.

    A KeyboardInterrupt with a message says what goes on all the same.
    """
    if isinstance(error, KeyboardInterrupt):
        sys.stderr.write((str(error) or _("interrupted; everything that was started is stopped")) + "\n")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError) and not verbose:
        # What reads the export, as in `--export >(head -1)`. Connections say so by errors of their libraries.
        return UNREAD
    if verbose:
        traceback.print_exception(error, file=sys.stderr)
    sys.stderr.write(_("error: {message}", message=_line(error)) + "\n")
    return error.exit_code if isinstance(error, AwsStackError) else AwsStackError.exit_code


def _line(error: BaseException) -> str:
    if isinstance(error, AwsStackError):
        return str(error)
    # To import it takes longer than to check a file.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    match error:
        case ClientError() | BotoCoreError():
            return _("the cloud answered with an error: {error}. Try again, or see more with --verbose", error=error)
        case OSError():
            return _("{error}. Correct that and try again", error=error)
        case other:
            name = type(other).__name__
            return _("{name}: {error}. This should not happen; see where with --verbose", name=name, error=other)
