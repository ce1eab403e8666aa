"""Work that Ctrl-C does not cut short."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def uninterrupted(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `work` returns or raises; a KeyboardInterrupt meanwhile is raised once the work is done.

    Python interrupts the main thread only, so the work is done in another. Leaving the `with` block waits for it; a
    further Ctrl-C would end that wait, but not the work: the interpreter itself waits for the thread before it exits.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work, *args, **kwargs).result()
