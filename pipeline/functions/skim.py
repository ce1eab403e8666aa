"""Passes over one JSON value: it checks the grammar and builds nothing. Pure. RFC 8259.

For what the parser cannot do: values that are too long or nested too deep, and the exact place of an error. What it can
of what is inside is passed over by the parser, or many members at once, which is more than ten times as fast.
"""

import json
import re
from functools import cache

from .reasons import Reason
from .tokens import SCALAR, SPACE, STRING, Tokens
from .window import Window

MAX_DEPTH = 1_000_000
"""Skimming gives up beyond this many levels, so that its own stack stays small too."""

MAX_PARSED = 1024 * 1024
"""Roughly how many characters are held, so that the parser passes over them as one."""

_VAIN = 512
"""Characters that the parser may read in vain for each value that is then passed over without it. Both take as long."""


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


@cache
def _runs(space: re.Pattern[str]) -> dict[int, re.Pattern[str]]:
    """Elements that are no containers, each with the comma after it; and members, by the bracket that closes them."""
    between = f"{space.pattern}+"
    element = f"{between}{SCALAR}{between},"
    return {
        ord("]"): re.compile(f"(?:{element})*+"),
        ord("}"): re.compile(f"(?:{between}{STRING}{between}:{element})*+"),
    }


_decode = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode


def skim(window: Window, limit: int, fault: Reason, space: re.Pattern[str] = SPACE) -> tuple[str | None, None, Reason]:
    """Pass over the value at the window's place. Returns what `document` needs: its text, no parsed value, `fault`.

    The text is None where it has more than `limit` characters. `space` is what may come between tokens.
    Raises DocumentError where the text is not a JSON value.
    """
    window.start_keeping(limit)
    Skimmer(window, space).value()
    return window.stop_keeping(), None, fault


class Skimmer(Tokens):
    """Passes over the value at a window's place, or a part of it. Raises DocumentError where it is not JSON."""

    def __init__(self, window: Window, space: re.Pattern[str] = SPACE) -> None:
        super().__init__(window, space)
        self.runs = _runs(space)
        # How many values to pass over before the parser is asked again: where it fails again and again, as in what is
        # nested deep, it must not read the same text each time.
        self._waits = 0

    def value(self) -> None:
        """One value."""
        self.go_on(bytearray())

    def rest(self, closing: str) -> None:
        """What follows a value in a container that `closing` ends, up to and including that."""
        stack = bytearray(closing.encode())
        self.close(stack)
        if stack:
            self.go_on(stack)

    def go_on(self, stack: bytearray) -> None:
        """A value, and what follows it in open containers. The stack holds the closing bracket of each of them."""
        while True:
            opened = "" if stack and self.parsed(len(stack)) else self.opening_or_scalar()
            if opened:
                stack.append(ord(opened))
                if len(stack) > MAX_DEPTH:
                    raise self.window.error("too_deep", most=MAX_DEPTH)
                if self.next_char() != opened:
                    self.name_in(stack)
                    continue
            # A value has ended, or an empty container is about to.
            self.close(stack)
            if not stack:
                return

    def parsed(self, depth: int) -> bool:
        """Pass an object or an array with the parser, if it is short enough to be held. Else pass nothing.

        It has so many levels around it.
        """
        if self._waits:
            self._waits -= 1
            return False
        if self.next_char() not in ("{", "["):
            return False
        end = self.parsed_end()
        if end is None:
            return False
        window = self.window
        # A level takes two characters: where the parser may have passed too many of them, they have to be counted.
        may_be_too_deep = depth + (end - window.place) // 2 > MAX_DEPTH
        # The parser takes line breaks for space.
        if may_be_too_deep or (self.space is not SPACE and window.text.find("\n", window.place, end) >= 0):
            self._waits = (end - window.place) // _VAIN
            return False
        window.place = end
        return True

    def parsed_end(self) -> int | None:
        """Where the parser says that the value ends; None where it does not take it."""
        window = self.window
        while True:
            try:
                return _decode(window.text, window.place)[1]
            except json.JSONDecodeError as error:
                if window.ended or window.held() > MAX_PARSED:
                    self._waits = (error.pos - window.place) // _VAIN
                    return None
                window.grow()
            except (RecursionError, ValueError):
                self._waits = window.held() // _VAIN
                return None

    def close(self, stack: bytearray) -> None:
        """Pass the brackets that end here, and the comma after them."""
        while stack:
            char = self.next_char()
            if char == ",":
                self.window.place += 1
                passed = self.window.pass_over(self.runs[stack[-1]])
                self._waits -= min(self._waits, passed // _VAIN)
                self.name_in(stack)
                return
            if char != chr(stack[-1]):
                raise self.unexpected("comma_or_brace" if stack[-1] == ord("}") else "comma_or_bracket")
            self.window.place += 1
            stack.pop()

    def name_in(self, stack: bytearray) -> None:
        """Pass a member's name and its colon, if the innermost container is an object."""
        if stack[-1] == ord("}"):
            self.name()
