"""`python -m tests.struck`: draw faults at length, and count how often each kind has struck which call.

Exits with 0 if all tests passed; with 1 if one failed; with 2 if nothing can be said.
"""

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

TESTS = "tests/faults/test_drawn.py"


@dataclass
class Tally:
    """A pytest plugin that counts what struck, and the uploads and examples that it struck."""

    struck: Strikes = field(default_factory=Counter)
    uploads: int = 0
    examples: int = 0
    failed: int = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take a test's setup, its call, or its end."""
        self.failed += report.failed
        for kind, operation, times in getattr(report, "struck", ()):
            self.struck[kind, operation] += times
        seen = getattr(report, "observations", ())
        self.uploads += len(seen)
        self.examples += len({one["example"] for one in seen})


def page(tally: Tally, seconds: float, profile: str) -> str:
    """The page with the table: a row for each operation, a column for each kind."""
    kinds = [kind.__name__ for kind in KINDS]
    total = sum(tally.struck.values())
    head = [f"| operation | {' | '.join(kinds)} | all |", f"| --- |{' ---: |' * (len(kinds) + 1)}"]
    rows = [
        _row(f"`{one}`", [_cell(tally, one, kind) for kind in KINDS], _of(tally, operation=one)) for one in OF_INGEST
    ]
    last = _row("all", [f"{_of(tally, kind=kind):,}" for kind in kinds], total)
    ended = "every upload ended as the model says" if not tally.failed else "not every test passed"
    figures = f"{total:,} faults struck, among {tally.uploads:,} uploads of {tally.examples:,} examples"
    return f"""# Faults that struck

Made by `make struck`, with the profile `{profile}`: {figures}.
It took {seconds:,.0f} s, and {ended}.

[The testbed](testbed.md#faults) says what each kind does. They are drawn at random, as are the documents, and several
uploads are under way at once: see [`test_drawn.py`](../tests/faults/test_drawn.py). A dash stands for what AWS never
answers.

{chr(10).join([*head, *rows, last])}
"""


def _row(name: str, cells: list[str], total: int) -> str:
    return f"| {name} | {' | '.join(cells)} | {total:,} |"


def _cell(tally: Tally, operation: Operation, kind: type[How]) -> str:
    times = tally.struck[kind.__name__, operation]
    return f"{times:,}" if times or can_strike(operation, kind) else "–"


def _of(tally: Tally, kind: str = "", operation: str = "") -> int:
    return sum(times for (one, other), times in tally.struck.items() if kind in ("", one) and operation in ("", other))


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m tests.struck", description=__doc__)
    parser.add_argument("--table", type=Path, help="write the table there, as Markdown")
    parser.add_argument("--profile", default=THOROUGH, help="how much is drawn: see docs/testbed.md")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, and count. Arguments that are not this command's own are pytest's. Returns the exit code."""
    options, others = _parser().parse_known_args(arguments)
    tally, begun = Tally(), time.monotonic()
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
    ended = pytest.main([TESTS, *given], plugins=[tally])
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or not tally.struck:
        return 2
    if options.table:
        options.table.write_text(page(tally, time.monotonic() - begun, options.profile), encoding="utf-8")
    for (kind, operation), times in sorted(tally.struck.items()):
        out.print(f"{times:>7,}  {kind} of {operation}")
    out.print(f"{sum(tally.struck.values()):>7,}  in all")
    return int(bool(tally.failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
