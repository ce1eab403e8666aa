"""What a person reads about the trials: a line or two for each mutant, and the table in `docs/`."""

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .mutant import Mutant
from .trial import Ending, Trial

MOST_INVOICES = 3
"""An example with more invoices is too large to read."""

MOST_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Result:
    """A mutant and its trials, in the order of the seeds, up to the first that stands for all."""

    mutant: Mutant
    trials: tuple[Trial, ...]

    @property
    def ending(self) -> Ending:
        """Caught only if it was caught with every seed."""
        endings = {trial.ending for trial in self.trials}
        return next(ending for ending in (Ending.UNFAIR, Ending.SURVIVED, Ending.CAUGHT) if ending in endings)

    @property
    def tests(self) -> list[str]:
        """The tests that have caught it, each once."""
        return list(dict.fromkeys(trial.test for trial in self.trials if trial.test))

    @property
    def examples(self) -> str:
        """How many it took, for each trial; a dash if the test generates none, or if nothing caught it."""
        return ", ".join(_examples(trial) for trial in self.trials)

    @property
    def seconds(self) -> float:
        """The median over the trials."""
        return statistics.median(trial.seconds for trial in self.trials)

    @property
    def smallest(self) -> Trial:
        """The trial with the shortest example, if possible one that was shrunk."""
        return min(self.trials, key=lambda trial: (not trial.example, not trial.shrunk, len(trial.example)))

    @property
    def too_large(self) -> list[Trial]:
        """The trials that show more invoices than a person wants to read."""
        return [one for one in self.trials if one.shrunk and one.examples and one.invoices > MOST_INVOICES]


def lines(result: Result) -> list[str]:
    """What is printed about a mutant when its last trial has ended."""
    said = [f"{result.ending:<8}  {result.mutant.name}  {result.seconds:.1f} s  {result.examples} examples"]
    said[0] += "".join(f"  {test}" for test in result.tests)
    if result.smallest.ending is Ending.CAUGHT:
        said += [f"          {cut(text)}" for text in (result.smallest.example, result.smallest.error) if text]
    said += [
        f"          seed {trial.seed}: an example of {trial.invoices} invoices, more than {MOST_INVOICES}"
        for trial in result.too_large
    ]
    said += [
        f"          seed {trial.seed}: {trial.ending}, {trial.error}"
        for trial in result.trials
        if trial.ending is not Ending.CAUGHT
    ]
    return said


def table(results: Sequence[Result], seeds: Sequence[int], names: Iterable[str], before: str = "") -> str:
    """The results as a page in Markdown, in the order of `names`, the catalogue's.

    The rows of other mutants stay as they were in the page `before`, if the catalogue still has the mutants. Those that
    have no row are named.
    """
    known = _rows_of(before) | {
        result.mutant.name: f"| `{result.mutant.name}` | {_cell(result.mutant.why)} | {_caught_by(result)} "
        f"| {result.examples} | {result.seconds:.1f} | {_code(cut(result.smallest.example))} |"
        for result in results
    }
    rows = {name: known.get(name, "") for name in names}
    untried = [f"`{name}`" for name, row in rows.items() if not row]
    rows = {name: row for name, row in rows.items() if row}
    caught = sum(not _NOT_CAUGHT.search(row) for row in rows.values())
    return "\n".join(
        [
            "# Broken pipelines, and what finds them",
            "",
            f"Made by `make mutants`, with the seeds {', '.join(map(str, seeds))}: {caught}/{len(rows)} caught.",
            "Single rows may be newer: a run that names mutants replaces their rows only.",
            "Each mutant is a small fault of the kind that people make, and its *why* is what they were thinking. The",
            "edits are in [`tests/mutants/catalogue/`](../tests/mutants/catalogue/). *Examples* says, for each seed,",
            "how many a property had generated when it first failed; *some* if nobody counted. A dash stands for a",
            "test that generates none. No seed changes its result, so the seeds after it are not tried; older rows",
            "have a dash for each. *Seconds* is the median time to that failure, including the start of a cloud and",
            "the deployment. A test that has caught the mutant before, with another seed or in an earlier run, runs",
            "first. A flaky failure, such as that of a race, counts only if nothing else fails. Hypothesis shrinks the",
            "example with the first seed only.",
            "",
            *([f"Not tried since they were written or changed: {', '.join(untried)}.", ""] if untried else []),
            "| mutant | why | caught by | examples | seconds | smallest example |",
            "| --- | --- | --- | --- | ---: | --- |",
            *rows.values(),
            "",
        ]
    )


_SEEDS = re.compile(r"^Made by .*, with the seeds ([0-9, ]+):", re.MULTILINE)
_ROW = re.compile(r"\| `(?P<name>[^`]+)` \|.*")
_NOT_CAUGHT = re.compile(r"\| \*\*[A-Z]+\*\*")
_BAR = re.compile(r"(?<!\\)\|")
_SPAN = re.compile(r"(?P<fence>`+)(?P<code>.*?)(?P=fence)")


def _rows_of(page: str) -> dict[str, str]:
    """The rows of a page, by the mutants' names."""
    return {row["name"]: row[0] for row in map(_ROW.fullmatch, page.split("\n")) if row}


def tests_of(page: str) -> dict[str, str]:
    """The first test that caught each mutant of a page, by the mutant's name."""
    caught_by = {name: _SPAN.search(_BAR.split(row)[3]) for name, row in _rows_of(page).items()}
    return {name: span["code"].replace("\\|", "|") for name, span in caught_by.items() if span}


def seeds_of(page: str) -> list[int]:
    """The seeds that a page was made with; empty if it is not such a page."""
    found = _SEEDS.search(page)
    return [int(seed) for seed in found[1].split(", ")] if found else []


def cut(text: str) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 2] + " …"


def _examples(trial: Trial) -> str:
    if trial.examples:
        return str(trial.examples)
    return "some" if trial.ending is Ending.CAUGHT and trial.draws else "–"


def _caught_by(result: Result) -> str:
    found = "<br>".join(_code(test) for test in result.tests)
    return found if result.ending is Ending.CAUGHT else f"**{result.ending}** {found}".rstrip()


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


def _code(text: str) -> str:
    """A span of code that may itself hold backticks and, in a table, bars."""
    if not text:
        return ""
    text = text.replace("|", "\\|")
    fence = "`"
    while fence in text:
        fence += "`"
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"
