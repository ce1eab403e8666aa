"""The part of a text that is held in memory while its bytes stream by. Pure."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .encodings import wide, windows_1252
from .errors import DocumentError
from .natures import HEAD_BYTES, nature


@dataclass(frozen=True, slots=True)
class Point:
    """A place between two characters of a document: `offset` in bytes from 0, `line` and `column` from 1."""

    offset: int = 0
    line: int = 1
    column: int = 1


START = Point()

MAX_TAIL = 64
"""How many characters of a value can be looked at again after they were passed."""

# The errors of what is no document of JSON at all, and of text that another encoding may have been taken for.
_OF_NATURE = {"not_json", "not_utf8", "scalar", "trailing_data"}


class Window:
    """UTF-8 bytes, decoded a chunk at a time. Whenever more is read, the text before `place` is dropped.

    `text` is what is held, `place` is the index that reading has reached in it, and `ended` says that no more will
    come. A byte order mark at the very start is dropped. Raises DocumentError where the bytes are not UTF-8.

    The chunks are those from the point `start` on.
    """

    def __init__(self, chunks: Iterable[bytes], start: Point = START) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._decoded_bytes = start.offset
        self._at_start = start.offset == 0
        # Where the first character held is in the whole text.
        self._line, self._column = start.line, start.column
        # A point that was passed, and its index in the text held: what lies before it is counted once.
        self._passed, self._passed_place = start, 0
        self._kept: list[str] | None = None
        self._kept_from = self._room = 0
        # The first bytes of the document, and the last characters that were passed of a value.
        self._head: bytes | None = b"" if start.offset == 0 else None
        self._tail, self._tail_from = "", 0
        self.text = ""
        self.place = 0
        self.ended = False

    def held(self) -> int:
        """How many characters are held from the place on."""
        return len(self.text) - self.place

    def grow(self) -> None:
        """Read on until twice as much is held, or the text ends."""
        wanted = 2 * self.held() or 1
        self._let_go()
        while len(self.text) < wanted and not self.ended:
            self.text += self._read()

    def at_end(self) -> bool:
        """Whether no character is left."""
        while self.place == len(self.text) and not self.ended:
            self.grow()
        return self.place == len(self.text)

    def peek(self, count: int = 1) -> str:
        """The next `count` characters, or as many as there are."""
        while self.held() < count and not self.ended:
            self.grow()
        return self.text[self.place : self.place + count]

    def pass_over(self, pattern: re.Pattern[str]) -> int:
        """Move past all that matches a pattern of the form `[…]*`. Returns how many characters that was."""
        passed = 0
        while True:
            match = pattern.match(self.text, self.place)
            end = match.end() if match else self.place
            passed += end - self.place
            self.place = end
            if end < len(self.text) or self.at_end():
                return passed

    def start_keeping(self, limit: int) -> None:
        """From here on, keep the text that is passed, as long as it has no more than `limit` characters."""
        self._kept, self._kept_from, self._room = [], self.place, limit
        self._tail, self._tail_from = "", self.place

    def stop_keeping(self) -> str | None:
        """The text passed since `start_keeping`; None where it was longer than the limit."""
        self._keep()
        kept, self._kept = self._kept, None
        return None if kept is None or self._room < 0 else "".join(kept)

    def passed(self, count: int) -> str:
        """The last characters that were passed since `start_keeping`, at most `count` of them and MAX_TAIL."""
        return (self._tail + self.text[self._tail_from : self.place])[-min(count, MAX_TAIL) :]

    def refused(self, error: DocumentError, suffix: str) -> DocumentError:
        """The error for a document that is refused: what the file is instead, if its first bytes tell.

        `suffix` is what the file's name ends in.
        """
        head = self._whole_head() if error.code in _OF_NATURE else None
        if head is None:
            return error
        if encoding := wide(head):
            return DocumentError("not_utf8", {"hint": "encoding", "format": encoding}, 1, 1, 0)
        if values := nature(head):
            named = {**values, "name": f"{suffix}.gz"} if values["hint"] == "gzip" else values
            return DocumentError("not_json", named, 1, 1, 0)
        return error

    def error(self, code: str, **values: str | int) -> DocumentError:
        """A DocumentError with the place's line and column."""
        return DocumentError(code, values, *self._location(self.text, self.place))

    def point(self) -> Point:
        """Where the place is in the whole document."""
        passed, text = self._passed, self.text[self._passed_place : self.place]
        newlines = text.count("\n")
        column = len(text) - text.rfind("\n") if newlines else passed.column + len(text)
        size = len(text) if text.isascii() else len(text.encode())
        self._passed = Point(passed.offset + size, passed.line + newlines, column)
        self._passed_place = self.place
        return self._passed

    def _let_go(self) -> None:
        self._keep()
        self._tail, self._tail_from = self.passed(MAX_TAIL), 0
        self.point()
        self._passed_place = 0
        self._kept_from = 0
        self._line, self._column = self._passed.line, self._passed.column
        self.text, self.place = self.text[self.place :], 0

    def _keep(self) -> None:
        if self._kept is not None and self._room >= 0:
            piece = self.text[self._kept_from : self.place]
            self._kept_from = self.place
            self._room -= len(piece)
            self._kept.append(piece)
            if self._room < 0:
                self._kept.clear()

    def _read(self) -> str:
        chunk = next(self._chunks, None)
        self.ended = chunk is None
        if self._head is not None and len(self._head) < HEAD_BYTES:
            self._head += (chunk or b"")[:HEAD_BYTES]
        try:
            text = self._decoder.decode(chunk or b"", final=self.ended)
        except UnicodeDecodeError as error:
            raise self._not_utf8(error, chunk or b"") from None
        self._decoded_bytes += len(chunk or b"")
        return self._without_mark(text)

    def _without_mark(self, text: str) -> str:
        # Not with the codec utf-8-sig: it takes a byte order mark that is cut short for an empty text.
        if text and self._at_start:
            self._at_start = False
            if text.startswith("\ufeff"):
                self._passed = Point(offset=len(codecs.BOM_UTF8))
                return text[1:]
        return text

    def _not_utf8(self, error: UnicodeDecodeError, chunk: bytes) -> DocumentError:
        # The decoder may hold the first bytes of a character that the previous chunk cut in two.
        offset = self._decoded_bytes - (len(error.object) - len(chunk)) + error.start
        before = self.text + self._without_mark(error.object[: error.start].decode())
        values: dict[str, str | int] = {"found": f"0x{error.object[error.start]:02X}", "at": offset}
        if error.reason == "unexpected end of data":
            values["hint"] = "cut"
        elif letter := windows_1252(error):
            values |= {"hint": "windows_1252", "letter": letter}
        return DocumentError("not_utf8", values, *self._location(before, len(before)), offset)

    def _whole_head(self) -> bytes | None:
        """The first HEAD_BYTES of the document, whatever came of it at a time; None where reading began later."""
        if self._head is None:
            return None
        while len(self._head) < HEAD_BYTES and (chunk := next(self._chunks, None)) is not None:
            self._head += chunk
        return self._head[:HEAD_BYTES]

    def _location(self, text: str, place: int) -> tuple[int, int]:
        newlines = text.count("\n", 0, place)
        if newlines:
            return self._line + newlines, place - text.rfind("\n", 0, place)
        return self._line, self._column + place
