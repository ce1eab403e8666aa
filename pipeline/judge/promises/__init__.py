"""All promises, in the order of their numbers."""

from ..promise import Promise
from . import level0, level1, level1_files, level2, level3, level4, level4_api

PROMISES: tuple[Promise, ...] = (
    *level0.PROMISES,
    *level1.PROMISES,
    *level1_files.PROMISES,
    *level2.PROMISES,
    *level3.PROMISES,
    *level4.PROMISES,
    *level4_api.PROMISES,
)


def promise(number: str) -> Promise:
    """The promise of a number."""
    return next(one for one in PROMISES if one.number == number)


__all__ = ["PROMISES", "Promise", "promise"]
