"""Documents of another form than their name says: the errors that tell how to name them, or how to write them."""

import re

from .errors import DocumentError
from .reasons import SHOWN_OF_A_LINE, rest_of_line
from .window import Window

_SPACE = re.compile(r"[ \t\n\r]*")
_LINE_SPACE = re.compile(r"[ \t\r]*")

_MORE = re.compile(r",?\s*[\[{]")


def array_in_lines(window: Window, most: int) -> DocumentError:
    """The error for JSON Lines that begin with an array, at its place. Only lines of up to `most` characters are read.

    It is one array, on one line or on several; or the line ends with the array, and there are others.
    """
    error = window.error("wrapped", hint="array")
    while (end := window.text.find("\n", window.place)) < 0 and not window.ended and window.held() <= most:
        window.grow()
    if 0 <= end - window.place <= most and window.text[window.place : end].rstrip().endswith("]"):
        window.place = end
        window.pass_over(_SPACE)
        if not window.at_end():
            error.values = {"hint": "arrays"}
    return error


def trailing_data(window: Window, only: str | None = "") -> DocumentError | None:
    """The error for what follows the end of a `.json` document, if anything does but space.

    `only` is the text of the one object before it, None where that was too long to keep, "" where it was an array.
    """
    window.pass_over(_LINE_SPACE)
    ends_line = window.peek() == "\n"
    window.pass_over(_SPACE)
    if window.at_end():
        return None
    char, hint = window.peek(), ""
    if only == "":
        hint = "arrays" if char == "[" else ""
    elif char == ",":
        hint = "commas"
    elif char == "{":
        hint = "lines" if ends_line and (only is None or "\n" not in only) else "objects"
    if not hint and _MORE.match(window.peek(SHOWN_OF_A_LINE)):
        hint = "more"
    return window.error("trailing_data", **({"hint": hint} if hint else {"found": found_at(window)}))


def found_at(window: Window) -> str:
    """What stands at the window's place, to the end of its line, short enough for a message."""
    return rest_of_line(window.peek(SHOWN_OF_A_LINE + 1))
