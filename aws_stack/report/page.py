"""A report's page: one file that loads nothing, and runs no script but its own."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

from plotly.graph_objects import Figure
from plotly.offline import get_plotlyjs

from .figures import Run
from .text import duration, escaped, many

TEMPLATE = Path(__file__).parent / "page.html"

MOUSE = '<span class="mouse">Drag to zoom in, double-click to zoom out.</span>'

MOST_FAILED = 20
"""The most failed tests to name at the top: once a cloud is gone, every further test fails."""


def page(title: str, body: str, *, charts: bool) -> bytes:
    """The whole file. `body` is HTML; the code that draws is only in a page with `charts`."""
    nonce = secrets.token_urlsafe(16)
    # Should hostile text get in as HTML, the browser itself refuses to run or to load anything for it.
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:"
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escaped(title),
        policy=policy,
        nonce=nonce,
        body=body,
        plotly=get_plotlyjs() if charts else "",
    )
    return text.encode()


def verdict(run: Run) -> str:
    """How the tests ended, in one line."""
    failed = run.tests.get("failed", 0) + run.tests.get("error", 0)
    ran = failed + run.tests.get("passed", 0)
    if failed:
        text = f"{failed:,} of {many(ran, 'test')} failed"
    elif ran == 1:
        text = "The test passed"
    else:
        text = f"All {ran:,} tests passed" if ran else "No test ran to its end"
    return f"{text}, and the run was stopped early" if run.stopped_early else text


def header(run: Run, figures: Mapping[str, str]) -> str:
    """The top of a page: how the tests ended, when and where, and the `figures` by their names."""
    bad = bool(run.failed) or run.stopped_early
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in figures.items())
    counts = ", ".join(f"{count:,} {name}" for name, count in run.tests.items())
    failed = "".join(f"<li><code>{escaped(name)}</code></li>" for name in run.failed[:MOST_FAILED])
    if len(run.failed) > MOST_FAILED:
        failed += f"<li>and {len(run.failed) - MOST_FAILED:,} more</li>"
    return f"""<header>
<h1{' class="bad"' if bad else ""}>{verdict(run)}</h1>
<p>{run.begun:%d %B %Y, %H:%M %Z} · {duration(run.seconds)}{f" · {counts}" if counts else ""}</p>
<p class="note">Cloud: {escaped(run.cloud)}</p>
<p><code>{escaped(run.command)}</code></p>
{f'<ul class="failed">{failed}</ul>' if failed else ""}
{f'<dl class="figures">{cells}</dl>' if figures else ""}
</header>
"""


def section(title: str, note: str, *parts: str) -> str:
    """A part of the page. `title` is text, `note` and `parts` are HTML."""
    return f'<section>\n<h2>{escaped(title)}</h2>\n<p class="note">{note}</p>\n{"".join(parts)}\n</section>\n'


def chart(title: str, figure: Figure) -> str:
    """The place where a chart will be drawn, and its data, escaped so that no tag can begin in it."""
    data = figure.to_json(engine="json").replace("<", "\\u003c")
    height = figure.layout.height
    return (
        f'<div class="chart" role="img" aria-label="{escaped(title)}" style="height:{height}px"></div>'
        f'<script type="application/json">{data}</script>\n'
    )


def table(headings: Sequence[str], lines: Iterable[Sequence[str]], kind: str) -> str:
    """A table whose first column holds words, the others figures; the cells are HTML."""
    first, *others = headings
    heads = f'<th scope="col" class="words">{first}</th>' + "".join(f'<th scope="col">{name}</th>' for name in others)
    body = ""
    for words, *figures in lines:
        cells = "".join(
            f'<td data-heading="{name}">{figure}</td>' for name, figure in zip(others, figures, strict=True)
        )
        body += f'<tr><td class="words">{words}</td>{cells}</tr>'
    return (
        f'<div class="scroll"><table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )
