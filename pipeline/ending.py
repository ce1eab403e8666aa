"""How a command of `notas` ends, whatever happens in it."""

import sys
from collections.abc import Callable

from .exit_codes import UNREAD
from .exits import tell
from .streams import replace_standard


def ended(command: Callable[[], int | None]) -> int:
    """The exit code of a command that is called here: what it returns or ends with, or that of its error."""
    streams = replace_standard()
    code = _code(command)
    # Not left to Python, which would report what goes wrong then as an error of its own.
    written = _code(_flush)
    if code == 0 and any(stream.is_unread for stream in streams):
        return UNREAD
    return code or written


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()


def _code(command: Callable[[], int | None]) -> int:
    try:
        return command() or 0
    except SystemExit as end:
        return int(end.code or 0)
    except (KeyboardInterrupt, Exception) as error:
        return tell(error)
