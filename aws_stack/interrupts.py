"""Ctrl-C and SIGTERM end a command at once, unless something has to be finished first."""

import _thread
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Timer
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def obey_interrupts() -> None:
    """Let SIGTERM end this process as Ctrl-C does, so that it stops all it started; and lose neither signal.

    Python drops a KeyboardInterrupt that meets it inside a finalizer, such as the one that closes a client's
    connections: one in forty, while files are uploaded. Those are raised again a moment later.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    others = sys.unraisablehook

    def hook(dropped: "sys.UnraisableHookArgs", /) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            # Not at once: this is inside the finalizer still.
            again = Timer(0.01, _thread.interrupt_main, [signal.SIGTERM])
            again.daemon = True
            again.start()
        else:
            others(dropped)

    sys.unraisablehook = hook


def uninterrupted(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Do the work to its end, and return or raise what it does. A KeyboardInterrupt during it is raised afterwards.

    Python interrupts the main thread only, so the work is done in another. Leaving the `with` block waits for it; a
    further Ctrl-C would end that wait, but not the work: the interpreter itself waits for the thread before it exits.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work, *args, **kwargs).result()
