"""Schedules: a function's own code, one call to AWS at a time, in an order that is chosen.

`stepping` runs attempts as threads of which one at a time goes on; `emulator` is the embedded cloud's, in this process;
`world` is what attempts live in: events and retries; `running` runs one schedule of a scenario, and `exploring` every
schedule within bounds; `telling` prints a schedule for a person. `schedule` has the turns, `calls` a call in words, and
`switching` is a way to draw orders.
"""

from .exploring import Bound, explore
from .running import Run, Scenario, UnfitError, run
from .schedule import Turn, read, written
from .stepping import Fate, Pool
from .telling import told
from .world import World

__all__ = [
    "Bound",
    "Fate",
    "Pool",
    "Run",
    "Scenario",
    "Turn",
    "UnfitError",
    "World",
    "explore",
    "read",
    "run",
    "told",
    "written",
]
