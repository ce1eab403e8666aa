"""The event with which an upload goes on: S3's own, for one upload, and how far that had come.

Every attempt begins at the checkpoint in the ledger. What the event says tells, once Lambda gives up on it, whether the
upload came any further since it was sent.

So no chain of invocations is endless: each event names a later place than the one before, or the moment since when the
upload has only been waiting, and that moment stays.

Nor do two chains go on side by side for long. An attempt that is killed once it has sent the next event is tried again,
and an event that was sent twice, because the answer to the first time was lost, is taken up twice. Each would have a
next invocation, and everything would be done twice up to the end. So each event is of a later generation than the one
that it follows, and the ledger has the latest that was taken up: attempts at an earlier one leave the upload to it.

Nothing is lost by that, whenever an attempt is killed. The latest event that was sent is left by nobody. Lambda keeps
it until the upload has ended, or until it is given up; then the failures queue does. What has stalled goes on with
whatever event comes, whose generation becomes the ledger's.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from .progress import Progress

CONTINUES = "continues"
_WAITS_SINCE = "waits_since"
_GENERATION = "generation"

FIRST = ""
"""The generation of S3's own event. It sorts before all others."""

LONGEST_WAIT = timedelta(hours=6)
"""For how long an upload waits for a service that takes nothing at all from it, over however many invocations.

Lambda waits as long for room to run a function: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
It is time, not a number of invocations, because time is what costs: of a function with 1,769 MB, six hours cost 0.62
dollars in us-east-1, whatever its time-out. `RecursiveLoop: Allow` in the template leaves it to this to stop.
"""


def event(before: dict[str, Any], record: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The event that goes on with the upload that `record`, one of the `Records` of the event `before`, names.

    `{"Records": [record], "continues": {"reading": 2, "position": 1500, "generation": "00000001-6fa459ea"}}`
    """
    return _after(before, record, progress.order)


def waiting(before: dict[str, Any], record: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """The event that tries again for an upload that came no further, because a service asked for less at a time.

    It is as that of `event`, and has "waits_since": "2026-10-05T12:00:00+00:00". `before` is the event that was tried.
    None where the upload has waited for so long that it is a fault.
    """
    since = (before.get(CONTINUES) or {}).get(_WAITS_SINCE) or now.isoformat()
    if now - datetime.fromisoformat(since) > LONGEST_WAIT:
        return None
    # The ledger may not have been asked how far the upload is. It is no less far than that.
    following = _after(before, record, order(before))
    following[CONTINUES][_WAITS_SINCE] = since
    return following


def waits_anew(event: dict[str, Any]) -> dict[str, Any]:
    """The event for a person who wants to try again: the upload may wait from now on, as long as any other."""
    if CONTINUES not in event:
        return event
    return event | {CONTINUES: {name: value for name, value in event[CONTINUES].items() if name != _WAITS_SINCE}}


def order(event: dict[str, Any]) -> tuple[int, int]:
    """How far the upload had come when the event was sent, as `Progress.order` has it."""
    continues = event.get(CONTINUES)
    return (continues["reading"], continues["position"]) if continues else Progress().order


def generation(event: dict[str, Any]) -> str | None:
    """The event's generation, which sorts after those of all events that it follows.

    None where a version of the functions sent it that knows no generations, as after an update was rolled back.
    """
    return event[CONTINUES].get(_GENERATION) if event.get(CONTINUES) else FIRST


def _after(before: dict[str, Any], record: dict[str, Any], order: tuple[int, int]) -> dict[str, Any]:
    reading, position = order
    number = int((generation(before) or FIRST).partition("-")[0] or 0) + 1
    # Of two that follow the same event one is the later one, too, by whatever comes after the number.
    continues = {"reading": int(reading), "position": position, _GENERATION: f"{number:08d}-{uuid4().hex[:8]}"}
    return {"Records": [record], CONTINUES: continues}
