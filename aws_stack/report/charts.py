"""Charts of reports, as plotly figures. The page says beside each what it shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from .figures import Bin, bins, percentile
from .text import duration, label, many, percent

INK, MUTED, LINE = "#1d2733", "#66727f", "#e3e7ec"
PLAIN = "#5b7fa6"
GOOD, POOR, BAD = "#2f8578", "#d9822b", "#b3402e"

AXIS_TITLE = {"font": {"color": MUTED, "size": 13}, "standoff": 8}

LONGEST_LABEL = 34
MOST_BARS = 60


def figure(height: int, *traces: Any, **layout: Any) -> go.Figure:
    """A figure in the look of reports, `height` pixels high and as wide as there is room."""
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False, "automargin": True, "ticks": ""}
    settings = {
        "height": height,
        "margin": {"l": 4, "r": 12, "t": 8, "b": 8},
        "font": {"family": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"color": INK, "size": 13}, "align": "left"},
        "xaxis": axis | layout.pop("xaxis", {}),
        "yaxis": axis | layout.pop("yaxis", {}),
    }
    return go.Figure(list(traces), {"template": "none"} | settings | layout)


def bars(counts: Sequence[tuple[str, int]], color: str = PLAIN) -> go.Figure:
    """One bar for each name, from the top down, with its count beside it."""
    shown, rest = counts[:MOST_BARS], counts[MOST_BARS:]
    names = [label(name, LONGEST_LABEL) for name, _ in shown]
    full = [label(name) for name, _ in shown]
    values = [count for _, count in shown]
    if rest:
        names.append(f"{len(rest):,} more kinds")
        full.append(names[-1])
        values.append(sum(count for _, count in rest))
    return _rows(names, values, [f"{value:,}" for value in values], full, [color] * len(values))


@dataclass(frozen=True, slots=True)
class Share:
    """A row of `shares`: a name, the count, of how many, and the colour of its bar."""

    name: str
    count: int
    total: int
    color: str


def shares(rows: Sequence[Share]) -> go.Figure:
    """One bar for each row, as long as its share, with the count beside it."""
    return _rows(
        [one.name for one in rows],
        [100 * one.count / one.total if one.total else 0 for one in rows],
        [f"{one.count:,} · {percent(one.count, one.total)}" for one in rows],
        [one.name for one in rows],
        [one.color for one in rows],
    )


def _rows(names: list[str], values: Sequence[float], texts: list[str], full: list[str], colors: list[str]) -> go.Figure:
    places = list(range(len(names)))
    trace = go.Bar(
        orientation="h",
        x=values,
        y=places,
        text=texts,
        customdata=full,
        textposition="outside",
        cliponaxis=False,
        constraintext="none",
        marker={"color": colors},
        width=0.66,
        hovertemplate="%{customdata}: %{text}<extra></extra>",
    )
    # Room for the longest text to the right of the longest bar.
    room = 1.12 + 0.035 * max(map(len, texts))
    return figure(
        16 + 27 * len(names),
        trace,
        xaxis={"visible": False, "range": [0, max(values) * room or 1]},
        yaxis={"tickvals": places, "ticktext": names, "range": [len(names) - 0.5, -0.5], "ticklabelstandoff": 8},
    )


def latency(measured: Sequence[float], what: str, title: str) -> go.Figure:
    """How many took how long, on a logarithmic scale, with their median and their 95th percentile.

    `measured` are seconds. `what` names one of them, such as "call", and `title` says from when to when they are.
    """
    counted = bins(measured)
    lows, highs = [math.log10(one.low) for one in counted], [math.log10(one.high) for one in counted]
    trace = go.Bar(
        x=[(low + high) / 2 for low, high in zip(lows, highs, strict=True)],
        y=[one.count for one in counted],
        width=highs[0] - lows[0],
        customdata=[f"{duration(one.low)} to {duration(one.high)}: {many(one.count, what)}" for one in counted],
        marker={"color": PLAIN, "line": {"color": "#ffffff", "width": 1}},
        hovertemplate="%{customdata}<extra></extra>",
    )
    chart = figure(
        290,
        trace,
        margin={"l": 4, "r": 12, "t": 46, "b": 8},
        bargap=0,
        xaxis={
            "title": {"text": title} | AXIS_TITLE,
            "showline": True,
            "linecolor": LINE,
            **_ticks(lows[0], highs[-1]),
        },
        yaxis={"title": {"text": f"{what}s"} | AXIS_TITLE, "showgrid": True, "gridcolor": LINE} | _whole(counted),
    )
    low, high = lows[0], highs[-1]
    places = [math.log10(percentile(measured, share) or counted[0].low) for share in (50, 95)]
    # Towards the middle, and the second one higher where it might cover the first.
    lifts = (0, 17 if places[1] - places[0] < (high - low) / 2 else 0)
    for name, place, lift in zip(("p50", "p95"), places, lifts, strict=True):
        chart.add_vline(place, line={"color": INK, "width": 1, "dash": "dot"})
        chart.add_annotation(
            x=place,
            y=1,
            yref="paper",
            yshift=lift,
            yanchor="bottom",
            xanchor="left" if place < (low + high) / 2 else "right",
            showarrow=False,
            text=f"{name} {duration(10**place)}",
        )
    return chart


def _whole(counted: Sequence[Bin]) -> dict[str, Any]:
    """Ticks at whole numbers only. Beyond a few, plotly takes care of that itself."""
    return {"tickformat": ",d"} | ({"dtick": 1} if max(one.count for one in counted) < 5 else {})


def _ticks(low: float, high: float) -> dict[str, Any]:
    """Ticks at 10, 20, 50 …, or 10, 30, 100 … over two decades and more; `low` and `high` are logarithms of seconds."""
    steps = (1, 2, 5) if high - low < 2 else (1, 3)
    decades = range(math.floor(low), math.ceil(high) + 1)
    values = [step * 10.0**decade for decade in decades for step in steps]
    inside = [value for value in values if low <= math.log10(value) <= high] or [10**low, 10**high]
    return {
        "tickvals": [math.log10(value) for value in inside],
        "ticktext": [_tick(value) for value in inside],
        "range": [low - 0.02, high + 0.02],
    }


def _tick(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:.3g} ms"
