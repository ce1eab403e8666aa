"""`python -m tests.struck`: draw faults at length, and count how often each kind has struck which call.

Exits with 0 if all tests passed; with 1 if one failed; with 2 if nothing can be said.
"""

import shlex
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from aws_stack.proxy.fault import KINDS, How, Operation
from fixtures.profiles import THOROUGH
from fixtures.strategies.faults import OF_INGEST, can_strike
from fixtures.strikes import Strikes

out = Console(markup=False, highlight=False, soft_wrap=True)

TESTS = {
    "tests/faults/test_drawn.py": "On deployed stacks",
    "tests/schedules/test_struck.py": "In one process, one call at a time",
}
"""The files whose tests draw faults, and where their functions run."""


@dataclass
class Tally:
    """What struck the tests of one file, and the uploads and examples that it struck."""

    struck: Strikes = field(default_factory=Counter)
    uploads: int = 0
    examples: int = 0

    def of(self, kind: str = "", operation: str = "") -> int:
        """How often this kind, or any, has struck this operation, or any."""
        return sum(
            times for (one, other), times in self.struck.items() if kind in ("", one) and operation in ("", other)
        )

    def __str__(self) -> str:
        return f"{self.of():,} faults struck, among {self.uploads:,} uploads of {self.examples:,} examples"


@dataclass
class Tallies:
    """A pytest plugin that counts, by the tests' file."""

    of: dict[str, Tally] = field(default_factory=lambda: {file: Tally() for file in TESTS})
    failed: int = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test's setup, its call, or its end."""
        self.failed += report.failed
        tally = self.of[report.nodeid.partition("::")[0]]
        for kind, operation, times in getattr(report, "struck", ()):
            tally.struck[kind, operation] += times
        seen = getattr(report, "observations", ())
        examples, uploads = getattr(report, "struck_here", (0, 0))
        tally.uploads += len(seen) + uploads
        tally.examples += len({one["example"] for one in seen}) + examples

    @property
    def total(self) -> Strikes:
        """What struck, wherever."""
        return sum((tally.struck for tally in self.of.values()), Counter())


def page(tallies: Tallies, seconds: float, command: str) -> str:
    """The page, with a table for each file. `command` is how it was made."""
    ended = "every upload ended as the model says" if not tallies.failed else "not every test passed"
    tables = [_table(title, tallies.of[file]) for file, title in TESTS.items() if tallies.of[file].examples]
    return f"""# Faults that struck

Made by `{command}`: {tallies.total.total():,} faults struck.
It took {seconds:,.0f} s, and {ended}.

[The testbed](testbed.md#faults) says what each kind does. They are drawn at random, as are the documents, and several
uploads are under way at once: see [`test_drawn.py`](../tests/faults/test_drawn.py), whose functions are deployed, and
[`test_struck.py`](../tests/schedules/test_struck.py), whose calls come in a drawn order. A dash stands for what AWS
never answers.

{chr(10).join(tables)}"""


def _table(title: str, tally: Tally) -> str:
    """A row for each operation, a column for each kind."""
    kinds = [kind.__name__ for kind in KINDS]
    head = [f"| operation | {' | '.join(kinds)} | all |", f"| --- |{' ---: |' * (len(kinds) + 1)}"]
    rows = [_row(f"`{one}`", [_cell(tally, one, kind) for kind in KINDS], tally.of(operation=one)) for one in OF_INGEST]
    last = _row("all", [f"{tally.of(kind=kind):,}" for kind in kinds], tally.of())
    return "\n".join([f"## {title}", "", f"{tally}.", "", *head, *rows, last, ""])


def _row(name: str, cells: list[str], total: int) -> str:
    return f"| {name} | {' | '.join(cells)} | {total:,} |"


def _cell(tally: Tally, operation: Operation, kind: type[How]) -> str:
    times = tally.struck[kind.__name__, operation]
    return f"{times:,}" if times or can_strike(operation, kind) else "–"


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tests.struck", description=__doc__)
    parser.add_argument("--table", type=Path, help="write the table there, as Markdown")
    parser.add_argument("--only", choices=TESTS, help="draw by the tests of one file alone")
    parser.add_argument("--profile", default=THOROUGH, help="how much is drawn: see docs/testbed.md")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, and count. Arguments that are not this command's own are pytest's. Returns the exit code."""
    options, others = _parser().parse_known_args(arguments)
    command = shlex.join(["python", "-m", "tests.struck", *(sys.argv[1:] if arguments is None else arguments)])
    tallies, begun = Tallies(), time.monotonic()
    given = [
        "--cloud",
        "embedded",
        "--night",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "--hypothesis-profile",
        options.profile,
        *others,
    ]
    chosen = [options.only] if options.only else list(TESTS)
    ended = pytest.main([*chosen, *given], plugins=[tallies])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or not tallies.total:
        return 2
    if options.table:
        options.table.write_text(page(tallies, time.monotonic() - begun, command), encoding="utf-8")
    for (kind, operation), times in sorted(tallies.total.items()):
        out.print(f"{times:>7,}  {kind} of {operation}")
    out.print(f"{tallies.total.total():>7,}  in all")
    return int(bool(tallies.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
