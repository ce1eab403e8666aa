"""JSON values to look into, one member after the other: what each is, and those that are parsed. Pure.

`outline` has those that a window passes over.
"""

from collections.abc import Iterator
from typing import Any, Protocol

Kind = str
"""What a value is: "{", "[", "null" or "" for any other."""


class Node(Protocol):
    """A JSON value to look into. Members are taken one after the other; `rest` passes what is left of them."""

    kind: Kind

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """The members of an object, by name."""

    def rest(self) -> None:
        """Pass the member that was taken last, and those after it."""

    def first(self) -> Iterator["Node"]:
        """The first element of an array, if it has one."""


class Parsed:
    """A parsed JSON value to look into."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self.kind = _kind(value)

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object, by name."""
        return ((name, Parsed(member)) for name, member in self._value.items())

    def rest(self) -> None:
        """Nothing has to be passed."""

    def first(self) -> Iterator[Node]:
        """The first element of an array, if it has one."""
        return map(Parsed, self._value[:1])


def _kind(value: Any) -> Kind:
    if isinstance(value, dict):
        return "{"
    if isinstance(value, list):
        return "["
    return "null" if value is None else ""
