"""`python -m tests.permissions`: take each permission of each role away, and see which test fails without it.

Exits with 0 if a test fails for every one of them; with 1 if nobody misses one; with 2 if nothing can be said.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console

from pipeline.deploy import TEMPLATE
from pipeline.interrupts import obey_interrupts
from pipeline.package import Target, build
from tests.mutants.report import cut
from tests.mutants.trial import NONE, Ending, Runs, Trial, copied

from .grants import Grant, grants
from .page import page

INTERRUPTED = 130

TESTS = (
    "e2e/test_permissions.py",
    "faults/test_services.py::test_parts_that_cannot_be_put_together_are_not_left_behind",
    # What no local cloud does, such as traces.
    "unit/test_template.py",
)
"""Tests that need every permission between them."""

out = Console(markup=False, highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every permission. Returns the exit code."""
    options = _parser().parse_args(arguments)
    obey_interrupts()
    build(Target.this_interpreter())  # What every copy shares.
    runs = Runs(TESTS)
    try:
        with copied(NONE) as project:
            unbroken = runs.try_(NONE, 1, project, shrink=False)
        out.print(f"with every permission: {unbroken.error} in {unbroken.seconds:.0f} s")
        if unbroken.ending is not Ending.SURVIVED:
            out.print("the tests fail anyway, so their failures prove nothing")
            return 2
        trials = _try_all(runs, grants(TEMPLATE.read_text(encoding="utf-8")), options.jobs)
    except KeyboardInterrupt:
        runs.stop()
        return INTERRUPTED
    if options.table:
        options.table.write_text(page(trials), encoding="utf-8")
    needed = sum(trial.ending is Ending.CAUGHT for _, trial in trials)
    out.print(f"{needed}/{len(trials)} are needed")
    return 0 if needed == len(trials) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.permissions", description=__doc__)
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the results as a page in Markdown")
    parser.add_argument("--jobs", type=int, default=2, help="permissions at a time; default 2")
    return parser


def _try_all(runs: Runs, every: list[Grant], jobs: int) -> list[tuple[Grant, Trial]]:
    """Try each, `jobs` at a time, and print what comes of it. In the order of the template."""

    def try_one(grant: Grant) -> Trial:
        with copied(grant.mutant) as project:
            return runs.try_(grant.mutant, 1, project, shrink=False)

    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(try_one, grant): grant for grant in every}
        try:
            for future in as_completed(futures):
                trial = future.result()
                said = trial.test if trial.ending is Ending.CAUGHT else f"{trial.ending}: {trial.error}"
                out.print(f"without {futures[future].mutant.name}  {trial.seconds:.0f} s  {said}")
                out.print(f"          {cut(trial.error)}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runs.stop()
            raise
    return [(grant, future.result()) for future, grant in futures.items()]


if __name__ == "__main__":
    sys.exit(main())
