"""The matrix: what each implementation of `tests/judged` keeps and breaks, as expected and as the docs show it."""

import json
from collections.abc import Mapping
from pathlib import Path

from fixtures.command import ROOT
from pipeline.functions.language import ENGLISH, PORTUGUESE
from pipeline.judge.promises import PROMISES
from pipeline.judge.reports.wording import LEVELS
from pipeline.judge.verdict import Outcome, Verdict
from pipeline.words import _, speaking

JUDGED = ROOT / "tests" / "judged"
EXPECTED = Path(__file__).parent / "expected.json"
PAGE, PORTUGUESE_PAGE = (ROOT / "docs" / name for name in ("judge.md", "judge.pt-BR.md"))

IMPLEMENTATIONS = sorted(file.stem for file in JUDGED.glob("*.toml"))

SIGNS = {Outcome.KEPT: "·", Outcome.BROKEN: "**✗**", Outcome.NOT_APPLICABLE: "", Outcome.UNCLEAR: "?"}

Row = Mapping[str, str]


def expected() -> dict[str, Row]:
    """What became of each promise, by its number, for each implementation."""
    found: dict[str, Row] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return found


def row(verdict: Verdict) -> Row:
    """A verdict as a row."""
    return {one.promise.number: one.outcome.value for one in verdict.rulings}


def table(rows: Mapping[str, Row]) -> str:
    """The matrix as a table of Markdown."""
    numbers = [one.number for one in PROMISES]
    lines = ["| implementation | " + " | ".join(numbers) + " |", "| --- |" + " :-: |" * len(numbers)]
    for name in sorted(rows):
        signs = [SIGNS[Outcome(rows[name][number])] for number in numbers]
        lines.append(f"| [`{name}`](../tests/judged/{name}.toml) | " + " | ".join(signs) + " |")
    return "\n".join(lines) + "\n"


def promises() -> str:
    """All promises, in the language that is spoken: what each means, and how a broken one is mended."""
    parts = []
    for level, sentence in LEVELS.items():
        parts.append(f"### {_(sentence)}\n")
        parts += [
            f"**{one.number} {_(one.name)}.** {_escaped(one.means)} *{_escaped(one.mended)}*\n"
            for one in PROMISES
            if one.level == level
        ]
    return "\n".join(parts)


def pages(rows: Mapping[str, Row]) -> dict[Path, str]:
    """Both pages, with the table and the promises in their places."""
    with speaking(ENGLISH):
        english = _with(_with(PAGE.read_text(encoding="utf-8"), "matrix", table(rows)), "promises", promises())
    with speaking(PORTUGUESE):
        portuguese = _with(PORTUGUESE_PAGE.read_text(encoding="utf-8"), "promises", promises())
    return {PAGE: english, PORTUGUESE_PAGE: portuguese}


def _escaped(sentence: str) -> str:
    return _(sentence).replace("*", "\\*").replace("_", "\\_")


def _with(page: str, what: str, text: str) -> str:
    begin, end = f"<!-- {what} -->\n", f"<!-- end of the {what} -->\n"
    before, _begin, rest = page.partition(begin)
    _old, _end, after = rest.partition(end)
    return f"{before}{begin}\n{text}\n{end}{after}"
