"""XML whose declaration names an encoding that its text is not in. Pure.

Whoever reads UTF-8 as ISO-8859-1 gets other letters, and no error: `JoÃ£o` for `João`. NF-e are UTF-8 (MOC 7.00, and
the tax offices' rejection 402), but programs that save them again declare what they please. Neither reading may be
guessed, so such a document is refused.
"""

import codecs
import re

_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_STRICT = ("utf", "ascii")


def could_hide(encoding: str) -> bool:
    """Whether UTF-8 can be read in this encoding without an error."""
    return not any(name in encoding.lower() for name in _STRICT)


class Utf8Watch:
    """Whether the bytes that pass are UTF-8, although something else is declared.

    They are taken for it if all of them are UTF-8 and some are not ASCII. In an encoding of one byte a character that
    is all but impossible: in Portuguese, each `Ã` would have to be followed by a sign such as `£`, and nothing else
    could have an accent.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_first = self._is_utf8 = True
        self._line = self._column = 1
        self._place: tuple[int, int] | None = None

    def see(self, piece: bytes) -> None:
        """The next bytes."""
        if self._is_first:
            self._is_first = False
            piece = piece.removeprefix(codecs.BOM_UTF8)
        if not self._is_utf8:
            return
        try:
            self._decoder.decode(piece)
        except UnicodeDecodeError:
            self._is_utf8 = False
        if self._place is None:
            found = _NOT_ASCII.search(piece)
            before = piece[: found.start()] if found else piece
            newlines = before.count(b"\n")
            self._line += newlines
            self._column = len(before) - before.rfind(b"\n") if newlines else self._column + len(before)
            self._place = (self._line, self._column) if found else None

    def misread_at(self) -> tuple[int, int] | None:
        """Line and column of the first letter that was misread, once all has been seen."""
        if not self._is_utf8:
            return None
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
        return self._place
