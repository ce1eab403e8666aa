"""The event with which an upload goes on: S3's own, for one upload, and how far that had come. Pure.

A replay of S3's event would do as well, because every attempt begins at the checkpoint in the ledger. What is added
tells, once Lambda gives up on the event, whether the upload came any further since it was sent.

So no chain of invocations is endless: each event names a later place than the one before, or the moment since when the
upload has only been waiting, and that moment stays.
"""

from datetime import datetime, timedelta
from typing import Any

from .progress import Progress

CONTINUES = "continues"
_WAITS_SINCE = "waits_since"

LONGEST_WAIT = timedelta(hours=6)
"""For how long an upload waits for a service that takes nothing at all from it, over however many invocations.

Lambda waits as long for room to run a function: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
It is time, not a number of invocations, because time is what costs: of a function with 1,769 MB, six hours cost 0.62
dollars in us-east-1, whatever its time-out. `RecursiveLoop: Allow` in the template leaves it to this to stop.
"""


def event(record: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The event that goes on with the upload that `record`, one of an event's `Records`, names.

    `{"Records": [record], "continues": {"reading": 2, "position": 1500}}`
    """
    return _from(record, progress.order)


def waiting(before: dict[str, Any], record: dict[str, Any], now: datetime) -> dict[str, Any] | None:
    """The event that tries again for an upload that came no further, because a service asked for less at a time.

    `{"Records": [record], "continues": {"reading": 2, "position": 1500, "waits_since": "2026-10-05T12:00:00+00:00"}}`

    `before` is the event that was tried. None where the upload has waited for so long that it is a fault.
    """
    since = (before.get(CONTINUES) or {}).get(_WAITS_SINCE) or now.isoformat()
    if now - datetime.fromisoformat(since) > LONGEST_WAIT:
        return None
    # The ledger may not have been asked how far the upload is. It is no less far than that.
    following = _from(record, order(before))
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


def _from(record: dict[str, Any], order: tuple[int, int]) -> dict[str, Any]:
    reading, position = order
    return {"Records": [record], CONTINUES: {"reading": int(reading), "position": position}}
