"""The embedded cloud's process: MiniStack. It ends when its parent does.

The parent holds the other end of standard input and never writes to it. However the parent ends, killed or not, the
system closes that end.
"""

import os
import shutil
import signal
import sys
import threading

from . import ministack_functions, ministack_rest

GRACE_SECONDS = 2


def main() -> None:
    """Serve until SIGTERM, or until standard input ends."""
    # The parent ends this process. Ctrl-C on the terminal is for the parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from ministack.app import main as serve  # noqa: PLC0415 - a second of imports, with the watch already on

    ministack_rest.amend()
    ministack_functions.amend()
    sys.argv = ["ministack"]
    try:
        serve()
    finally:
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


def _end_with_parent() -> None:
    # Unbuffered: a thread inside a buffered read cannot be ended, and would abort the process at its end.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # MiniStack waits for the functions that run, which nobody needs any more.
    threading.Event().wait(GRACE_SECONDS)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(
        os.getpid(), signal.SIGKILL
    )  # The functions' processes, too: the parent started a session for all of them.


if __name__ == "__main__":
    main()
