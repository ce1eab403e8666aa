"""A schedule as what differs from the one that comes by itself: short also where schedules are drawn at random."""

from collections.abc import Sequence
from dataclasses import dataclass

from .running import Decide
from .schedule import Turn
from .stepping import Actor, Fate


@dataclass(frozen=True, slots=True)
class Switch:
    """After so many turns that come by themselves: a turn of another, the `who`th of those that are able."""

    after: int
    who: int
    fate: Fate


def deciding(switches_: Sequence[Switch]) -> Decide:
    """The turns of such a schedule."""
    left, waiting = list(switches_), [switches_[0].after if switches_ else 0]

    def decide(_: int, able: list[Actor], by_itself: Actor) -> Turn | None:
        if not left:
            return None
        if waiting[0]:
            waiting[0] -= 1
            return None
        switch = left.pop(0)
        waiting[0] = left[0].after if left else 0
        chosen = able[(able.index(by_itself) + switch.who) % len(able)]
        # What is on its way already has no process that could be killed.
        return Turn(chosen.name, Fate.GOES if chosen.name.endswith("'") else switch.fate)

    return decide
