"""Texts that are kept for later: a few in memory, more in a temporary file."""

from tempfile import SpooledTemporaryFile

IN_MEMORY = 4 * 1024 * 1024
"""Bytes that are kept in memory."""


class Kept:
    """Texts, one after the other. It ends at `end`; what is set back is forgotten."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it is closed together with this object
        self.end = 0

    def __del__(self) -> None:
        """Close the file, and so remove it. Left open it would warn, where PYTHONDEVMODE or PYTHONWARNINGS asks."""
        self._file.close()

    def add(self, text: bytes) -> int:
        """Keep a text. Returns the place where it ends."""
        self._file.seek(self.end)
        self.end += self._file.write(text)
        return self.end

    def read(self, begin: int, end: int) -> bytes:
        """The text between two places."""
        self._file.seek(begin)
        return self._file.read(end - begin)

    def line(self, begin: int) -> bytes:
        """The text from a place up to the end of its line."""
        self._file.seek(begin)
        return self._file.readline()
