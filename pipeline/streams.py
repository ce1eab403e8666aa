"""Standard output and standard error of a command: UTF-8 in every locale, and silent where nobody reads on."""

import io
import os
import sys
from typing import Any


class Standard(io.FileIO):
    """A standard stream. Once its reader has gone, as after `| head`, what is written to it is dropped.

    So is what is written after any other error, which is raised once: Python writes what is left at its end.
    """

    is_unread = False
    _has_failed = False

    def write(self, data: Any, /) -> int:
        """Write some of the bytes. Returns how many. Raises OSError."""
        try:
            return super().write(data)
        except BrokenPipeError:
            self.is_unread = True
        except OSError:
            if not self._has_failed:
                self._has_failed = True
                raise
        return memoryview(data).nbytes


def replace_standard() -> list[Standard]:
    """Put such streams in the place of this process's two, where Python made those. Returns them."""
    raws = []
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            raws.append(Standard(stream.fileno(), "wb", closefd=False))
            # Names of files and contents of invoices go beyond ASCII. A name that is not UTF-8 is printed as the bytes
            # it has.
            text = io.TextIOWrapper(
                io.BufferedWriter(raws[-1]), "utf-8", "surrogateescape", line_buffering=stream.line_buffering
            )
            setattr(sys, name, text)
        elif stream is None:
            # It was closed before the command began, as by `>&-`.
            nowhere = Standard(os.open(os.devnull, os.O_WRONLY), "wb")
            setattr(sys, name, io.TextIOWrapper(nowhere, "utf-8", "surrogateescape"))
    return raws


def is_unread(stream: Any) -> bool:
    """Whether the reader of a standard stream has gone."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return isinstance(raw, Standard) and raw.is_unread
