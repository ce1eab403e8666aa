"""`python -m tests.mutants.schedules`: the mutants about races, retries and order, and the schedules that find them.

Each is tried against the schedules of the day, which are the same every time: there is no seed. With `--table` the
result goes into the second part of docs/schedules.md. Exits with 0 if every mutant is found.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from fixtures.schedules.page import CATCHES

from .catalogue import CATALOGUE
from .mutant import Mutant
from .trial import NONE, copied

NAMES = (
    # Who is first, and what counts as one's own.
    "overwrites",
    "looked-up-then-put",
    "taken-id-counts-as-stored",
    "taken-id-is-a-duplicate",
    "same-id-same-invoice",
    "own-earlier-attempt-is-a-duplicate",
    "own-by-upload",
    "own-by-key",
    "last-of-a-file-wins",
    "one-id-on-its-way-twice",
    "time-of-the-attempt",
    # The ledger's entry.
    "ledger-entry-opened-anew",
    "started-at-of-the-last-attempt",
    "closed-without-condition",
    "completed-before-the-rejects-are-written",
    "counts-added-chunk-by-chunk",
    # Continuation.
    "checkpoint-before-its-invoices-have-landed",
    "counts-added-twice",
    "counts-of-the-last-attempt",
    "counts-not-read-back",
    "later-checkpoint-overwritten",
    "checkpoints-compared-by-their-positions",
    "checkpoint-reopens-an-entry",
    "progress-stays-at-the-end",
    "second-reading-begins-where-the-first-ended",
    "rest-of-a-document-kept-as-the-whole",
    "time-runs-out-without-a-checkpoint",
    "checkpoint-only-when-time-runs-short",
    "out-of-time-is-a-failure",
    "checkpoint-before-its-rejects",
    "continuation-not-sent",
    "continuation-of-what-has-ended",
    "event-does-not-say-how-far-it-was",
    # Unfinished rejects.
    "tail-not-loaded",
    "tail-loaded-twice",
    "parts-from-the-first-again",
    "parts-cut-by-the-attempt",
    "rejects-published-by-every-attempt",
    "rejects-of-every-attempt",
    "unfinished-rejects-stay",
    "cleaned-up-before-the-ledger-is-closed",
    "tail-removed-before-the-checkpoint",
    "tails-pile-up",
    "tail-removed-although-the-ledger-names-it",
    "last-part-left-out",
    "parts-put-together-in-any-order",
    "missing-parts-are-a-fault",
    "parts-of-an-upload-without-checkpoints-stay",
    "leftovers-of-a-killed-attempt-stay",
    # Giving up, and going on.
    "stalled-although-it-has-ended",
    "stalled-over-a-closed-entry",
    "stalled-although-it-came-further",
    "goes-on-for-ever",
    "event-not-kept",
    "ledger-told-before-the-event-is-kept",
    "stalled-while-it-goes-on",
    "at-work-with-the-error-of-stalling",
    "stalled-is-final",
    "completed-with-the-error-of-stalling",
    "progress-lost-by-stalling",
    "redriven-once-received",
    "redrive-of-the-queue-alone",
    "redriven-by-queue-and-ledger",
    # Events.
    "latest-version-read",
    "rejects-under-the-key-alone",
)
"""The mutants of the catalogue that a schedule has to find."""

SECONDS = 20 * 60.0

out = Console(markup=False, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Found:
    """What the schedules of the day made of a mutant: the command that shows it, or "" where they all hold."""

    mutant: str
    again: str
    failed: str
    schedules: int
    seconds: float


def try_one(mutant: Mutant) -> Found:
    """Try a mutant, or the pipeline as it is."""
    begun = time.monotonic()
    with copied(mutant) as project:
        ended = subprocess.run(
            [sys.executable, "-m", "fixtures.schedules", "--day"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(project), "TMPDIR": str(project), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    said = ended.stdout + ended.stderr
    number = int(next(iter(re.findall(r"^(\d+) schedules", said, re.MULTILINE)), 0))
    again, failed = ([*re.findall(pattern, said, re.MULTILINE), ""][0] for pattern in (_AGAIN, r"^failed: (.*)$"))
    if ended.returncode not in (0, 1) or (ended.returncode == 1 and not again):
        raise RuntimeError(f"{mutant.name}: {said[-2000:]}")
    return Found(mutant.name, again, failed, number, time.monotonic() - begun)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.schedules", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *NAMES], help="all by default")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--table", type=Path, metavar="FILE", help="put the table into this page")
    options = parser.parse_args(arguments)
    names = options.names or NAMES
    mutants = [one for one in CATALOGUE if one.name in names]
    if try_one(NONE).again:
        out.print("the schedules fail even without a mutant, so their failures prove nothing")
        return 2
    with ThreadPoolExecutor(options.jobs) as pool:
        results = []
        for future in as_completed([pool.submit(try_one, one) for one in mutants]):
            found = future.result()
            results.append(found)
            out.print(f"{found.mutant}: {found.again or 'NOT FOUND'}  {found.seconds:.0f} s  {found.failed[:100]}")
            if options.table:
                _write(options.table, results)
    missed = [one.mutant for one in results if not one.again]
    out.print(f"{len(results) - len(missed)}/{len(results)} found{': not ' if missed else ''}{', '.join(missed)}")
    return 1 if missed else 0


_AGAIN = r"^again: python -m fixtures.schedules (.*)$"
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \|.*$", re.MULTILINE)


def _write(path: Path, results: Sequence[Found]) -> None:
    """Put the rows into the page; those of other mutants stay."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    before, _, rest = text.partition(CATCHES)
    rows = {found[1]: found[0] for found in _ROW.finditer(rest)}
    rows |= {one.mutant: _row(one) for one in results}
    rows = {name: rows[name] for name in NAMES if name in rows}
    found = sum("**NOT FOUND**" not in row for row in rows.values())
    head = [
        CATCHES,
        "",
        "Made by `python -m tests.mutants.schedules --table docs/schedules.md`, with the schedules of the day, which",
        f"are the same every time: {found} of the {len(NAMES)} mutants about races, retries and order are found.",
        "",
        "| mutant | after schedules | a schedule that shows it | what does not hold |",
        "| --- | ---: | --- | --- |",
    ]
    path.write_text(before + "\n".join([*head, *rows.values(), ""]), encoding="utf-8")


def _row(one: Found) -> str:
    failed = one.failed if len(one.failed) <= 120 else f"{one.failed[:118]} …"
    again = f"`{one.again}`" if one.again else "**NOT FOUND**"
    return f"| `{one.mutant}` | {one.schedules} | {again} | {_escaped(failed)} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


if __name__ == "__main__":
    sys.exit(main())
