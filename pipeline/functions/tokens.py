"""Passes over the tokens of a JSON text: names, scalars, and what stands between them. Pure. RFC 8259.

It checks the grammar and builds nothing, and finds the exact place of an error.
"""

import re

from .errors import DocumentError
from .slips import NEAR, control_character, slip
from .window import Window

SPACE = re.compile(r"[ \t\n\r]*")
_DIGITS = re.compile(r"[0-9]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})')
_ESCAPE_CUT = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?")
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_CONTENT = re.compile(rf"{_PLAIN.pattern}+(?:{_ESCAPE.pattern}{_PLAIN.pattern}+)*+")
STRING = f'"{_CONTENT.pattern}"'
SCALAR = rf"(?:{STRING}|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|{'|'.join(_LITERALS.values())})"


def misplaced(window: Window, wanted: str, before: str = "") -> DocumentError:
    """The error for what stands at the window's place, where `wanted` belongs after `before`."""
    found = window.peek()
    if not found:
        return window.error("truncated", hint=wanted)
    values = slip(before, window.peek(NEAR), wanted) or {"hint": wanted, "found": window.peek(8)}
    return window.error("not_json", **values)


class Tokens:
    """Passes over the tokens at a window's place. Raises DocumentError where they are not JSON's.

    `space` is what may come between them.
    """

    def __init__(self, window: Window, space: re.Pattern[str] = SPACE) -> None:
        self.window = window
        self.space = space

    def opening_or_scalar(self) -> str:
        """Pass an opening bracket and return the closing one, or pass a scalar and return ""."""
        char = self.next_char()
        if char in ("{", "["):
            self.window.place += 1
            return "}" if char == "{" else "]"
        if char == '"':
            self._string()
        elif char in _LITERALS:
            literal = _LITERALS[char]
            if (found := self.window.peek(len(literal))) != literal:
                raise self._cut_short(found) if literal.startswith(found) else self.unexpected("value")
            self.window.place += len(literal)
        elif char == "-" or char.isdigit():
            self._number()
        else:
            raise self.unexpected("value")
        return ""

    def name(self) -> None:
        """Pass a member's name and its colon."""
        if self.next_char() != '"':
            raise self.unexpected("name")
        self._string()
        if self.next_char() != ":":
            raise self.unexpected("colon")
        self.window.place += 1

    def kept_name(self, most: int) -> str | None:
        """Pass a member's name and its colon. Returns the name as JSON, None where it has more characters than that."""
        self.next_char()
        name = re.match(STRING, self.window.peek(most))
        self.name()
        return name and name[0]

    def comma(self, closing: str) -> bool:
        """Pass what follows a value in a container: a comma, or its end, which is the answer False."""
        char = self.next_char()
        if char not in {",", closing}:
            raise self.unexpected("comma_or_brace" if closing == "}" else "comma_or_bracket")
        self.window.place += 1
        return char == ","

    def _string(self) -> None:
        self.window.place += 1
        while True:
            self.window.pass_over(_CONTENT)
            char = self.window.peek()
            if char == '"':
                self.window.place += 1
                return
            if char == "\\":
                self._escape()
            elif char:
                raise self.window.error("not_json", **control_character(char))
            else:
                raise self.window.error("truncated", hint="string")

    def _escape(self) -> None:
        found = self.window.peek(6)
        if match := _ESCAPE.match(found):
            self.window.place += match.end()
        elif _ESCAPE_CUT.fullmatch(found):
            raise self._cut_short(found)
        else:
            raise self.unexpected("escape")

    def _number(self) -> None:
        if self.window.peek() == "-":
            self.window.place += 1
        if self.window.peek() == "0":
            self.window.place += 1
        else:
            self._digits()
        if self.window.peek() == ".":
            self.window.place += 1
            self._digits()
        if self.window.peek() in ("e", "E"):
            self.window.place += 1
            if self.window.peek() in ("+", "-"):
                self.window.place += 1
            self._digits()

    def _digits(self) -> None:
        if not self.window.pass_over(_DIGITS):
            raise self.unexpected("digit")

    def next_char(self) -> str:
        """The next character that is not space, without passing it; "" at the end."""
        self.window.pass_over(self.space)
        return self.window.peek()

    def _cut_short(self, last: str) -> Exception:
        self.window.place += len(last)
        return self.window.error("truncated", hint="after", found=last)

    def unexpected(self, wanted: str) -> Exception:
        """The error for what stands at the place, where `wanted` belongs."""
        if self.window.peek() == "\n" and self.space is not SPACE:
            return self.window.error("not_json", hint="line_end")
        return misplaced(self.window, wanted, self.window.passed(NEAR))
