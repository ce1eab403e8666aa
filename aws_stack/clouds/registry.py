"""Clouds of other programs, by name: `--aws-cloud NAME` takes one.

A distribution names them in its entry points, as `[project.entry-points."aws_stack.clouds"]`, and a `conftest.py` by
`register`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from importlib.metadata import entry_points
from typing import Protocol

from .cloud import Cloud

GROUP = "aws_stack.clouds"


class Source(Protocol):
    """Starts a kind of cloud: a module such as `embedded`, or an object with these two functions."""

    def at(self, port: int, why: str = "") -> Cloud:
        """The cloud as it will be on `port`, without starting it."""

    def launch(
        self, port: int, why: str = "", retry_seconds: float = 1.0, *, enforce_iam: bool = False
    ) -> AbstractContextManager[Cloud]:
        """The cloud, started on `port`, for the `with` block; it may not answer yet.

        It registers the removal before it starts anything, and removes everything however the block ends. Raises
        UsageError and CloudError.
        """


_registered: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Name a cloud, for this process."""
    _registered[name] = source


def registered(name: str) -> Source | None:
    """The cloud of this name; None if there is none."""
    if name in _registered:
        return _registered[name]
    for point in entry_points(group=GROUP, name=name):
        found: Source = point.load()
        return found
    return None


def names() -> Iterator[str]:
    """The names of all that are registered."""
    yield from sorted({*_registered, *(point.name for point in entry_points(group=GROUP))})
