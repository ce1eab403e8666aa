"""`python -m tests.permissions`: take each permission of each role away, and see which test fails without it.

Exits with 0 if a test fails for every one of them; with 1 if nobody misses one; with 2 if nothing can be said.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console

from aws_stack.interrupts import obey_interrupts
from aws_stack.target import Target
from pipeline.deploy import TEMPLATE
from pipeline.package import build
from tests.mutants.report import cut
from tests.mutants.trial import NONE, Ending, Runs, Trial, copied

from .grants import Grant, grants
from .page import page

INTERRUPTED = 130

TESTS = (
    "e2e/test_permissions.py",
    "api/test_answers.py::test_rejects_that_somebody_removed_are_missing",
    "faults/test_services.py::test_parts_that_cannot_be_put_together_are_not_left_behind",
    # What no local cloud does, such as traces.
    "unit/test_template.py",
)
"""Tests that need every permission between them."""

out = Console(markup=False, highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every permission. Returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    every = grants(TEMPLATE.read_text(encoding="utf-8"))
    chosen = [grant for grant in every if not options.names or grant.mutant.name in options.names]
    if unknown := set(options.names) - {grant.mutant.name for grant in chosen}:
        parser.error(f"there is no permission {unknown.pop()}; the names are as in {every[0].mutant.name}")
    before = options.table.read_text(encoding="utf-8") if options.table and options.names else ""

    def see(trials: dict[Grant, Trial]) -> None:
        # After each, so that a run that is interrupted keeps what it has.
        if options.table:
            options.table.write_text(page(every, trials, before), encoding="utf-8")

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
        trials = _try_all(runs, chosen, options.jobs, see)
    except KeyboardInterrupt:
        runs.stop()
        return INTERRUPTED
    needed = sum(trial.ending is Ending.CAUGHT for trial in trials.values())
    out.print(f"{needed}/{len(trials)} are needed")
    return 0 if needed == len(trials) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.permissions", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="permissions to try, as Ingest-s3:ListBucket-Uploads; all by default"
    )
    parser.add_argument("--table", type=Path, metavar="FILE", help="write the page; if some are named, their rows only")
    parser.add_argument("--jobs", type=int, default=2, help="permissions at a time; default 2")
    return parser


def _try_all(
    runs: Runs, chosen: list[Grant], jobs: int, see: Callable[[dict[Grant, Trial]], None]
) -> dict[Grant, Trial]:
    """Try each, `jobs` at a time; print what comes of it, and let `see` have all until then."""

    def try_one(grant: Grant) -> Trial:
        with copied(grant.mutant) as project:
            return runs.try_(grant.mutant, 1, project, shrink=False)

    trials: dict[Grant, Trial] = {}
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(try_one, grant): grant for grant in chosen}
        try:
            for future in as_completed(futures):
                grant, trial = futures[future], future.result()
                trials[grant] = trial
                see(trials)
                said = trial.test if trial.ending is Ending.CAUGHT else str(trial.ending)
                out.print(f"without {grant.mutant.name}  {trial.seconds:.0f} s  {said}")
                out.print(f"          {cut(trial.error)}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runs.stop()
            raise
    return trials


if __name__ == "__main__":
    sys.exit(main())
