"""The verdict as one HTML page, with nothing beside it."""

from html import escape
from itertools import groupby
from string import Template

from pipeline.functions.language import TAGS
from pipeline.report import printable
from pipeline.words import _, spoken

from ..verdict import Outcome, Ruling, Verdict
from . import wording

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>$title</title>
<style>
:root { color-scheme: light; --ink: #1d2733; --muted: #5b6672; --line: #e3e7ec; --bad: #a83524; --good: #1d6b3c; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; color: var(--ink); font: 1rem/1.5 system-ui; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; }
td { padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:nth-child(-n+1) { white-space: nowrap; color: var(--muted); }
.broken { color: var(--bad); font-weight: 600; }
.kept { color: var(--good); }
.not, .unclear, dt { color: var(--muted); }
dl { margin: .5rem 0; }
dt { font-size: .9rem; margin-top: .5rem; }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
dd.code { font: .85rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
</style>
</head>
<body>
<main>
<h1>$title</h1>
$levels
</main>
</body>
</html>
""")


def as_page(verdict: Verdict) -> str:
    """The page, in the language that is spoken."""
    levels = [
        f"<h2>{_text(_(wording.LEVELS[level]))}</h2>\n<table>\n{''.join(map(_row, rulings))}</table>"
        for level, rulings in groupby(verdict.rulings, key=lambda one: one.promise.level)
    ]
    title = _text(wording.summary(verdict))
    return _PAGE.substitute(language=TAGS[spoken()], title=title, levels="\n".join(levels))


def _row(ruling: Ruling) -> str:
    kind = ruling.outcome.value.partition(" ")[0]
    more = ""
    if ruling.outcome is Outcome.BROKEN:
        parts = [
            f"<dt>{_text(heading)}</dt><dd{_code(heading)}>{_text(text)}</dd>"
            for heading, text in wording.details(ruling)
        ]
        more = f"<dl>{''.join(parts)}</dl>"
    elif ruling.why:
        more = f"<br><span class=not>{_text(ruling.why)}</span>"
    return (
        f"<tr><td>{ruling.promise.number}</td><td>{_text(_(ruling.promise.name))}{more}</td>"
        f'<td class="{kind}">{_text(wording.outcome(ruling))}</td></tr>\n'
    )


def _code(heading: str) -> str:
    return "" if heading in {_("Promised"), _("Found"), _("To mend it")} else ' class="code"'


def _text(text: str) -> str:
    return escape("\n".join(printable(line) for line in text.splitlines()))
