"""`python -m tests.mutants`: break the pipeline in every way of the catalogue, and see whether the suite finds it.

Exits with 0 if every mutant is caught with every seed, by an example small enough to read; with 1 if one is not; with 2
if nothing can be said.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console

from aws_stack.interrupts import obey_interrupts
from aws_stack.target import Target
from pipeline.package import build

from .catalogue import CATALOGUE
from .mutant import CatalogueError, Mutant
from .report import MOST_INVOICES, Result, lines, seeds_of, table, tests_of
from .trial import NONE, QUICKEST, Ending, Runs, Trial, copied

INTERRUPTED = 130

_ONLY_HELP = "run these test files alone, such as e2e/test_ledger.py; `quickest` stands for some that need no cloud"
_PART_HELP = "try the Nth of M parts of the mutants: several machines share them"
_TABLE_HELP = "write the results as a page in Markdown; if mutants are named, only their rows are replaced"

# What the tests say is printed as it is: no markup, no guessed highlights.
out = Console(markup=False, highlight=False, soft_wrap=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants. Returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    named = {mutant.name: mutant for mutant in CATALOGUE}
    part, parts = options.part
    chosen = [named[name] for name in options.names or named][part - 1 :: parts]
    page = Page(options.table, options.seeds, keep=bool(options.names) or parts > 1)
    if page.text and seeds_of(page.text) != options.seeds:
        parser.error(f"{options.table} has rows of the seeds {seeds_of(page.text)}; its other rows need the same seeds")
    obey_interrupts()
    runs = Runs(options.only)
    try:
        build(Target.this_interpreter())  # What every copy shares.
        if not _passes_unbroken(runs, options.seeds, options.jobs):
            return 2
        results = _try_all(runs, [(mutant, options.seeds) for mutant in chosen], options.jobs, page.add, page.caught_by)
    except KeyboardInterrupt:
        out.print("interrupted; everything that was started is stopped")
        return INTERRUPTED
    except CatalogueError as error:
        out.print(f"error: {error}")
        return 2
    return _concluded(results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", type=_name, help="mutants to try, in this order; all by default"
    )
    parser.add_argument("--seeds", type=_seeds, default=[1, 2, 3], help="seeds of the examples; default 1,2,3")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time; default 2")
    parser.add_argument("--part", type=_part, default=(1, 1), metavar="N/M", help=_PART_HELP)
    parser.add_argument("--only", type=_files, default=(), metavar="FILE,…", help=_ONLY_HELP)
    parser.add_argument("--table", type=Path, metavar="FILE", help=_TABLE_HELP)
    return parser


def _name(text: str) -> str:
    if text not in [mutant.name for mutant in CATALOGUE]:
        raise argparse.ArgumentTypeError(f"there is no mutant {text}; the names are in tests/mutants/catalogue/")
    return text


def _files(text: str) -> tuple[str, ...]:
    return tuple(name for one in text.split(",") for name in (QUICKEST if one == "quickest" else (one,)))


def _part(text: str) -> tuple[int, int]:
    part, _, parts = text.partition("/")
    if not 1 <= int(part) <= int(parts):
        raise argparse.ArgumentTypeError(f"{text} is no part: 2/4 is the second of four")
    return int(part), int(parts)


def _seeds(text: str) -> list[int]:
    return [int(seed) for seed in text.split(",")]


def _passes_unbroken(runs: Runs, seeds: list[int], jobs: int) -> bool:
    """Whether the suite passes on the pipeline as it is, with every seed. If it fails anyway, it proves nothing."""
    results = _try_all(runs, [(NONE, [seed]) for seed in seeds], jobs, lambda _: None, {})
    failing = [result for result in results if result.ending is not Ending.SURVIVED]
    for result in failing:
        out.print(*lines(result), sep="\n")
    if failing:
        out.print("the suite fails even without a mutant, so its failures prove nothing")
        return False
    [trial] = results[0].trials
    out.print(f"without a mutant the suite passes: {trial.error} in {trial.seconds:.0f} s")
    return True


class Page:
    """The table and its file, if any, which is written after every result: an interrupted run keeps what it has."""

    def __init__(self, path: Path | None, seeds: list[int], *, keep: bool) -> None:
        self.path, self.seeds = path, seeds
        before = path.read_text() if path and path.exists() else ""
        self.text = before if keep else ""
        self.caught_by = tests_of(before)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, result: Result) -> None:
        """Print a result and write its row."""
        out.print(*lines(result), sep="\n")
        self.text = table([result], self.seeds, [mutant.name for mutant in CATALOGUE], self.text)
        if self.path:
            self.path.write_text(self.text)


def _try_all(
    runs: Runs,
    tries: list[tuple[Mutant, list[int]]],
    jobs: int,
    see: Callable[[Result], None],
    caught_by: dict[str, str],
) -> list[Result]:
    """Try every mutant with its seeds, `jobs` mutants at a time; `see` gets each result as it comes.

    The seeds end with the first trial that stands for all of them.
    `caught_by` has the tests that have caught mutants before, by the mutants' names. Raises CatalogueError.
    """

    def try_one(mutant: Mutant, seeds: list[int]) -> Result:
        trials: list[Trial] = []
        with copied(mutant) as project:
            for seed in seeds:
                # The test that has found it before runs first: did it find it by luck, and does it still find it?
                first = (trials and trials[-1].test) or caught_by.get(mutant.name, "")
                # One small example of a fault is enough to read.
                trials.append(runs.try_(mutant, seed, project, shrink=not trials, first=first))
                if trials[-1].stands_for_all:
                    break
        return Result(mutant, tuple(trials))

    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(try_one, *one) for one in tries]
        try:
            for future in as_completed(futures):
                see(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runs.stop()
            raise
    return [future.result() for future in futures]


def _concluded(results: Sequence[Result]) -> int:
    """Print how many were caught. Returns the exit code."""
    caught = [result for result in results if result.ending is Ending.CAUGHT]
    missed = [result.mutant.name for result in results if result.ending is not Ending.CAUGHT]
    large = [result.mutant.name for result in results if result.too_large]
    if large:
        out.print(f"caught with an example of more than {MOST_INVOICES} invoices: {', '.join(large)}")
    if missed:
        out.print(f"not caught: {', '.join(missed)}")
    out.print(f"{len(caught)}/{len(results)} caught")
    return 1 if missed or large else 0


if __name__ == "__main__":
    sys.exit(main())
