"""The verdict on a terminal: a table, then what is to be said of each broken promise."""

from itertools import groupby

from rich.table import Table

from pipeline.console import out
from pipeline.report import printable
from pipeline.words import _

from ..verdict import Outcome, Verdict
from . import wording

STYLES = {Outcome.KEPT: "green", Outcome.BROKEN: "bold red", Outcome.UNCLEAR: "yellow", Outcome.NOT_APPLICABLE: "dim"}


def show(verdict: Verdict) -> None:
    """Print it."""
    for level, rulings in groupby(verdict.rulings, key=lambda one: one.promise.level):
        out.print("\n" + _(wording.LEVELS[level]), style="bold")
        table = Table.grid(padding=(0, 2))
        for one in rulings:
            why = one.why if one.outcome is not Outcome.KEPT else ""
            cells = (one.promise.number, _(one.promise.name), wording.outcome(one), printable(why))
            table.add_row(*cells, style=STYLES[one.outcome])
        out.print(table)
    for ruling in verdict.broken:
        out.print(f"\n{ruling.promise.number} {_(ruling.promise.name)}: {wording.outcome(ruling)}", style="bold")
        for heading, text in wording.details(ruling):
            out.print(f"  {heading}", style="dim", soft_wrap=True)
            for line in text.splitlines():
                out.print(f"    {printable(line)}", soft_wrap=True)
    out.print("\n" + wording.summary(verdict), style="bold", soft_wrap=True)
