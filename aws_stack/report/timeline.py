"""A timeline: a lane for each worker, with its tests and what went on in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from .charts import AXIS_TITLE, LINE, figure
from .text import label

TEST = "#dfe4ea"

SHORTEST = 0.001
"""The shortest bar, in seconds, so that what was not measured has one to see."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What a worker did from `started` on, in seconds since 1970, and what is told of it, as a chart's label."""

    worker: str
    started: float
    seconds: float
    told: str


def timeline(
    workers: list[str], begun: float, tests: Sequence[Bar], inside: Mapping[str, Sequence[Bar]], title: str
) -> go.Figure:
    """Tests as broad bars, with what went on `inside` in front of them, by colours. `title` is that of the seconds."""
    return figure(
        70 + 52 * len(workers),
        _bars(tests, workers, begun, 0.78, {"color": TEST, "line": {"color": "#ffffff", "width": 1}}),
        *(
            # The line keeps a bar visible that is narrower than a pixel.
            _bars(bars, workers, begun, 0.42, {"color": color, "line": {"color": color, "width": 0.6}, "opacity": 0.85})
            for color, bars in inside.items()
        ),
        barmode="overlay",
        dragmode="zoom",
        xaxis={
            "fixedrange": False,
            "showgrid": True,
            "gridcolor": LINE,
            "title": {"text": title} | AXIS_TITLE,
            "rangemode": "tozero",
        },
        yaxis={
            "tickvals": list(range(len(workers))),
            "ticktext": [label(worker) for worker in workers],
            "range": [len(workers) - 0.5, -0.5],
            "ticklabelstandoff": 8,
        },
    )


def _bars(bars: Sequence[Bar], workers: list[str], begun: float, width: float, marker: dict[str, object]) -> go.Bar:
    return go.Bar(
        orientation="h",
        base=[round(one.started - begun, 3) for one in bars],
        x=[round(max(one.seconds, SHORTEST), 3) for one in bars],
        y=[workers.index(one.worker) for one in bars],
        customdata=[one.told for one in bars],
        width=width,
        marker=marker,
        hovertemplate="%{customdata}<extra></extra>",
    )
