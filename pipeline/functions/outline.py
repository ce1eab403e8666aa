"""A JSON value that is looked into while a window passes over it, whatever its length."""

import json
from collections.abc import Iterator

from .nodes import Kind, Node
from .skim import Skimmer

MAX_NAME = 512
"""The most characters of JSON that a member's name is kept with. A longer one is nobody's that is looked for."""


class Outline:
    """The value at the place of a skimmer's window: see `nodes.Node`. What is not looked into is passed over.

    Taking members or elements raises DocumentError where the text is not JSON.
    """

    def __init__(self, skimmer: Skimmer) -> None:
        self._skimmer = skimmer
        self._taken = False
        self._member: Outline | None = None
        char = skimmer.next_char()
        self.kind: Kind = char if char in {"{", "["} else ("null" if char == "n" else "")

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of an object, by name. The window has passed the object once the last is taken."""
        skimmer, self._taken = self._skimmer, True
        skimmer.window.place += 1
        if skimmer.next_char() == "}":
            skimmer.window.place += 1
            return
        while True:
            name = skimmer.kept_name(MAX_NAME)
            member = self._member = Outline(skimmer)
            yield "" if name is None else json.loads(name), member
            member.end()
            if not skimmer.comma("}"):
                return

    def rest(self) -> None:
        """Pass the member that was taken last, and those after it. The window has passed the object then."""
        if self._member:
            self._member.end()
        self._skimmer.rest("}")

    def first(self) -> Iterator[Node]:
        """The first element of an array, if it has one. The window has passed the array after that."""
        skimmer, self._taken = self._skimmer, True
        skimmer.window.place += 1
        if skimmer.next_char() == "]":
            skimmer.window.place += 1
            return
        element = Outline(skimmer)
        yield element
        element.end()
        skimmer.rest("]")

    def end(self) -> None:
        """Pass the value, unless it was looked into."""
        if not self._taken and not self._skimmer.parsed(1):
            self._skimmer.value()
