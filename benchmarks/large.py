"""One file of a million invoices: whether it ends, and whether its last tenth costs what its first one does."""

from dataclasses import dataclass

from .contestants import Contestant, document
from .watching import Sample, Watch, watched

INVOICES = 1_000_000
"""They come to 150 MB."""

QUICK_INVOICES = 50_000

PAUSE_SECONDS = 0.2
"""Between two looks. Shorter ones would cost the cloud a part of its time."""


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the invoices: time a record from one end to the other, and the most memory until its end."""

    wall_microseconds: float
    cpu_microseconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Large:
    """A large file that ended as `completed`. `reading_seconds` were over before its first invoice was stored."""

    invoices: int
    megabytes: float
    seconds: float
    reading_seconds: float
    first: Tenth
    last: Tenth


def measure(contestant: Contestant, invoices: int) -> Large:
    """Upload so many invoices in one file. Raises RuntimeError if they do not end as `completed`."""
    contestant.seconds(document(100))
    body = document(invoices)
    before = contestant.items()
    with watched(contestant.function, lambda: contestant.items() - before, PAUSE_SECONDS) as watch:
        seconds = contestant.seconds(body, PAUSE_SECONDS)
    began, tenth = watch.when(1), invoices // 10
    return Large(
        invoices,
        len(body) / 1e6,
        seconds,
        began.at - watch.samples[0].at,
        _tenth(watch, began, watch.when(tenth)),
        _tenth(watch, watch.when(invoices - tenth), watch.when(invoices)),
    )


def _tenth(watch: Watch, first: Sample, last: Sample) -> Tenth:
    records = last.done - first.done
    return Tenth(
        (last.at - first.at) / records * 1e6,
        (last.cpu_seconds - first.cpu_seconds) / records * 1e6,
        watch.peak_until(last),
    )
