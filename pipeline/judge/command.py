"""What `notas judge` does."""

from collections.abc import Collection
from pathlib import Path

from aws_stack.clouds.choice import CloudName
from aws_stack.errors import UsageError
from pipeline.console import err, step
from pipeline.functions.language import ENGLISH
from pipeline.words import _, speaking, spoken

from .judging import cloud, judge
from .promise import Promise
from .promises import PROMISES
from .reading import load
from .reports.data import as_json, as_junit
from .reports.page import as_page
from .reports.text import show
from .verdict import Verdict


def run(
    file: Path,
    level: int,
    numbers: Collection[str],
    junit: Path | None,
    html: Path | None,
    *,
    name: str = CloudName.EMBEDDED,
    image: str | None = None,
    json: bool = False,
) -> int:
    """Judge, print the verdict and write it to files. Returns the exit code: 1 if a promise is broken, else 0.

    It judges on the cloud of this `name`, of this `image` if it is a container.
    """
    known = [one.number for one in PROMISES]
    for number in numbers:
        if number not in known:
            raise UsageError(
                _("there is no promise {number}; there are {numbers}", number=number, numbers=", ".join(known))
            )
    for path in (junit, html):
        if path is not None and not path.absolute().parent.is_dir():
            raise UsageError(_("there is no folder {folder} to write to", folder=path.absolute().parent))
    adapter = load(file)
    # What programs read is in English.
    with (
        speaking(ENGLISH if json else spoken()),
        cloud(name, image) as where,
        step(_("Judging {name}", name=adapter.name)),
    ):
        verdict = judge(adapter, where, levels=range(level + 1), only=numbers, watch=_tell)
    _write(verdict, junit, html)
    if json:
        print(as_json(verdict))  # noqa: T201 - rich would wrap it
    else:
        show(verdict)
    return 1 if verdict.broken else 0


def _tell(promise: Promise) -> None:
    if err.is_terminal:
        err.print(f"  {promise.number} {_(promise.name)}", style="dim")


def _write(verdict: Verdict, junit: Path | None, html: Path | None) -> None:
    if junit is not None:
        junit.write_bytes(as_junit(verdict))
    if html is not None:
        html.write_text(as_page(verdict), encoding="utf-8")
