"""What a person sees while uploads are processed: a bar on a terminal, elsewhere a line now and then."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import TaskProgressColumn as PercentColumn

from .console import err
from .ended import STATUS
from .progress import Checkpoint, Pace, about, checkpoint
from .report import printable
from .words import _, plural

LINE_SECONDS = 10.0
"""Where there is no terminal, the least time between two lines about the same upload."""


class Watcher:
    """Shows how far uploads are, for its `with` block. `what` is the bar's name.

    `total` is the bytes of all files: the bar is as far as the bytes are, so that a large file takes more of it.
    """

    def __init__(self, what: str, files: int, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._ended = 0
        self._bytes_ended = 0
        self._clock = clock
        self._last_line = 0.0
        self._file, self._size, self._pace = "", 0, Pace()
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            PercentColumn(),
            TextColumn("{task.fields[detail]}", markup=False),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=err, transient=True, disable=not err.is_terminal)
        self._task = self._bar.add_task(what, total=max(1, total), detail="")

    def __enter__(self) -> "Watcher":
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def begin(self, file: str, size: int) -> None:
        """The next file, of `size` bytes, is about to be uploaded."""
        self._file, self._size, self._pace = printable(file), size, Pace()
        self._last_line = self._clock()
        self._show(0, _("uploading"))

    def look(self, entry: dict[str, Any] | None) -> None:
        """The ledger's entry of the file, in the form that the API shows; None while there is none."""
        found = entry and checkpoint(entry)
        if not found:
            self._show(0, _("waiting for the function") if entry is None else _("processing"))
            return
        self._pace.see(found)
        detail = self._detail(found)
        self._show(found.share, detail)
        if not err.is_terminal and self._clock() - self._last_line >= LINE_SECONDS:
            self._last_line = self._clock()
            err.print(
                _("{file}: {share:.0%}, {detail}", file=self._file, share=found.share, detail=detail), soft_wrap=True
            )

    def end(self, status: str) -> None:
        """The file has ended so, in the ledger's words."""
        self._ended += 1
        self._bytes_ended += self._size
        self._show(0, "")
        if not err.is_terminal:
            err.print(_("Processed {file}: {status}", file=self._file, status=_(STATUS[status])), soft_wrap=True)

    def say(self, text: str) -> None:
        """Print a line, above the bar where there is one."""
        self._bar.console.print(text, soft_wrap=True)

    def _detail(self, found: Checkpoint) -> str:
        if found.reading == 1:
            return _("first reading: is it a document?")
        left = self._pace.seconds_left()
        judged = plural(found.judged, "{count:,} invoice judged", "{count:,} invoices judged")
        return judged if left is None else _("{judged}, {time} left", judged=judged, time=about(left))

    def _show(self, share: float, detail: str) -> None:
        if detail and self._files > 1:
            detail = _("file {number} of {count}: {detail}", number=self._ended + 1, count=self._files, detail=detail)
        self._bar.update(self._task, completed=self._bytes_ended + self._size * share, detail=detail)
