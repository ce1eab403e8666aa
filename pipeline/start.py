"""Where `notas` starts. This module loads nothing: until `main` runs, Ctrl-C would show where Python was."""

import os
import sys

from .exit_codes import INTERRUPTED


def main() -> None:
    """The command line; ends with one of the exit codes of `notas --help`."""
    try:
        from .loading import loaded  # noqa: PLC0415

        command = loaded(sys.argv[1:])
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    from .ending import ended  # noqa: PLC0415

    sys.exit(ended(command))
