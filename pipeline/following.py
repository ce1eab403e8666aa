"""Wait for the end of each upload, as long as it is alive."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from aws_stack.errors import CloudError
from aws_stack.waiting import NotYet, wait_until

from .ended import Ended
from .watching import Watcher
from .words import _, plural, told


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an upload may show no sign of life: no ledger entry, or the same as before.

    After `quiet` seconds, and each time that it has become twice as long, a line says so. After `silent` seconds the
    waiting ends. Lambda's three attempts of 15 minutes and its waits of 1 and 2 minutes between them take less; after
    them the ledger says `stalled`.
    """

    quiet: float = 60
    silent: float = 60 * 60


@dataclass(frozen=True, slots=True)
class Advice:
    """What to tell a person whose upload does not move.

    `logs` says where the function's log is, `remedy` what to do once the cause is removed.
    """

    logs: str
    remedy: str


def followed(what: str, files: list[Path], begin: Callable[[Watcher], Iterator[Ended]]) -> list[Ended]:
    """Wait for the ends of all files, or until one stalls. The bar, or the lines, are called `what`."""
    with Watcher(what, len(files), sum(file.stat().st_size for file in files)) as watcher:
        return list(until_stalled(begin(watcher)))


def follow(
    file: str,
    look: Callable[[], dict[str, Any] | None],
    watcher: Watcher,
    advice: Advice,
    longest: float,
    patience: Patience = Patience(),
) -> dict[str, Any]:
    """The upload's entry once its status is not `processing`: it has ended, or stalled.

    `look` returns the entry as the API shows it, or None while there is none; whatever it raises ends the waiting. It
    is asked at most every `longest` seconds. Raises CloudError if nothing moves for longer than `patience` says.
    """
    last: dict[str, Any] | None = None
    moved = time.monotonic()
    said = patience.quiet

    def ask() -> dict[str, Any] | NotYet:
        nonlocal last, moved, said
        entry = look()
        watcher.look(entry)
        if entry is not None and entry["status"] != "processing":
            return entry
        if entry != last:
            last, moved, said = entry, time.monotonic(), patience.quiet
        still = time.monotonic() - moved
        state = _("the function has not taken it up") if entry is None else _("it has not moved")
        facts = {"file": file, "state": state, "logs": advice.logs}
        if still >= patience.silent:
            raise CloudError(
                _(
                    "{file}: {state} for {minutes:.0f} minutes, so the waiting ends. It may still be processed. "
                    "To see why it takes so long, look at {logs}",
                    minutes=still / 60,
                    **facts,
                )
            )
        if still >= said:
            said *= 2
            watcher.say(
                _(
                    "{file}: {state} for {seconds:.0f} s; still waiting. To see why, look at {logs}",
                    seconds=still,
                    **facts,
                )
            )
        return NotYet(state)

    return wait_until(_("{file} is processed", file=file), ask, math.inf, longest=longest)


def until_stalled(ending: Iterable[Ended]) -> Iterator[Ended]:
    """The uploads as they end, up to the first that stalled.

    The files' order decides which of two invoices is first. So what comes after a file that is to go on later waits.
    """
    for one in ending:
        yield one
        if one.is_stalled:
            return


def conclude(ended: list[Ended], files: list[Path], advice: Advice) -> None:
    """End the command as its uploads ended. Raises CloudError if one stalled, Exit if not all is well."""
    if ended and ended[-1].is_stalled:
        raise CloudError(_stalled(ended[-1], [str(file) for file in files[len(ended) :]], advice))
    if not all(one.is_clean for one in ended):
        raise typer.Exit(1)


def _stalled(one: Ended, waiting: list[str], advice: Advice) -> str:
    error, progress = one.entry["error"], one.entry["progress"]
    reason = told(error) if error else _("no reason given")
    judged = progress and int(progress["judged"])
    sentences = [
        _("{file} has been stalled since {time}: {reason}", file=one.file, time=one.entry["stalled_at"], reason=reason),
        plural(
            judged,
            "What was stored so far stays ({count:,} invoice judged)",
            "What was stored so far stays ({count:,} invoices judged)",
        )
        if judged
        else _("What was stored so far stays"),
        advice.remedy,
    ]
    if waiting:
        sentences.append(_("Not uploaded, because the order decides: {files}", files=", ".join(waiting)))
    return ". ".join(sentence.rstrip(".") for sentence in sentences)
