"""The embedded cloud's process: MiniStack. It ends when its parent does.

The parent holds the other end of standard input and never writes to it. However the parent ends, killed or not, the
system closes that end.
"""

import logging
import os
import signal
import subprocess
import sys
import threading

from . import (
    forks,
    functions,
    listing,
    policies,
    rest,
    speed,
    templates,
)

# Run from outside the session, so that it outlives the processes whose files it removes.
_END = 'kill -KILL "-$1"; rm -rf "$2"'


# What these parts of MiniStack warn of at every start, or for every template, is no news of anybody's stack: that KMS
# cannot sign, which a call to it says as well, and that samtranslator kept its metrics to itself.
_CHATTER = ("kms", "samtranslator.metrics.metrics")


def main() -> None:
    """Serve until SIGTERM, or until standard input ends."""
    # The parent ends this process. Ctrl-C on the terminal is for the parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _CHATTER:
        logging.getLogger(name).setLevel(logging.ERROR)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from ministack.app import main as serve  # noqa: PLC0415 - a second of imports, with the watch already on

    rest.amend()
    functions.amend()
    listing.amend()
    policies.amend()
    templates.amend()
    speed.amend()
    forks.amend()
    sys.argv = ["ministack"]
    try:
        serve()
    finally:
        _end()


def _end_with_parent() -> None:
    # Unbuffered: a thread inside a buffered read cannot be ended, and would abort the process at its end.
    while os.read(sys.stdin.fileno(), 1):
        pass
    _end()


def _end() -> None:
    """Kill this process and the functions' processes, which share its session, and then remove their files.

    None of them is asked to finish: MiniStack would wait for a busy function, and that for a cloud that is gone.
    """
    subprocess.Popen(["/bin/sh", "-c", _END, "sh", str(os.getpid()), os.environ["TMPDIR"]], start_new_session=True)


if __name__ == "__main__":
    main()
