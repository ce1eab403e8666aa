"""What a person reads of the trials: a line or two a mutant, and the table in `docs/`."""

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .mutant import Mutant
from .trial import Ending, Trial

MOST_INVOICES = 3
"""An example of more is too large to read."""

MOST_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Result:
    """A mutant and its trials, one a seed, in the seeds' order."""

    mutant: Mutant
    trials: tuple[Trial, ...]

    @property
    def ending(self) -> Ending:
        """Caught only where every seed has caught it."""
        endings = {trial.ending for trial in self.trials}
        return next(ending for ending in (Ending.UNFAIR, Ending.SURVIVED, Ending.CAUGHT) if ending in endings)

    @property
    def tests(self) -> list[str]:
        """The tests that have caught it, each once."""
        return list(dict.fromkeys(trial.test for trial in self.trials if trial.test))

    @property
    def examples(self) -> str:
        """How many it took, for each seed; a dash for a test that generates none or a seed that missed it."""
        return ", ".join(str(trial.examples) if trial.examples else "–" for trial in self.trials)

    @property
    def seconds(self) -> float:
        """The median of the seeds."""
        return statistics.median(trial.seconds for trial in self.trials)

    @property
    def smallest(self) -> Trial:
        """The trial with the shortest example, of those that were shrunk where one was."""
        return min(self.trials, key=lambda trial: (not trial.example, not trial.shrunk, len(trial.example)))

    @property
    def too_large(self) -> list[Trial]:
        """The trials that show more invoices than a person wants to read."""
        return [one for one in self.trials if one.shrunk and one.examples and one.invoices > MOST_INVOICES]


def lines(result: Result) -> list[str]:
    """What is printed of a mutant when its last trial has ended."""
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

    Of a page that was there `before`, the rows of other mutants that the catalogue still has are kept.
    """
    known = _rows_of(before) | {
        result.mutant.name: f"| `{result.mutant.name}` | {_cell(result.mutant.why)} | {_caught_by(result)} "
        f"| {result.examples} | {result.seconds:.1f} | {_code(cut(result.smallest.example))} |"
        for result in results
    }
    rows = {name: known[name] for name in names if name in known}
    caught = sum(not _NOT_CAUGHT.search(row) for row in rows.values())
    return "\n".join(
        [
            "# Broken pipelines, and what finds them",
            "",
            f"Made by `make mutants`, with the seeds {', '.join(map(str, seeds))}: {caught}/{len(rows)} caught.",
            "Some rows may have been made anew since, each by naming its mutant.",
            "Each mutant is a small fault of the kind that people make, and its *why* is what they were thinking; the",
            "edits are in [`tests/mutants/catalogue/`](../tests/mutants/catalogue/). *Examples* is how many a property",
            "had generated when it first failed, for each seed; a dash is a test that generates none. *Seconds* is the",
            "median time to that failure, with the start of a cloud and the deployment; a test that has caught the",
            "mutant before, with another seed or on another day, is asked first. A failure that does not come again,",
            "as that of a race, counts only where nothing else fails. Hypothesis makes the smallest example with the",
            "first seed.",
            "",
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
    """The rows of a page by their mutants' names."""
    return {row["name"]: row[0] for row in map(_ROW.fullmatch, page.split("\n")) if row}


def tests_of(page: str) -> dict[str, str]:
    """The first test that caught each mutant of a page, by the mutant's name."""
    caught_by = {name: _SPAN.search(_BAR.split(row)[3]) for name, row in _rows_of(page).items()}
    return {name: span["code"].replace("\\|", "|") for name, span in caught_by.items() if span}


def seeds_of(page: str) -> list[int]:
    """The seeds a page was made with; none of what is no such page."""
    found = _SEEDS.search(page)
    return [int(seed) for seed in found[1].split(", ")] if found else []


def cut(text: str) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 2] + " …"


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
