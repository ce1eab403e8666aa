"""`notas check`: what it reads, what it prints, and how it ends."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from aws_stack.errors import UsageError

from . import report
from .check import Check, Source
from .local_files import check_file, key_of, name_of
from .words import _

STANDARD_INPUT = Path("-")

NAME = "stdin.json"
"""What standard input is called, unless it has another name."""


def check(files: Sequence[Path], name: str = NAME, *, as_json: bool = False) -> int:
    """Check the files in this order, and print what would become of them. Returns the exit code, 0 or 1.

    `name` is that of standard input, `-`. Raises UsageError where a file cannot be read, and prints nothing then.
    """
    if files.count(STANDARD_INPUT) > 1:
        raise UsageError(_("- is named more than once; standard input can be read once only"))
    for file in files:
        if file != STANDARD_INPUT:
            check_file(file, _("nothing was checked"))
    checks, ended = Check(), []
    for file in files:
        with _opened(file, name) as source:
            ended.append(checks.judge(source))
    if as_json:
        report.write_json(None, ended)
    else:
        report.show(ended)
    return 0 if all(one.is_clean for one in ended) else 1


@contextmanager
def _opened(file: Path, name: str) -> Iterator[Source]:
    if file == STANDARD_INPUT:
        yield Source(name, key_of(Path(name)), sys.stdin.buffer.read)
        return
    with file.open("rb") as opened:
        yield Source(name_of(file), key_of(file), opened.read)
