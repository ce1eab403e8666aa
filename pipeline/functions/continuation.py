"""The event with which an upload goes on: S3's own, for one upload, and how far that had come. Pure.

A replay of S3's event would do as well, because every attempt begins at the checkpoint in the ledger. What is added
tells, once Lambda gives up on the event, whether the upload came any further since it was sent.
"""

from typing import Any

from .progress import Progress

CONTINUES = "continues"


def event(record: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The event that goes on with the upload that `record`, one of an event's `Records`, names.

    `{"Records": [record], "continues": {"reading": 2, "position": 1500}}`
    """
    reading, position = progress.order
    return {"Records": [record], CONTINUES: {"reading": int(reading), "position": position}}


def order(event: dict[str, Any]) -> tuple[int, int]:
    """How far the upload had come when the event was sent, as `Progress.order` has it."""
    continues = event.get(CONTINUES)
    return (continues["reading"], continues["position"]) if continues else Progress().order
