"""The page about a run and its stacks: each test with the calls of functions that it caused, and what struck them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from .calls import Call
from .charts import BAD, GOOD, latency
from .figures import Run, in_order, milliseconds, percentile
from .page import MOUSE, chart, header, page, section, table
from .text import duration, escaped, label, many
from .timeline import TEST, Bar, timeline

FUNCTIONS = ("function", "calls", "cold starts", "errors", "p50 ms", "p95 ms", "most MB", "of MB")
TESTS = ("test", "seconds", "calls", "cold starts", "errors", "p50 ms", "most MB", "faults", "throttled")

NOT_TOLD = "–"


@dataclass(frozen=True, slots=True)
class Ran:
    """A test on a worker: `started` is in seconds since 1970. `faults` and `throttled` count what struck, by kind."""

    name: str
    worker: str
    started: float
    seconds: float
    outcome: str
    faults: dict[str, int] = field(default_factory=dict)
    throttled: dict[str, int] = field(default_factory=dict)


Told = list[tuple[str, Call]]
"""Calls, each with the worker whose stack they are of."""


def page_of(run: Run, tests: Sequence[Ran], told: Told, problems: Sequence[str] = ()) -> bytes:
    """The whole file. `problems` are logs that could not be read."""
    found = [call for _, call in told]
    body = header(run, _figures(tests, found) if tests else {})
    if problems:
        body += section("Some logs could not be read", "<br>".join(map(escaped, problems)))
    if found:
        body += _speed(found) + _time(tests, told)
    body += _tests(tests, told) if tests else ""
    return page(f"tests, {run.begun:%Y-%m-%d %H:%M}", body, charts=bool(found))


def rows(found: Sequence[Call]) -> list[tuple[str, ...]]:
    """A row for each function, under `FUNCTIONS`."""
    by_function: dict[str, list[Call]] = defaultdict(list)
    for call in found:
        by_function[call.function].append(call)
    return [
        (
            name,
            f"{len(own):,}",
            cold(own, found),
            f"{sum(call.failed for call in own):,}",
            *(milliseconds(percentile([call.seconds for call in own], share)) for share in (50, 95)),
            _most(own),
            f"{own[0].size:,}",
        )
        for name, own in sorted(by_function.items())
    ]


def cold(own: Sequence[Call], found: Sequence[Call]) -> str:
    """How many of these calls had to wait for a process. Where no call of the run had, the cloud does not tell."""
    is_told = any(call.cold is not None for call in found)
    return f"{sum(call.cold is not None for call in own):,}" if is_told else NOT_TOLD


def _most(own: Sequence[Call]) -> str:
    """The most memory of these calls. A cloud that does not tell it says 0."""
    most = max((call.megabytes for call in own), default=0)
    return f"{most:,}" if most else NOT_TOLD


def by_test(tests: Sequence[Ran], told: Told) -> list[tuple[Ran, list[Call]]]:
    """Each test with its calls: those that started in it, or after it and before the worker's next test."""
    found: list[tuple[Ran, list[Call]]] = [(test, []) for test in tests]
    by_worker: dict[str, list[tuple[Ran, list[Call]]]] = defaultdict(list)
    for one in sorted(found, key=_started):
        by_worker[one[0].worker].append(one)
    for worker, call in told:
        if place := bisect_right(by_worker[worker], call.started, key=_started):
            by_worker[worker][place - 1][1].append(call)
    return found


def _started(one: tuple[Ran, list[Call]]) -> float:
    return one[0].started


def _figures(tests: Sequence[Ran], found: Sequence[Call]) -> dict[str, str]:
    half, most = (percentile([call.seconds for call in found], share) for share in (50, 95))
    return {
        "tests": f"{len(tests):,}",
        "calls of functions": f"{len(found):,}",
        "cold starts": cold(found, found),
        "calls that failed": f"{sum(call.failed for call in found):,}",
        "half of the calls within": NOT_TOLD if half is None else duration(half),
        "95% within": NOT_TOLD if most is None else duration(most),
    }


def _speed(found: Sequence[Call]) -> str:
    measured = [max(call.seconds, 0.0001) for call in found]
    title = f"Half of the calls took {duration(percentile(measured, 50) or 0)} or less"
    lines = [[escaped(cell) for cell in row] for row in rows(found)]
    note = "As Lambda measures a call, without the start of its process. The time scale is logarithmic."
    return section(
        title, note, chart(title, latency(measured, "call", "duration")), table(FUNCTIONS, lines, kind="groups")
    )


def _time(tests: Sequence[Ran], told: Told) -> str:
    workers = in_order({test.worker for test in tests} | {worker for worker, _ in told})
    title = f"When {many(len(tests), 'test')} called functions, on {many(len(workers), 'worker')}"
    keys = " ".join(
        f'<span class="key" style="background:{color}"></span>{name}&ensp;'
        for name, color in (("call", GOOD), ("call that failed", BAD), ("test", TEST))
    )
    inside = {
        color: [Bar(worker, one.started, one.seconds, _told(one)) for worker, one in told if one.failed == failed]
        for failed, color in ((False, GOOD), (True, BAD))
    }
    begun = min([test.started for test in tests] + [call.started for _, call in told])
    broad = [Bar(test.worker, test.started, test.seconds, f"{label(test.name)}<br>{test.outcome}") for test in tests]
    drawn = timeline(workers, begun, broad, inside, "seconds since the first test")
    return section(title, f"{keys}<br>Point at a bar for its test or function. {MOUSE}", chart(title, drawn))


def _told(call: Call) -> str:
    started = "" if call.cold is None else f", after {duration(call.cold)} of starting"
    ended = "failed" if call.failed else "ended"
    memory = f", {call.megabytes:,} MB" if call.megabytes else ""
    return f"{label(call.function)}<br>{ended} in {duration(call.seconds)}{started}{memory}"


def _tests(tests: Sequence[Ran], told: Told) -> str:
    found = [call for _, call in told]
    lines = []
    for test, own in sorted(by_test(tests, told), key=lambda one: -one[0].seconds):
        lines.append(
            [
                f'<code>{escaped(test.name)}</code><span class="shown">{escaped(_ended(test))}</span>',
                f"{test.seconds:,.2f}",
                f"{len(own):,}",
                cold(own, found),
                f"{sum(call.failed for call in own):,}",
                milliseconds(percentile([call.seconds for call in own], 50)),
                _most(own),
                f"{sum(test.faults.values()):,}",
                f"{sum(test.throttled.values()):,}",
            ]
        )
    struck = sum(sum(test.faults.values()) for test in tests)
    title = f"{many(len(tests), 'test')}, {many(len(found), 'call')}, {many(struck, 'fault')} that struck"
    note = "The longest first, with setup and teardown. A call belongs to the last test that began before it."
    return section(title, note, table(TESTS, lines, kind="groups"))


def _ended(test: Ran) -> str:
    """How a test ended, and what struck in it: a line for each kind."""
    struck = [*sorted(test.faults.items()), *sorted(test.throttled.items())]
    return "\n".join([test.outcome, *(f"{count:,} × {what}" for what, count in struck)])
